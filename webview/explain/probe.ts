import { fill, h } from "../shared/dom.ts";
import { clamp } from "../shared/quantized.ts";
import { toPane } from "../shared/viewport.ts";
import type { Point } from "../shared/viewport.ts";
import { frameOf, fromPixels, toPixels } from "./frame.ts";
import { gridOfPicture, read } from "./reading.ts";
import type { Reading } from "./reading.ts";
import { shownPicture, viewportOf } from "./view.ts";
import type { View } from "./view.ts";

/** Finer steps than a fiftieth of the picture would take the arrows all day. */
const mostSteps = 50;

/** One place on photo and map: under the pointer, else where it was pinned by a click or by the arrows. */
export class Probe {
  pointed: Point | undefined;
  pinned: Point | undefined;
  readonly element = h("div", { class: "readout", hidden: true });

  constructor(readonly view: View) {}

  get place(): Point | undefined {
    return this.pointed ?? this.pinned;
  }

  get reading(): Reading | undefined {
    const { session } = this.view;
    const { prediction } = session.looked ?? {};
    const labelOf = (index: number) => session.classOf(index)?.label ?? `class ${index}`;
    return this.place && prediction && read(this.place, prediction, shownPicture(this.view), labelOf);
  }

  /** Pins where it is not yet, and lets go where it is. */
  pin(place: Point): void {
    const near = this.pinned && Math.hypot(this.pinned[0] - place[0], this.pinned[1] - place[1]) < 0.02;
    this.pinned = near ? undefined : place;
  }

  /** By one cell of the map; begins in the middle. */
  move([right, down]: Point): void {
    const { prediction } = this.view.session.looked ?? {};
    if (!prediction) return;
    const picture = shownPicture(this.view);
    const [rows, columns] = picture ? gridOfPicture(picture) : [mostSteps, mostSteps];
    const { width, height } = frameOf(prediction);
    const across = prediction.seen.width / width / clamp(columns, 1, mostSteps);
    const along = prediction.seen.height / height / clamp(rows, 1, mostSteps);
    const [u, v] = this.pinned ?? [0.5 - right * across, 0.5 - down * along];
    this.pinned = [clamp(u + right * across, 0, 0.999), clamp(v + down * along, 0, 0.999)];
    this.pointed = undefined;
  }

  /** What it reads, in words; the strongest part first. */
  get words(): readonly string[] {
    const { place, reading, view } = this;
    const { prediction } = view.session.looked ?? {};
    if (!place || !reading || !prediction) return [];
    const { map, pixel } = reading;
    const { drawn } = view.photo;
    if (!pixel || !drawn) return [...map, "beyond the photo’s edge"];
    const [x, y] = toPixels(frameOf(prediction), place);
    const rgb = drawn.rgbAt(x / prediction.photo[0], y / prediction.photo[1]);
    return [...map, `photo ${pixel[0]}, ${pixel[1]}: RGB ${drawn.exact ? "" : "about "}${rgb.join(", ")}`];
  }

  /** Shows the words beside the place, or beside the cell that is framed there. */
  draw(): void {
    const { element, place, reading, view } = this;
    const { prediction } = view.session.looked ?? {};
    element.hidden = !place || !reading || !prediction;
    if (!place || !reading || !prediction) return;
    const [first = "", ...others] = this.words;
    fill(element, h("strong", {}, first), ...others.map((line) => h("span", {}, line)));
    const onPane = (spot: Point) => toPane(viewportOf(view), spot);
    const [u, v] = onPane(place);
    const above = v > 0.6;
    const { box } = reading.cell ?? {};
    const edge = box && onPane(fromPixels(frameOf(prediction), [box.left, box.top + (above ? 0 : box.height)]))[1];
    element.style.setProperty("--u", String(clamp(u, 0, 1)));
    element.style.setProperty("--v", String(clamp(edge ?? v, 0, 1)));
    element.dataset["side"] = above ? "above" : "below";
  }
}
