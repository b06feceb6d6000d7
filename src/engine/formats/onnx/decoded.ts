/**
 * The text in those bytes. Where they are not UTF-8 the odd ones are spelled `\xNN`, so that different names stay different.
 */
export function decoded(bytes: Buffer, start: number, end: number): string {
  const text = bytes.toString("utf8", start, end);
  if (!text.includes("\uFFFD")) return text;
  // A view is made only for the rare text that needs a closer look.
  const own = bytes.subarray(start, end);
  return isUtf8(own) ? text : spelled(own);
}

const strict = new TextDecoder("utf-8", { fatal: true });

function isUtf8(bytes: Uint8Array): boolean {
  try {
    strict.decode(bytes);
    return true;
  } catch {
    return false;
  }
}

const spelled = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => (byte < 0x80 ? String.fromCharCode(byte) : `\\x${byte.toString(16)}`)).join("");
