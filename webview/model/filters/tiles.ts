import type { FilterCard, FilterScale } from "../../../src/shared/inside.ts";
import type { Quantized } from "../../../src/shared/updates.ts";
import { valueOf } from "../../shared/quantized.ts";
import type { Raster } from "./raster.ts";
import { shadesOf, spanOf } from "./shades.ts";
import type { Span } from "./shades.ts";

/** Many small pictures of one size. */
export interface Tiles {
  readonly count: number;
  /** Rows and columns of each. */
  readonly rows: number;
  readonly columns: number;
  readonly span: Span;
  /** One value, or red, green and blue. */
  values(tile: number, row: number, column: number): readonly number[];
  /** The pixel of a cell. */
  shade(tile: number, row: number, column: number): number;
}

/** `picture`: [n, rows, columns], or [n, rows, columns, 3] for colours; `reach`: what each tile was divided by. */
export function tilesOf(picture: Quantized, onDark: boolean, reach?: Float32Array): Tiles {
  const [count = 0, rows = 0, columns = 0, depth = 1] = picture.shape;
  const { bytes } = picture;
  const span = spanOf(picture);
  const at = (tile: number, row: number, column: number) => ((tile * rows + row) * columns + column) * depth;
  const values = (tile: number, row: number, column: number) => {
    const place = at(tile, row, column);
    return Array.from({ length: depth }, (_, i) => valueOf(picture, bytes[place + i] ?? 0) * (reach?.[tile] ?? 1));
  };
  const shades = shadesOf(picture, span, onDark);
  const gray = graysOf(picture, span);
  const inColor = (tile: number, row: number, column: number) => {
    const place = at(tile, row, column);
    const [red, green, blue] = [0, 1, 2].map((i) => gray[bytes[place + i] ?? 0] ?? 0);
    return ((255 << 24) | ((blue ?? 0) << 16) | ((green ?? 0) << 8) | (red ?? 0)) >>> 0;
  };
  const inShades = (tile: number, row: number, column: number) => shades[bytes[at(tile, row, column)] ?? 0] ?? 0;
  return { count, rows, columns, span, values, shade: depth === 3 ? inColor : inShades };
}

/** A colour filter's channels: zero is the middle grey, and the strongest weight of the layer black or full. */
function graysOf(picture: Quantized, { high }: Span): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, byte) =>
    Math.round(high > 0 ? 127.5 + (127.5 * valueOf(picture, byte)) / high : 128),
  );
}

/** The pictures of a card whose filters have rows and columns. */
export const tilesOfCard = ({ pictures, own }: FilterCard, scale: FilterScale, onDark: boolean): Tiles =>
  own && scale === "each" ? tilesOf(own.pictures, onDark, own.reach) : tilesOf(pictures, onDark);

/** How many small pictures of one size lie in rows; lengths in pixels. */
export interface Tiling {
  readonly perRow: number;
  /** Of a cell's side. */
  readonly cell: number;
  readonly tileWidth: number;
  readonly tileHeight: number;
  readonly gap: number;
  readonly width: number;
  readonly height: number;
}

/** The more there are, the smaller they are: a layer is looked at as a whole. */
const sides = [
  [16, 72],
  [128, 48],
  [512, 34],
  [2048, 22],
  [Infinity, 12],
] as const;

export function tilingOf({ count, rows, columns }: Pick<Tiles, "count" | "rows" | "columns">, width: number): Tiling {
  const [, side] = sides.find(([most]) => count <= most) ?? sides[4];
  const cell = Math.max(1, Math.round(side / Math.max(rows, columns, 1)));
  const [tileWidth, tileHeight] = [Math.max(1, cell * columns), Math.max(1, cell * rows)];
  const gap = side > 30 ? 4 : 2;
  const perRow = Math.max(1, Math.min(count, Math.floor((width + gap) / (tileWidth + gap))));
  const lines = Math.ceil(count / perRow);
  return {
    perRow,
    cell,
    tileWidth,
    tileHeight,
    gap,
    width: perRow * (tileWidth + gap) - gap,
    height: Math.max(1, lines * (tileHeight + gap) - gap),
  };
}

/** Upper left corner of the picture that is shown at `slot`. */
export const cornerOf = ({ perRow, tileWidth, tileHeight, gap }: Tiling, slot: number): readonly [number, number] => [
  (slot % perRow) * (tileWidth + gap),
  Math.floor(slot / perRow) * (tileHeight + gap),
];

export interface TilePlace {
  readonly slot: number;
  readonly row: number;
  readonly column: number;
}

/** What lies under a point; undefined between the pictures. */
export function tileAt(tiling: Tiling, count: number, x: number, y: number): TilePlace | undefined {
  const { perRow, tileWidth, tileHeight, gap, cell } = tiling;
  const [across, down] = [Math.floor(x / (tileWidth + gap)), Math.floor(y / (tileHeight + gap))];
  const slot = down * perRow + across;
  if (x < 0 || y < 0 || across >= perRow || slot >= count) return undefined;
  const [left, top] = cornerOf(tiling, slot);
  const [column, row] = [Math.floor((x - left) / cell), Math.floor((y - top) / cell)];
  return x - left < tileWidth && y - top < tileHeight ? { slot, row, column } : undefined;
}

/** All of them, in the given order; what lies between is left clear. */
export function rasterOf(tiles: Tiles, tiling: Tiling, order: readonly number[]): Raster {
  const { width, height, cell } = tiling;
  const pixels = new Uint32Array(width * height);
  order.forEach((tile, slot) => {
    const [left, top] = cornerOf(tiling, slot);
    for (let row = 0; row < tiles.rows; row++)
      for (let column = 0; column < tiles.columns; column++) {
        const shade = tiles.shade(tile, row, column);
        for (let line = 0; line < cell; line++) {
          const from = (top + row * cell + line) * width + left + column * cell;
          pixels.fill(shade, from, from + cell);
        }
      }
  });
  return { width, height, pixels };
}
