import type { Step } from "../../shared/inside.ts";
import type { Shape } from "../../shared/tensor.ts";
import type { Node, Value } from "../graph/graph.ts";

type Pair = readonly [number, number];

/** An operator that looks at its input through a window, in rows and columns; lines are maps of one row. */
export interface WindowOp {
  readonly node: Node;
  readonly kind: Step["kind"];
  /** [C, H, W] */
  readonly input: readonly [number, number, number];
  readonly output: readonly [number, number, number];
  readonly kernel: Pair;
  readonly stride: Pair;
  readonly dilation: Pair;
  /** [top, left, bottom, right] */
  readonly padding: readonly [number, number, number, number];
  readonly groups: number;
  /** Pooling: the greatest, or the mean; whether padding is counted in that. */
  readonly takes: "sum" | "maximum" | "mean";
  readonly countsPadding: boolean;
}

const kinds: Readonly<Record<string, Step["kind"]>> = {
  Conv: "convolution",
  ConvTranspose: "transposed convolution",
  MaxPool: "pooling",
  AveragePool: "pooling",
  GlobalMaxPool: "pooling",
  GlobalAveragePool: "pooling",
};

export const hasWindow = ({ op, opaque }: Node): boolean => !opaque && Object.hasOwn(kinds, op);

/** Throws TypeError for windows in three dimensions. */
export function windowOp(node: Node): WindowOp {
  const [x, w] = node.inputs as readonly [Value, Value | undefined]; // both have a first input, convolutions a second
  const y = node.outputs[0] as Value;
  const { attributes, op } = node;
  const spatial = x.shape.slice(2);
  if (spatial.length < 1 || spatial.length > 2)
    throw new TypeError(`${op} here goes over ${spatial.length} dimensions: windows are shown over rows and columns.`);
  const list = (name: string, otherwise: number, length = spatial.length) =>
    (attributes[name] as readonly number[] | undefined) ?? Array.from({ length }, () => otherwise);
  const isGlobal = op.startsWith("Global");
  const kernel = isGlobal ? spatial : ((attributes.kernel_shape as readonly number[] | undefined) ?? w?.shape.slice(2));
  const pads = list("pads", 0, 2 * spatial.length);
  const [top = 0, left = 0] = pair(pads.slice(0, spatial.length), 0);
  const [bottom = 0, right = 0] = pair(pads.slice(spatial.length), 0);
  return {
    node,
    kind: kinds[op] as Step["kind"], // `hasWindow` says so
    input: mapsOf(x.shape),
    output: mapsOf(y.shape),
    kernel: pair(kernel ?? [], 1),
    stride: pair(list("strides", 1), 1),
    dilation: pair(list("dilations", 1), 1),
    padding: [top, left, bottom, right],
    groups: (attributes.group as number | undefined) ?? 1,
    takes: op.endsWith("MaxPool") ? "maximum" : op.endsWith("AveragePool") ? "mean" : "sum",
    countsPadding: attributes.count_include_pad === 1,
  };
}

const pair = (list: readonly number[], otherwise: number): Pair =>
  list.length === 1 ? [otherwise, list[0] ?? otherwise] : [list[0] ?? otherwise, list[1] ?? otherwise];

const mapsOf = (shape: Shape): readonly [number, number, number] =>
  shape.length === 3 ? [shape[1] ?? 1, 1, shape[2] ?? 1] : [shape[1] ?? 1, shape[2] ?? 1, shape[3] ?? 1];

/** Input channels that output channel `channel` reads: the first, and how many. */
export function channelsRead({ kind, groups, input, output }: WindowOp, channel: number): Pair {
  if (kind === "pooling") return [channel, 1];
  const each = input[0] / groups;
  return [Math.floor((channel * groups) / output[0]) * each, each];
}

/**
 * Row and column under the first cell of the window of `place`. Of a transposed convolution: of its input with zeros inserted,
 * over which the flipped kernel goes in steps of one.
 */
export function originOf({ kind, kernel, stride, dilation, padding }: WindowOp, place: Pair): Pair {
  const along = (axis: 0 | 1) =>
    kind === "transposed convolution"
      ? place[axis] + padding[axis] - dilation[axis] * (kernel[axis] - 1)
      : place[axis] * stride[axis] - padding[axis];
  return [along(0), along(1)];
}

/** The input's numbers under the window [channels, kh, kw]: NaN where it is padding, 0 where zeros are inserted. */
export function windowAt(op: WindowOp, numbers: Float32Array, origin: Pair, [first, channels]: Pair): Float32Array {
  const { kernel, dilation, input, kind, stride } = op;
  const [, height, width] = input;
  const step = kind === "transposed convolution" ? stride : ([1, 1] as const);
  const window = new Float32Array(channels * kernel[0] * kernel[1]);
  let at = 0;
  for (let c = first; c < first + channels; c++)
    for (let i = 0; i < kernel[0]; i++) {
      const y = origin[0] + i * dilation[0];
      for (let j = 0; j < kernel[1]; j++) {
        const x = origin[1] + j * dilation[1];
        const isOutside = y < 0 || x < 0 || y > (height - 1) * step[0] || x > (width - 1) * step[1];
        const isInserted = y % step[0] !== 0 || x % step[1] !== 0;
        window[at++] = isOutside ? NaN : isInserted ? 0 : numbers[(c * height + y / step[0]) * width + x / step[1]]!;
      }
    }
  return window;
}

/** The cell of the greatest number; the first where there are several. Undefined: all is padding. */
export function picked(window: Float32Array, value: number): number | undefined {
  const found = window.indexOf(value);
  if (found >= 0) return found;
  let best: number | undefined;
  window.forEach((each, i) => {
    if (!Number.isNaN(each) && (best === undefined || each > window[best]!)) best = i;
  });
  return best;
}

/** By how many cells an average is divided: those inside, or inside the padding where that is counted, as ONNX's kernels do. */
export function divisorOf({ kernel, dilation, input, padding, countsPadding }: WindowOp, origin: Pair): number {
  const along = (axis: 0 | 1) => {
    const size = input[axis + 1] as number; // rows and columns follow the channels
    const [low, high] = countsPadding ? [-padding[axis], size + (padding[axis + 2] as number)] : [0, size];
    return Array.from({ length: kernel[axis] }, (_, k) => origin[axis] + k * dilation[axis]).filter(
      (at) => at >= low && at < high,
    ).length;
  };
  return along(0) * along(1);
}
