import type { ClassMap, Heatmap, Quantized } from "../../src/shared/updates.ts";
import { colorAt, ember, signedOnDark, signedOnLight } from "../../src/shared/colormaps.ts";
import type { ColorMap, Rgb } from "../../src/shared/colormaps.ts";
import { enlarged, gridOf, level } from "./quantized.ts";
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
  const { values, draw, signed } = heatmap;
  const { rows, columns } = gridOf(values);
  const times = draw === "smooth" ? Math.max(1, Math.ceil(smoothSide / Math.max(rows, columns, 1))) : 1;
  const [width, height] = [columns * times, rows * times];
  const shades = shadesOf(colorMapOf(heatmap, onDark), signed, through);
  const empty = range.high <= range.low;
  const nothing = signed ? 128 : 0;
  const pixels = new Uint32Array(width * height);
  enlarged(values, times).forEach((value, i) => (pixels[i] = shades[empty ? nothing : level(value, range)]!)); // 256 shades
  return { width, height, rgba: new Uint8ClampedArray(pixels.buffer) };
}

/** The pixel of each of the 256 levels. */
function shadesOf(colors: ColorMap, signed: boolean, through: boolean): Uint32Array {
  const rgba = new Uint8ClampedArray(256 * 4);
  for (let step = 0; step < 256; step++) {
    const strength = signed ? Math.abs(step - 127.5) / 127.5 : step / 255;
    rgba.set([...colorAt(colors, step), through ? Math.round(255 * Math.sqrt(strength)) : 255], step * 4);
  }
  return new Uint32Array(rgba.buffer);
}

export function paintClasses({ shape, classes }: ClassMap, colorOf: (index: number) => Rgb): Pixels {
  const [rows = 0, columns = 0] = shape;
  return pixels(columns, rows, (row, column) => colorOf(classes[row * columns + column] ?? -1));
}

function pixels(width: number, height: number, color: (row: number, column: number) => Rgb): Pixels {
  const rgba = new Uint8ClampedArray(width * height * 4);
  for (let row = 0; row < height; row++)
    for (let column = 0; column < width; column++) rgba.set([...color(row, column), 255], (row * width + column) * 4);
  return { width, height, rgba };
}
