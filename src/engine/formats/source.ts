// A model file as its exporter wrote it, before Glassbox makes anything of it: what is drawn, listed and counted even where
// nothing of it can be run. Every format gives this shape.

import type { Tensor } from "../../shared/tensor.ts";

export interface SourceNode {
  readonly op: string;
  /** Empty for the format's own operators. */
  readonly domain: string;
  /** May be empty. */
  readonly name: string;
  /** The module that it stands in, where the exporter notes that apart from the name. */
  readonly module: string | undefined;
  /** Names; empty where an optional one was left out. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** Names of values around it that graphs inside it read. */
  readonly captured: readonly string[];
  /** In the file's order, as text for the screen. */
  readonly attributes: readonly { readonly name: string; readonly value: string }[];
  /** Those among the attributes that are whole numbers or lists of them, for `detail`. */
  readonly numbers: ReadonlyMap<string, readonly number[]>;
}

export interface SourceType {
  /** Empty where the file does not say. */
  readonly dtype: string;
  readonly shape: readonly (number | string | undefined)[] | undefined;
}

/** Numbers of a constant, none of them rounded. */
export type Elements = Pick<Tensor, "dtype" | "data">;

/** A constant of the file, wherever its bytes are. */
export interface SourceWeight {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly count: number;
  /** Bytes in the file. */
  readonly bytes: number;
  /** For people: "model.onnx, at byte 12,345". */
  readonly where: string;
  /** Why its values cannot be had; undefined where they can. */
  readonly broken: string | undefined;
  /** Elements from `from` on, as numbers; 64-bit integers beyond 2^53 are rounded. Throws Unreadable. */
  values(from: number, count: number): Float64Array;
  /** The same of the file's own type; halves (float16, bfloat16) are float32, and 4-bit integers bytes. Throws Unreadable. */
  elements(from: number, count: number): Elements;
}

export interface Source {
  readonly nodes: readonly SourceNode[];
  /** Names of those that are not weights. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly types: ReadonlyMap<string, SourceType>;
  readonly weights: ReadonlyMap<string, SourceWeight>;
  /** What is wrong with the file as a whole: it ends too early, say. What was read up to there is here. */
  readonly problem: string | undefined;
}
