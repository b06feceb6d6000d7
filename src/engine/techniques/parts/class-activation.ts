import { float32, type FloatTensor } from "../../../shared/tensor.ts";
import { NotApplicable } from "../technique.ts";

/** Σ_c weight_c · A_c over the channels of maps A [1, C, h, w]: [1, 1, h, w]; negative evidence is dropped unless it is wanted. */
export function weightedSum(maps: FloatTensor, weights: ArrayLike<number>, keepNegative: boolean): FloatTensor {
  const [, channels = 1, height = 1, width = 1] = maps.shape;
  const plane = height * width;
  const sum = new Float32Array(plane);
  for (let c = 0; c < channels; c++) {
    const weight = weights[c] ?? 0;
    for (let p = 0; p < plane; p++) sum[p]! += weight * maps.data[c * plane + p]!;
  }
  return float32([1, 1, height, width], keepNegative ? sum : sum.map((value) => Math.max(value, 0)));
}

/** The mean over space of each channel of [1, C, h, w]. */
export function spatialMeans({ shape, data }: FloatTensor): Float32Array {
  const [, channels = 1, height = 1, width = 1] = shape;
  const plane = height * width;
  return Float32Array.from({ length: channels }, (_, c) => {
    let sum = 0;
    for (let p = 0; p < plane; p++) sum += data[c * plane + p]!;
    return sum / plane;
  });
}

export function demandMaps({ shape }: FloatTensor, layer: string): void {
  if (shape.length !== 4)
    throw new NotApplicable(
      `${layer} has no maps: its output is ${shape.join(" × ")}, not channels over a grid. Choose a convolution.`,
    );
}
