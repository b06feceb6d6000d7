import type { Sheet } from "./synthesis.ts";

/** Of a picture, in its pixels. */
export interface Area {
  readonly x: number;
  readonly y: number;
  readonly wide: number;
  readonly high: number;
}

/**
 * What of a sheet, shown at this size, no picture covers: the gaps between columns and rows, cells that stay empty, which have
 * no title, and those that the last row lacks. A gap narrower than a pixel stays as it is: with it a picture's edge would go.
 */
export function outsideCells(
  { columns, rows, cell: [wide, high], gap, cells }: Sheet,
  { width, height }: { readonly width: number; readonly height: number },
): readonly Area[] {
  const across = width / (columns * (wide + gap) - gap);
  const down = height / (rows * (high + gap) - gap);
  const area = (x: number, y: number, w: number, h: number): Area => ({
    x: Math.floor(x * across),
    y: Math.floor(y * down),
    wide: Math.ceil((x + w) * across) - Math.floor(x * across),
    high: Math.ceil((y + h) * down) - Math.floor(y * down),
  });
  const after = (count: number, size: number, shrunk: number) =>
    gap * shrunk < 1 ? [] : Array.from({ length: count - 1 }, (_, i) => i * (size + gap) + size);
  const place = (index: number) =>
    [(index % columns) * (wide + gap), Math.floor(index / columns) * (high + gap)] as const;
  const empty = Array.from({ length: columns * rows }, (_, i) => i).filter((i) => !cells[i]?.title);
  return [
    ...after(columns, wide, across).map((x) => area(x, 0, gap, rows * (high + gap) - gap)),
    ...after(rows, high, down).map((y) => area(0, y, columns * (wide + gap) - gap, gap)),
    ...empty.map((index) => area(...place(index), wide, high)),
  ];
}
