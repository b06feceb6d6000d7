import { clamp } from "../../shared/quantized.ts";
import type { Mark, Place } from "./marks.ts";

/** A picture in large, its cells seen as they are, with outlines over it. */
export class Pane {
  readonly canvas: HTMLCanvasElement;
  #rows = 1;
  #columns = 1;

  constructor(label: string) {
    this.canvas = document.createElement("canvas");
    this.canvas.className = "pane";
    this.canvas.tabIndex = 0;
    this.canvas.setAttribute("role", "application");
    this.canvas.setAttribute("aria-label", label);
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
    const { canvas } = this;
    const [w, h] = [Math.round(width * ratio), Math.round(height * ratio)];
    if (canvas.width !== w || canvas.height !== h) {
      [canvas.width, canvas.height] = [w, h];
      [canvas.style.width, canvas.style.height] = [`${width}px`, `${height}px`];
    }
    const context = canvas.getContext("2d");
    if (!context) return;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, w, h);
    context.imageSmoothingEnabled = columns > w;
    if (picture) context.drawImage(picture, 0, 0, w, h);
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    for (const mark of marks) outline(context, mark, width / columns, height / rows);
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

/** A light line within a dark one is seen on every picture. */
function outline(context: CanvasRenderingContext2D, mark: Mark, x: number, y: number): void {
  context.beginPath();
  if ("radius" in mark)
    context.ellipse((mark.x + 0.5) * x, (mark.y + 0.5) * y, mark.radius * x, mark.radius * y, 0, 0, 2 * Math.PI);
  else {
    // Around a single cell, not over it.
    const out = mark.kind === "cell" ? 2 : 0;
    const [left, top, right, bottom] = [
      mark.left * x - out,
      mark.top * y - out,
      mark.right * x + out,
      mark.bottom * y + out,
    ];
    context.rect(left, top, right - left, bottom - top);
  }
  context.setLineDash([]);
  context.lineWidth = 3;
  context.strokeStyle = "rgb(0 0 0 / 75%)";
  context.stroke();
  if (mark.kind === "source") context.setLineDash([3, 3]);
  context.lineWidth = 1.25;
  context.strokeStyle = mark.kind === "cell" ? "rgb(120 220 255)" : "rgb(255 255 255)";
  context.stroke();
}
