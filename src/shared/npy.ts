import type { FloatTensor } from "./tensor.ts";

const magic = "\x93NUMPY\x01\x00";
const alignment = 64;

/** A tensor as NumPy's .npy, version 1: little-endian float32, the last axis the fastest. */
export function encodeNpy({ shape, data }: FloatTensor): Uint8Array {
  const axes = shape.length === 1 ? `${shape[0]},` : shape.join(", ");
  const description = `{'descr': '<f4', 'fortran_order': False, 'shape': (${axes}), }`;
  const unpadded = magic.length + 2 + description.length + 1;
  const start = Math.ceil(unpadded / alignment) * alignment;
  const header = description.padEnd(description.length + start - unpadded) + "\n";

  const file = new Uint8Array(start + data.length * 4);
  const view = new DataView(file.buffer);
  const write = (text: string, at: number) => [...text].forEach((c, i) => (file[at + i] = c.charCodeAt(0)));
  write(magic, 0);
  view.setUint16(magic.length, header.length, true);
  write(header, magic.length + 2);
  data.forEach((x, i) => view.setFloat32(start + i * 4, x, true));
  return file;
}
