import type { DType, TensorData } from "../../../shared/tensor.ts";
import type { FileStamp } from "./file.ts";

// What an ONNX file says, checked and in order, but not yet understood: the operators are still those of its version.

export { isModelUnchanged, readModel } from "./read.ts";
export { loadTensor } from "./load.ts";
export { rawAttributes } from "./raw-attributes.ts";

interface StoredType {
  /** As its model names it; what it belongs to where it has no name. */
  readonly name: string;
  /** "unknown" for what Glassbox cannot compute with (complex, 8-bit floats, 4 bits and fewer). */
  readonly dtype: DType;
  /** ONNX's own number for the element type, so that those too can be passed on. */
  readonly elementType: number;
  readonly dims: readonly number[];
}

/** Raw little-endian elements in a file: the model's own or one beside it. */
export interface Place extends StoredType {
  readonly kind: "place";
  /** Its real path. */
  readonly file: string;
  readonly offset: number;
  readonly length: number;
}

/** Few values, at hand. `data` holds bits where JavaScript has no such numbers: 16-bit floats in a Uint16Array, unknown types in bytes. */
export interface Inline extends StoredType {
  readonly kind: "inline";
  readonly data: TensorData;
}

export interface Texts extends StoredType {
  readonly kind: "texts";
  readonly dtype: "string";
  readonly texts: readonly string[];
}

/** Declared in the model, but its values cannot be had; `reason` says why, in words. */
export interface Broken extends StoredType {
  readonly kind: "broken";
  readonly file: string;
  readonly reason: string;
}

/** Where a constant's bytes are, or its few values. */
export type Stored = Place | Inline | Texts | Broken;

export type AttributeValue =
  | { readonly kind: "float" | "int"; readonly value: number }
  | { readonly kind: "string"; readonly value: string }
  | { readonly kind: "tensor"; readonly value: Stored }
  | { readonly kind: "graph"; readonly value: GraphRecord }
  | { readonly kind: "floats" | "ints"; readonly value: readonly number[] }
  | { readonly kind: "strings"; readonly value: readonly string[] }
  | { readonly kind: "tensors"; readonly value: readonly Stored[] }
  | { readonly kind: "graphs"; readonly value: readonly GraphRecord[] }
  /** Sparse tensors and types: nothing that a convolutional network needs. `rawAttributes` has the bytes. */
  | { readonly kind: "other"; readonly type: number; readonly value: undefined };

export interface RawAttribute {
  readonly name: string;
  readonly span: { readonly offset: number; readonly length: number };
}

export interface NodeRecord {
  /** As written; may be empty, and may be another node's name too. After inlining: "call/inner". */
  readonly name: string;
  readonly op: string;
  /** Empty for the standard operators. */
  readonly domain: string;
  readonly overload: string;
  /** The version of its domain's operators; 0 where the model does not say. */
  readonly opset: number;
  /** An empty name is an optional input that was left out, or an output that nobody reads. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: ReadonlyMap<string, AttributeValue>;
  /** Where each attribute stands in the model's file, for `rawAttributes`. */
  readonly raw: readonly RawAttribute[];
  /** What the exporter noted, such as the scopes it was written in; long notes are left out. */
  readonly metadata: ReadonlyMap<string, string>;
  /** Where it begins in the file. */
  readonly offset: number;
}

export interface ValueInfo {
  readonly name: string;
  readonly holds: "tensor" | "sequence" | "map" | "optional" | "sparse tensor" | "nothing known";
  readonly dtype: DType;
  readonly elementType: number;
  /** Symbols by their name; undefined where the file says nothing. */
  readonly dims: readonly (number | string | undefined)[] | undefined;
  /** What it is, in a person's or an exporter's words. */
  readonly doc?: string;
}

export interface GraphRecord {
  readonly name: string;
  /** In an order of execution; each value is written once. */
  readonly nodes: readonly NodeRecord[];
  readonly initializers: ReadonlyMap<string, Stored>;
  /** Without those that are initializers. */
  readonly inputs: readonly ValueInfo[];
  readonly outputs: readonly ValueInfo[];
  readonly valueInfo: ReadonlyMap<string, ValueInfo>;
}

export interface ModelRecord {
  /** As asked for. */
  readonly path: string;
  readonly realPath: string;
  readonly size: number;
  readonly mtimeMs: number;
  /** Its state when it was read, and that of every file with weights beside it. */
  readonly files: readonly FileStamp[];
  /** Paths of files with weights that were not there. */
  readonly missing: readonly string[];
  readonly irVersion: number;
  /** By domain; the standard operators' is "". */
  readonly opsets: ReadonlyMap<string, number>;
  readonly producer: { readonly name: string; readonly version: string };
  readonly metadata: ReadonlyMap<string, string>;
  readonly graph: GraphRecord;
  /** What is wrong with it, each naming its tensor, node or value; the rest of the record can be used. */
  readonly problems: readonly string[];
}
