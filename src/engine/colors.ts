import type { Preparation } from "../shared/preparation.ts";
import type { FloatTensor } from "../shared/tensor.ts";
import { imagenet } from "./images/imagenet.ts";
import type { Colors } from "./techniques/technique.ts";

/** What the named colours are as numbers of the network's input. */
export function colorsOf({ color, range: [low, high], mean, deviation }: Preparation): Colors {
  const channels = color === "gray" ? 1 : 3;
  const each = (value: (c: number) => number) =>
    Array.from({ length: channels }, (_, c) => {
      const [m, d] = [mean[c % mean.length] ?? 0, deviation[c % deviation.length] ?? 1];
      return (low + value(c) * (high - low) - m) / d;
    });
  const meanOf = (c: number) => imagenet.mean[color === "BGR" ? 2 - c : c] ?? 0;
  const grayMean = 0.299 * meanOf(0) + 0.587 * meanOf(1) + 0.114 * meanOf(2);
  // What a network subtracts is its training set's mean; that it subtracts it says so.
  const subtracted = mean.some((m) => m !== 0) && deviation.every((d) => d > 0);
  return {
    black: each(() => 0),
    white: each(() => 1),
    gray: each(() => 0.5),
    mean: subtracted ? Array.from({ length: channels }, () => 0) : each((c) => (channels === 1 ? grayMean : meanOf(c))),
  };
}

/** Where only a tensor is known: its own extremes and means stand for the colours, per channel. */
export function colorsIn({ shape, data }: FloatTensor): Colors {
  const channels = shape[1] ?? 1;
  const plane = data.length / channels;
  const each = (of: (values: Float32Array) => number) =>
    Array.from({ length: channels }, (_, c) => of(data.subarray(c * plane, (c + 1) * plane)));
  const least = (values: Float32Array) => values.reduce((a, b) => Math.min(a, b), Infinity);
  const greatest = (values: Float32Array) => values.reduce((a, b) => Math.max(a, b), -Infinity);
  return {
    black: each(least),
    white: each(greatest),
    gray: each((values) => (least(values) + greatest(values)) / 2),
    mean: each((values) => values.reduce((a, b) => a + b, 0) / values.length),
  };
}
