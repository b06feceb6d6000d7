import type { Shape } from "../../shared/tensor.ts";
import type { Builder } from "../graph/builder.ts";
import type { Value } from "../graph/graph.ts";
import { depthwise } from "./blocks.ts";
import { isKnownFinite } from "./known-finite.ts";
import { staysBlocked, steep } from "./mask.ts";
import type { Window } from "./window.ts";

// Which place of a window was the largest, the runtime tells at the price of several forward passes, and what it adds up
// by places is no faster. Here both are depthwise convolutions and products, which stay in the layout in blocks of
// channels. A window is taken apart into its rows and those into their places: the largest of each row, then of those. A
// difference of two places is linear, so that one convolution with a clip says which is larger.

/**
 * What a max pooling of stride 2 with windows of 2 or 3 sends back, to the first of the largest where several are;
 * undefined for any other, and where it would not be faster. x: [N, C, H, W], dy: as large as what was pooled.
 */
export function unpool(g: Builder, pooled: Value, kernel: Shape, window: Window, dy: Value): Value | undefined {
  const [size = 0] = kernel;
  if (size !== 2 && size !== 3) return undefined;
  const pads = window.pads.map((pad, i) => (i < 2 ? pad : Math.max(pad, overhang(pooled, size, window, dy, i - 2))));
  if (!isPlain(pooled, kernel, { ...window, pads }, dy) || !staysBlocked(g, pooled, dy)) return undefined;
  // A tap of 0 times infinity is NaN.
  if (!isKnownFinite(g.graph, pooled)) return undefined;
  const x = framed(g, pooled, pads);
  const [height, width] = [axisOf(x.shape[2]!, dy.shape[2]!), axisOf(x.shape[3]!, dy.shape[3]!)];

  const rowsLargest = g.one("MaxPool", [x], { kernel_shape: [1, size], strides: [1, 2] });
  const tall = (taps: readonly number[]) => compared(g, rowsLargest, upright(taps), { strides: [2, 1] });
  const rows = shared(g, size, tall, dy);
  const below = height.evens - height.windows;
  const evenRows = joined(g, rows, [0, 0, below, 0], [1, 0, below - 1, 0]);
  const oddRows = padded(g, rows.second, 1, [1, 0, height.odds - height.windows - 1, 0]);

  const right = width.evens - width.windows;
  const spread = (row: Value, top: number, bottom: number) => {
    const wide = (taps: readonly number[]) => compared(g, x, [taps], { strides: [2, 2], pads: [top, 0, 0, 0] });
    const places = shared(g, size, wide, row);
    const evens = joined(g, places, [0, 0, bottom, right], [0, 1, bottom, right - 1]);
    return [evens, padded(g, places.second, 1, [0, 0, bottom, right])] as const;
  };
  // Odd rows first: they begin with one above the first, which comes off again.
  const whole = interleave(g, [spread(oddRows, 1, 0), spread(evenRows, 0, height.odds - height.evens)]);
  const [top = 0, left = 0] = pads;
  return cut(g, whole, [1 + top, left], pooled.shape);
}

/** How far the last window reaches beyond the far edge, where ONNX counts windows that hang over (ceil_mode). */
const overhang = ({ shape }: Value, size: number, { pads }: Window, dy: Value, axis: number): number =>
  2 * (dy.shape[axis + 2]! - 1) + size - pads[axis]! - shape[axis + 2]!;

/** Less than any number that a map holds, and still no infinity times what comparisons are enlarged by. */
const beyond = -1e8;

/** With what is less than anything around it, as a max pooling counts its padding. */
function framed(g: Builder, x: Value, pads: Shape): Value {
  if (pads.every((n) => n === 0)) return x;
  // What a convolution pads with is 0: it is 1 within the frame that it tells from that.
  const within = depthwise(g, x, [[0]], { bias: 1 });
  const frame = depthwise(g, within, [[-beyond]], { pads, bias: beyond });
  return g.add(depthwise(g, x, [[1]], { pads }), frame);
}

function isPlain({ shape }: Value, kernel: Shape, { strides, pads, dilations }: Window, dy: Value): boolean {
  const [size = 0] = kernel;
  const isCovered = [0, 1].every((axis) => {
    const length = shape[axis + 2]! + pads[axis]! + pads[axis + 2]!;
    const rest = length - (2 * dy.shape[axis + 2]! - 2 + size);
    return rest === 0 || rest === 1;
  });
  return (
    kernel.length === 2 &&
    kernel[1] === size &&
    strides.every((n) => n === 2) &&
    // A window that is padding alone has no largest place.
    pads.every((n) => n >= 0 && n < size) &&
    dilations.every((n) => n === 1) &&
    isCovered
  );
}

/** Places with even and with odd indices; odd ones counted from −1. */
const axisOf = (places: number, windows: number) => ({
  windows,
  evens: Math.ceil(places / 2),
  odds: Math.floor(places / 2) + 1,
});

/** What each place of a window is sent. */
interface Shares {
  readonly first: Value;
  readonly second: Value;
  /** Of windows of 3, with its sign turned. */
  readonly minusThird?: Value;
}

/** `larger`: per window 1 where the sum of its places times `taps` is above 0, else 0; −1 for taps whose sign is turned. */
function shared(g: Builder, size: number, larger: (taps: readonly number[]) => Value, dy: Value): Shares {
  const firstOfTwo = size === 2 ? [-1, 1] : [-1, 1, 0];
  if (size === 2) {
    const second = g.mul(dy, larger(firstOfTwo));
    return { first: g.add(timesMinusOne(g, second), dy), second };
  }
  const beatsFirst = g.mul(dy, larger([-1, 0, 1]));
  const third = g.mul(beatsFirst, larger([0, -1, 1]));
  const minusThird = timesMinusOne(g, third);
  const rest = g.add(minusThird, dy);
  const second = g.mul(rest, larger(firstOfTwo));
  return { first: g.add(timesMinusOne(g, second), rest), second, minusThird };
}

/** The places with even indices: the first of one window, and the third of the one before it. */
function joined(g: Builder, { first, minusThird }: Shares, pads: Shape, padsOfThird: Shape): Value {
  const own = padded(g, first, 1, pads);
  return minusThird ? g.add(padded(g, minusThird, -1, padsOfThird), own) : own;
}

type Pair = readonly [even: Value, odd: Value];

/**
 * Pictures of one size [N, C, h, w] put together to [N, C, 2h, 2w]: the first pair's are the even rows, of which the first
 * has the even columns. With the channels last, which the runtime's blocks are turned to as they are read and from which
 * they are made, whole pixels are copied: several times as fast as its DepthToSpace.
 */
function interleave(g: Builder, [evenRows, oddRows]: readonly [Pair, Pair]): Value {
  const [n = 1, c = 1, h = 1, w = 1] = evenRows[0].shape;
  const rows = [evenRows, oddRows].map((pair) => {
    const columns = pair.map((picture) => g.transpose(picture, [0, 2, 3, 1]));
    return g.reshape(g.concat(columns, 3), [n, h, 2 * w * c]);
  });
  return g.transpose(g.reshape(g.concat(rows, 2), [n, 2 * h, 2 * w, c]), [0, 3, 1, 2]);
}

/** What begins at that row and column, of the size of `shape`: by a kernel that is 1 there and reaches over all the rest. */
function cut(g: Builder, whole: Value, [top, left]: readonly [number, number], shape: Shape): Value {
  const [rows = 0, columns = 0] = [2, 3].map((axis) => whole.shape[axis]! - shape[axis]! + 1);
  const taps = (row: number) => Array.from({ length: columns }, (_, column) => Number(row === top && column === left));
  return depthwise(
    g,
    whole,
    Array.from({ length: rows }, (_, row) => taps(row)),
  );
}

const timesMinusOne = (g: Builder, x: Value) => depthwise(g, x, [[-1]]);
const padded = (g: Builder, x: Value, sign: 1 | -1, pads: Shape) =>
  sign === 1 && pads.every((n) => n === 0) ? x : depthwise(g, x, [[sign]], { pads });
const upright = (taps: readonly number[]) => taps.map((tap) => [tap]);

/** 1 where the sum of a window's places times `taps` is above 0, else 0. */
const compared = (
  g: Builder,
  x: Value,
  taps: readonly (readonly number[])[],
  window: { strides: Shape; pads?: Shape },
) => {
  const enlarged = taps.map((row) => row.map((tap) => steep * tap));
  return g.one("Clip", [depthwise(g, x, enlarged, window)], { min: 0, max: 1 });
};
