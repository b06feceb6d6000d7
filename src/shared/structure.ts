import type { FieldCard, NotKnown } from "./inside.ts";

/** A node as the file has it: what Netron's users know, whatever Glassbox makes of it to run it. */
export interface NodeCard {
  readonly op: string;
  /** Empty for ONNX's own operators. */
  readonly domain: string;
  /** The exporter's name; may be empty. */
  readonly name: string;
  /** The module that it stands in, "layer1.0.conv1": what blocks are made of. Empty where nothing tells. */
  readonly scope: string;
  /** Place in `ModelCard.layers`; −1 for a node that no picture reaches, or that was folded away. */
  readonly layer: number;
  /** Places in `Structure.values`; −1 is an optional input that was left out. */
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
  /** The attributes that matter, in a few words: "3 × 3, stride 2, 96 groups". */
  readonly detail: string;
  /** All short attributes, for the search: "pads 1 1 1 1", one a line. Left out where the file says none. */
  readonly settings?: string;
  /** Why it cannot be run or what is wrong with it. */
  readonly trouble?: string;
}

export interface ValueCard {
  readonly name: string;
  /** "float32"; empty where neither the file nor the network that was made of it tells. */
  readonly dtype: string;
  readonly shape: readonly (number | string | undefined)[] | undefined;
  /** A constant of the file: a weight. */
  readonly weight: boolean;
}

/** Indices and shapes are integers of many bits, and a lone number is a setting: not something learned. */
export const isLearned = ({ dtype, shape }: Pick<ValueCard, "dtype" | "shape">): boolean =>
  shape !== undefined && shape.length > 0 && !/^u?int(16|32|64)$|^bool$|^string$/.test(dtype);

/** The graph of a model file. Drawn even where it cannot be run. */
export interface Structure {
  /** In the file's order; a node is known by its place here. */
  readonly nodes: readonly NodeCard[];
  readonly values: readonly ValueCard[];
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
  /** Nodes that feed themselves, in a circle; empty for a sound file. */
  readonly cycle: readonly number[];
}

/** What is known of one node. */
export interface NodeFacts {
  readonly op: string;
  readonly domain: string;
  readonly name: string;
  /** Everything the file says, defaults not included: "strides: 2, 2". */
  readonly attributes: readonly { readonly name: string; readonly value: string }[];
  readonly inputs: readonly NodeValue[];
  readonly outputs: readonly NodeValue[];
  /** Numbers that it has learned; running statistics and settings are none. */
  readonly parameters: number;
  /** Of one picture; undefined where shapes are not known, or only the runtime understands the operator. */
  readonly multiplyAdds: number | undefined;
  /** Of its first output; undefined where it sees nothing of the picture. */
  readonly field: FieldCard | NotKnown | undefined;
  readonly trouble: string | undefined;
}

export interface NodeValue {
  /** Place in `Structure.values`; −1 where it was left out. */
  readonly value: number;
  /** What the operator calls it: "W", "scale". */
  readonly role: string;
}

/** Counts and moments of one constant. NaN, infinities and the rest are counted apart and are not in the moments. */
export interface WeightCard {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly number[];
  /** Bytes in the file. */
  readonly bytes: number;
  /** Where: "model.onnx, at byte 12,345". */
  readonly where: string;
  readonly count: number;
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  readonly deviation: number;
  readonly zeros: number;
  readonly nan: number;
  readonly infinite: number;
  readonly denormal: number;
  /** Counts of equally wide bins from `min` to `max`. */
  readonly histogram: readonly number[];
}

/** Of two models: which layers differ, and by how much. */
export interface ModelDiff {
  readonly a: string;
  readonly b: string;
  readonly facts: readonly { readonly name: string; readonly a: string; readonly b: string }[];
  readonly layers: readonly LayerDiff[];
  /** Nodes, weights and outputs that are in no layer; outputs only where they differ. */
  readonly outside: readonly OutsideDiff[];
}

/** What is in no layer: a value that a network gives is called as what writes it may be. */
export type OutsideDiff = LayerDiff & { readonly piece: "node" | "output" | "constant" };

export interface LayerDiff {
  readonly layer: string;
  /** Its name in the second model, where that is another one. */
  readonly renamed?: string;
  /** The gravest of what changed. "unreadable": its weights cannot be read, and nothing else differs. */
  readonly change: "added" | "removed" | "kind" | "shape" | "inputs" | "attributes" | "weights" | "unreadable" | "same";
  /** All that changed, in words: "dilations 1 1 → 2 2; other weights". */
  readonly words: string;
  /** ‖a − b‖ / ‖a‖ over all weights of the layer; undefined where shapes differ, some cannot be read, or it is no number. */
  readonly relative: number | undefined;
  /** Greatest |a − b|; NaN where some are no number. */
  readonly largest: number | undefined;
  readonly parameters: { readonly a: number; readonly b: number };
}
