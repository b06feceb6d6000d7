import { colorAt, ember, signedOnDark, type Rgb } from "../../shared/colormaps.ts";
import { kindWords, scaleWords } from "../../shared/filter-words.ts";
import type { FilterCard, FilterCardRequest, FilterScale } from "../../shared/inside.ts";
import type { Photo } from "../../shared/protocol.ts";
import { shown } from "../../shared/shown.ts";
import { drawLines, lineHeight, textWidth } from "../images/lettering.ts";
import type { Picture } from "../images/picture.ts";
import { png } from "../images/png.ts";
import type { Looking } from "../subject.ts";
import { filters } from "./filters.ts";
import { gap as margin, headed, ink, named, paper } from "./headed.ts";

/** Pixels across that the filters of a sheet are meant to have together, and the most that one weight takes. */
const wanted = 1024;
const largest = 24;
/** Between two filters, and from one to its number. */
const [gap, under] = [4, 2];
/** The largest in which a number is no wider than its filter is taken; under smaller filters there is room for none. */
const numberScales = [1.6, 1.25, 1, 0.8] as const;
const warning = [226, 164, 62] as const;

/** All filters of a layer side by side, each over its number, in rows that make about a square; a matrix as it is. */
export async function filterSheet(
  looking: Looking,
  { scale, ...request }: FilterCardRequest & { readonly scale: FilterScale },
  signal: AbortSignal,
): Promise<Photo> {
  const card = await filters(looking, request, signal);
  const title = `Filters of ${shown(request.layer)} in ${named(request.model, "a model")}`;
  const sheet = drawn(card, scale, [title, kindWords(card), ...markWords(card)]);
  return { width: sheet.width, height: sheet.height, png: await png(sheet) };
}

function markWords({ own, dead, duplicates, pictures, shape }: FilterCard): readonly string[] {
  if (!own) {
    const isReduced = pictures.shape[0] !== shape[0] || pictures.shape[1] !== shape[1];
    const axes = "Outputs from top to bottom, inputs from left to right";
    return [isReduced ? `${axes}; each cell has the strongest weight of its part.` : `${axes}.`];
  }
  return [
    ...(dead.length ? ["Crossed out: dead filters, whose weights are next to nothing."] : []),
    ...(duplicates.length ? ["A corner: points the same way as another."] : []),
  ];
}

function drawn(card: FilterCard, scale: FilterScale, title: readonly string[]): Picture {
  const { kind, own, dead, duplicates } = card;
  const pictures = (scale === "each" && own?.pictures) || card.pictures;
  const [count = 1, kernelHeight = 1, kernelWidth = 1] = own ? pictures.shape : [1, ...pictures.shape];
  const columns = Math.ceil(Math.sqrt((count * kernelHeight) / kernelWidth));
  const rows = Math.ceil(count / Math.max(columns, 1));
  const across = Math.floor((wanted / columns - gap) / kernelWidth);
  const factor = Math.min(Math.max(across, 1), largest);
  const numbers = own && numberScales.find((each) => textWidth(String(count - 1), each) <= kernelWidth * factor);
  const label = numbers === undefined ? 0 : lineHeight(numbers);
  const tile = { width: kernelWidth * factor, height: kernelHeight * factor };
  const pitch = { x: tile.width + gap, y: tile.height + label + gap };
  const colors = kind === "deep" ? ember : signedOnDark;
  const ramp = (share: number): Rgb =>
    kind === "color" ? [255 * share, 255 * share, 255 * share] : colorAt(colors, Math.round(255 * share));
  const words = scaleWords(card, scale, (value) => String(Number(value.toPrecision(4))));
  const { sheet, top: first } = headed(
    title,
    { colorOf: ramp, words },
    columns * pitch.x - gap + 2 * margin,
    rows * pitch.y - gap + margin,
  );
  const colorOf = (at: number): ArrayLike<number> =>
    kind === "color" ? pictures.bytes.subarray(3 * at, 3 * at + 3) : colorAt(colors, pictures.bytes[at] ?? 0);
  const isAlike = new Set(duplicates.flatMap(({ a, b }) => [a, b]));
  for (let i = 0; i < count; i++) {
    const left = margin + (i % columns) * pitch.x;
    const top = first + Math.floor(i / columns) * pitch.y;
    for (let y = 0; y < tile.height; y++)
      for (let x = 0; x < tile.width; x++) {
        const at = (i * kernelHeight + Math.floor(y / factor)) * kernelWidth + Math.floor(x / factor);
        const mark = own && markAt(x, y, tile, dead.includes(i), isAlike.has(i));
        sheet.pixels.set(mark ?? colorOf(at), ((top + y) * sheet.width + left + x) * 3);
      }
    if (numbers !== undefined) drawLines(sheet, [String(i)], [left, top + tile.height + under], numbers, ink);
  }
  return sheet;
}

/** As the page has them: a cross over what is dead, else a corner on what has a double, both edged with paper. */
function markAt(
  x: number,
  y: number,
  { width, height }: { readonly width: number; readonly height: number },
  isDead: boolean,
  isAlike: boolean,
): Rgb | undefined {
  const edged = (beyond: number) =>
    beyond <= 0 ? warning : beyond <= 1 ? ([paper, paper, paper] as const) : undefined;
  if (isDead) {
    const [down, across] = [((y + 0.5) * width) / height, x + 0.5];
    return edged(Math.min(Math.abs(across - down), Math.abs(width - across - down)) - 1.5);
  }
  return isAlike ? edged(width - 1 - x + y - Math.max(5, width / 5)) : undefined;
}
