import type { FeatureMaps } from "../../../src/shared/inside.ts";
import type { Raster } from "../filters/raster.ts";
import { shadeOf, spanOf } from "../filters/shades.ts";
import type { Span } from "../filters/shades.ts";

/** One channel's map as numbers. */
export interface ChannelMap {
  readonly rows: number;
  readonly columns: number;
  readonly values: Float32Array;
  readonly span: Span;
}

/** Undefined where the answer does not have the channel. */
export function channelMap(maps: FeatureMaps, channel: number): ChannelMap | undefined {
  const place = maps.channels.indexOf(channel);
  const [, rows, columns] = maps.arrangement.shape;
  const [low, high] = [maps.low[place], maps.high[place]];
  if (place < 0 || low === undefined || high === undefined) return undefined;
  const from = place * rows * columns;
  const values = Float32Array.from(
    maps.bytes.subarray(from, from + rows * columns),
    (byte) => low + (byte / 255) * (high - low),
  );
  return { rows, columns, values, span: spanOf({ low, high }) };
}

export const valueAt = ({ values, columns, rows }: ChannelMap, [row, column]: readonly [number, number]): number =>
  row >= 0 && column >= 0 && row < rows && column < columns ? (values[row * columns + column] ?? NaN) : NaN;

/** [top, left, bottom, right] */
type Margins = readonly [number, number, number, number];
const none: Margins = [0, 0, 0, 0];

/** The map in its colours, with clear cells around it where there is padding, and `apart` − 1 of zeros between its own. */
export function mapRaster(
  { rows, columns, values, span }: ChannelMap,
  onDark: boolean,
  [top, left, bottom, right]: Margins = none,
  [apartRows, apartColumns]: readonly [number, number] = [1, 1],
): Raster {
  const zero = shadeOf(0, span, onDark);
  const height = Math.max(0, (rows - 1) * apartRows + 1) + top + bottom;
  const width = Math.max(0, (columns - 1) * apartColumns + 1) + left + right;
  const pixels = new Uint32Array(width * height);
  for (let y = top; y < height - bottom; y++) pixels.fill(zero, y * width + left, (y + 1) * width - right);
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++)
      pixels[(top + row * apartRows) * width + left + column * apartColumns] = shadeOf(
        values[row * columns + column] ?? 0,
        span,
        onDark,
      );
  return { width, height, pixels };
}
