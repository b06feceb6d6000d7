import type { Sheet, Standing } from "../../shared/synthesis.ts";
import { float32 } from "../../shared/tensor.ts";
import { NotApplicable } from "../techniques/technique.ts";
import { blank, brightest, channels, picturesOf, sizeOf, type Canvas } from "./canvas.ts";
import type { Size } from "./program.ts";
import { twoDigits } from "./two-digits.ts";

/** Pixels between two pictures. */
const gap = 4;
/** Where a picture is still to come. */
const gray = brightest / 2;

/** Copies of a sheet that a run holds at the same time, about: the cells, the whole, a checkpoint, what is on its way. */
const copies = 4;

export type Cell = Sheet["cells"][number];
type Names = Pick<Cell, "title" | "legible" | "short">;

/** A sheet that the memory cannot hold is refused before anything of it is made. */
export function demandRoom(count: number, { height, width }: Size, memory: number): void {
  const each = copies * channels * 4 * height * width;
  if (count * each <= memory) return;
  const most = Math.floor(memory / each);
  throw new RangeError(
    `${words([count, channels, height, width])} in one sheet take ${twoDigits((count * each) / 1e9)} GB, more than the ` +
      `${twoDigits(memory / 1e9)} GB that the setting glassbox.engine.memoryLimit allows: ` +
      (most ? `${most} of that size would fit.` : "not one of that size would fit."),
  );
}

/** Several pictures of one size that are shown as one, row by row on white, each grey until it comes. */
export class Cells {
  /** All of them as they are shown. It changes with them. */
  readonly canvas: Canvas;
  /** All of them as [n, 3, h, w]. */
  readonly #pictures: Canvas;
  #cells: readonly Cell[];

  constructor(
    readonly size: Size,
    cells: readonly Cell[],
    private readonly columns = Math.ceil(Math.sqrt(cells.length)),
    private readonly legend?: string,
  ) {
    const { height, width } = size;
    this.#cells = cells;
    const pixels = new Float32Array(cells.length * channels * height * width).fill(gray);
    this.#pictures = float32([cells.length, channels, height, width], pixels);
    this.canvas = blank(this.rows * (height + gap) - gap, columns * (width + gap) - gap);
    this.canvas.data.fill(brightest);
    cells.forEach((_, i) => this.#draw(i));
  }

  private get rows(): number {
    return Math.ceil(this.#cells.length / this.columns);
  }

  get sheet(): Sheet {
    const { columns, rows, size, legend } = this;
    const cell = [size.width, size.height] as const;
    return { columns, rows, cell, gap, ...(legend !== undefined && { legend }), cells: this.#cells };
  }

  /** Pictures of [n, 3, h, w] into the cells from the `first` on. */
  put(pictures: Canvas, first: number): void {
    this.#pictures.data.set(pictures.data, (first * this.#pictures.data.length) / this.#cells.length);
    for (let i = 0; i < (pictures.shape[0] ?? 1); i++) this.#draw(first + i);
  }

  /** The pictures of `count` cells, as [count, 3, h, w]. */
  from(first: number, count: number): Canvas {
    const each = this.#pictures.data.length / this.#cells.length;
    const [, ...own] = this.#pictures.shape;
    return float32([count, ...own], this.#pictures.data.slice(first * each, (first + count) * each));
  }

  /** The same picture under other names. */
  call(cell: number, names: Names): void {
    this.#cells = this.#cells.map((each, i) => {
      if (i !== cell) return each;
      const { title: _, legible: __, short: ___, ...rest } = each;
      return { ...rest, ...names };
    });
  }

  /** Grey again, under other names. */
  leave(cell: number, names: Names): void {
    this.call(cell, names);
    picturesOf(this.#pictures)[cell]?.data.fill(gray);
    this.#draw(cell);
  }

  /** All pictures, finished or not, to go on from. */
  checkpoint(octave: number, step: number): Standing {
    const { shape, data } = this.#pictures;
    return { kind: "picture", octave, step, shape, values: data.slice(), cells: this.#cells };
  }

  /** The pictures of a checkpoint, and what was found out about them. */
  resume({ shape, values, cells }: Standing): void {
    const own = this.#pictures.shape;
    if (shape.length !== own.length || shape.some((n, i) => n !== own[i]))
      throw new NotApplicable(
        `There are ${words(shape)} to go on from, and ${words(own)} are asked for: go on with as many of that size.`,
      );
    if (cells) this.#cells = cells;
    this.put(float32(shape, Float32Array.from(values)), 0);
  }

  #draw(cell: number): void {
    const { height, width } = this.size;
    const across = sizeOf(this.canvas);
    const picture = picturesOf(this.#pictures)[cell];
    const top = Math.floor(cell / this.columns) * (height + gap);
    const left = (cell % this.columns) * (width + gap);
    for (let c = 0; c < channels; c++)
      for (let y = 0; y < height; y++) {
        const from = (c * height + y) * width;
        const to = (c * across.height + top + y) * across.width + left;
        this.canvas.data.set(picture?.data.subarray(from, from + width) ?? [], to);
      }
  }
}

const words = ([count = 1, , height = 1, width = 1]: readonly number[]): string =>
  `${count} ${count === 1 ? "picture" : "pictures"} of ${width} × ${height} pixels`;
