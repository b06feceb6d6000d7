import type { Shape } from "../../shared/tensor.ts";
import type { Builder } from "../graph/builder.ts";
import type { Value } from "../graph/graph.ts";
import { block } from "./blocks.ts";
import type { Window } from "./window.ts";

/** One axis of a transposed convolution as a convolution that finds `stride` neighbours of the output at a time. */
interface Axis {
  readonly stride: number;
  /** Places of the kernel that the phases share: as many as the longest of them has. */
  readonly taps: number;
  /** Taps of zero before the kernel's first one and after its last, so that every phase has all places. */
  readonly before: number;
  readonly after: number;
  readonly pads: readonly [number, number];
  readonly length: number;
}

/**
 * The transpose of a convolution with strides whose input has few channels, as a picture has: one convolution with the
 * phases of the kernel (Shi et al. 2016, sub-pixel convolution), whose channels are neighbouring pixels. Half as long as
 * ConvTranspose. dy: [N, O, H, W], w: [O, C, kH, kW]; `spatial`: the size of what was convolved. Undefined where phases
 * do not fit a block of channels, or a window never reached past an edge.
 */
export function inPhases(
  g: Builder,
  dy: Value,
  w: Value,
  spatial: Shape,
  { strides, pads, dilations, group }: Window & { readonly group: number },
): Value | undefined {
  const [outs = 1, channels = 1, ...kernel] = w.shape;
  const phases = strides.reduce((product, stride) => product * stride, 1);
  if (spatial.length !== 2 || group !== 1 || dilations.some((d) => d !== 1)) return undefined;
  if (phases === 1 || channels * phases > block || outs % block !== 0) return undefined;
  const axes = kernel.map((k, i) => axisOf(k, strides[i]!, pads[i]!, dy.shape[i + 2]!, spatial[i]!));
  const [rows, columns] = axes as [Axis, Axis];
  if (axes.some(({ pads }) => pads.some((pad) => pad < 0))) return undefined;

  const all = axes.map(({ before }) => before);
  const rest = axes.map(({ after }) => after);
  const padded = g.one("Pad", [w], { pads: [0, 0, ...all, 0, 0, ...rest] });
  const apart = g.reshape(padded, [outs, channels, rows.taps, rows.stride, columns.taps, columns.stride]);
  const flipped = g.one("Slice", [apart], { starts: [-1, -1], ends: [-rows.taps - 1, -columns.taps - 1], axes: [2, 4], steps: [-1, -1] }); // prettier-ignore
  const filters = g.reshape(g.transpose(flipped, [3, 1, 5, 0, 2, 4]), [
    channels * phases,
    outs,
    rows.taps,
    columns.taps,
  ]);
  const [top, bottom] = rows.pads;
  const [left, right] = columns.pads;
  const found = g.one("Conv", [dy, filters], { pads: [top, left, bottom, right] });

  // With the channels last the runtime only drops what fills its block up. Then one axis is moved at a time, which it does
  // in pieces as long as what lies behind: neighbours in a row, then rows.
  const last = g.transpose(found, [0, 2, 3, 1]);
  const [n = 1] = dy.shape;
  const [high, wide] = [rows.length, columns.length * columns.stride];
  const pieces = g.reshape(last, [n * high, columns.length, rows.stride * channels, columns.stride]);
  const lines = g.reshape(g.transpose(pieces, [0, 2, 1, 3]), [n, high, rows.stride, channels, wide]);
  const whole = g.reshape(g.transpose(lines, [0, 3, 1, 2, 4]), [n, channels, high * rows.stride, wide]);
  const isWhole = whole.shape.slice(2).every((length, i) => length === spatial[i]);
  return isWhole ? whole : g.one("Slice", [whole], { starts: [0, 0], ends: spatial, axes: [2, 3] });
}

/**
 * Output place q = stride·u + phase gets from input place u − j what tap phase + pad + stride·j weighs: those j that give
 * a tap in any phase are the places of the kernel, the last first.
 */
function axisOf(kernel: number, stride: number, pad: number, from: number, to: number): Axis {
  const first = Math.ceil(-(stride - 1 + pad) / stride);
  const last = Math.floor((kernel - 1 - pad) / stride);
  const taps = last - first + 1;
  const before = -(pad + stride * first);
  const length = Math.ceil(to / stride);
  return {
    stride,
    taps,
    before,
    after: stride * taps - before - kernel,
    pads: [last, length - from - last + taps - 1],
    length,
  };
}
