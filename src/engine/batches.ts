import { float32, size, type FloatTensor } from "../shared/tensor.ts";

/** `count` images from number `from` on; where there are no more, the last one again. */
export function rows({ shape, data }: FloatTensor, from: number, count: number): FloatTensor {
  const [total = 1, ...rest] = shape;
  const each = size(rest);
  if (from === 0 && count === total) return float32(shape, data);
  const part = new Float32Array(count * each);
  for (let i = 0; i < count; i++) {
    const row = Math.min(from + i, total - 1);
    part.set(data.subarray(row * each, (row + 1) * each), i * each);
  }
  return float32([count, ...rest], part);
}

/** The first `count` rows of several batches one after the other. */
export function joinBatches(parts: readonly FloatTensor[], count: number): FloatTensor {
  const [first] = parts;
  if (!first) return float32([0], []);
  const [, ...rest] = first.shape;
  if (parts.length === 1 && first.shape[0] === count) return first;
  const each = size(rest);
  const data = new Float32Array(count * each);
  let filled = 0;
  for (const part of parts) {
    const fit = part.data.subarray(0, data.length - filled);
    data.set(fit, filled);
    filled += fit.length;
  }
  return float32([count, ...rest], data);
}

/** Row by row over [N, K]; the greatest score is taken off first, so that nothing overflows. */
export function softmax({ shape, data }: FloatTensor): FloatTensor {
  const classes = shape[1] ?? 1;
  const result = new Float32Array(data.length);
  for (let row = 0; row < data.length; row += classes) {
    const scores = data.subarray(row, row + classes);
    const top = scores.reduce((max, score) => Math.max(max, score), -Infinity);
    const powers = scores.map((score) => Math.exp(score - top));
    const sum = powers.reduce((a, b) => a + b, 0);
    result.set(
      powers.map((power) => power / sum),
      row,
    );
  }
  return float32(shape, result);
}

export const sigmoid = ({ shape, data }: FloatTensor): FloatTensor =>
  float32(
    shape,
    data.map((score) => 1 / (1 + Math.exp(-score))),
  );
