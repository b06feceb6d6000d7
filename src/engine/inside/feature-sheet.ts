import { colorAt, ember } from "../../shared/colormaps.ts";
import { drawnChannels } from "../../shared/drawn-channels.ts";
import type { FeatureSheet, LayerRequest, LayerScale } from "../../shared/inside.ts";
import { shown } from "../../shared/shown.ts";
import { drawLines, lineHeight, textWidth } from "../images/lettering.ts";
import type { Picture } from "../images/picture.ts";
import { png } from "../images/png.ts";
import type { Looking } from "../subject.ts";
import { drawable, type Drawable } from "./glance.ts";
import { gap, headed, ink, letter, named, type Ramp } from "./headed.ts";
import { columns, drawBars, drawMap, mostDrawn } from "./sheet.ts";

/** The longer side of a map, in pixels: of a few, and of many. Under each there is room for "channel 1023". */
const [largeCell, smallCell] = [288, 144];
const few = 4;
const thinnest = 8;
const bars = { width: 960, height: 240 } as const;

/** The most active channels of a layer as a picture that explains itself: what it shows, on which scale, which channel is which. */
export async function featureSheet(
  looking: Looking,
  request: LayerRequest,
  signal: AbortSignal,
): Promise<FeatureSheet | undefined> {
  const found = await drawable(looking, request, signal);
  const { shape, order, scale, isVector } = found;
  if (!scale) return undefined;
  const tiles = isVector ? order : order.slice(0, mostDrawn);
  const title = `${shown(request.layer)} of ${named(request.model, "a model")} on ${named(request.image, "a photo")}`;
  const sheet = isVector ? vectorSheet(found, scale, title) : mapSheet(found, scale, title, tiles);
  return { width: sheet.width, height: sheet.height, png: await png(sheet), tiles, channels: shape[0], ...scale };
}

const rampOf = ({ low, high, clipped }: LayerScale): Ramp => ({
  colorOf: (share) => colorAt(ember, Math.round(255 * share)),
  words: `${low.toPrecision(4)} to ${high.toPrecision(4)}${clipped ? "; beyond as at the end" : ""}`,
});

function mapSheet({ maps, shape }: Drawable, scale: LayerScale, title: string, tiles: readonly number[]): Picture {
  const [channels, height, width] = shape;
  const across = Math.min(tiles.length <= few ? 2 : columns, tiles.length);
  const side = tiles.length <= few ? largeCell : smallCell;
  const perPixel = side / Math.max(height, width);
  const cell = {
    width: Math.max(thinnest, Math.round(width * perPixel)),
    height: Math.max(thinnest, Math.round(height * perPixel)),
  };
  const pitch = { x: Math.max(cell.width, smallCell) + gap, y: cell.height + lineHeight(letter) + gap };
  const { sheet, top } = headed(
    [title, `${drawnChannels(tiles.length, channels)}, ${height} × ${width}, on one scale:`],
    rampOf(scale),
    across * pitch.x + gap,
    Math.ceil(tiles.length / across) * pitch.y,
  );
  tiles.forEach((channel, i) => {
    const [x, y] = [gap + (i % across) * pitch.x, top + Math.floor(i / across) * pitch.y];
    const map = maps.subarray(channel * height * width, (channel + 1) * height * width);
    drawMap(sheet, { map, height, width }, { left: x, top: y, ...cell }, scale);
    drawLines(sheet, [`channel ${channel}`], [x, y + cell.height + letter], letter, ink);
  });
  return sheet;
}

/** Its numbers as bars, in order, and the greatest of them by name. */
function vectorSheet({ maps, shape: [count] }: Drawable, scale: LayerScale, title: string): Picture {
  const width = Math.max(1, Math.floor(bars.width / count)) * Math.min(count, bars.width);
  const greatest = Array.from({ length: count }, (_, i) => i)
    .filter((i) => Number.isFinite(maps[i]))
    .sort((a, b) => (maps[b] ?? 0) - (maps[a] ?? 0))
    .slice(0, 5)
    .map((i) => `${i} (${(maps[i] ?? 0).toPrecision(3)})`);
  const { sheet, top } = headed(
    [title, `${count} numbers in order, 0 to ${count - 1}; the greatest: ${greatest.join(", ")}`],
    rampOf(scale),
    width + 2 * gap,
    bars.height + lineHeight(letter) + gap,
  );
  drawBars(sheet, maps, { left: gap, top, width, height: bars.height }, scale);
  const last = String(count - 1);
  const under = top + bars.height + 2 * letter;
  drawLines(sheet, ["0"], [gap, under], letter, ink);
  if (count > 1) drawLines(sheet, [last], [gap + width - textWidth(last, letter), under], letter, ink);
  return sheet;
}
