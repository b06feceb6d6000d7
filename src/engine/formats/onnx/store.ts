import type { TensorData } from "../../../shared/tensor.ts";
import { quoted, shown } from "../../../shared/shown.ts";
import { Unreadable } from "../unreadable.ts";
import { arrayOf } from "./array-of.ts";
import { dtypeOf, elementType } from "./element-types.ts";
import { NotThere, OutOfReach } from "./external.ts";
import type { RegularFile } from "./file.ts";
import type { ModelFiles } from "./files.ts";
import { narrowed } from "./narrowed.ts";
import type { TensorMessage } from "./messages.ts";
import { fewBytes } from "./parse-tensor.ts";
import type { Stored } from "./structure.ts";

/** Integers up to this many bytes are shapes, axes and indices, which importing has to know. */
const fewIntegerBytes = 64 * 1024;
const integers: ReadonlySet<string> = new Set([
  "int64",
  "int32",
  "uint64",
  "uint32",
  "int16",
  "uint16",
  "int8",
  "uint8",
  "bool",
]);
const highestRank = 64;

/** Why a tensor's values cannot be had: the predicate of a sentence about it. */
class Fault extends Error {}

/** The same, where a file is not there that would have them. */
class Lacking extends Fault {
  constructor(
    message: string,
    readonly paths: readonly string[],
    readonly location: string,
    readonly bytes: number,
  ) {
    super(message);
  }
}

/** A tensor as it can be had. What is wrong with it becomes a `broken` one and a problem, and the others stay of use. */
export function store(
  tensor: TensorMessage,
  label: string,
  files: ModelFiles,
  report: (problem: string) => void,
): Stored {
  const name = tensor.name || label;
  const type = { name, dtype: dtypeOf(tensor.type), elementType: tensor.type, dims: tensor.dims };
  try {
    const bytes = bytesOf(tensor);
    if (tensor.external) return { ...type, ...external(tensor, bytes, files) };
    if (type.dtype === "string") {
      const texts = tensor.texts ?? [];
      demandCount(texts.length, elements(tensor.dims));
      return { ...type, kind: "texts", dtype: "string", texts };
    }
    demandField(tensor);
    const given = narrowed(tensor);
    if (given) {
      if (bytes !== undefined) demandLength(given.byteLength, bytes, tensor);
      return { ...type, kind: "inline", data: given };
    }
    const { offset, length } = tensor.place ?? { offset: 0, length: 0 };
    if (bytes !== undefined) demandLength(length, bytes, tensor);
    if (tensor.bytes) return { ...type, kind: "inline", data: arrayOf(type.dtype, tensor.bytes) };
    return { ...type, ...placed(files.model, type.dtype, offset, length) };
  } catch (error) {
    if (!(error instanceof Fault || error instanceof OutOfReach || error instanceof Unreadable)) throw error;
    const reason =
      error instanceof Unreadable ? `cannot be read (${shown(error.file, 400)}: ${error.reason})` : error.message;
    const sentence = `Tensor ${quoted(name)} ${reason}.`;
    if (error instanceof Lacking)
      files.missing.add(error.paths, error.location, { name, bytes: error.bytes, sentence });
    else report(sentence);
    return { ...type, kind: "broken", file: files.model.path, reason };
  }
}

/** How many elements it declares. Dimensions are untrusted: their product may be beyond any number of bytes. */
function elements(dims: readonly number[]): number {
  if (dims.length > highestRank) throw new Fault(`has ${dims.length} dimensions`);
  const shape = dims.join(" × ");
  if (dims.some((dim) => dim < 0)) throw new Fault(`has a negative dimension (${shape})`);
  if (dims.some((dim) => dim > Number.MAX_SAFE_INTEGER)) throw new Fault(`has an impossible dimension (${shape})`);
  const product = dims.reduce((count, dim) => count * BigInt(dim), 1n);
  if (product > BigInt(Number.MAX_SAFE_INTEGER))
    throw new Fault(`has an impossible shape (${shape}: ${product} elements)`);
  return Number(product);
}

/** How many bytes it takes; undefined for text and for types that ONNX has added since. */
function bytesOf({ dims, type }: TensorMessage): number | undefined {
  const count = elements(dims);
  if (type === 0) throw new Fault("does not say what type its elements have");
  const bits = elementType(type)?.bits ?? 0;
  return bits === 0 ? undefined : Math.ceil((count * bits) / 8);
}

/** Each of TensorProto's fields is for certain types; read as another, its bytes would be other numbers. */
function demandField({ type, width, words }: TensorMessage): void {
  const name = elementType(type)?.name ?? `type ${type}`;
  const widthOfType = { float32: 4, complex64: 4, float64: 8, complex128: 8 }[name];
  if ((width !== undefined && width !== widthOfType) || (words && widthOfType !== undefined))
    throw new Fault(`keeps its values of type ${name} in a field for others`);
}

function demandCount(found: number, declared: number): void {
  if (found !== declared) throw new Fault(`should hold ${declared} texts by its shape, and holds ${found}`);
}

function demandLength(found: number, declared: number, { dims, type }: TensorMessage): void {
  if (found === declared) return;
  const what = `${dims.length ? dims.join(" × ") : "one"} ${elementType(type)?.name ?? ""}`;
  throw new Fault(`should have ${declared} bytes by its shape (${what}), and has ${found}`);
}

type Whereabouts = Readonly<
  { kind: "inline"; data: TensorData } | { kind: "place"; file: string; offset: number; length: number }
>;

function placed(file: RegularFile, dtype: Stored["dtype"], offset: number, length: number): Whereabouts {
  if (length > (integers.has(dtype) ? fewIntegerBytes : fewBytes))
    return { kind: "place", file: file.stamp.realPath, offset, length };
  const bytes = new Uint8Array(length);
  file.read(bytes, offset);
  return { kind: "inline", data: arrayOf(dtype, bytes) };
}

/** A tensor with its bytes in another file; offset and length may be left out there. */
function external(tensor: TensorMessage, bytes: number | undefined, files: ModelFiles): Whereabouts {
  if (bytes === undefined) throw new Fault("is kept in another file, which its type does not allow");
  const location = tensor.location?.get("location") ?? "";
  const file = reach(location, bytes, files);
  const offset = whole(tensor, "offset") ?? 0;
  const length = whole(tensor, "length") ?? bytes;
  demandLength(length, bytes, tensor);
  if (offset + length > file.size)
    throw new Fault(
      `needs bytes ${offset} to ${offset + length} of ${quoted(location)}, which ends at ${file.size}: fetch that file again`,
    );
  return placed(file, dtypeOf(tensor.type), offset, length);
}

function reach(location: string, bytes: number, files: ModelFiles): RegularFile {
  try {
    return files.beside(location);
  } catch (error) {
    const expected = `${bytes} bytes expected in it`;
    if (error instanceof NotThere) {
      const advice = "put it into the model's folder";
      throw new Lacking(`${error.message} (${expected}): ${advice}`, error.paths, location, bytes);
    }
    if (error instanceof OutOfReach) throw new Fault(`${error.message} (${expected})`);
    throw error;
  }
}

function whole(tensor: TensorMessage, key: string): number | undefined {
  const text = tensor.location?.get(key);
  if (text === undefined || text === "") return undefined;
  const number = /^\d+$/.test(text) ? Number(text) : NaN;
  if (!Number.isSafeInteger(number)) throw new Fault(`gives ${quoted(text)} as the ${key} of its bytes`);
  return number;
}
