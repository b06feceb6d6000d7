import { fromHalf } from "../../shared/half.ts";
import { basename } from "node:path";
import { float32, type FloatTensor, type Shape, shapeText, size } from "../../shared/tensor.ts";
import { readRegularFile, UnreadableFile } from "./file.ts";
import { latin1 } from "../../shared/latin1.ts";

const LARGEST_FILE = 1e9;
const MAGIC = "\x93NUMPY";

interface Element {
  readonly bytes: number;
  read(view: DataView, at: number): number;
}

/** NumPy's names for the element types that are read: "<" is little-endian, "|" a single byte. */
const elements: Readonly<Record<string, Element>> = {
  "<f4": { bytes: 4, read: (view, at) => view.getFloat32(at, true) },
  "<f8": { bytes: 8, read: (view, at) => view.getFloat64(at, true) },
  "<f2": { bytes: 2, read: (view, at) => fromHalf(view.getUint16(at, true)) },
  "|u1": { bytes: 1, read: (view, at) => view.getUint8(at) },
};

/** A network's input from a `.npy` file of [1, C, H, W] or [C, H, W], always given as [1, C, H, W]. */
export const readNpy = (path: string): Promise<FloatTensor> => read(path, asPicture);

/** The numbers of a `.npy` file of [C], or of that with axes of one beside it: [1, C], [C, 1, 1]. */
export const readVector = (path: string): Promise<FloatTensor["data"]> => read(path, asVector);

async function read<T>(path: string, as: (tensor: FloatTensor) => T): Promise<T> {
  const bytes = await readRegularFile(path, LARGEST_FILE);
  try {
    return as(parseNpy(bytes));
  } catch (error) {
    throw new UnreadableFile(path, error instanceof Error ? error.message : String(error));
  }
}

export const isNpy = (path: string): boolean => basename(path).toLowerCase().endsWith(".npy");

/** By its first bytes, whatever its name. */
export const isArray = (bytes: Uint8Array): boolean => latin1(bytes.subarray(0, 6)) === MAGIC;

function asPicture({ shape, data }: FloatTensor): FloatTensor {
  const [batch = 1, ...rest] = shape.length === 3 ? [1, ...shape] : shape;
  if (rest.length !== 3 || batch !== 1)
    throw new Error(`its shape is ${shapeText(shape) || "a single number"}; expected [1, C, H, W] or [C, H, W]`);
  if (data.length === 0) throw new Error(`its shape is ${shapeText(shape)}: it has no elements`);
  return float32([1, ...rest], data);
}

function asVector({ shape, data }: FloatTensor): FloatTensor["data"] {
  if (shape.filter((n) => n !== 1).length > 1)
    throw new Error(`its shape is ${shapeText(shape)}; expected one number for each channel: [C]`);
  return data;
}

/** Any `.npy` of numbers as float32. */
export function parseNpy(bytes: Uint8Array): FloatTensor {
  if (!isArray(bytes)) throw new Error("it is not a .npy file: its first bytes are others");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const short = bytes[6] === 1; // version 1 counts its header in 2 bytes, 2 and 3 in 4
  if (bytes.length < 12) throw new Error("the file ends inside its header");
  const start = short ? 10 : 12;
  const end = start + (short ? view.getUint16(8, true) : view.getUint32(8, true));
  if (end > bytes.length) throw new Error("the file ends inside its header");

  const { type, fortran, shape } = parseHeader(latin1(bytes.subarray(start, end)));
  const element = elements[type];
  if (!element) throw new Error(`its elements are ${type}; expected ${Object.keys(elements).join(", ")}`);
  const count = size(shape);
  if (count * element.bytes !== bytes.length - end)
    throw new Error(
      `${shapeText(shape)} elements take ${count * element.bytes} bytes, but ${bytes.length - end} follow its header`,
    );
  const stored = Float32Array.from({ length: count }, (_, i) => element.read(view, end + i * element.bytes));
  return float32(shape, fortran ? rowsFirst(stored, shape) : stored);
}

/** The header is a Python dictionary of three known entries; it is matched, never run. */
function parseHeader(text: string): { type: string; fortran: boolean; shape: Shape } {
  const type = /'descr':\s*'([^']*)'/.exec(text)?.[1];
  const order = /'fortran_order':\s*(True|False)/.exec(text)?.[1];
  const dims = /'shape':\s*\(([\d,\s]*)\)/.exec(text)?.[1];
  if (type === undefined && /'descr':\s*\[/.test(text)) throw new Error("its elements are records; expected numbers");
  if (type?.includes("O")) throw new Error("its elements are Python objects, which are never loaded; expected numbers");
  if (type === undefined || order === undefined || dims === undefined)
    throw new Error("its header does not say element type, order and shape");
  const shape = dims.split(",").flatMap((n) => (n.trim() === "" ? [] : [Number(n)]));
  return { type, fortran: order === "True", shape };
}

/** Fortran order has the first index vary fastest; ours, and NumPy's default, the last. */
function rowsFirst(stored: Float32Array, shape: Shape): Float32Array {
  const strides = shape.map((_, axis) => size(shape.slice(0, axis)));
  const index = shape.map(() => 0);
  return stored.map(() => {
    const value = stored[index.reduce((sum, n, axis) => sum + n * strides[axis]!, 0)]!;
    for (let axis = shape.length - 1; axis >= 0 && ++index[axis]! === shape[axis]; axis--) index[axis] = 0;
    return value;
  });
}
