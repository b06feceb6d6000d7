import { figure, visible } from "../../shared/words.ts";
import type { Range } from "../../shared/quantized.ts";
import { isNumbers, valueAt, verdictOf } from "./held.ts";
import type { Held } from "./held.ts";
import type { Inks } from "./inks.ts";
import { fitted, labelOf } from "./tile-label.ts";
import type { Tiles } from "./tiles.ts";
import type { Box } from "./tiling.ts";

/** What every tile of one drawing has in common. */
export interface Drawing {
  readonly context: CanvasRenderingContext2D;
  readonly tiles: Tiles;
  readonly inks: Inks;
  readonly a: Held;
  readonly b: Held | undefined;
  readonly difference: boolean;
  readonly signed: boolean;
  readonly range: (channel: number) => Range;
  /** What a vector's numbers stand for, where they are classes. */
  readonly names: readonly string[];
}

const between = 2;

/** One channel: its map, or both that are compared, or their difference, with its number and what is wrong with it. */
export function drawTile(drawing: Drawing, channel: number, box: Box): void {
  if (isNumbers(drawing.a)) drawBar(drawing, channel, box);
  else drawMaps(drawing, channel, box);
}

function drawMaps(drawing: Drawing, channel: number, { x, y, width, height }: Box): void {
  const { context, tiles, inks, a, b, difference, signed } = drawing;
  const range = drawing.range(channel);
  const pictures =
    difference && b
      ? [tiles.difference(a, b, channel, range)]
      : (b ? [a, b] : [a]).map((held) => tiles.map(held, channel, range, signed));
  const each = (width - between * (pictures.length - 1)) / pictures.length;
  pictures.forEach((picture, i) => {
    const left = x + i * (each + between);
    if (!picture) {
      context.globalAlpha = 0.12;
      context.fillStyle = inks.text;
      context.fillRect(left, y, each, height);
      context.globalAlpha = 1;
      return;
    }
    context.imageSmoothingEnabled = picture.width > each;
    context.drawImage(picture, left, y, each, height);
  });
  drawLabel(drawing, channel, { x, width }, y + height);
}

const margin = 3;

/** The label of a tile of a map, whole and as it fits. */
export function mapLabel(
  { context, inks, a }: Pick<Drawing, "context" | "inks" | "a">,
  channel: number,
  room: number,
): { readonly whole: string; readonly shown: string } {
  context.font = labelFont(inks);
  const whole = labelOf(verdictOf(a, channel), channel);
  return { whole, shown: fitted(whole, (text) => context.measureText(text).width + 2 * margin <= room) };
}

const labelFont = ({ font }: Inks) => `11px ${font}`;

/** On paper of its own, so that it is read over any map in any theme. */
function drawLabel(
  drawing: Drawing,
  channel: number,
  { x, width: room }: Pick<Box, "x" | "width">,
  bottom: number,
): void {
  const { context, inks, a } = drawing;
  const verdict = verdictOf(a, channel);
  const { shown } = mapLabel(drawing, channel, room);
  const width = context.measureText(shown).width + 2 * margin;
  context.fillStyle = inks.paper;
  context.fillRect(x, bottom - 15, width, 15);
  context.fillStyle =
    verdict === "fine" ? inks.text : verdict === "dead" || verdict === "broken" ? inks.error : inks.warned;
  context.textBaseline = "alphabetic";
  context.fillText(shown, x + margin, bottom - 4);
}

const nameWidth = 0.44;
const valueWidth = 66;

/** A number, from zero on. */
function drawBar(drawing: Drawing, channel: number, { x, y, width, height }: Box): void {
  const { context, inks, a, b, difference, names } = drawing;
  const verdict = verdictOf(a, channel);
  const range = drawing.range(channel);
  const name = names[channel];
  const text = name === undefined ? labelOf(verdict, channel) : `${channel} ${visible(name)}`;
  const [left, room] = [x + width * nameWidth, width * (1 - nameWidth) - valueWidth];
  const at = (value: number) =>
    left + (range.high > range.low ? ((value - range.low) / (range.high - range.low)) * room : 0);
  const numbers = [a, b].map((held) => {
    const plane = held?.planes.get(channel);
    return plane && valueAt(plane, 0);
  });
  const [one, another] = numbers;
  context.font = labelFont(inks);
  context.textBaseline = "alphabetic";
  context.fillStyle = verdict === "broken" ? inks.error : inks.text;
  context.save();
  context.beginPath();
  context.rect(x, y, width * nameWidth - 6, height);
  context.clip();
  context.fillText(text, x, y + height - 5);
  context.restore();
  const shown = difference && one !== undefined && another !== undefined ? [another - one] : b ? [one, another] : [one];
  const thick = (height - 6) / shown.length;
  shown.forEach((value, i) => {
    if (value === undefined) return;
    context.fillStyle = i === 0 ? inks.bar : inks.warning;
    const [from, to] = [at(0), at(value)];
    context.fillRect(Math.min(from, to), y + 3 + i * thick, Math.max(1, Math.abs(to - from)), Math.max(1, thick - 1));
  });
  const [first] = shown;
  context.fillStyle = inks.dim;
  if (first !== undefined) context.fillText(figure(first), x + width - valueWidth + 6, y + height - 5);
}
