import type { LayerOverview } from "../../../src/shared/inside.ts";
import { button, link } from "../../shared/controls.ts";
import { fill, h, whenChanged } from "../../shared/dom.ts";
import type { Region } from "../../shared/region.ts";
import { roving } from "../../shared/roving.ts";
import { count, visible } from "../../shared/words.ts";
import { dimensions } from "../amounts.ts";
import { breakable, nameText } from "../breakable.ts";
import { strokesNotice } from "../features/strokes-notice.ts";
import { choosePhoto } from "../photo-picker.ts";
import { preparedLine } from "../prepared-line.ts";
import type { View } from "../view.ts";
import { drawMean } from "./mean-map.ts";
import "./overview.css";
import { Reading } from "./reading.ts";
import { brokenFrom, densityText, summaryOf, warningsOf } from "./rows.ts";

interface Row {
  readonly element: HTMLButtonElement;
  readonly line: LayerOverview;
  readonly theme: string;
}

/** Every layer of the net in a column, from the photo down to the classes: what is left of it, and how much is silent. */
export function overview(view: View): Region {
  const { session } = view;
  const reading = new Reading(session);
  const summary = h("p", { class: "net-summary dim", role: "status" });
  const fault = h("p", { class: "net-fault", hidden: true });
  const message = h("div", { class: "net-message" });
  const list = h("div", { class: "net-rows", role: "listbox", "aria-label": "Layers of the network" });
  const stops = roving(list, "[role=option]");
  const toRows = () => list.querySelector<HTMLElement>("[tabindex='0']")?.focus();
  const notice = strokesNotice(view, () => true, toRows);
  const prepared = preparedLine(view);
  const element = h("div", { class: "net" }, notice.element, summary, prepared.element, fault, message, list);
  let rows: readonly Row[] = [];
  let marked: string | undefined;
  /** Whether the chosen layer was brought into sight once all were there. */
  let found = false;

  const say = whenChanged(
    () => [session.photo.state, session.card.state, reading.failure, session.hasPhoto, reading.lines.length > 0],
    () => {
      const told = troubleWith();
      message.hidden = told === undefined;
      fill(message, told && h("p", {}, visible(told.text)), told?.action);
    },
  );

  function troubleWith(): { readonly text: string; readonly action?: HTMLElement } | undefined {
    const choose = () => button("Choose a photo", () => void choosePhoto(session), "primary");
    const { state } = session.photo;
    if (session.card.state.status === "failed")
      return {
        text: reading.lines.length
          ? "The network does not run any more; the line above says why. This is what was read of it last."
          : "The network does not run here; the line above says why.",
      };
    if (state.status === "failed") return { text: state.failure.message, action: choose() };
    if (!session.hasPhoto)
      return state.status === "ready"
        ? { text: "Choose a photo to see what every layer makes of it.", action: choose() }
        : { text: "Reading the photo…" };
    if (!reading.failure) return undefined;
    return { text: reading.failure.message, action: button("Try again", () => reading.again()) };
  }

  function rowOf(line: LayerOverview): HTMLButtonElement {
    const shape = session.layers.find(({ name }) => name === line.layer)?.shape;
    const density = densityText(line);
    const facts = [
      shape ? dimensions(shape.length > 1 ? shape.slice(1) : shape) : count(line.channels, "channel"),
      density,
    ];
    const warnings = warningsOf(line).map(({ text, level }) =>
      h("span", { class: "net-warning", "data-level": level }, visible(text)),
    );
    return h(
      "button",
      { type: "button", role: "option", class: "net-row", "data-layer": line.layer, onclick: () => select(line.layer) },
      drawMean(line, view.theme),
      h(
        "span",
        { class: "net-words" },
        h("span", { class: "net-name" }, ...breakable(line.layer)),
        h("span", { class: "dim" }, facts.filter(Boolean).join(" · ")),
        ...warnings,
      ),
    );
  }

  /** Where numbers that are none come from is the one thing to know of them: it leads there. */
  const sayBroken = whenChanged(
    () => [JSON.stringify(brokenFrom(reading.lines) ?? null)],
    () => {
      const from = brokenFrom(reading.lines);
      fault.hidden = !from;
      if (!from) return fill(fault);
      const name = nameText(from.layer);
      const open = link(name, () => select(from.layer), `Open ${name}`);
      const more = from.layers > 1 ? `, and ${count(from.layers, "layer")} in all have some.` : ".";
      fill(fault, "NaN or infinite values begin in ", open, more);
    },
  );

  /** The layer is shown in the graph and in the tree; the column stays. */
  function select(layer: string): void {
    session.selectLayer(layer);
    session.remember({ side: "net" });
  }

  function draw(): void {
    const before = rows;
    rows = reading.lines.map((line, i) => {
      const known = before[i];
      return known?.line === line && known.theme === view.theme
        ? known
        : { element: rowOf(line), line, theme: view.theme };
    });
    rows.forEach(({ element }, i) => {
      const there = before[i]?.element;
      if (there === element) return;
      const focused = there === document.activeElement;
      if (there?.parentElement === list) there.replaceWith(element);
      else list.append(element);
      if (focused) element.focus();
    });
    for (const { element } of before.slice(rows.length)) element.remove();
    marked = undefined;
  }

  const drawRows = whenChanged(() => [reading.lines, view.theme, session.layers], draw);
  return {
    element,
    update() {
      if (session.hasPhoto && session.card.value) reading.ask(session.photoKey());
      notice.update();
      say();
      prepared.update();
      drawRows();
      list.setAttribute("aria-busy", String(reading.running));
      const text = reading.lines.length
        ? summaryOf(reading.lines, reading.progress)
        : reading.running
          ? "Running the network…"
          : "";
      if (summary.textContent !== text) fill(summary, text);
      sayBroken();
      const chosen = session.layer?.name ?? "";
      if (!found && rows.length && !reading.running) {
        found = true;
        rows.find(({ line }) => line.layer === chosen)?.element.scrollIntoView({ block: "nearest" });
      }
      if (chosen === marked) return;
      const first = marked === undefined;
      marked = chosen;
      for (const { element, line } of rows) {
        const its = line.layer === chosen;
        element.setAttribute("aria-selected", String(its));
        if (its && !first && !element.contains(document.activeElement)) element.scrollIntoView({ block: "nearest" });
      }
      stops.settle();
    },
  };
}
