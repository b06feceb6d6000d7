import type { InputShape } from "../../shared/preparation.ts";
import type { TensorCard } from "../../shared/protocol.ts";
import type { Shape, Tensor } from "../../shared/tensor.ts";
import type { Graph, Value } from "../graph/graph.ts";

/** Runs part of a graph: what an importer asks of the runtime where a shape depends on values that only running gives. */
export type Evaluate = (graph: Graph, outputs: readonly Value[]) => Promise<readonly Tensor[]>;

/** The size that a network's picture input is given. */
export interface InputSize {
  readonly batch: number;
  readonly height: number;
  readonly width: number;
}

/** An input that need be no picture, and the shape that it is given. */
export interface GivenInput {
  readonly name: string;
  readonly shape: Shape;
}

/** A network whose every shape is known. */
export interface Network {
  readonly graph: Graph;
  /** [N, C, H, W], whatever layout the file has; as it was given where it is no picture. */
  readonly input: Value;
  readonly outputs: readonly Value[];
  /** By the exporter's names. */
  readonly values: ReadonlyMap<string, Value>;
  /** Values that cannot be computed, by name, and why. */
  readonly unresolved: ReadonlyMap<string, string>;
  /** The nodes that write them, without types; what else they read is of `graph`. */
  readonly lost: Graph;
  readonly problems: readonly string[];
  /** Values whose nodes were given up because the shapes of what they read do not go together. */
  readonly misfits: readonly string[];
}

/** A model file as it was read: its structure, but no weights and no shapes yet. */
export interface ModelFile {
  readonly format: string;
  readonly path: string;
  readonly bytes: number;
  readonly producer: string;
  readonly opset: number;
  readonly metadata: ReadonlyMap<string, string>;
  /** What the file says in words of its inputs and outputs, by their names. */
  readonly docs: ReadonlyMap<string, string>;
  readonly inputs: readonly TensorCard[];
  readonly outputs: readonly TensorCard[];
  /** The input that takes a picture; undefined where there is none. */
  readonly picture: InputShape | undefined;
  readonly problems: readonly string[];
  /** What a person should know of every number that it gives. */
  readonly remarks: readonly string[];
  /** The other files that it is read from: those with its weights, also where they are not there. */
  readonly beside: readonly string[];
  /** Tells what was read of the file, and of every file of weights beside it, from any later state. */
  readonly state: string;
  /** Whether the file, and every file of weights beside it, is still what was read. */
  unchanged(): boolean;
  bind(size: InputSize, evaluate: Evaluate): Promise<Network>;
  /** The same for a network that does not start from a picture: one that draws pictures, say. */
  bindTo(input: GivenInput, evaluate: Evaluate): Promise<Network>;
}
