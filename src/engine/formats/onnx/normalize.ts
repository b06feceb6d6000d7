import { float32, type DType } from "../../../shared/tensor.ts";
import type { Attributes } from "../../ops/op.ts";
import type { Builder } from "../../graph/builder.ts";
import type { Operand, Value } from "../../graph/graph.ts";
import { axisOf } from "../../ops/op.ts";
import type { NodeRecord } from "./structure.ts";
import { dtypeOf } from "./element-types.ts";

/** A node in the terms of the graph's one opset: what to add, on which of its inputs. */
export interface Normalized {
  readonly op: string;
  readonly inputs: readonly Operand[];
  readonly attributes: Attributes;
}

export interface Versioned {
  readonly node: NodeRecord;
  /** The tensors among the node's inputs; those that are attributes here are left out. */
  readonly inputs: readonly Operand[];
  readonly attributes: Attributes;
  readonly g: Builder;
}

/** Floats are float32 in the graph, whatever the file computes in. */
export const widened = (dtype: DType): DType =>
  dtype === "float16" || dtype === "bfloat16" || dtype === "float64" ? "float32" : dtype;

/** Operators that the graph does not have because another says the same; older versions that meant something else. */
export const rewrites: Readonly<Record<string, (versioned: Versioned) => Normalized | Value>> = {
  Dropout: ({ inputs }) => ({ op: "Identity", inputs: inputs.slice(0, 1), attributes: {} }),
  Cast: ({ inputs, attributes }) => ({
    op: "Cast",
    inputs,
    attributes: { to: widened(dtypeOf(attributes.to as number)) },
  }),
  CastLike: ({ inputs: [x, like] }) => ({ op: "Cast", inputs: [x], attributes: { to: like?.dtype ?? "float32" } }),
  BatchNormalization: ({ inputs, attributes }) => ({
    op: "BatchNormalization",
    inputs,
    attributes: { ...attributes, training_mode: 0 },
  }),
  Upsample: ({ inputs, attributes }) => ({
    op: "Resize",
    inputs,
    attributes: { ...attributes, coordinate_transformation_mode: "asymmetric", nearest_mode: "floor" },
  }),
  Resize: ({ node: { opset }, inputs: [x], attributes: { axes, keep_aspect_ratio_policy, ...attributes } }) => {
    if (keep_aspect_ratio_policy !== undefined && keep_aspect_ratio_policy !== "stretch")
      throw new TypeError(`keep_aspect_ratio_policy ${String(keep_aspect_ratio_policy)} is not understood`);
    const old = opset < 11 ? { coordinate_transformation_mode: "asymmetric", nearest_mode: "floor" } : {};
    return { op: "Resize", inputs: [x], attributes: { ...old, ...(axes ? overAll(attributes, axes, x) : attributes) } };
  },
  // Of the first ONNX files, WinML's among them; no runtime of today has it.
  ImageScaler: ({ inputs: [x], attributes: { scale = 1, bias = [] }, g }) => {
    const scaled = g.mul(x as Value, scale as number); // an input that is left out was refused before
    const shift = bias as readonly number[];
    return shift.length ? g.add(scaled, g.perChannel(g.constant(float32([shift.length], shift)), scaled)) : scaled;
  },
  // Another of those. Its border is left, top, right, bottom; `scale`, where given, the height and width to keep instead.
  Crop: ({ inputs: [x], attributes: { border = [], scale = [] } }) => {
    const [left = 0, top = 0, right = 0, bottom = 0] = border as readonly number[];
    const [, , height = 0, width = 0] = x?.shape ?? [];
    const [h = height - top - bottom, w = width - left - right] = scale as readonly number[];
    return { op: "Slice", inputs: [x], attributes: { starts: [top, left], ends: [top + h, left + w], axes: [2, 3] } };
  },
  Affine: ({ inputs: [x], attributes: { alpha = 1, beta = 0 }, g }) =>
    g.add(g.mul(x as Value, alpha as number), beta as number), // an input that is left out was refused before
  Softmax: flattening("Softmax"),
  LogSoftmax: flattening("LogSoftmax"),
  Split: ({ node, inputs, attributes }) => ({
    op: "Split",
    inputs,
    attributes: { num_outputs: node.outputs.length, ...attributes },
  }),
  GroupNormalization: ({ node: { opset }, inputs: [x, scale, bias], attributes, g }) => {
    const groups = attributes.num_groups as number;
    const channels = x?.shape[1] ?? groups;
    const perChannel = (v: Operand) =>
      v && opset < 21 ? g.reshape(g.expand(g.reshape(v, [groups, 1]), [groups, channels / groups]), [channels]) : v;
    return { op: "GroupNormalization", inputs: [x, perChannel(scale), perChannel(bias)], attributes };
  },
};

/** Before opset 13 these flattened their input to a matrix at `axis`; over a last axis, or one that only ones follow, that is no change. */
function flattening(op: string) {
  return ({ node: { opset }, inputs: [x], attributes, g }: Versioned): Normalized | Value => {
    const shape = x?.shape ?? [];
    if (opset >= 13) return { op, inputs: [x], attributes };
    const axis = axisOf((attributes.axis as number | undefined) ?? 1, shape.length);
    if (!x || shape.slice(axis + 1).every((n) => n === 1)) return { op, inputs: [x], attributes: { axis } };
    return g.reshape(g.one(op, [g.one("Flatten", [x], { axis })], { axis: -1 }), shape);
  };
}

/** Scales and sizes of some axes, as scales and sizes of all. */
function overAll(attributes: Attributes, axes: Attributes[string], x: Operand): Attributes {
  const named = (axes as readonly number[]).map((axis) => axisOf(axis, x?.shape.length ?? 0));
  const spread = (list: Attributes[string] | undefined, otherwise: (i: number) => number) =>
    list === undefined || !(list as readonly number[]).length
      ? []
      : (x?.shape ?? []).map((_, i) =>
          named.includes(i) ? ((list as readonly number[])[named.indexOf(i)] ?? 1) : otherwise(i),
        );
  return {
    ...attributes,
    scales: spread(attributes.scales, () => 1),
    sizes: spread(attributes.sizes, (i) => x?.shape[i] ?? 1),
  };
}
