import { valueAt, type Held } from "./held.ts";

/** Rows as lines, columns apart by tabs: what a spreadsheet takes. */
export function valuesText(held: Held, channel: number): string {
  const plane = held.planes.get(channel);
  const [, rows, columns] = held.arrangement.shape;
  if (!plane) return "";
  const line = (row: number) =>
    Array.from({ length: columns }, (_, column) => {
      const value = valueAt(plane, row * columns + column);
      return String(Number(value.toPrecision(3)));
    });
  return Array.from({ length: rows }, (_, row) => line(row).join("\t")).join("\n");
}
