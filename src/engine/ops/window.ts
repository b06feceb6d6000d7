import { size, type Shape } from "../../shared/tensor.ts";
import type { Value } from "../graph/graph.ts";
import type { Builder } from "../graph/builder.ts";
import type { Attributes } from "./op.ts";
import { taps, type Taps } from "./reach.ts";

export interface Window {
  readonly strides: readonly number[];
  /** Begin of every axis, then end of every axis, as ONNX has them. */
  readonly pads: readonly number[];
  readonly dilations: readonly number[];
}

/** How far a kernel of `k` taps reaches, from its first to its last. */
const reach = (k: number, dilation: number) => dilation * (k - 1) + 1;
const at = (list: readonly number[], i: number) => list[i] as number; // windows are complete: one entry per axis

/** Fills in what an exporter left out of a window's attributes, and turns `auto_pad` into pads. */
export function completeWindow(spatial: Shape, kernel: Shape, given: Attributes): Attributes {
  const rank = spatial.length;
  const list = (name: string, otherwise: number, n = rank) => {
    const values = given[name] as readonly number[] | undefined;
    return values?.length ? values : Array.from({ length: n }, () => otherwise);
  };
  const strides = list("strides", 1);
  const dilations = list("dilations", 1);
  const auto = given.auto_pad ?? "NOTSET";
  if (auto === "SAME_UPPER" || auto === "SAME_LOWER") {
    const totals = spatial.map((n, i) =>
      Math.max(0, (Math.ceil(n / at(strides, i)) - 1) * at(strides, i) + reach(at(kernel, i), at(dilations, i)) - n),
    );
    const small = totals.map((total) => Math.floor(total / 2));
    const large = totals.map((total, i) => total - at(small, i));
    const pads = auto === "SAME_UPPER" ? [...small, ...large] : [...large, ...small];
    return { ...given, strides, dilations, pads };
  }
  return { ...given, strides, dilations, pads: auto === "VALID" ? list("", 0, 2 * rank) : list("pads", 0, 2 * rank) };
}

/**
 * The same for a pooling. With `ceil_mode`, ONNX's shape inference counts windows that start in the padding beyond the
 * far edge and its kernels leave them out; where that makes a difference, padding says which windows there are.
 */
export function completePool(spatial: Shape, given: Attributes): Attributes {
  const kernel = given.kernel_shape as readonly number[];
  const complete = completeWindow(spatial, kernel, given);
  const window = complete as unknown as Window; // completed just now
  if (!given.ceil_mode) return complete;
  const out = slide(spatial, kernel, window, true);
  const rest = remainder(spatial, kernel, out, window);
  if (rest.every((r) => r <= 0)) return complete;
  const over = rest.map((r) => Math.max(0, -r));
  // Padding that was made up here would be counted.
  if (given.count_include_pad && over.some((n) => n > 0)) return complete;
  return { ...complete, ceil_mode: 0, pads: window.pads.map((p, i) => p + (over[i - spatial.length] ?? 0)) };
}

/** Spatial size that a sliding window leaves, per axis. With `ceil`, windows that hang over the far edge count too. */
export const slide = (spatial: Shape, kernel: Shape, { strides, pads, dilations }: Window, ceil = false): Shape =>
  spatial.map((n, i) => {
    const room = n + at(pads, i) + at(pads, i + spatial.length) - reach(at(kernel, i), at(dilations, i));
    const steps = Math.floor(room / at(strides, i));
    if (!ceil) return steps + 1;
    const up = Math.ceil(room / at(strides, i));
    // A window that would start in the padding beyond the far edge is left out.
    return (up * at(strides, i) >= n + at(pads, i) ? steps : up) + 1;
  });

/** Rows and columns at the far edge that no window reached (or, below zero, that the last window hung over). */
export const remainder = (spatial: Shape, kernel: Shape, out: Shape, { strides, pads, dilations }: Window): Shape =>
  spatial.map(
    (n, i) =>
      n +
      at(pads, i) +
      at(pads, i + spatial.length) -
      ((at(out, i) - 1) * at(strides, i) + reach(at(kernel, i), at(dilations, i))),
  );

/** More taps or phases than this are not listed one by one: a file of a hundred bytes can ask for any number. */
const mostListed = 2 ** 16;
const places = (count: number) =>
  count > mostListed ? [0, count - 1] : Array.from({ length: count }, (_, place) => place);

/** The places that each window holds, per axis. */
export const windowTaps = (spatial: Shape, kernel: Shape, { strides, pads, dilations }: Window): Taps[] =>
  spatial.map((n, i) => {
    const window = places(at(kernel, i)).map((k) => k * at(dilations, i) - at(pads, i));
    return taps([window], n, { shift: at(strides, i) });
  });

/** The places that a transposed convolution's output is made of, per axis: those whose window holds it. */
export const spreadTaps = (spatial: Shape, kernel: Shape, { strides, pads, dilations }: Window): Taps[] =>
  spatial.map((n, i) => {
    const period = at(strides, i);
    const offsets = places(at(kernel, i)).map((k) => at(pads, i) - k * at(dilations, i));
    const sources = (phase: number) =>
      offsets.flatMap((offset) => ((phase + offset) % period === 0 ? [(phase + offset) / period] : [])).reverse();
    return {
      ...taps(
        Array.from({ length: Math.min(period, mostListed) }, (_, o) => sources(o)),
        n,
      ),
      period,
    };
  });

/** A convolution's kernel [O, I/g, …] as its gradient's: flipped in space, channels swapped within each group. */
export function transposedKernel(g: Builder, w: Value, group: number): Value {
  const [outs, ins, ...kernel] = w.shape as readonly [number, number, ...number[]];
  const taps = size(kernel);
  const perGroup = outs / group;
  let flipped = g.reshape(w, [group, perGroup, ins, taps]);
  if (taps > 1) flipped = g.one("Slice", [flipped], { starts: [-1], ends: [-taps - 1], axes: [3], steps: [-1] });
  return g.reshape(g.transpose(flipped, [0, 2, 1, 3]), [group * ins, perGroup, ...kernel]);
}

/**
 * Spreads `dy` back over the windows that it was read from, in equal parts of 1: the transpose of a sum over windows.
 * Every channel by itself, so channels join the batch and one kernel of ones serves all.
 */
export function spread(g: Builder, dy: Value, spatial: Shape, kernel: Shape, window: Window): Value {
  const [n, c, ...out] = dy.shape as readonly [number, number, ...number[]];
  const rest = remainder(spatial, kernel, out, window);
  const over = rest.map((r) => Math.max(0, -r));
  const spreadOut = g.one("ConvTranspose", [g.reshape(dy, [n * c, 1, ...out]), g.full([1, 1, ...kernel], 1)], {
    ...window,
    // What hung over the far edge is cut off again.
    pads: window.pads.map((p, i) => (i < spatial.length ? p : p + at(over, i - spatial.length))),
    output_padding: rest.map((r) => Math.max(0, r)),
  });
  return g.reshape(spreadOut, [n, c, ...spatial]);
}
