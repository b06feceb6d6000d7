import { tableShape } from "../../../src/shared/tensor.ts";
import type { WeightCard } from "../../../src/shared/structure.ts";
import type { Tensor } from "../../../src/shared/tensor.ts";
import { link } from "../../shared/controls.ts";
import { fill, h, whenChanged } from "../../shared/dom.ts";
import { Fetched } from "../../shared/fetched.ts";
import type { Region } from "../../shared/region.ts";
import { visible } from "../../shared/words.ts";
import { fileNameOf } from "../file-name.ts";
import type { View } from "../view.ts";
import { cellGrid } from "./cell-grid.ts";
import { pager } from "./pager.ts";
import {
  exact,
  firstSlice,
  gridOf,
  leadingAxes,
  linesOf,
  mostColumns,
  mostRows,
  pageOf,
  pageWith,
  tsv,
} from "./slices.ts";
import type { Cell, Slice } from "./slices.ts";
import { steppers } from "./steppers.ts";

/** The numbers of one constant, a page of a slice at a time. */
export function weightTable({ session, announce }: View, card: () => WeightCard | undefined): Region {
  const page = new Fetched<Tensor>(() => session.changed());
  let slice: Slice = { index: [], row: 0, column: 0 };
  /** Where the cursor goes when the page that the arrows led to is there. */
  let awaited: { readonly row: number; readonly column: number } | undefined;
  const axes = h("div", { class: "steppers" });
  const go = (row: number, column: number) => {
    const known = card();
    if (known) move(pageWith(tableShape(known.shape), slice, row, column));
  };
  const byRow = pager((by) => go(slice.row + by * mostRows, slice.column));
  const byColumn = pager((by) => go(slice.row, slice.column + by * mostColumns));
  const pages = h("div", { class: "pagers" }, byRow.element, byColumn.element);
  const readout = h("p", { class: "readout dim" });
  const problem = h("p", { class: "problem", role: "alert", hidden: true });
  const grid = cellGrid("Numbers of the weight", { chosen: read, beyond: turn });
  const element = h(
    "div",
    { class: "weight-table" },
    h("div", { class: "table-tools" }, axes, pages, h("div", { class: "table-actions" }, copyLink(), saveLink())),
    problem,
    grid.element,
    readout,
  );

  const onPage = () => (page.state.status === "ready" ? page.state.value : undefined);
  const lines = () => {
    const values = onPage();
    const known = card();
    return known && values ? linesOf<Cell>(tableShape(known.shape), slice, values.data) : [];
  };

  function move(to: Slice): void {
    slice = to;
    session.changed();
  }

  function turn(rows: number, columns: number): boolean {
    const known = card();
    if (!known) return false;
    const all = gridOf(tableShape(known.shape));
    const row = slice.row + (rows < 0 ? -1 : rows > 0 ? mostRows : 0);
    const column = slice.column + (columns < 0 ? -1 : columns > 0 ? mostColumns : 0);
    if (row < 0 || column < 0 || row >= all.rows || column >= all.columns) return false;
    move(pageWith(tableShape(known.shape), slice, row, column));
    awaited = { row: rows < 0 ? mostRows - 1 : 0, column: columns < 0 ? mostColumns - 1 : 0 };
    return true;
  }

  function read(row: number, column: number): void {
    const known = card();
    const values = onPage();
    const value = lines()[row]?.[column];
    if (!known || !values || value === undefined) return;
    const { folded } = gridOf(tableShape(known.shape));
    const [r, c] = [slice.row + row, slice.column + column];
    const inSlice = folded ? [0, r * mostColumns + c] : [r, c];
    const place = [...slice.index, ...inSlice].slice(-tableShape(known.shape).length);
    readout.textContent = `[${place.join(", ")}] = ${exact(value, values.dtype).replaceAll("-", "−")}`;
  }

  function copyLink(): HTMLElement {
    return link("Copy page", () => {
      const values = onPage();
      if (!values) return;
      const copy = () => session.host.copyText({ text: tsv(lines(), values.dtype) });
      void session.attempt(copy).then(() => announce("Copied, with tabs between the columns."));
    });
  }

  function saveLink(): HTMLElement {
    return link("Save as .npy…", () => {
      const known = card();
      if (!known) return;
      const name = `${fileNameOf(known.name)}.npy`;
      const save = () => session.host.saveWeight({ weight: known.name, name });
      void session.attempt(save).then((saved) => saved && session.say(`Saved ${name}.`));
    });
  }

  const begin = whenChanged(
    () => [card()?.name, session.modelKey],
    () => {
      slice = firstSlice(tableShape(card()?.shape ?? []));
      page.forget(true);
      awaited = undefined;
    },
  );
  const buildAxes = whenChanged(
    () => [card()],
    () =>
      fill(
        axes,
        steppers(leadingAxes(tableShape(card()?.shape ?? [])), (index) => move({ ...slice, index })),
      ),
  );
  const showPlace = whenChanged(
    () => [card(), slice],
    () => {
      const shape = tableShape(card()?.shape ?? []);
      const { rows, columns, folded } = gridOf(shape);
      const at = pageOf(shape, slice);
      if (folded) byRow.show("number", at.columns, shape.at(-1) ?? 1);
      else byRow.show("row", at.rows, rows);
      byColumn.element.hidden = folded;
      byColumn.show("column", at.columns, columns);
    },
  );
  const show = whenChanged(
    () => [page.state],
    () => {
      const { state } = page;
      const known = card();
      problem.hidden = state.status !== "failed";
      problem.textContent = state.status === "failed" ? visible(state.failure.message) : "";
      element.dataset["status"] = state.status;
      if (!known || state.status !== "ready") return;
      const { folded } = gridOf(tableShape(known.shape));
      const [firstRow, firstColumn] = [slice.row, folded ? 0 : slice.column];
      const all = lines();
      const rowNames = all.map((_, i) => String((firstRow + i) * (folded ? mostColumns : 1)));
      const columnNames = (all[0] ?? []).map((_, i) => (folded ? `+${i}` : String(firstColumn + i)));
      grid.show(all, rowNames, columnNames);
      if (awaited) {
        const last = all.length - 1;
        grid.focus(Math.min(awaited.row, last), Math.min(awaited.column, (all[last]?.length ?? 1) - 1));
      }
      awaited = undefined;
    },
  );

  return {
    element,
    update() {
      const known = card();
      element.hidden = !known || known.count === 0;
      if (!known || known.count === 0) return;
      begin();
      const asked = { weight: known.name, index: slice.index, ...pageOf(tableShape(known.shape), slice) };
      page.ask(JSON.stringify([session.modelKey, asked]), (signal) => session.host.weightTable(asked, signal));
      buildAxes();
      showPlace();
      show();
    },
  };
}
