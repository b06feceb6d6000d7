import type { Shape } from "../../shared/tensor.ts";
import type { Node, Value } from "../graph/graph.ts";
import type { Bound } from "../model.ts";
import { reshaped } from "./reshaped.ts";

/** What an axis of a value runs over. "token": the places of a grid, row by row, as transformers have them. */
export type Role = "batch" | "channel" | "row" | "column" | "token" | "other";

export interface Axes {
  readonly roles: readonly Role[];
  /** Of the token axis: the grid that it was made of, and how many tokens stand before it (class, registers). */
  readonly grid: readonly [number, number] | undefined;
  readonly before: number;
}

const pictures: readonly Role[] = ["batch", "channel", "row", "column"];
const turned: readonly Role[] = ["batch", "channel", "column", "row"];
const found = new WeakMap<Bound, ReadonlyMap<Value, Axes>>();

/** Of every value that depends on the picture, as far as it can be told: by following the input's axes through the graph. */
export function axesOf(bound: Bound): ReadonlyMap<Value, Axes> {
  const known = found.get(bound);
  if (known) return known;
  const { network } = bound;
  const axes = new Map<Value, Axes>([[network.input, { roles: pictures, grid: undefined, before: 0 }]]);
  for (const node of network.graph.nodes)
    node.outputs.forEach((output, i) => {
      const its = after(node, output, i, axes);
      if (its?.roles.length === output.shape.length) axes.set(output, its);
    });
  found.set(bound, axes);
  return axes;
}

type Known = ReadonlyMap<Value, Axes>;

function after(node: Node, output: Value, index: number, known: Known): Axes | undefined {
  const { attributes, inputs } = node;
  const source = inputs.find((input) => input !== undefined && known.has(input));
  const axes = source && known.get(source);
  if (!axes) return undefined;
  if (node.opaque) return node.op === "Einsum" ? undefined : kept(node, output, known); // what Einsum's letters stand for is not followed
  switch (node.op) {
    case "Conv":
    case "ConvTranspose":
      return { ...axes, roles: output.shape.length === 4 ? ofMaps(axes) : output.shape.map((_, i) => other(i)) };
    case "Transpose":
      return { ...axes, roles: (attributes.perm as readonly number[]).map((from) => axes.roles[from] ?? "other") };
    case "Reshape":
    case "Flatten":
    case "Squeeze":
    case "Unsqueeze":
      return reshaped(axes, source.shape, output.shape);
    case "Gemm":
      return { ...axes, roles: [axes.roles[0] ?? "other", "channel"] };
    case "MatMul":
      return multiplied(inputs, output.shape, known);
    case "Concat":
      return joined(node, axes, known);
    case "Slice":
      return sliced(axes, attributes.axes as readonly number[], attributes.starts as readonly number[]);
    case "Split": {
      const parts = node.outputs.slice(0, index).map(({ shape }) => shape[attributes.axis as number] ?? 0);
      return sliced(axes, [attributes.axis as number], [parts.reduce((a, b) => a + b, 0)]);
    }
    default:
      return kept(node, output, known) ?? without(axes, attributes, output.shape);
  }
}

/** A convolution goes over rows and columns, the other way round where a transpose has made them change places. */
const ofMaps = ({ roles: [, , third, fourth] }: Axes): readonly Role[] =>
  third === "column" || fourth === "row" ? turned : pictures;

/** One-dimensional and three-dimensional convolutions have channels too, but no rows and columns. */
const other = (i: number): Role => (i === 0 ? "batch" : i === 1 ? "channel" : "other");

/** [..., rows of a] × [..., columns of b]; what a constant makes of the last axis are channels. */
function multiplied([a, b]: Node["inputs"], shape: Shape, known: Known): Axes | undefined {
  const [left, right] = [a && known.get(a), b && known.get(b)];
  const leading = [left, right].find((axes) => axes?.roles.length === shape.length);
  if (!leading || shape.length < 2) return undefined;
  const { grid, before } = left?.grid ? left : (right ?? leading);
  const [row, column] = [left?.roles.at(-2) ?? "other", right ? right.roles.at(-1) : "channel"];
  return { roles: [...leading.roles.slice(0, -2), row, column ?? "other"], grid, before };
}

/** Tokens put before the grid's (a class token) move it. */
function joined({ inputs, attributes }: Node, first: Axes, known: Known): Axes {
  const axis = attributes.axis as number;
  const withGrid = inputs.findIndex((input) => input && known.get(input)?.grid);
  const source = inputs[withGrid];
  const axes = source && known.get(source);
  if (axes?.roles[axis] !== "token") return axes ?? first;
  const ahead = inputs.slice(0, withGrid).reduce((sum, input) => sum + (input?.shape[axis] ?? 0), 0);
  return { ...axes, before: axes.before + ahead };
}

function sliced(axes: Axes, along: readonly number[], starts: readonly number[]): Axes {
  const at = along.findIndex((axis) => axes.roles[axis] === "token");
  return at < 0 ? axes : { ...axes, before: axes.before - (starts[at] ?? 0) };
}

/** Of inputs with as many axes, one of the very shape before others, and the one of which most is known. */
function kept({ inputs }: Node, { shape }: Value, known: Known): Axes | undefined {
  let best: { axes: Axes; points: number } | undefined;
  for (const input of inputs) {
    const axes = input && known.get(input);
    if (!axes || axes.roles.length !== shape.length) continue;
    const same = shape.every((n, i) => n === input.shape[i]);
    const points = (same ? shape.length : 0) + axes.roles.filter((role) => role !== "other").length;
    if (!best || points > best.points) best = { axes, points };
  }
  return best?.axes;
}

/** Axes that a reduction, or a Gather of one index, leaves out. */
function without(axes: Axes, attributes: Node["attributes"], shape: Shape): Axes | undefined {
  const gone = attributes.axes ?? attributes.axis;
  const dropped = typeof gone === "number" ? [gone] : Array.isArray(gone) ? (gone as readonly number[]) : [];
  const roles = axes.roles.filter((_, i) => !dropped.includes(i));
  return dropped.length && roles.length === shape.length ? { ...axes, roles } : undefined;
}
