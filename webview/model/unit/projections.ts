import type { Heatmap, Quantized, Update } from "../../../src/shared/updates.ts";
import { fill, h, whenChanged } from "../../shared/dom.ts";
import { Fetched } from "../../shared/fetched.ts";
import { paintHeatmap } from "../../shared/paint.ts";
import { at, gridOf, rangeOf } from "../../shared/quantized.ts";
import type { Region } from "../../shared/region.ts";
import { isDark } from "../../shared/theme.ts";
import { figure, visible } from "../../shared/words.ts";
import { canvasOf, contextOf } from "../filters/canvas.ts";
import type { View } from "../view.ts";
import { frame } from "./frame.ts";
import type { Box } from "./frame.ts";
import { refusalWords } from "./needs.ts";

type Map = Heatmap<Quantized>;

export interface Projections extends Region {
  ask(key: string, question: (signal: AbortSignal) => AsyncIterable<Update>, field: Box | undefined): void;
}

/** The unit's value taken back to the pixels, in three ways, each as it comes. */
export function projections(view: View): Projections {
  const { session } = view;
  let maps: readonly Map[] = [];
  let notes: readonly string[] = [];
  let field: Box | undefined;
  const answer = new Fetched<void>(() => session.changed());
  const status = h("div", {});
  const grid = h("div", { class: "projection-grid" });
  const remarks = h("div", { class: "dim" });
  const element = h("section", { class: "projections" }, h("h3", {}, "Back to the pixels"), status, grid, remarks);

  async function follow(updates: AsyncIterable<Update>, signal: AbortSignal): Promise<void> {
    let fresh = true;
    for await (const update of updates) {
      if (signal.aborted) return;
      if (fresh) [maps, notes, fresh] = [[], [], false];
      if (update.kind === "heatmap") maps = [...maps.filter(({ key }) => key !== update.key), update];
      else if (update.kind === "note") notes = [...notes, update.text];
      session.changed();
    }
  }

  function figureOf(map: Map): HTMLElement {
    const part = partOf(map, field);
    const canvas = cropped(map, part, isDark(view.theme));
    const [rows, columns] = [part.bottom - part.top, part.right - part.left];
    const { high } = rangeOf(map);
    const range = rangeWords(map, high);
    const unit = map.unit && h("span", { class: "map-unit" }, visible(map.unit));
    const scale: readonly (string | HTMLElement)[] = unit ? [`${range} · `, unit] : [range];
    const value = h("span", { class: "number dim" }, ...scale);
    const picture = frame({
      pointed: (place) => {
        fill(value, ...(place ? [readAt(map, part.top + place[0], part.left + place[1])] : scale));
      },
    });
    const label = `${visible(map.title)}: ${value.textContent}`;
    picture.show({
      canvas,
      rows,
      columns,
      boxes: field && isWhole(map, part) ? [field] : [],
      label,
      smooth: isWhole(map, part),
    });
    return h("figure", {}, h("figcaption", {}, visible(map.title)), picture.element, value);
  }

  const update = whenChanged(
    () => [maps, notes, answer.state, view.theme, field],
    () => {
      const { state } = answer;
      const again = () => {
        answer.forget();
        session.changed();
      };
      fill(status, ...refusalWords(state, "It cannot be taken back to the pixels", again));
      if (state.status === "loading" && maps.length === 0) fill(status, h("p", { class: "dim" }, "On the way back…"));
      element.classList.toggle("stale", state.status === "loading");
      fill(grid, ...maps.map(figureOf));
      fill(remarks, ...notes.map((text) => h("p", {}, visible(text))));
    },
  );

  return {
    element,
    update,
    ask(key, question, seen) {
      field = seen;
      answer.ask(key, (signal) => follow(question(signal), signal));
    },
  };
}

type Part = Omit<Box, "kind">;

/** All of the map, or only what the unit sees where that is a small part of it. */
function partOf({ values }: Map, field: Box | undefined): Part {
  const { rows, columns } = gridOf(values);
  const isSmall = field && 4 * (field.bottom - field.top) * (field.right - field.left) < rows * columns;
  const fits = isSmall && field.bottom <= rows && field.right <= columns;
  return fits ? field : { top: 0, left: 0, bottom: rows, right: columns };
}

const isWhole = ({ values }: Map, { top, left, bottom, right }: Part): boolean =>
  (bottom - top) * (right - left) === gridOf(values).rows * gridOf(values).columns;

function cropped(map: Map, { top, left, bottom, right }: Part, onDark: boolean): HTMLCanvasElement {
  const { width, height, rgba } = paintHeatmap({ ...map, draw: "cells" }, rangeOf(map), onDark);
  const whole = canvasOf(width, height);
  if (width > 0 && height > 0) contextOf(whole).putImageData(new ImageData(rgba, width, height), 0, 0);
  const canvas = canvasOf(right - left, bottom - top);
  contextOf(canvas).drawImage(whole, -left, -top);
  return canvas;
}

const readAt = ({ values }: Map, row: number, column: number): string =>
  `${row}, ${column}: ${figure(at(values, row, column))}`;

const rangeWords = ({ signed, percentile }: Map, high: number): string =>
  `${signed ? "±" : "0 to "}${figure(high)}${percentile !== undefined && percentile < 100 ? " and beyond" : ""}`;
