import type { Attribute } from "./attributes.ts";
import type { Numbers } from "./numbers.ts";

/** What two networks are compared by: a layer, or a node, a weight or an output that is in none. */
export interface Piece {
  /** Unique among those of its kind in one network. */
  readonly name: string;
  /** "Conv + Relu" */
  readonly kind: string;
  readonly isLayer: boolean;
  /** Of what leaves it; undefined where nothing tells. */
  readonly output: string | undefined;
  readonly parameters: number;
  /** What makes constants out of constants for it comes first. */
  readonly steps: readonly Step[];
  /** How many of its steps those are. */
  readonly prepared: number;
}

/** A node, as far as it matters for what is computed. */
export interface Step {
  /** With its domain, where it is not one of ONNX's own. */
  readonly op: string;
  readonly attributes: ReadonlyMap<string, Attribute>;
  readonly operands: readonly Operand[];
  /** Tensors in its attributes, those of graphs inside it included. */
  readonly inner: readonly Numbers[];
}

/** What a step reads. */
export type Operand =
  | { readonly kind: "nothing" }
  | { readonly kind: "constant"; readonly numbers: Numbers }
  /** `key`: what it is known by in both networks. */
  | { readonly kind: "input"; readonly key: string; readonly name: string }
  | { readonly kind: "written"; readonly by: Writer };

/** Where a value is written: `at` is a step of the piece, "end" its last; those that only prepare constants count from −1 down. */
export interface Writer {
  readonly piece: Piece;
  readonly at: number | "end";
  readonly output: number;
}
