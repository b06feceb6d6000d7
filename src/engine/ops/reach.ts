import type { Shape } from "../../shared/tensor.ts";
import type { Operand, Value } from "../graph/graph.ts";
import type { Attributes } from "./op.ts";

/** What is read where an axis has ended: nothing, or once more what lies inside. */
export type Beyond = "nothing" | "edge" | "reflect" | "wrap";

/**
 * Which places along an axis of the input a place along an axis of the output depends on. Places are numbered on beyond
 * both ends, as if the picture had no border: what o depends on, o + period depends on `shift` places further.
 */
export interface Taps {
  readonly period: number;
  readonly shift: number;
  /** Of the places 0 to period − 1. */
  readonly at: readonly (readonly number[])[];
  /** Number of places that the input has. */
  readonly count: number;
  readonly beyond: Beyond;
}

/** What becomes of an axis of the input: an axis of the output, or (undefined) none. Without taps, place by place. */
export interface Link {
  readonly to: number | undefined;
  /** Asked only of axes that tell places apart: a list for thousands of channels is never made. */
  readonly taps?: () => Taps;
  /** Each place sees all places along the axis. */
  readonly all?: true;
}

/**
 * Where in an input a place of the output looks. "same": at its own place, axes aligned from the last as in
 * broadcasting; "regroup": at the same element in row-major order; "everywhere": at all of it. A list tells for every
 * axis of the input what becomes of it; undefined: all places along it are mixed (as a convolution mixes channels).
 */
export type Reach = "same" | "regroup" | "everywhere" | readonly (Link | undefined)[];

export interface ReachContext<A = Attributes> {
  readonly inputs: readonly [Value, ...Value[]];
  readonly outputs: readonly [Value, ...Value[]];
  readonly attributes: A;
  /** The input and the output that are asked about, counted from 0. */
  readonly input: number;
  readonly output: number;
  /** The elements of a constant that is at hand. */
  numbers(value: Operand): readonly number[] | undefined;
}

export const taps = (
  at: Taps["at"],
  count: number,
  { shift = 1, beyond = "nothing" }: { readonly shift?: number; readonly beyond?: Beyond } = {},
): Taps => ({ period: at.length, shift, at, count, beyond });

/** Whether every place sees only itself, of as many as there are. */
export const isSame = ({ period, shift, at, count }: Taps, places: number): boolean =>
  period === 1 && shift === 1 && at[0]?.length === 1 && at[0][0] === 0 && count === places;

/** The place inside that a place beyond the end stands for; undefined: none. */
export function inside(place: number, { count, beyond }: Taps): number | undefined {
  if (place >= 0 && place < count) return place;
  if (beyond === "nothing" || count === 0) return undefined;
  if (beyond === "edge") return place < 0 ? 0 : count - 1;
  const round = beyond === "wrap" ? count : Math.max(1, 2 * (count - 1));
  const within = ((place % round) + round) % round;
  return within < count ? within : round - within;
}

/** Every axis keeps its places, but for those whose places are all mixed. */
export const mixing = (shape: Shape, axes: readonly number[], keepdims = true): Reach =>
  shape.map((_, axis) =>
    axes.includes(axis) ? undefined : { to: keepdims ? axis : axis - axes.filter((other) => other < axis).length },
  );

/** Every axis keeps its places, and along some each sees all: as where they are brought to one mean. */
export const sharing = (shape: Shape, axes: readonly number[]): Reach =>
  shape.map((_, to) => (axes.includes(to) ? { to, all: true } : { to }));

export const axesFrom = (shape: Shape, first: number): number[] => [...shape.keys()].slice(first);

/** Batch and channels first, then the axes that `along` is about. */
export const spatial = (along: readonly Taps[], channels: "mixed" | "kept"): Reach => [
  { to: 0 },
  channels === "kept" ? { to: 1 } : undefined,
  ...along.map((each, i) => ({ to: i + 2, taps: () => each })),
];

/** The reach of an op's first input; the others are weights, which hold nothing of the picture unless it made them. */
export const ofFirst =
  <C extends ReachContext>(reach: Reach | ((context: C) => Reach)) =>
  (context: C): Reach =>
    context.input > 0 ? "everywhere" : typeof reach === "function" ? reach(context) : reach;

export const greatestCommonDivisor = (a: number, b: number): number => (b === 0 ? a : greatestCommonDivisor(b, a % b));
