import type { Drawn, Recipe } from "../../shared/synthesis.ts";
import { png } from "../images/png.ts";

// A recipe travels in an iTXt chunk of its PNG (PNG specification, 11.3.3.4): UTF-8 under a keyword, uncompressed.
const keyword = "Glassbox recipe";
const signatureLength = 8;
/** The signature and the header, which comes first: 4 bytes of length, 4 of type, 13 of data, 4 of checksum. */
const headerEnd = signatureLength + 25;

export async function pictureFile(picture: Drawn, recipe: Recipe): Promise<Uint8Array> {
  const plain = await png(picture);
  return Buffer.concat([
    plain.subarray(0, headerEnd),
    chunk("tEXt", Buffer.from("Software\0Glassbox", "latin1")),
    chunk("iTXt", Buffer.from(`${keyword}\0\0\0\0\0${JSON.stringify(recipe)}`, "utf8")),
    plain.subarray(headerEnd),
  ]);
}

/** The recipe that a PNG of ours carries. */
export function recipeIn(bytes: Uint8Array): Recipe | undefined {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (file.length < headerEnd || file.readUInt32BE(0) !== 0x89504e47) return undefined;
  for (let at = signatureLength; at + 12 <= file.length;) {
    const length = file.readUInt32BE(at);
    const type = file.toString("latin1", at + 4, at + 8);
    const data = file.subarray(at + 8, at + 8 + length);
    const named = data.subarray(0, keyword.length).toString("latin1") === keyword;
    if (type === "iTXt" && named) return parsed(data.subarray(keyword.length + 5).toString("utf8"));
    if (type === "IEND") return undefined;
    at += 12 + length;
  }
  return undefined;
}

function parsed(text: string): Recipe | undefined {
  try {
    const recipe = JSON.parse(text) as Partial<Recipe> | null;
    const { technique, model, parameters } = recipe ?? {};
    const complete = typeof technique === "string" && typeof model === "string" && typeof parameters === "object";
    return complete ? (recipe as Recipe) : undefined; // what is in it is checked where it is used, as any request is
  } catch {
    return undefined;
  }
}

function chunk(type: string, data: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const whole = Buffer.alloc(named.length + 8);
  whole.writeUInt32BE(data.length, 0);
  named.copy(whole, 4);
  whole.writeUInt32BE(checksum(named), named.length + 4);
  return whole;
}

/** CRC-32 as PNG has it, bit by bit. */
function checksum(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return (crc ^ 0xffffffff) >>> 0;
}
