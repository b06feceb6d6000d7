import { blank, brightest, channels, sizeOf, type Canvas } from "./canvas.ts";
import { magnitudes } from "./optimizers.ts";
import { smoothed } from "./transformations/blur.ts";

/** Something to pay: a number that grows with what is not wanted, and how it grows with each pixel. */
export interface Penalty {
  readonly name: string;
  /** `uphill`: the objective's own gradient, for those that are measured against it. */
  of(canvas: Canvas, uphill: Canvas): { readonly loss: number; readonly gradient: Canvas };
}

/** None where it weighs nothing: that is neither paid nor told. */
export const paid = (weight: number, penalty: (weight: number) => Penalty): readonly Penalty[] =>
  weight === 0 ? [] : [penalty(weight)];

/** What is done to the picture after a step. `gradient`: the objective's, of any length. Steps count from 1. */
export type Repair = (canvas: Canvas, gradient: Canvas, step: number) => Canvas;

const like = (canvas: Canvas): Canvas => blank(sizeOf(canvas).height, sizeOf(canvas).width);

/** Sums over pixels are divided by their number, and colours by the brightest: weights hold for every size and scale. */
function perPixel(canvas: Canvas, of: (value: number, channel: number) => readonly [number, number]) {
  const gradient = like(canvas);
  const plane = canvas.data.length / channels;
  let loss = 0;
  for (let i = 0; i < canvas.data.length; i++) {
    const [own, slope] = of(canvas.data[i]!, Math.floor(i / plane));
    loss += own / canvas.data.length;
    gradient.data[i] = slope / canvas.data.length;
  }
  return { loss, gradient };
}

/** Simonyan et al. 2014: half the square of each pixel's distance from a colour. */
export const l2 = (weight: number, from: readonly number[]): Penalty => ({
  name: "L2",
  of: (canvas) =>
    perPixel(canvas, (x, c) => {
      const d = (x - (from[c] ?? 0)) / brightest;
      return [(weight * d * d) / 2, (weight * d) / brightest];
    }),
});

/**
 * The same, with the weight by which a pixel that is as far from the colour as black is from white is drawn back by that
 * share of the objective's mean slope: it holds for any network, layer and score, and for a probability that hardly slopes
 * any more.
 */
export const l2ByShare = (share: number, from: readonly number[]): Penalty => ({
  name: "L2",
  of(canvas, uphill) {
    const weight = share * magnitudes.mean(uphill.data) * brightest * canvas.data.length;
    return l2(weight, from).of(canvas, uphill);
  },
});

/** Mahendran & Vedaldi 2015: the α-th power of each pixel's distance from a colour. */
export const alphaNorm = (weight: number, alpha: number, from: readonly number[]): Penalty => ({
  name: "α-norm",
  of: (canvas) =>
    perPixel(canvas, (x, c) => {
      const d = (x - (from[c] ?? 0)) / brightest;
      const power = Math.abs(d) ** (alpha - 1);
      return [weight * power * Math.abs(d), (weight * alpha * power * Math.sign(d)) / brightest];
    }),
});

/** Mahendran & Vedaldi 2015: (difference to the right² + difference downwards²)^(β/2); β = 1 is the usual one. */
export const totalVariation = (weight: number, beta = 1): Penalty => ({
  name: "total variation",
  of(canvas) {
    const { height, width } = sizeOf(canvas);
    const gradient = like(canvas);
    const { data } = canvas;
    const unit = 1 / (brightest * brightest);
    let loss = 0;
    for (let row = 0; row < channels * height; row++)
      for (let x = 0; x < width; x++) {
        const at = row * width + x;
        const right = x + 1 < width ? data[at + 1]! - data[at]! : 0;
        const down = row % height < height - 1 ? data[at + width]! - data[at]! : 0;
        const square = (right * right + down * down) * unit;
        if (square === 0) continue;
        loss += square ** (beta / 2) / data.length;
        const slope = (weight * beta * square ** (beta / 2 - 1) * unit) / data.length;
        gradient.data[at]! -= slope * (right + down);
        if (right !== 0) gradient.data[at + 1]! += slope * right;
        if (down !== 0) gradient.data[at + width]! += slope * down;
      }
    return { loss: weight * loss, gradient };
  },
});

/** Yosinski et al. 2015, L2 decay: each step takes a share of the distance from a colour away. */
export const decay =
  (share: number, towards: readonly number[]): Repair =>
  (canvas) => {
    const plane = canvas.data.length / channels;
    const nearer = like(canvas);
    for (let c = 0; c < channels; c++)
      for (let p = c * plane; p < (c + 1) * plane; p++)
        nearer.data[p] = canvas.data[p]! + share * ((towards[c] ?? 0) - canvas.data[p]!);
    return nearer;
  };

/** Yosinski et al. 2015: a Gaussian blur after every so many steps. */
export const blurEvery =
  (steps: number, sigma: number): Repair =>
  (canvas, _gradient, step) =>
    step % steps === 0 ? smoothed(canvas, sigma) : canvas;

/** Shares of the pixels. */
interface Small {
  readonly norm: number;
  readonly contribution: number;
}

/**
 * Yosinski et al. 2015: one share of the pixels, those whose colours are nearest to `towards`, gets it, and one share, those
 * which give least: |Σ colour · gradient|, how much would be lost. Both are chosen before either is cleared, since what has
 * the colour gives nothing.
 */
export const clipSmall =
  ({ norm, contribution }: Small, towards: readonly number[]): Repair =>
  (canvas, gradient) => {
    const squares = summed(canvas, towards, (offset) => offset * offset);
    const contributions = summed(canvas, towards, (offset, i) => offset * gradient.data[i]!).map(Math.abs);
    const [near, idle] = [below(squares, norm), below(contributions, contribution)];
    return cleared(canvas, towards, (p) => squares[p]! < near || contributions[p]! < idle);
  };

/** For each pixel, the sum over its three numbers. */
function summed(canvas: Canvas, towards: readonly number[], of: (offset: number, i: number) => number): Float32Array {
  const plane = canvas.data.length / channels;
  const sums = new Float32Array(plane);
  for (let c = 0, i = 0; c < channels; c++) {
    const color = towards[c] ?? 0;
    for (let p = 0; p < plane; p++, i++) sums[p]! += of(canvas.data[i]! - color, i);
  }
  return sums;
}

/** What that share of the numbers is below. */
const below = (numbers: Float32Array, share: number): number =>
  numbers.slice().sort()[Math.floor(share * numbers.length)] ?? Infinity;

/** Those pixels get the colour. */
function cleared(canvas: Canvas, towards: readonly number[], isSmall: (pixel: number) => boolean): Canvas {
  const left = { ...canvas, data: canvas.data.slice() };
  const plane = canvas.data.length / channels;
  for (let p = 0; p < plane; p++)
    if (isSmall(p)) for (let c = 0; c < channels; c++) left.data[c * plane + p] = towards[c] ?? 0;
  return left;
}
