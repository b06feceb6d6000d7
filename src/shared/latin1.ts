/** One character a byte. (`TextDecoder("latin1")` is windows-1252 by its standard, and turns some bytes into others.) */
export const latin1 = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
