import type { Preparation } from "../../shared/preparation.ts";
import { float32, type FloatTensor } from "../../shared/tensor.ts";
import type { Builder } from "../graph/builder.ts";
import type { Value } from "../graph/graph.ts";
import { channels, sizeOf, type Canvas } from "./canvas.ts";
import { luma } from "./luminance.ts";

const selected = { RGB: [0, 1, 2], BGR: [2, 1, 0] } as const;

/** From a canvas to a network's input and back: one straight line per channel. `into`: memory of that size, to be used again. */
export interface InputLine {
  toNetwork(canvas: Canvas, into?: Float32Array<ArrayBuffer>): FloatTensor;
  /** A gradient with respect to the network's input, as one with respect to the canvas. */
  back(gradient: FloatTensor): Canvas;
  /** The same as part of a program: the network's input, of a canvas. */
  inProgram(g: Builder, canvas: Value): Value;
  /** What of a gradient a picture is moved by: brightness alone where the network sees no colours, which would mean nothing. */
  readonly moving: { along(gradient: Canvas): Canvas; inProgram(g: Builder, gradient: Value): Value };
}

/** The same arithmetic that prepares a photo, without the rounding. */
export function inputLine({ color, range: [low, high], mean, deviation }: Preparation): InputLine {
  const outs = color === "gray" ? 1 : channels;
  const lines = Array.from({ length: outs }, (_, c) => {
    const divisor = deviation[c] ?? deviation[0] ?? 1;
    const factor = (high - low) / 255 / divisor;
    const weights = color === "gray" ? luma : luma.map((_, i) => Number(i === selected[color][c]));
    return { weights: weights.map((w) => w * factor), offset: (low - (mean[c] ?? mean[0] ?? 0)) / divisor };
  });
  return {
    toNetwork(canvas, into) {
      const { height, width } = sizeOf(canvas);
      const plane = height * width;
      const input = into ?? new Float32Array(outs * plane);
      lines.forEach(({ weights, offset }, c) => {
        const sum = input.subarray(c * plane, (c + 1) * plane);
        combine(weights, (k) => canvas.data.subarray(k * plane, (k + 1) * plane), offset, sum);
      });
      return float32([1, outs, height, width], input);
    },
    back(gradient) {
      const [, , height = 1, width = 1] = gradient.shape;
      const plane = height * width;
      const canvas = new Float32Array(channels * plane);
      for (let k = 0; k < channels; k++) {
        const weights = lines.map((line) => line.weights[k] ?? 0);
        const sum = canvas.subarray(k * plane, (k + 1) * plane);
        combine(weights, (c) => gradient.data.subarray(c * plane, (c + 1) * plane), 0, sum);
      }
      return float32([1, channels, height, width], canvas);
    },
    inProgram(g, canvas) {
      const [, , height = 1, width = 1] = canvas.shape;
      const matrix = g.constant(
        float32(
          [outs, channels],
          lines.flatMap(({ weights }) => weights),
        ),
      );
      const offsets = g.constant(
        float32(
          [outs, 1],
          lines.map(({ offset }) => offset),
        ),
      );
      const planes = g.reshape(canvas, [channels, height * width]);
      return g.reshape(g.add(g.matmul(matrix, planes), offsets), [1, outs, height, width]);
    },
    moving: color === "gray" ? alike : freely,
  };
}

const freely: InputLine["moving"] = { along: (gradient) => gradient, inProgram: (_, gradient) => gradient };

/** All three colours by the same, their mean: the nearest that is grey. */
const alike: InputLine["moving"] = {
  along({ shape, data }) {
    const plane = data.length / channels;
    const moved = new Float32Array(data.length);
    const planes = Array.from({ length: channels }, (_, k) => data.subarray(k * plane, (k + 1) * plane));
    for (let k = 0; k < channels; k++)
      combine(planes.map(() => 1 / channels), (c) => planes[c]!, 0, moved.subarray(k * plane, (k + 1) * plane)); // prettier-ignore
    return float32(shape, moved);
  },
  inProgram(g, gradient) {
    const mean = g.mean(gradient, [1]);
    return g.concat([mean, mean, mean], 1);
  },
};

/** Planes times weights, and the offset; those that weigh nothing are not read. */
function combine(
  weights: readonly number[],
  plane: (index: number) => Float32Array,
  offset: number,
  into: Float32Array,
): void {
  const [first, ...rest] = weights.flatMap((weight, index) => (weight === 0 ? [] : [{ weight, from: plane(index) }]));
  if (!first) {
    into.fill(offset);
    return;
  }
  fill(into, first.from, first.weight, offset);
  for (const { weight, from } of rest) add(into, from, weight);
}

// Loops of their own over plain names: three times as fast as among closures.

function fill(into: Float32Array, from: Float32Array, weight: number, offset: number): void {
  for (let i = 0; i < into.length; i++) into[i] = weight * from[i]! + offset;
}

function add(into: Float32Array, from: Float32Array, weight: number): void {
  for (let i = 0; i < into.length; i++) into[i]! += weight * from[i]!;
}
