import type { FilterCard } from "../../../src/shared/inside.ts";
import { h } from "../../shared/dom.ts";
import { clamp } from "../../shared/quantized.ts";
import { canvasOfRaster, contextOf } from "./canvas.ts";
import { matrixAt, matrixRaster } from "./matrix.ts";
import type { MatrixPlace } from "./matrix.ts";

export interface MatrixView {
  readonly element: HTMLElement;
  show(card: FilterCard, order: readonly number[], chosen: number | undefined, onDark: boolean, name: string): void;
  picture(): HTMLCanvasElement;
}

let made = 0;

/** Weights as a matrix: outputs downwards, inputs to the right. A click or the arrows choose an output. */
export function matrixView(
  choose: (channel: number) => void,
  pointed: (place: MatrixPlace | undefined) => void,
): MatrixView {
  const canvas = h("canvas", { "aria-hidden": "true" });
  const id = `matrix-row-${made++}`;
  const mark = h("div", { class: "matrix-row", role: "option", id, "aria-selected": "true", hidden: true });
  const frame = h(
    "div",
    { class: "matrix", role: "listbox", tabindex: 0, "aria-label": "Outputs of the matrix", onkeydown: onKey },
    canvas,
    mark,
  );
  const [inputs, outputs] = [h("span", { class: "axis-across dim" }), h("span", { class: "axis-down dim" })];
  const element = h("div", { class: "matrix-frame" }, outputs, frame, inputs);
  let shown: { card: FilterCard; order: readonly number[]; chosen: number | undefined } | undefined;
  let drawn: readonly unknown[] = [];

  const under = ({ offsetX, offsetY }: MouseEvent) =>
    shown &&
    matrixAt(
      shown.card.pictures,
      [shown.card.shape[0], shown.card.shape[1]],
      shown.order,
      offsetX / canvas.clientWidth,
      offsetY / canvas.clientHeight,
    );
  canvas.addEventListener("click", (event) => {
    const place = under(event);
    if (place) choose(place.outputs[0]);
  });
  canvas.addEventListener("pointermove", (event) => pointed(under(event)));
  canvas.addEventListener("pointerleave", () => pointed(undefined));

  function onKey(event: KeyboardEvent): void {
    if (!shown || event.ctrlKey || event.metaKey || event.altKey) return;
    const { order, chosen } = shown;
    const here = chosen === undefined ? -1 : order.indexOf(chosen);
    const last = order.length - 1;
    const moves: Readonly<Record<string, number>> = {
      ArrowDown: here + 1,
      ArrowUp: here - 1,
      PageDown: here + 32,
      PageUp: here - 32,
      Home: 0,
      End: last,
    };
    const to = moves[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const channel = order[clamp(to, 0, last)];
    if (channel !== undefined) choose(channel);
  }

  return {
    element,
    show(card, order, chosen, onDark, name) {
      shown = { card, order, chosen };
      const [outs, ins] = card.shape;
      if (drawn[0] !== card || drawn[1] !== order || drawn[2] !== onDark) {
        drawn = [card, order, onDark];
        const raster = canvasOfRaster(matrixRaster(card.pictures, order, onDark));
        canvas.width = raster.width;
        canvas.height = raster.height;
        contextOf(canvas).drawImage(raster, 0, 0);
        // Thin matrices stay legible: no side is drawn smaller than this.
        const times = Math.max(1, Math.min(24, Math.floor(480 / Math.max(raster.width, raster.height))));
        frame.style.setProperty("--matrix-width", `${Math.max(24, raster.width * times)}px`);
        frame.style.setProperty("--matrix-height", `${Math.max(24, raster.height * times)}px`);
        inputs.textContent = `inputs 0 to ${ins - 1} →`;
        outputs.textContent = `↓ outputs${order.every((channel, slot) => channel === slot) ? ` 0 to ${outs - 1}` : ", sorted"}`;
      }
      const slot = chosen === undefined ? -1 : order.indexOf(chosen);
      mark.hidden = slot < 0;
      if (slot < 0) return frame.removeAttribute("aria-activedescendant");
      mark.style.top = `${(100 * slot) / outs}%`;
      mark.style.height = `${100 / outs}%`;
      mark.setAttribute("aria-label", name);
      frame.setAttribute("aria-activedescendant", id);
    },
    picture: () => canvas,
  };
}
