import type { DType, Tensor } from "./tensor.ts";

const magic = "\x93NUMPY\x01\x00";
const alignment = 64;

/** NumPy's names of element types: "<" is little-endian, "|" a single byte. */
const descriptors: Readonly<Partial<Record<DType, string>>> = {
  float32: "<f4",
  float16: "<f2",
  float64: "<f8",
  int64: "<i8",
  int32: "<i4",
  int16: "<i2",
  int8: "|i1",
  uint64: "<u8",
  uint32: "<u4",
  uint16: "<u2",
  uint8: "|u1",
  bool: "|b1",
};

/** A tensor as NumPy's .npy, version 1: of its own type, the last axis the fastest. Throws TypeError where NumPy has no such type. */
export function encodeNpy({ dtype, shape, data }: Tensor): Uint8Array {
  const descriptor = descriptors[dtype];
  if (descriptor === undefined) throw new TypeError(`NumPy has no numbers of type ${dtype}.`);
  const axes = shape.length === 1 ? `${shape[0]},` : shape.join(", ");
  const description = `{'descr': '${descriptor}', 'fortran_order': False, 'shape': (${axes}), }`;
  const unpadded = magic.length + 2 + description.length + 1;
  const start = Math.ceil(unpadded / alignment) * alignment;
  const header = description.padEnd(description.length + start - unpadded) + "\n";

  const file = new Uint8Array(start + data.byteLength);
  const view = new DataView(file.buffer);
  const write = (text: string, at: number) => [...text].forEach((c, i) => (file[at + i] = c.charCodeAt(0)));
  write(magic, 0);
  view.setUint16(magic.length, header.length, true);
  write(header, magic.length + 2);
  file.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), start); // little-endian, as all that VS Code runs on
  return file;
}
