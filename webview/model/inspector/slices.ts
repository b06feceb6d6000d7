import type { DType, Shape } from "../../../src/shared/tensor.ts";
import { size } from "../../../src/shared/tensor.ts";
import { clamp } from "../../shared/quantized.ts";

/** Which part of a constant a table shows: `index` of the leading axes, first row and column of the page. */
export interface Slice {
  readonly index: readonly number[];
  readonly row: number;
  readonly column: number;
}

/** Of a page. */
export const [mostRows, mostColumns] = [32, 12];

export const leadingAxes = (shape: Shape): Shape => shape.slice(0, -2);

/** Rows and columns of a whole slice. What has one row only is shown folded: as many columns to a line as a page has. */
export interface Grid {
  readonly rows: number;
  readonly columns: number;
  readonly folded: boolean;
}

export function gridOf(shape: Shape): Grid {
  const [height, width] = [shape.at(-2) ?? 1, shape.at(-1) ?? 1];
  const folded = height === 1 && width > mostColumns;
  return folded
    ? { rows: Math.ceil(width / mostColumns), columns: mostColumns, folded }
    : { rows: height, columns: width, folded };
}

export const firstSlice = (shape: Shape): Slice => ({ index: leadingAxes(shape).map(() => 0), row: 0, column: 0 });

/** What to ask for: rows and columns as they lie in the file, each as [from, count]. */
export function pageOf(shape: Shape, { row, column }: Slice): Record<"rows" | "columns", readonly [number, number]> {
  const { folded } = gridOf(shape);
  const [height, width] = [shape.at(-2) ?? 1, shape.at(-1) ?? 1];
  const part = (from: number, most: number, all: number) => [from, Math.min(most, all - from)] as const;
  if (folded) return { rows: [0, 1], columns: part(row * mostColumns, mostRows * mostColumns, width) };
  return { rows: part(row, mostRows, height), columns: part(column, mostColumns, width) };
}

/** The page that has this cell of the grid. */
export function pageWith(shape: Shape, { index }: Slice, row: number, column: number): Slice {
  const { rows, columns } = gridOf(shape);
  const start = (at: number, all: number, page: number) => Math.floor(clamp(at, 0, all - 1) / page) * page;
  return { index, row: start(row, rows, mostRows), column: start(column, columns, mostColumns) };
}

/** 64-bit integers are more than a number can be. */
export type Cell = number | bigint;

/** The page's numbers, line by line as they are shown. */
export function linesOf<C extends Cell>(shape: Shape, slice: Slice, values: ArrayLike<C>): C[][] {
  const columns = gridOf(shape).folded ? mostColumns : pageOf(shape, slice).columns[1];
  const all = Array.from(values);
  return Array.from({ length: Math.ceil(all.length / columns) }, (_, i) => all.slice(i * columns, (i + 1) * columns));
}

/** How many slices there are, and which one `index` is. */
export const slicesOf = (shape: Shape): number => size(leadingAxes(shape));

/** A page as spreadsheets take it, every figure that its type has. */
export const tsv = (lines: readonly (readonly Cell[])[], dtype: DType): string =>
  lines.map((line) => line.map((value) => exact(value, dtype)).join("\t")).join("\n");

/** The shortest decimal that is this very number of its type. */
export function exact(value: Cell, dtype: DType): string {
  if (typeof value === "bigint" || dtype !== "float32" || !Number.isFinite(value)) return String(value);
  for (let digits = 6; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === Math.fround(value)) return String(short);
  }
  return String(Number(value.toPrecision(9)));
}
