import { countOf, faultKinds, shareNames, sharesOver } from "../../../src/shared/dead.ts";
import type { FaultKind } from "../../../src/shared/dead.ts";
import { firstOf } from "../../../src/shared/first-of.ts";
import { link } from "../../shared/controls.ts";
import { fill, h, icon } from "../../shared/dom.ts";
import { percent, visible } from "../../shared/words.ts";
import { breakable } from "../breakable.ts";
import { channelList } from "./channel-list.ts";
import { columnsWith, shareOf, totalsOf } from "./rows.ts";
import type { DeadColumn, DeadRow, Sorting } from "./rows.ts";

export const columnNames: Readonly<Record<DeadColumn, string>> = {
  layer: "Layer",
  channels: "Channels",
  dead: "Never active",
  nearlyDead: "Nearly never",
  saturated: "Saturated",
  constant: "Constant",
  duplicates: "Duplicates",
  broken: "NaN",
  ...shareNames,
};

export interface TableEvents {
  sort(column: DeadColumn): void;
  openLayer(layer: string): void;
  open(row: DeadRow, kind: FaultKind): void;
  openChannel(layer: string, channel: number): void;
}

/** Channels that a number's tooltip names. */
const mostNamed = 40;

const arrow = "M6 4l4 4-4 4";

/** Layers by what is wrong with their channels; the whole net in the last line. A layer opens into its channels. */
export function deadTable(events: TableEvents) {
  const opened = new Set<string>();
  const head = h("thead", {});
  const body = h("tbody", {});
  const foot = h("tfoot", {});
  const element = h("table", { class: "dead-table", "aria-label": "Dead channels by layer" }, head, body, foot);

  const heading = (column: DeadColumn, { by, descending }: Sorting) => {
    const state = by !== column ? "none" : descending ? "descending" : "ascending";
    const arrow = by !== column ? "" : descending ? " ↓" : " ↑";
    const button = h(
      "button",
      { type: "button", class: "sort", "data-column": column, onclick: () => events.sort(column) },
      `${columnNames[column]}${arrow}`,
    );
    return h("th", { scope: "col", "aria-sort": state }, button);
  };

  let kinds: readonly FaultKind[] = faultKinds;
  let images = 0;

  const cell = (row: DeadRow, kind: FaultKind) => {
    const found = row.faults[kind];
    const words = countOf(kind, found.length, row.of.compared);
    if (found.length === 0) return h("td", { class: "dim" }, words);
    const label = `${words} of ${row.channels} channels of ${visible(row.layer)}: ${columnNames[kind].toLowerCase()}`;
    const button = link(words, () => events.open(row, kind), label);
    button.title = `Channels ${firstOf(found, mostNamed)}`;
    return h(
      "td",
      { "data-bad": kind === "dead" || kind === "broken" || undefined },
      button,
      h("span", { class: "dim" }, ` (${percent(shareOf(row, kind))})`),
    );
  };

  const layerLink = (layer: string) => {
    const element = link("", () => events.openLayer(layer));
    fill(element, ...breakable(layer));
    return element;
  };

  /** Adds the layer's line, and under it, where it stands open, its channels. */
  const addTo = (lines: DocumentFragment, row: DeadRow): void => {
    const { layer, channels } = row;
    const turn = h(
      "button",
      {
        type: "button",
        class: "turn",
        "aria-label": `Channels of ${visible(layer)}`,
        title: "Its channels, one by one",
      },
      icon(arrow),
    );
    const line = h(
      "tr",
      {},
      h("th", { scope: "row" }, turn, layerLink(layer)),
      h("td", {}, channels.toLocaleString("en")),
      ...kinds.map((kind) => cell(row, kind)),
      ...sharesOver(images).map((kind) => h("td", {}, percent(row[kind]))),
    );
    const under = h("tr", { class: "opened" });
    const settle = () => {
      const open = opened.has(layer);
      turn.setAttribute("aria-expanded", String(open));
      if (!open) return under.remove();
      const list = channelList(row.of, images, (channel) => events.openChannel(layer, channel));
      fill(under, h("td", { colspan: columnsWith(kinds, images).length }, list));
      line.after(under);
    };
    turn.addEventListener("click", () => {
      if (!opened.delete(layer)) opened.add(layer);
      settle();
    });
    lines.append(line);
    settle();
  };

  return {
    element,
    /** `found`: the kinds that have a column; `over`: how many photos were counted. */
    show(
      rows: readonly DeadRow[],
      all: readonly DeadRow[],
      found: readonly FaultKind[],
      sorting: Sorting,
      over: number,
    ): void {
      kinds = found;
      images = over;
      const focused =
        document.activeElement instanceof HTMLElement ? document.activeElement.dataset["column"] : undefined;
      fill(head, h("tr", {}, ...columnsWith(kinds, images).map((column) => heading(column, sorting))));
      const lines = document.createDocumentFragment();
      for (const row of rows) addTo(lines, row);
      body.replaceChildren(lines);
      const { channels, counts, compared } = totalsOf(all);
      fill(
        foot,
        h(
          "tr",
          {},
          h("th", { scope: "row", title: "Each channel is counted in the layer that makes it" }, "The whole net"),
          h("td", {}, channels.toLocaleString("en")),
          ...kinds.map((kind) =>
            h(
              "td",
              {},
              countOf(kind, counts[kind], compared, (count) => count.toLocaleString("en")),
              counts[kind] ? h("span", { class: "dim" }, ` (${percent(counts[kind] / channels)})`) : undefined,
            ),
          ),
          ...sharesOver(images).map(() => h("td", {})),
        ),
      );
      if (focused !== undefined) head.querySelector<HTMLElement>(`[data-column="${focused}"]`)?.focus();
    },
  };
}
