import { OpenModel, type ModelOptions } from "../../../src/engine/model.ts";
import { encode } from "../../../src/engine/runtime/encode.ts";
import { openOnnx } from "../../../src/engine/formats/onnx/index.ts";
import type { Builder } from "../../../src/engine/graph/builder.ts";
import type { Value } from "../../../src/engine/graph/graph.ts";
import * as w from "../../fixtures/onnx/writer.ts";

// Small ONNX files, in the words of ONNX itself.

type Message = Uint8Array;
export type Attribute =
  number | string | readonly number[] | { readonly graph: Message } | { readonly tensor: Message };

/** Whole numbers become INT and INTS; `float` says otherwise. */
export const float = (value: number) => ({ float: value });

function attribute(name: string, value: Attribute | { readonly float: number }): Message {
  if (typeof value === "number") return w.attribute(name, 2, w.int(3, value));
  if (typeof value === "string") return w.attribute(name, 3, w.text(4, value));
  if ("float" in value) return w.attribute(name, 1, (writer) => writer.uint32((2 << 3) | 5).float(value.float));
  if ("graph" in value) return w.attribute(name, 5, w.bytes(6, value.graph));
  if ("tensor" in value) return w.attribute(name, 4, w.bytes(5, value.tensor));
  return w.attribute(name, 7, ...value.map((n) => w.int(8, n)));
}

/** One node; `outputs` also names it unless `name` does. */
export function node(
  op: string,
  inputs: readonly string[],
  outputs: string | readonly string[],
  attributes: Readonly<Record<string, Attribute | { readonly float: number }>> = {},
  { name, domain = "" }: { readonly name?: string; readonly domain?: string } = {},
): Message {
  const all = typeof outputs === "string" ? [outputs] : outputs;
  return w.node(op, inputs, all, {
    name: name ?? all[0] ?? "",
    domain,
    attributes: Object.entries(attributes).map(([key, value]) => attribute(key, value)),
  });
}

/** ONNX's numbers for element types. */
export const elementTypes = {
  float32: 1,
  uint8: 2,
  int8: 3,
  int64: 7,
  bool: 9,
  float16: 10,
  float64: 11,
  bfloat16: 16,
};
export type Stored = "float32" | "float64" | "float16" | "bfloat16";

/** Floats stored in any width; values must be such that each width holds them exactly. */
export function weight(name: string, dims: readonly number[], values: ArrayLike<number>, stored: Stored = "float32") {
  return w.tensor(name, elementTypes[stored], dims, w.bytes(9, bytesOf(Array.from(values), stored)));
}

export const integers = (name: string, values: readonly number[], dims: readonly number[] = [values.length]) =>
  w.tensor(name, elementTypes.int64, dims, w.bytes(9, new Uint8Array(BigInt64Array.from(values, BigInt).buffer)));

export const bytes = (
  name: string,
  type: "uint8" | "int8" | "bool",
  values: readonly number[],
  dims: readonly number[],
) =>
  w.tensor(
    name,
    elementTypes[type],
    dims,
    w.bytes(
      9,
      Uint8Array.from(values, (n) => n & 0xff),
    ),
  );

function bytesOf(values: readonly number[], stored: Stored): Uint8Array {
  if (stored === "float64") return new Uint8Array(Float64Array.from(values).buffer);
  const wide = new Uint32Array(Float32Array.from(values).buffer);
  if (stored === "float32") return new Uint8Array(wide.buffer);
  if (stored === "bfloat16") return new Uint8Array(Uint16Array.from(wide, (bits) => bits >>> 16).buffer);
  return new Uint8Array(Uint16Array.from(wide, halfBits).buffer);
}

/** Of a float32 that a half holds exactly and that is no subnormal one. */
const halfBits = (bits: number): number =>
  (bits & 0x7fffffff) === 0
    ? bits >>> 16
    : ((bits >>> 16) & 0x8000) | ((((bits >>> 23) & 0xff) - 112) << 10) | ((bits >>> 13) & 0x3ff);

/** An input or output, of floats unless told. */
export function value(name: string, dims: readonly (number | string)[], type: keyof typeof elementTypes = "float32") {
  const shape = dims.map((dim) => w.bytes(1, w.all(typeof dim === "number" ? w.int(1, dim) : w.text(2, dim))));
  const tensorType = w.all(w.int(1, elementTypes[type]), w.bytes(2, w.all(...shape)));
  return w.all(w.text(1, name), w.bytes(2, w.all(w.bytes(1, tensorType))));
}

export interface Parts {
  readonly nodes: readonly Message[];
  readonly weights?: readonly Message[];
  readonly inputs: readonly Message[];
  readonly outputs: readonly Message[];
  readonly opset?: number;
  /** Versions of other operator sets, by domain. */
  readonly domains?: Readonly<Record<string, number>>;
}

export function onnxBytes({ nodes, weights = [], inputs, outputs, opset = 17, domains = {} }: Parts): Message {
  const graph = w.graph({ nodes, initializers: weights, inputs, outputs });
  const versions = [["", opset] as const, ...Object.entries(domains)];
  return w.all(w.int(1, 8), w.bytes(7, graph), ...versions.map(([domain, version]) => w.opset(8, version, domain)));
}

/** Writes the model into a new folder, and says where. */
export const onnxFile = (parts: Parts, name?: string): string => w.file(onnxBytes(parts), name);

/** A graph that was built with our own verbs, as a file. */
export const fileOf = (g: Builder, outputs: readonly Value[]): string => w.file(encode(g.graph, outputs).bytes);

const usual: ModelOptions = { threads: 1, memory: 1e9, copyWeights: false };

const opened: OpenModel[] = [];

/** Opens a model at the size that its file fixes. */
export async function openModel(path: string, options: Partial<ModelOptions> = {}): Promise<OpenModel> {
  const file = openOnnx(path);
  const { height = 8, width = 8 } = file.picture ?? {};
  const model = await OpenModel.open(file, { height, width }, { ...usual, ...options });
  opened.push(model);
  return model;
}

/** Lets go of every model that was opened here. */
export async function releaseModels(): Promise<void> {
  for (const model of opened.splice(0)) await model.release();
}
