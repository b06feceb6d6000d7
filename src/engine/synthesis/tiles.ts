import type { OpenModel } from "../model.ts";
import { grain } from "../multiples.ts";
import { blank, channels, sizeOf, type Canvas } from "./canvas.ts";
import { isSameSize, type Evaluation, type Size } from "./program.ts";
import { meanTerms } from "./terms.ts";

/** Share of a tile's side that it has in common with the next. */
const shared = 0.25;
/** A gradient holds the network's values, and about as many on its way back. */
const andBack = 2.5;
/** Bytes of one run for a tile; larger ones gain nothing. */
const tileMemory = 500e6;
/** Bytes of one run for a whole picture: in tiles it takes twice as long or more, since they overlap. */
const wholeMemory = 1e9;

/** Of a size that is not the recipe's to say. */
export const memoryDecides = "The memory that is allowed decides it: with more, the same recipe makes another picture.";

/** What one run may be shown. */
export interface Room {
  /** The side of the largest square tile. */
  readonly tile: number;
  /** Whether a picture of that size is done in one piece. */
  holds(size: Size): boolean;
  /** Bytes that a picture of that size takes in one piece. */
  bytes(size: Size): number;
}

/** `memory`: bytes that the engine may hold. */
export async function roomOf(model: OpenModel, memory = model.memory): Promise<Room> {
  const { bytes } = await model.bound(1);
  const { height, width } = model.inputSize;
  const perPixel = (andBack * bytes) / (height * width);
  const most = memory / 4;
  const side = Math.sqrt(Math.min(tileMemory, most) / perPixel);
  const needed = (size: Size) => perPixel * size.height * size.width;
  return {
    tile: Math.max(grain, Math.floor(side / grain) * grain),
    holds: (size) => needed(size) <= Math.min(wholeMemory, most),
    bytes: needed,
  };
}

/**
 * Where tiles of length `tile` begin on a line of length `length`: evenly, about `shared` of a tile in common, and all but
 * small ones at multiples of the grain. The last may go on beyond the end.
 */
export function beginnings(length: number, tile: number): readonly number[] {
  if (length <= tile) return [0];
  const step = tile >= 4 * grain ? grain : 1;
  const last = Math.ceil((length - tile) / step) * step;
  const count = Math.ceil(last / (tile * (1 - shared))) + 1;
  return Array.from({ length: count }, (_, i) => Math.round((i * last) / (count - 1) / step) * step);
}

/**
 * The gradient of a picture that is larger than one run, or smaller than the network takes: tile by tile, each faded out
 * towards its edges, so that no seam is left. Beyond the picture's edges it is repeated, as the jitter repeats it; what is
 * shorter than a tile is seen several times, and each time has its say.
 */
export async function inTiles(
  canvas: Canvas,
  tile: Size,
  evaluate: (part: Canvas) => Promise<Evaluation>,
  signal: AbortSignal,
  alive?: (done: number, of: number) => Promise<void>,
): Promise<Evaluation> {
  const size = sizeOf(canvas);
  if (isSameSize(size, tile)) return evaluate(canvas);
  const [rows, columns] = [beginnings(size.height, tile.height), beginnings(size.width, tile.width)];
  const [down, across] = [weightsOf(rows, size.height, tile.height), weightsOf(columns, size.width, tile.width)];
  const gradient = blank(size.height, size.width);
  let objective = 0;
  const parts: Pick<Evaluation, "terms">[] = [];
  for (const [i, top] of rows.entries())
    for (const [j, left] of columns.entries()) {
      signal.throwIfAborted();
      const part = await evaluate(cut(canvas, tile, top, left));
      parts.push({ ...(part.terms && { terms: part.terms }) });
      objective += part.objective / (rows.length * columns.length);
      paste(gradient, folded(part.gradient, size), { top, left, down: down[i]!, across: across[j]! });
      await alive?.(i * columns.length + j + 1, rows.length * columns.length);
    }
  return { objective, gradient, ...meanTerms(parts) };
}

/** How much each tile has to say at each of its places; over all tiles it adds up to 1 at every place of the line. */
export function weightsOf(starts: readonly number[], length: number, tile: number): readonly Float32Array[] {
  const fade = Math.max(1, tile * shared);
  const windows = starts.map((start) => {
    const own = Math.min(tile, length - start);
    return Float32Array.from({ length: own }, (_, i) => {
      const before = start === 0 ? 1 : (i + 0.5) / fade;
      const after = start + tile >= length ? 1 : (own - i - 0.5) / fade;
      return Math.min(1, before, after);
    });
  });
  const sums = new Float32Array(length);
  windows.forEach((window, t) => window.forEach((w, i) => (sums[starts[t]! + i]! += w)));
  return windows.map((window, t) => window.map((w, i) => w / sums[starts[t]! + i]!));
}

/** A part of a picture, which is repeated beyond its edges. */
export function cut(canvas: Canvas, { height, width }: Size, top = 0, left = 0): Canvas {
  const size = sizeOf(canvas);
  const part = blank(height, width);
  for (let c = 0; c < channels; c++)
    for (let y = 0; y < height; y++) {
      const row = (c * size.height + ((top + y) % size.height)) * size.width;
      const into = (c * height + y) * width;
      if (left + width <= size.width) part.data.set(canvas.data.subarray(row + left, row + left + width), into);
      else for (let x = 0; x < width; x++) part.data[into + x] = canvas.data[row + ((left + x) % size.width)]!;
    }
  return part;
}

/** The adjoint of a cut from the beginning of what is shorter: the sum of all that one place was repeated as. */
function folded(part: Canvas, size: Size): Canvas {
  const own = sizeOf(part);
  const [height, width] = [Math.min(own.height, size.height), Math.min(own.width, size.width)];
  if (isSameSize(own, { height, width })) return part;
  const sum = blank(height, width);
  for (let c = 0; c < channels; c++)
    for (let y = 0; y < own.height; y++) {
      const into = (c * height + (y % height)) * width;
      const from = (c * own.height + y) * own.width;
      for (let x = 0; x < own.width; x++) sum.data[into + (x % width)]! += part.data[from + x]!;
    }
  return sum;
}

interface Pasting {
  readonly top: number;
  readonly left: number;
  readonly down: Float32Array;
  readonly across: Float32Array;
}

function paste(sum: Canvas, part: Canvas, { top, left, down, across }: Pasting): void {
  const [whole, own] = [sizeOf(sum), sizeOf(part)];
  for (let c = 0; c < channels; c++)
    down.forEach((weight, y) => {
      const into = (c * whole.height + top + y) * whole.width + left;
      const from = (c * own.height + y) * own.width;
      for (let x = 0; x < across.length; x++) sum.data[into + x]! += weight * across[x]! * part.data[from + x]!;
    });
}
