import { fill, h } from "../../shared/dom.ts";
import { figure } from "../../shared/words.ts";
import type { Cell } from "./slices.ts";

export interface CellGrid {
  readonly element: HTMLElement;
  /** Other numbers; the chosen cell stays where it is, as far as there is one. */
  show(lines: readonly (readonly Cell[])[], rowNames: readonly string[], columnNames: readonly string[]): void;
  focus(row: number, column: number): void;
}

export interface CellGridEvents {
  /** A cell was chosen, by its place on the page. */
  chosen(row: number, column: number): void;
  /** The arrows lead beyond the page; false where there is nothing. */
  beyond(rows: number, columns: number): boolean;
}

/** Numbers in rows and columns: one stop of the Tab key, the arrows move within. */
export function cellGrid(label: string, events: CellGridEvents): CellGrid {
  const table = h("table", { class: "cells", role: "grid", "aria-label": label });
  let cells: HTMLElement[][] = [];
  let [row, column] = [0, 0];

  function choose(toRow: number, toColumn: number, focus: boolean): void {
    const cell = cells[toRow]?.[toColumn];
    if (!cell) return;
    const before = cells[row]?.[column];
    if (before) before.tabIndex = -1;
    [row, column] = [toRow, toColumn];
    cell.tabIndex = 0;
    if (focus) cell.focus();
    events.chosen(row, column);
  }

  table.addEventListener("keydown", (event) => {
    const steps: Readonly<Record<string, readonly [number, number]>> = {
      ArrowUp: [-1, 0],
      ArrowDown: [1, 0],
      ArrowLeft: [0, -1],
      ArrowRight: [0, 1],
      PageUp: [-cells.length, 0],
      PageDown: [cells.length, 0],
      Home: [0, -column],
      End: [0, (cells[row]?.length ?? 1) - 1 - column],
    };
    const step = steps[event.key];
    if (!step || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const [toRow, toColumn] = [row + step[0], column + step[1]];
    if (cells[toRow]?.[toColumn]) choose(toRow, toColumn, true);
    else events.beyond(...step);
  });
  table.addEventListener("click", ({ target }) => {
    cells.forEach((line, r) => line.forEach((cell, c) => cell === target && choose(r, c, true)));
  });

  return {
    element: h("div", { class: "cells-frame" }, table),
    show(lines, rowNames, columnNames) {
      const had = table.contains(document.activeElement);
      cells = lines.map((line) => line.map(cellOf));
      const head = h("tr", {}, h("td", {}), ...columnNames.map((name) => h("th", { scope: "col" }, name)));
      const body = cells.map((line, i) => h("tr", {}, h("th", { scope: "row" }, rowNames[i] ?? ""), ...line));
      fill(table, h("thead", {}, head), h("tbody", {}, ...body));
      const lastRow = Math.min(row, cells.length - 1);
      choose(lastRow, Math.min(column, (cells[lastRow]?.length ?? 1) - 1), had);
    },
    focus: (row, column) => choose(row, column, true),
  };
}

function cellOf(cell: Cell): HTMLElement {
  const value = Number(cell); // three figures are shown of it
  const kind = !Number.isFinite(value) ? "odd" : value === 0 ? "zero" : undefined;
  return h(
    "td",
    { role: "gridcell", tabindex: -1, class: kind },
    figure(value).replace("Infinity", "∞").replaceAll("-", "−"),
  );
}
