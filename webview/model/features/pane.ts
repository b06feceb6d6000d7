import { h } from "../../shared/dom.ts";
import { clamp } from "../../shared/quantized.ts";
import type { Mark, Place } from "./marks.ts";

/** So far marks reach beyond the picture, in the page's pixels: what lies at its border has all its sides. */
const beyond = 4;

/** A picture in large, its cells seen as they are, with outlines over it. */
export class Pane {
  readonly element: HTMLElement;
  readonly canvas = h("canvas", { class: "pane", role: "application", tabindex: 0 });
  readonly #marks = h("canvas", { class: "pane-marks", "aria-hidden": "true" });
  #rows = 1;
  #columns = 1;

  constructor(label: string) {
    this.canvas.setAttribute("aria-label", label);
    this.#marks.style.top = this.#marks.style.left = `${-beyond}px`;
    this.element = h("div", { class: "pane-frame" }, this.canvas, this.#marks);
  }

  get shape(): Place {
    return [this.#rows, this.#columns];
  }

  /** `side`: how long the longer side may be, in the page's pixels. */
  draw(picture: CanvasImageSource | undefined, [rows, columns]: Place, side: number, marks: readonly Mark[]): void {
    [this.#rows, this.#columns] = [rows, columns];
    const ratio = devicePixelRatio || 1;
    const scale = side / Math.max(rows, columns, 1);
    const [width, height] = [Math.max(8, columns * scale), Math.max(8, rows * scale)];
    const context = sized(this.canvas, width, height, ratio);
    if (context) {
      const { width: w, height: h } = this.canvas;
      context.clearRect(0, 0, w, h);
      context.imageSmoothingEnabled = columns > w;
      if (picture) context.drawImage(picture, 0, 0, w, h);
    }
    const over = sized(this.#marks, width + 2 * beyond, height + 2 * beyond, ratio);
    if (!over) return;
    over.setTransform(1, 0, 0, 1, 0, 0);
    over.clearRect(0, 0, this.#marks.width, this.#marks.height);
    over.setTransform(ratio, 0, 0, ratio, beyond * ratio, beyond * ratio);
    for (const mark of marks) outline(over, mark, width / columns, height / rows);
  }

  /** Row and column under a pointer, with their fractions; none outside of the picture unless it is `clamped`. */
  placeAt({ clientX, clientY }: MouseEvent, clamped = false): Place | undefined {
    const { left, top, width, height } = this.canvas.getBoundingClientRect();
    if (width === 0 || height === 0) return undefined;
    const [v, u] = [(clientY - top) / height, (clientX - left) / width];
    if (!clamped && (u < 0 || v < 0 || u >= 1 || v >= 1)) return undefined;
    const last = (n: number) => n - 1e-6;
    return [clamp(v * this.#rows, 0, last(this.#rows)), clamp(u * this.#columns, 0, last(this.#columns))];
  }
}

/** Its context, once it has that size in the page's pixels; setting a size clears it. */
function sized(canvas: HTMLCanvasElement, width: number, height: number, ratio: number) {
  const [w, h] = [Math.round(width * ratio), Math.round(height * ratio)];
  if (canvas.width !== w || canvas.height !== h) {
    [canvas.width, canvas.height] = [w, h];
    [canvas.style.width, canvas.style.height] = [`${width}px`, `${height}px`];
  }
  return canvas.getContext("2d");
}

/** A light line within a dark one is seen on every picture. */
function outline(context: CanvasRenderingContext2D, mark: Mark, x: number, y: number): void {
  const color = mark.kind === "cell" ? "rgb(120 220 255)" : "rgb(255 255 255)";
  const around = new Path2D();
  if ("radius" in mark)
    around.ellipse((mark.x + 0.5) * x, (mark.y + 0.5) * y, mark.radius * x, mark.radius * y, 0, 0, 2 * Math.PI);
  else {
    const { top, left, bottom, right } = mark.kind === "field" ? mark.clipped : mark;
    // Around a single cell, not over it.
    const out = mark.kind === "cell" ? 2 : 0;
    around.rect(left * x - out, top * y - out, (right - left) * x + 2 * out, (bottom - top) * y + 2 * out);
  }
  context.setLineDash([]);
  context.lineWidth = 3;
  context.strokeStyle = "rgb(0 0 0 / 75%)";
  context.stroke(around);
  context.lineWidth = 1.25;
  context.strokeStyle = color;
  if (mark.kind === "field") return sides(context, mark, x, y);
  if (mark.kind === "source") context.setLineDash([3, 3]);
  context.stroke(around);
}

/** Each side of a field; dashed where it goes on beyond the picture's border. */
function sides(
  context: CanvasRenderingContext2D,
  { whole, clipped }: Extract<Mark, { readonly kind: "field" }>,
  x: number,
  y: number,
): void {
  const corners = {
    top: [clipped.left, clipped.top, clipped.right, clipped.top],
    bottom: [clipped.left, clipped.bottom, clipped.right, clipped.bottom],
    left: [clipped.left, clipped.top, clipped.left, clipped.bottom],
    right: [clipped.right, clipped.top, clipped.right, clipped.bottom],
  } as const;
  for (const side of ["top", "bottom", "left", "right"] as const) {
    const [fromX, fromY, toX, toY] = corners[side];
    context.setLineDash(whole[side] === clipped[side] ? [] : [3, 3]);
    context.beginPath();
    context.moveTo(fromX * x, fromY * y);
    context.lineTo(toX * x, toY * y);
    context.stroke();
  }
}
