import { float32 } from "../../../src/shared/tensor.ts";
import type { ClassMap, Heatmap, Quantized } from "../../../src/shared/updates.ts";

/** Maps that look like those of real networks: a blob at a grid's resolution, speckles at the photo's. */

export function quantized(rows: number, columns: number, value: (u: number, v: number) => number): Quantized {
  const { data } = float32([rows, columns], new Float32Array(rows * columns));
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++)
      data[row * columns + column] = value((column + 0.5) / columns, (row + 0.5) / rows);
  const low = data.reduce((a, b) => Math.min(a, b), Infinity);
  const high = data.reduce((a, b) => Math.max(a, b), -Infinity);
  const bytes = Uint8Array.from(data, (x) => (high > low ? Math.round((255 * (x - low)) / (high - low)) : 0));
  return { shape: [rows, columns], low, high, bytes, broken: 0 };
}

export const blob = (u: number, v: number, cx = 0.47, cy = 0.36, width = 0.2): number =>
  Math.exp(-((u - cx) ** 2 + (v - cy) ** 2) / (2 * width ** 2));

/** A number from 0 to 1 that is always the same for the same place. */
export function speckle(u: number, v: number, seed = 0): number {
  const x = Math.sin(u * 1291.7 + v * 7853.1 + seed * 97.3) * 43758.5453;
  return x - Math.floor(x);
}

const heavy = (u: number, v: number, seed: number) =>
  (speckle(u, v, seed) ** 12 + 0.08 * speckle(u, v, seed + 1)) * blob(u, v, 0.47, 0.4, 0.24);

export function heatmap(
  key: string,
  title: string,
  values: Quantized,
  rest: Partial<Pick<Heatmap<Quantized>, "signed" | "draw" | "unit" | "percentile">> = {},
): Heatmap<Quantized> {
  return { kind: "heatmap", key, title, values, signed: false, draw: "smooth", unit: "", ...rest };
}

export const gradCam = (shift = 0) =>
  heatmap(
    "map",
    "Grad-CAM",
    quantized(7, 7, (u, v) => Math.max(0, 0.183 * (blob(u, v, 0.5 + shift) - 0.05))),
    {
      unit: "weighted activation",
    },
  );
export const saliency = (seed: number) =>
  heatmap(
    "gradient",
    "Gradient",
    quantized(224, 224, (u, v) => 0.042 * heavy(u, v, seed)),
    { unit: "gradient of the score" },
  );
export const signed = (seed: number) =>
  heatmap(
    "attribution",
    "Attribution",
    quantized(224, 224, (u, v) => 0.6 * heavy(u, v, seed) * (speckle(u, v, seed + 5) > 0.4 ? 1 : -1)),
    {
      signed: true,
      unit: "share of the score",
      percentile: 99,
    },
  );

export function occlusion(cells: number): Heatmap<Quantized> {
  const drop = (u: number, v: number) => 0.71 * blob(u, v) - 0.09 * blob(u, v, 0.8, 0.8, 0.15);
  return heatmap("map", "Drop in probability", quantized(cells, cells, drop), {
    signed: true,
    draw: "cells",
    unit: "drop in probability",
  });
}
export const probability = heatmap(
  "probability",
  "Probability of tabby, tabby cat",
  quantized(13, 13, (u, v) => 0.77 - 0.71 * blob(u, v)),
  {
    draw: "cells",
    unit: "probability with this part covered",
  },
);
export const strongest = heatmap(
  "activation",
  "Activation of channel 287 of head",
  quantized(13, 13, (u, v) => 40 * (1 - 0.8 * blob(u, v))),
  {
    draw: "cells",
    unit: "total activation",
  },
);
export const classMap: ClassMap = {
  kind: "classes",
  key: "classes",
  title: "Most probable class",
  shape: [13, 13],
  classes: Array.from({ length: 169 }, (_, i) => {
    const strength = blob(((i % 13) + 0.5) / 13, (Math.floor(i / 13) + 0.5) / 13);
    return strength > 0.75 ? 285 : strength > 0.5 ? 282 : i % 29 === 0 ? 904 : 281;
  }),
};
