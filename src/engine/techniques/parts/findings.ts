import type { FloatTensor } from "../../../shared/tensor.ts";
import type { Finding, FloatHeatmap } from "../../../shared/updates.ts";
import { overChannels } from "../../images/arithmetic.ts";

/** As PAIR's saliency library draws attributions to single pixels. */
const percentile = 99;

type Words = Pick<FloatHeatmap, "title" | "unit"> & Partial<Pick<FloatHeatmap, "key" | "draw">>;

/** An attribution to pixels [1, C, H, W], shown as the sum over channels, signed. */
export const signedMap = (raw: FloatTensor, { key = "map", draw = "smooth", ...words }: Words): FloatHeatmap => ({
  kind: "heatmap",
  key,
  draw,
  ...words,
  percentile,
  values: overChannels(raw, "sum"),
  signed: true,
  raw,
});

/** An attribution to pixels [1, C, H, W], shown as the largest magnitude over channels (Simonyan et al. 2014, 3.1). */
export const magnitudeMap = (raw: FloatTensor, { key = "map", draw = "smooth", ...words }: Words): FloatHeatmap => ({
  kind: "heatmap",
  key,
  draw,
  ...words,
  percentile,
  values: overChannels(raw, "maxAbs"),
  signed: false,
  raw,
});

/** A map at a layer's own grid, [1, 1, h, w]. */
export const gridMap = (
  raw: FloatTensor,
  { key = "map", draw = "smooth", ...words }: Words,
  signed = false,
): FloatHeatmap => ({
  kind: "heatmap",
  key,
  draw,
  ...words,
  values: { ...raw, shape: raw.shape.slice(2) },
  signed,
  raw,
});

/** Says so where a map has nothing in it. */
export function* emptiness({ data }: FloatTensor, why: string): Generator<Finding> {
  if (data.every((value) => value === 0))
    yield {
      kind: "note",
      key: "empty",
      title: "Nothing marked",
      level: "warning",
      text: `The map is zero everywhere: ${why}`,
    };
}

/** Says so where guided backpropagation and deconvnet meet activations that the literature does not define them for. */
export function* undefinedFor(smooth: readonly string[], method: string): Generator<Finding> {
  if (smooth.length)
    yield {
      kind: "note",
      key: "smooth",
      title: "Not defined here",
      level: "warning",
      text: `${method} is defined for ReLU. Through ${smooth.join(", ")} the plain gradient was taken.`,
    };
}

export const done = (count = 1, total = count, unit?: string): Finding => ({
  kind: "progress",
  done: count,
  total,
  ...(unit !== undefined && { unit }),
});
