import type { Quantized } from "../../../src/shared/updates.ts";
import { gridOf, valueOf } from "../../shared/quantized.ts";
import type { Raster } from "./raster.ts";
import { shadesOf, spanOf } from "./shades.ts";

/** A cell of the drawn matrix, and what of the whole one it stands for: [from, to], both included. */
export interface MatrixPlace {
  readonly outputs: readonly [number, number];
  readonly inputs: readonly [number, number];
  readonly value: number;
}

/** Outputs from top to bottom in the given order, which counts only where each has a row of its own. */
export function matrixRaster(picture: Quantized, order: readonly number[], onDark: boolean): Raster {
  const { rows, columns } = gridOf(picture);
  const shades = shadesOf(picture, spanOf(picture), onDark);
  const pixels = new Uint32Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    const from = (order.length === rows ? (order[row] ?? row) : row) * columns;
    for (let column = 0; column < columns; column++)
      pixels[row * columns + column] = shades[picture.bytes[from + column] ?? 0] ?? 0;
  }
  return { width: columns, height: rows, pixels };
}

/** What is drawn at a place, `u` and `v` from 0 to 1 across and down. */
export function matrixAt(
  picture: Quantized,
  [outs, ins]: readonly [number, number],
  order: readonly number[],
  u: number,
  v: number,
): MatrixPlace | undefined {
  const { rows, columns } = gridOf(picture);
  if (u < 0 || v < 0 || u >= 1 || v >= 1 || rows === 0 || columns === 0) return undefined;
  const [slot, column] = [Math.floor(v * rows), Math.floor(u * columns)];
  const row = order.length === rows ? (order[slot] ?? slot) : slot;
  return {
    outputs: partOf(row, rows, outs),
    inputs: partOf(column, columns, ins),
    value: valueOf(picture, picture.bytes[row * columns + column] ?? 0),
  };
}

/** Which of `all` fall into cell `i` of `cells`. */
export const partOf = (i: number, cells: number, all: number): readonly [number, number] => [
  Math.ceil((i * all) / cells),
  Math.max(Math.ceil((i * all) / cells), Math.ceil(((i + 1) * all) / cells) - 1),
];

const rangeText = ([from, to]: readonly [number, number]) => (from === to ? `${from}` : `${from}–${to}`);

/** "output 3, input 7", or "outputs 3–5, inputs 7–9, the strongest". */
export function placeText({ outputs, inputs }: MatrixPlace): string {
  const several = outputs[0] !== outputs[1] || inputs[0] !== inputs[1];
  const named = (name: string, part: readonly [number, number]) =>
    `${name}${part[0] === part[1] ? "" : "s"} ${rangeText(part)}`;
  return `${named("output", outputs)}, ${named("input", inputs)}${several ? ", the strongest" : ""}`;
}
