import type { Prediction } from "../../src/shared/protocol.ts";
import { at, clamp, rangeOf } from "../shared/quantized.ts";
import type { Point } from "../shared/viewport.ts";
import { figure, shortLabel, visible } from "../shared/words.ts";
import { frameOf, fromPixels, inside, toPixels } from "./frame.ts";
import type { Box } from "./frame.ts";
import type { Picture } from "./result.ts";
import { sidesOf } from "./scale-words.ts";

/** What a probe at one place reads: of the photo, and of the map. */
export interface Reading {
  /** Of the photo; undefined beyond its edges. */
  readonly pixel: Point | undefined;
  readonly cell: Cell | undefined;
  /** What the map says there, in words; the strongest part first. */
  readonly map: readonly string[];
}

export interface Cell {
  readonly row: number;
  readonly column: number;
  readonly rows: number;
  readonly columns: number;
  /** Where it lies on the photo. */
  readonly box: Box;
}

export function read(
  place: Point,
  prediction: Pick<Prediction, "photo" | "seen">,
  picture: Picture | undefined,
  labelOf: (index: number) => string,
): Reading {
  const [x, y] = toPixels(frameOf(prediction), place);
  const pixel: Point = [Math.floor(x), Math.floor(y)];
  const onPhoto = pixel[0] >= 0 && pixel[1] >= 0 && pixel[0] < prediction.photo[0] && pixel[1] < prediction.photo[1];
  const cell = picture && cellAt(fromPixels(prediction.seen, [x, y]), prediction.seen, picture);
  const map =
    picture === undefined ? [] : cell ? describe(picture, cell, labelOf) : ["outside of what the network sees"];
  return { pixel: onPhoto ? pixel : undefined, cell, map };
}

export const gridOfPicture = (picture: Picture): readonly [rows: number, columns: number] => {
  const [rows = 0, columns = 0] = picture.kind === "heatmap" ? picture.values.shape : picture.shape;
  return [rows, columns];
};

function cellAt(place: Point, seen: Box, picture: Picture): Cell | undefined {
  const [rows, columns] = gridOfPicture(picture);
  if (!inside(place) || rows === 0 || columns === 0) return undefined;
  const column = clamp(Math.floor(place[0] * columns), 0, columns - 1);
  const row = clamp(Math.floor(place[1] * rows), 0, rows - 1);
  const [width, height] = [seen.width / columns, seen.height / rows];
  const box = { left: seen.left + column * width, top: seen.top + row * height, width, height };
  return { row, column, rows, columns, box };
}

function describe(
  picture: Picture,
  { row, column, rows, columns }: Cell,
  labelOf: (index: number) => string,
): string[] {
  const where = `cell ${column + 1}, ${row + 1} of ${columns} × ${rows}`;
  if (picture.kind === "classes") {
    const index = picture.classes[row * columns + column] ?? -1;
    return [`“${visible(shortLabel(labelOf(index)))}” is likeliest with this part covered`, where];
  }
  const { values, signed, unit } = picture;
  const { clipped } = rangeOf(picture);
  const value = at(values, row, column);
  const strongest = Math.max(Math.abs(values.low), Math.abs(values.high));
  const share = strongest > 0 ? Math.abs(value) / strongest : 0;
  const atEnd = clipped && share > 0.999 ? "at least " : "";
  const side = sidesOf(picture)[value > 0 ? 1 : 0];
  const sign = value === 0 || side === "" ? "" : `, ${side}`;
  return [
    `${atEnd}${figure(value)} ${visible(unit)}`.trim(),
    `${share.toFixed(2)} of the ${clipped ? "scale’s end" : signed ? "strongest" : "maximum"}${sign}`,
    where,
  ];
}
