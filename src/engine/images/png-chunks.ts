// A PNG is a signature and chunks: length, type, data, checksum (PNG specification, 5.3).

const signatureLength = 8;
/** The signature and the header, which comes first: 4 bytes of length, 4 of type, 13 of data, 4 of checksum. */
export const headerEnd = signatureLength + 25;

export interface Chunk {
  readonly type: string;
  readonly data: Buffer;
}

/** The chunks of a PNG up to its end, one after the other; of a damaged file, those that are there. */
export function* chunksOf(bytes: Uint8Array): Generator<Chunk, void> {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (file.length < headerEnd || file.readUInt32BE(0) !== 0x89504e47) return;
  for (let at = signatureLength; at + 12 <= file.length;) {
    const length = file.readUInt32BE(at);
    const type = file.toString("latin1", at + 4, at + 8);
    if (type === "IEND") return;
    yield { type, data: file.subarray(at + 8, at + 8 + length) };
    at += 12 + length;
  }
}

export function chunk(type: string, ...parts: readonly Uint8Array[]): Buffer {
  const named = Buffer.concat([Buffer.from(type, "latin1"), ...parts]);
  const whole = Buffer.alloc(named.length + 8);
  whole.writeUInt32BE(named.length - 4, 0);
  named.copy(whole, 4);
  whole.writeUInt32BE(checksum(named), named.length + 4);
  return whole;
}

const remainders = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  return crc;
});

/** CRC-32 as PNG has it. */
function checksum(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = (crc >>> 8) ^ remainders[(crc ^ byte) & 0xff]!;
  return (crc ^ 0xffffffff) >>> 0;
}
