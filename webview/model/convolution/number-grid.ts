import { fill, h } from "../../shared/dom.ts";
import { figure } from "../../shared/words.ts";

export interface GridCell {
  readonly value: number;
  readonly kind?: "padding" | "inserted" | undefined;
  /** The cell that the animation is at. */
  readonly now?: boolean;
  /** Has not been reached yet. */
  readonly later?: boolean;
  readonly picked?: boolean;
}

/** Numbers as they lie in a window, tinted by their sign and size; pointing at one shows all its digits. */
export function numberGrid(caption: string): {
  readonly element: HTMLElement;
  show(cells: readonly GridCell[], columns: number): void;
} {
  const table = h("table", { class: "number-grid" }, h("caption", {}, caption));
  const body = h("tbody", {});
  table.append(body);
  return {
    element: h("div", { class: "number-grid-frame" }, table),
    show(cells, columns) {
      const largest = cells.reduce(
        (most, { value }) => Math.max(most, Number.isFinite(value) ? Math.abs(value) : 0),
        0,
      );
      table.dataset["size"] = columns > 7 ? "small" : "large";
      const rows: HTMLElement[] = [];
      for (let from = 0; from < cells.length; from += columns)
        rows.push(h("tr", {}, ...cells.slice(from, from + columns).map((cell) => cellOf(cell, largest))));
      fill(body, ...rows);
    },
  };
}

function cellOf({ value, kind, now, later, picked }: GridCell, largest: number): HTMLElement {
  const text = kind === "padding" ? "·" : figure(value).replace("Infinity", "∞");
  const title = kind === "padding" ? "padding" : kind === "inserted" ? "a zero put in between" : String(value);
  const cell = h("td", { title, "data-kind": kind, "data-now": now, "data-later": later, "data-picked": picked }, text);
  if (kind === undefined && Number.isFinite(value) && largest > 0) {
    cell.style.setProperty("--strength", `${Math.round((45 * Math.abs(value)) / largest)}%`);
    cell.dataset["sign"] = value < 0 ? "minus" : "plus";
  }
  return cell;
}
