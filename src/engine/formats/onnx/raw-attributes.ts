import { RegularFile, changed } from "./file.ts";
import type { ModelRecord, NodeRecord } from "./structure.ts";

const nameField = 0x0a;

/**
 * The node's attributes as AttributeProto messages, to pass an operator on that Glassbox does not know. Not for those of
 * kind "graph": inlining may have renamed what their nodes read.
 */
export function rawAttributes(model: ModelRecord, node: NodeRecord): ReadonlyMap<string, Uint8Array> {
  if (node.raw.length === 0) return new Map();
  const file = RegularFile.open(model.path);
  try {
    if (!isSame(file, model)) throw changed(model.path);
    return new Map(node.raw.map(({ name, span }) => [name, named(name, read(file, span.offset, span.length))]));
  } finally {
    file.close();
  }
}

const isSame = ({ stamp }: RegularFile, { files: [then] }: ModelRecord): boolean =>
  stamp.size === then?.size && stamp.mtimeNs === then.mtimeNs && stamp.ino === then.ino;

function read(file: RegularFile, offset: number, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  file.read(bytes, offset);
  return bytes;
}

/** The last name in a message counts: an attribute that a function's call gave goes by another name inside. */
function named(name: string, message: Uint8Array): Uint8Array {
  const text = Buffer.from(name, "utf8");
  return Buffer.concat([message, Buffer.from([nameField, ...varint(text.length)]), text]);
}

function varint(value: number): number[] {
  return value < 0x80 ? [value] : [(value % 0x80) + 0x80, ...varint(Math.floor(value / 0x80))];
}
