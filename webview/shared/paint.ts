import type { ClassMap, Heatmap, Quantized } from "../../src/shared/updates.ts";
import { ember, signedOnDark, signedOnLight } from "../../src/shared/colormaps.ts";
import type { ColorMap, Rgb } from "../../src/shared/colormaps.ts";
import { at, between, gridOf, level } from "./quantized.ts";
import type { Range } from "./quantized.ts";

/** A picture's pixels, ready for a canvas. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly rgba: Uint8ClampedArray<ArrayBuffer>;
}

export const colorMapOf = ({ signed }: Pick<Heatmap<Quantized>, "signed">, onDark: boolean): ColorMap =>
  signed ? (onDark ? signedOnDark : signedOnLight) : ember;

/** Coarse smooth maps are drawn finer: between cells the value is interpolated, then coloured, never the colour itself. */
const smoothSide = 256;

/** `through`: the weaker a value, the less of its colour hides what lies below. */
export function paintHeatmap(heatmap: Heatmap<Quantized>, range: Range, onDark: boolean, through = false): Pixels {
  const { values, draw } = heatmap;
  const { rows, columns } = gridOf(values);
  const times = draw === "smooth" ? Math.max(1, Math.ceil(smoothSide / Math.max(rows, columns, 1))) : 1;
  const [width, height] = [columns * times, rows * times];
  const value = (row: number, column: number) =>
    times === 1 ? at(values, row, column) : between(values, (column + 0.5) / width, (row + 0.5) / height);
  const colors = colorMapOf(heatmap, onDark);
  const empty = range.high <= range.low;
  const nothing = heatmap.signed ? 128 : 0;
  return pixels(width, height, (row, column) => {
    const step = empty ? nothing : level(value(row, column), range);
    const index = step * 3;
    const strength = heatmap.signed ? Math.abs(step - 127.5) / 127.5 : step / 255;
    const alpha = through ? Math.round(255 * Math.sqrt(strength)) : 255;
    return [colors[index]!, colors[index + 1]!, colors[index + 2]!, alpha];
  });
}

export function paintClasses({ shape, classes }: ClassMap, colorOf: (index: number) => Rgb): Pixels {
  const [rows = 0, columns = 0] = shape;
  return pixels(columns, rows, (row, column) => colorOf(classes[row * columns + column] ?? -1));
}

function pixels(
  width: number,
  height: number,
  color: (row: number, column: number) => readonly [...Rgb, alpha?: number],
): Pixels {
  const rgba = new Uint8ClampedArray(width * height * 4);
  for (let row = 0; row < height; row++)
    for (let column = 0; column < width; column++) {
      const [r, g, b, alpha = 255] = color(row, column);
      const offset = (row * width + column) * 4;
      rgba[offset] = r;
      rgba[offset + 1] = g;
      rgba[offset + 2] = b;
      rgba[offset + 3] = alpha;
    }
  return { width, height, rgba };
}
