import { colorAt, ember } from "../../shared/colormaps.ts";
import { codecs } from "../images/codecs.ts";
import type { Picture, Rectangle } from "../images/picture.ts";
import { meanWithin } from "./reduced.ts";

/** A hover shows no more of a picture than this, with its text (100,000 characters of markdown, in base64). */
const mostBytes = 68e3;
export const columns = 6;
const mostRows = 4;
export const mostDrawn = columns * mostRows;
/** The longer side of a cell, in pixels; of a few maps, and of many. */
const [largeCell, smallCell] = [128, 64];
const few = 3;
const thinnest = 4;
const gap = 2;
const border = [88, 88, 88] as const;
const black = [0, 0, 0] as const;
/** Steps of the colour map: half of them are not missed, and the file is a seventh smaller. */
const steps = 128;
const bars = { width: 384, height: 64 } as const;

export interface Sheet {
  readonly png: Uint8Array;
  readonly width: number;
  readonly height: number;
  /** Maps that are on it. */
  readonly shown: number;
}

export interface Scale {
  readonly low: number;
  readonly high: number;
}

/** Maps side by side on one scale, as many of `order` as make a file that a hover can show. */
export async function contactSheet(
  maps: Float32Array,
  [, height, width]: readonly [number, number, number],
  order: readonly number[],
  scale: Scale,
): Promise<Sheet> {
  const side = order.length <= few ? largeCell : smallCell;
  const perPixel = side / Math.max(height, width);
  const cell = {
    width: Math.max(thinnest, Math.round(width * perPixel)),
    height: Math.max(thinnest, Math.round(height * perPixel)),
  };
  const plane = height * width;
  for (let rows = Math.min(mostRows, Math.ceil(order.length / columns)); ; rows--) {
    const chosen = order.slice(0, rows * columns);
    const across = Math.min(columns, chosen.length);
    const sheet = blank(across * (cell.width + gap) + gap, rows * (cell.height + gap) + gap);
    chosen.forEach((channel, i) => {
      const left = gap + (i % across) * (cell.width + gap);
      const top = gap + Math.floor(i / across) * (cell.height + gap);
      const map = maps.subarray(channel * plane, (channel + 1) * plane);
      drawMap(sheet, { map, height, width }, { left, top, ...cell }, scale);
    });
    const png = await encode(sheet);
    if (png.length <= mostBytes || rows === 1)
      return { png, width: sheet.width, height: sheet.height, shown: chosen.length };
  }
}

/** A map, as large as the part of the picture that is meant for it. */
export function drawMap(
  sheet: Picture,
  { map, height, width }: { readonly map: Float32Array; readonly height: number; readonly width: number },
  { left, top, ...cell }: Rectangle,
  scale: Scale,
): void {
  for (let y = 0; y < cell.height; y++)
    for (let x = 0; x < cell.width; x++)
      paint(sheet, left + x, top + y, colorOf(mean(map, height, width, y / cell.height, x / cell.width, cell), scale));
}

/** A vector's numbers as bars from zero, in order; where there are more than pixels, the greatest by magnitude of each few. */
export async function barStrip(values: Float32Array, scale: Scale): Promise<Sheet> {
  const count = Math.min(values.length, bars.width);
  const sheet = blank(count * Math.max(1, Math.floor(bars.width / count)), bars.height);
  drawBars(sheet, values, { left: 0, top: 0, width: sheet.width, height: bars.height }, scale);
  return { png: await encode(sheet), width: sheet.width, height: bars.height, shown: values.length };
}

/** The same in a part of a picture, on black. */
export function drawBars(
  sheet: Picture,
  values: Float32Array,
  { left, top, width, height }: Rectangle,
  { low, high }: Scale,
): void {
  const count = Math.min(values.length, width);
  const [floor, ceiling] = [Math.min(low, 0), Math.max(high, 0)];
  const rowOf = (value: number) =>
    ceiling > floor ? Math.round(((ceiling - value) / (ceiling - floor)) * (height - 1)) : height - 1;
  const zero = rowOf(0);
  for (let x = 0; x < width; x++) {
    const bar = Math.floor((x * count) / width);
    const from = Math.floor((bar * values.length) / count);
    const to = Math.floor(((bar + 1) * values.length) / count);
    let value = 0;
    for (let i = from; i < to; i++) {
      const own = values[i]!;
      if (own - own === 0 && Math.abs(own) > Math.abs(value)) value = own;
    }
    const end = rowOf(value);
    const color = colorOf(value, { low: floor, high: ceiling });
    for (let y = 0; y < height; y++) {
      const isBar = y >= Math.min(zero, end) && y <= Math.max(zero, end);
      paint(sheet, left + x, top + y, y === zero ? border : isBar ? color : black);
    }
  }
}

function blank(width: number, height: number): Picture {
  const pixels = new Uint8Array(width * height * 3);
  for (let at = 0; at < pixels.length; at += 3) pixels.set(border, at);
  return { width, height, pixels };
}

function paint({ pixels, width }: Picture, x: number, y: number, color: readonly [number, number, number]): void {
  pixels.set(color, (y * width + x) * 3);
}

/** NaN gets the colour of the least; what lies beyond the scale, that of its end. */
function colorOf(value: number, { low, high }: Scale): readonly [number, number, number] {
  const step = high > low ? Math.round(((value - low) / (high - low)) * (steps - 1)) : 0;
  return colorAt(ember, Math.round((Math.min(steps - 1, Math.max(0, step || 0)) * 255) / (steps - 1)));
}

/** Of the finite values under one pixel of a cell: all that it covers where the map is shrunk, the nearest where it is enlarged. */
function mean(
  map: Float32Array,
  height: number,
  width: number,
  down: number,
  across: number,
  cell: { readonly width: number; readonly height: number },
): number {
  const [top, left] = [Math.floor(down * height + 1e-9), Math.floor(across * width + 1e-9)];
  const bottom = Math.min(height, Math.max(top + 1, Math.floor((down + 1 / cell.height) * height + 1e-9)));
  const right = Math.min(width, Math.max(left + 1, Math.floor((across + 1 / cell.width) * width + 1e-9)));
  return meanWithin(map, width, { top, bottom, left, right }) ?? NaN;
}

async function encode({ width, height, pixels }: Picture): Promise<Uint8Array> {
  const sharp = await codecs();
  return sharp(pixels, { raw: { width, height, channels: 3 } })
    .png({ palette: true, dither: 0, effort: 1 })
    .toBuffer();
}
