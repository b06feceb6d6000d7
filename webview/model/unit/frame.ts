import { fill, h } from "../../shared/dom.ts";
import { clamp } from "../../shared/quantized.ts";

/** Half open, in cells of the picture. */
export interface Box {
  readonly top: number;
  readonly left: number;
  readonly bottom: number;
  readonly right: number;
  readonly kind: "chosen" | "field" | "window" | "cell" | "padding";
}

export interface FrameEvents {
  /** A cell was chosen with the pointer or the arrows. */
  readonly chosen?: (row: number, column: number) => void;
  /** The cell under the pointer. */
  readonly pointed?: (place: readonly [number, number] | undefined) => void;
}

export interface Frame {
  readonly element: HTMLElement;
  show(shown: {
    readonly canvas: HTMLCanvasElement;
    readonly rows: number;
    readonly columns: number;
    readonly boxes: readonly Box[];
    /** What it shows, in words, with the place that is chosen. */
    readonly label: string;
    /** Where the arrows set out from. */
    readonly place?: readonly [number, number] | undefined;
    readonly smooth?: boolean;
  }): void;
}

/** A picture of rows and columns with outlines on it; a place on it can be chosen where `chosen` is given. */
export function frame(events: FrameEvents = {}): Frame {
  const boxes = h("div", { class: "frame-boxes" });
  const picture = h("div", { class: "frame-picture" });
  const chooses = events.chosen !== undefined;
  const element = h(
    "div",
    { class: "frame", role: chooses ? "slider" : "img", tabindex: chooses ? 0 : undefined, "data-chooses": chooses },
    picture,
    boxes,
  );
  let [rows, columns] = [1, 1];
  let here: readonly [number, number] | undefined;
  let drawn: HTMLCanvasElement | undefined;

  const under = (event: MouseEvent): readonly [number, number] | undefined => {
    const box = picture.getBoundingClientRect();
    const row = Math.floor(((event.clientY - box.top) / box.height) * rows);
    const column = Math.floor(((event.clientX - box.left) / box.width) * columns);
    return row >= 0 && row < rows && column >= 0 && column < columns ? [row, column] : undefined;
  };
  element.addEventListener("click", (event) => {
    const place = under(event);
    if (place) events.chosen?.(...place);
  });
  element.addEventListener("pointermove", (event) => events.pointed?.(under(event)));
  element.addEventListener("pointerleave", () => events.pointed?.(undefined));
  element.addEventListener("keydown", (event) => {
    if (!events.chosen || event.ctrlKey || event.metaKey || event.altKey) return;
    const [row, column] = here ?? [0, 0];
    const moves: Readonly<Record<string, readonly [number, number]>> = {
      ArrowUp: [row - 1, column],
      ArrowDown: [row + 1, column],
      ArrowLeft: [row, column - 1],
      ArrowRight: [row, column + 1],
      Home: [row, 0],
      End: [row, columns - 1],
      PageUp: [0, column],
      PageDown: [rows - 1, column],
    };
    const to = moves[event.key];
    if (!to) return;
    event.preventDefault();
    event.stopPropagation();
    const [toRow, toColumn] = [clamp(to[0], 0, rows - 1), clamp(to[1], 0, columns - 1)];
    if (toRow === row && toColumn === column) return;
    here = [toRow, toColumn]; // the next key may come before the page is drawn
    events.chosen(toRow, toColumn);
  });

  return {
    element,
    show(shown) {
      ({ rows, columns } = shown);
      here = shown.place;
      if (drawn !== shown.canvas) {
        drawn = shown.canvas;
        drawn.setAttribute("aria-hidden", "true");
        fill(picture, drawn);
      }
      picture.style.setProperty("--ratio", `${columns} / ${rows}`);
      element.style.setProperty("--ratio", `${columns} / ${rows}`);
      picture.classList.toggle("smooth", shown.smooth === true);
      element.setAttribute("aria-label", shown.label);
      if (chooses) {
        const [row, column] = here ?? [0, 0];
        element.setAttribute("aria-valuemin", "0");
        element.setAttribute("aria-valuemax", String(rows * columns - 1));
        element.setAttribute("aria-valuenow", String(row * columns + column));
        element.setAttribute("aria-valuetext", `row ${row}, column ${column}`);
      }
      fill(boxes, ...shown.boxes.map((box) => outline(box, rows, columns)));
    },
  };
}

function outline({ top, left, bottom, right, kind }: Box, rows: number, columns: number): HTMLElement {
  const element = h("div", { class: "frame-box", "data-kind": kind });
  const share = (value: number, all: number) => `${((100 * value) / all).toFixed(3)}%`;
  element.style.top = share(top, rows);
  element.style.left = share(left, columns);
  element.style.height = share(bottom - top, rows);
  element.style.width = share(right - left, columns);
  return element;
}
