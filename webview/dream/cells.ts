import type { Sheet } from "../../src/shared/synthesis.ts";
import { link } from "../shared/controls.ts";
import { fill, h, whenChanged } from "../shared/dom.ts";
import type { Region } from "../shared/region.ts";
import { roving } from "../shared/roving.ts";
import { visible } from "../shared/words.ts";
import type { View } from "./view.ts";

type Cell = Sheet["cells"][number];

/**
 * Where the picture is several in one: `caption` names the one that is pointed at or has the focus, and keeps naming the one that is
 * chosen by a click or Enter; of a channel's it offers a panel of its own.
 */
export function cells({ session }: View, caption: HTMLElement): Region {
  const element = h("div", { class: "cells", role: "group", "aria-label": "Pictures of the sheet", hidden: true });
  const sheetNow = () => (session.enlarged === undefined ? session.shown?.sheet : undefined);
  const stops = roving(element, "button", () => sheetNow()?.columns ?? 1);
  let chosen: number | undefined;
  /** What the caption says: the same again leaves it alone, and the focus where it is. */
  let said = "";
  /** What it offers stays while that has the focus, whatever sheet comes. */
  let isOutdated = false;

  /** The cell that is pointed at; the chosen one where none is. */
  function say(pointed?: Cell): void {
    const { cells = [] } = sheetNow() ?? {};
    const one = pointed ?? (chosen === undefined ? undefined : cells[chosen]);
    const channel = one === cells[chosen ?? -1] ? one?.channel : undefined;
    isOutdated = false;
    const saying = JSON.stringify([one, channel]);
    if (saying === said) return;
    said = saying;
    fill(
      caption,
      one && h("span", {}, nameOf(one)),
      channel === undefined ? undefined : link("Visualize this channel", () => session.visualizeChannel(channel)),
    );
  }

  function choose(index: number): void {
    chosen = index;
    for (const [i, button] of [...element.children].entries()) button.setAttribute("aria-pressed", String(i === index));
    say();
    caption.querySelector("button")?.focus();
  }

  function button(one: Cell, index: number, box: Box): HTMLButtonElement {
    const name = nameOf(one);
    const made = h("button", {
      type: "button",
      class: "cell",
      title: name,
      "aria-label": name,
      "aria-pressed": String(index === chosen),
      onclick: () => choose(index),
      onpointerenter: () => say(one),
      onpointerleave: () => say(),
      onfocus: () => say(one),
      onblur: () => say(),
    });
    for (const [side, share] of Object.entries(box)) made.style.setProperty(side, `${100 * share}%`);
    return made;
  }

  caption.addEventListener("focusout", () => isOutdated && say());
  const update = whenChanged(
    () => [JSON.stringify(sheetNow())],
    () => {
      const sheet = sheetNow();
      element.hidden = !sheet;
      if (chosen !== undefined && !sheet?.cells[chosen]) chosen = undefined;
      const focused = [...element.children].indexOf(document.activeElement!); // -1 where nothing of it has the focus
      fill(element, ...(sheet ? sheet.cells.map((one, i) => button(one, i, boxOf(sheet, i))) : []));
      stops.settle();
      isOutdated = caption.contains(document.activeElement);
      if (!isOutdated) say();
      (element.children[focused] as HTMLElement | undefined)?.focus();
    },
  );
  return { element, update };
}

const nameOf = ({ title }: Cell) => (title === "" ? "Empty" : visible(title));

type Box = Readonly<Record<"left" | "top" | "width" | "height", number>>;

/** Where a cell lies, in shares of the sheet. */
function boxOf({ columns, rows, cell: [width, height], gap }: Sheet, index: number): Box {
  const whole = { width: columns * (width + gap) - gap, height: rows * (height + gap) - gap };
  return {
    left: ((index % columns) * (width + gap)) / whole.width,
    top: (Math.floor(index / columns) * (height + gap)) / whole.height,
    width: width / whole.width,
    height: height / whole.height,
  };
}
