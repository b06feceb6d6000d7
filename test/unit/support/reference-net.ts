import { float32, size, type FloatTensor } from "../../../src/shared/tensor.ts";
import { convolution, convolutionBack, linear, maps, pooled, rectified, unpooled, type Maps } from "./loops.ts";
import { node, onnxFile, value, weight, type Stored } from "./onnx-nets.ts";
import { random } from "./random.ts";

/**
 * One small classifier twice: as a file, and as plain loops in double precision that know nothing of the engine.
 * conv1 + ReLU, max pooling, conv2 + ReLU, global average pooling, one linear layer.
 */
export const pictureShape = [1, 3, 12, 10] as const;
export const classCount = 4;
export const gridSize = [6, 5] as const;
const cells = gridSize[0] * gridSize[1];
const maxima = 4;
const features = 5;

/** Few bits each, so that every float type holds them exactly. */
const coarse = (seed: number, length: number) => random(seed, length).map((x) => Math.round(x * 64) / 64);

const kernel1 = coarse(11, maxima * 3 * 9);
const bias1 = coarse(12, maxima);
const kernel2 = coarse(13, features * maxima * 9);
const bias2 = coarse(14, features);
export const classWeights = coarse(15, classCount * features);
const classBias = coarse(16, classCount);

const first = { data: kernel1, outs: maxima, side: 3, stride: 1, pad: 1 };
const second = { data: kernel2, outs: features, side: 3, stride: 1, pad: 1 };

export const picture = (seed: number): FloatTensor => float32(pictureShape, coarse(seed, size(pictureShape)));

interface Forward {
  readonly x: Maps;
  readonly z1: Maps;
  readonly a1: Maps;
  readonly pool: Maps;
  readonly z2: Maps;
  readonly a2: Maps;
  readonly scores: readonly number[];
}

export function forward(pixels: ArrayLike<number>): Forward {
  const x = maps([3, 12, 10], pixels);
  const z1 = convolution(x, first, bias1);
  const a1 = rectified(z1);
  const pool = pooled(a1);
  const z2 = convolution(pool, second, bias2);
  const a2 = rectified(z2);
  return { x, z1, a1, pool, z2, a2, scores: linear(averaged(a2), classWeights, classBias) };
}

export const scoresOf = (pixels: ArrayLike<number>): readonly number[] => forward(pixels).scores;

/** How a signal passes a ReLU on its way back, by what was there on the way forward. */
export type Gate = (signal: number, before: number) => number;
export const openGate: Gate = (signal, before) => (before > 0 ? signal : 0);
export const guidedGate: Gate = (signal, before) => (before > 0 ? Math.max(signal, 0) : 0);
export const deconvnetGate: Gate = (signal) => Math.max(signal, 0);

/** The signal at conv2's output that a weighted sum of scores sends back. */
export const signalAtMaps = (weights: ArrayLike<number>): Float64Array =>
  Float64Array.from({ length: features * cells }, (_, i) => {
    const feature = Math.floor(i / cells);
    const sum = Array.from(weights).reduce((total, s, k) => total + s * classWeights[k * features + feature]!, 0);
    return sum / cells;
  });

/** From conv2's output (after its ReLU) back to the pooling and to the pixels. */
export function back(pixels: ArrayLike<number>, signal: ArrayLike<number>, gate: Gate): { pool: Maps; pixels: Maps } {
  const { x, z1, a1, pool, z2 } = forward(pixels);
  const through = (z: Maps, dy: Maps): Maps => ({ ...z, data: z.data.map((before, i) => gate(dy.data[i]!, before)) });
  const atPool = convolutionBack(pool, second, through(z2, maps(z2.shape, signal)));
  return { pool: atPool, pixels: convolutionBack(x, first, through(z1, unpooled(a1, atPool))) };
}

export const gradientOf = (pixels: ArrayLike<number>, weights: ArrayLike<number>, gate = openGate): Float64Array =>
  back(pixels, signalAtMaps(weights), gate).pixels.data;

const averaged = ({ shape: [channels], data }: Maps): Maps =>
  maps(
    [channels, 1, 1],
    Array.from({ length: channels }, (_, c) =>
      data.subarray(c * cells, (c + 1) * cells).reduce((sum, value) => sum + value / cells, 0),
    ),
  );

export interface Variant {
  readonly batch?: number | string;
  /** What stands after the scores in the file. */
  readonly end?: "Softmax" | "LogSoftmax" | "Sigmoid";
  readonly stored?: Stored;
  readonly layout?: "NCHW" | "NHWC";
}

export function referenceFile({ batch = "N", end, stored = "float32", layout = "NCHW" }: Variant = {}): string {
  const nhwc = layout === "NHWC";
  const pads = { pads: [1, 1, 1, 1] };
  const nodes = [
    ...(nhwc ? [node("Transpose", ["image"], "turned", { perm: [0, 3, 1, 2] })] : []),
    node("Conv", [nhwc ? "turned" : "image", "conv1.weight", "conv1.bias"], "conv1", pads),
    node("Relu", ["conv1"], "relu1"),
    node("MaxPool", ["relu1"], "pool1", { kernel_shape: [2, 2], strides: [2, 2] }),
    node("Conv", ["pool1", "conv2.weight", "conv2.bias"], "conv2", pads),
    node("Relu", ["conv2"], "relu2"),
    node("GlobalAveragePool", ["relu2"], "average"),
    node("Flatten", ["average"], "flat"),
    node("Gemm", ["flat", "fc.weight", "fc.bias"], "scores", { transB: 1 }),
    ...(end ? [node(end, ["scores"], "answer")] : []),
  ];
  return onnxFile({
    nodes,
    weights: [
      weight("conv1.weight", [maxima, 3, 3, 3], kernel1, stored),
      weight("conv1.bias", [maxima], bias1, stored),
      weight("conv2.weight", [features, maxima, 3, 3], kernel2, stored),
      weight("conv2.bias", [features], bias2, stored),
      weight("fc.weight", [classCount, features], classWeights, stored),
      weight("fc.bias", [classCount], classBias, stored),
    ],
    inputs: [value("image", nhwc ? [batch, 12, 10, 3] : [batch, 3, 12, 10], stored)],
    outputs: [value(end ? "answer" : "scores", [batch, classCount], stored)],
  });
}
