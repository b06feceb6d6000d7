import { isNotKnown } from "../../../src/shared/inside.ts";
import type { Rectangle, SeenPart } from "../../../src/shared/inside.ts";
import { figure, visible } from "../../shared/words.ts";
import { valueAt } from "./held.ts";
import type { Held } from "./held.ts";
import type { Place } from "./marks.ts";
import type { Sight } from "./sights.ts";

/** The value of a place, as far as 256 steps tell it: "≈ 1.23". */
export function valueText(held: Held, channel: number, [row, column]: Place): string {
  const plane = held.planes.get(channel);
  const [, , width] = held.arrangement.shape;
  return plane ? `${plane.low === plane.high ? "" : "≈ "}${figure(valueAt(plane, row * width + column))}` : "…";
}

const span = (from: number, to: number) => (to - from === 1 ? String(from) : `${from}–${to - 1}`);
const size = ({ top, left, bottom, right }: Rectangle) => `${bottom - top} × ${right - left}`;

/** What a place sees, in pixels of the network's input. */
export function fieldWords(field: Sight<SeenPart>): string {
  if (field === undefined) return "…";
  if (field === "failed") return "what it sees could not be told";
  if (field === "none") return "sees nothing of the photo";
  if (isNotKnown(field)) return `what it sees is not known: ${visible(field.why)}`;
  const { whole, clipped } = field;
  if (clipped.bottom <= clipped.top || clipped.right <= clipped.left) return "sees only padding, nothing of the photo";
  const cut = size(whole) === size(clipped) ? "" : ` of ${size(whole)}, the rest is beyond the border`;
  return `sees ${size(clipped)} pixels${cut}: rows ${span(clipped.top, clipped.bottom)}, columns ${span(clipped.left, clipped.right)}`;
}

/** Which places see a pixel. */
export function seersWords([y, x]: Place, seers: Sight<Rectangle>): string {
  const pixel = `Pixel ${y}, ${x}`;
  if (seers === undefined) return `${pixel}…`;
  if (seers === "failed") return `${pixel}: who sees it could not be told`;
  if (seers === "none") return `${pixel} is seen by no place of this layer`;
  if (isNotKnown(seers)) return `${pixel}: who sees it is not known: ${visible(seers.why)}`;
  const { top, left, bottom, right } = seers;
  return `${pixel} is seen by ${size(seers)} places: rows ${span(top, bottom)}, columns ${span(left, right)}`;
}
