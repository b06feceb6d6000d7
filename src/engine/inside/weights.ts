import { shapeText, tableShape, type Shape, type Tensor } from "../../shared/tensor.ts";
import type { WeightCard } from "../../shared/structure.ts";
import { shown } from "../../shared/shown.ts";
import { arrayOf } from "../formats/onnx/array-of.ts";
import { readSource } from "../formats/onnx/source.ts";
import type { Elements, SourceWeight } from "../formats/source.ts";

interface WeightRequest {
  readonly model: string;
  readonly weight: string;
}

/** Elements read at once: a weight of any size passes through a few megabytes. */
const chunk = 2 ** 18;
const bins = 64;
/** Of a constant that is handed out whole, also as the float32 that is computed with. */
const mostBytes = 2 ** 30;
/** Of one page of a table. */
const mostCells = 2 ** 20;
/** The least float32 that is not denormal. */
const leastNormal = 2 ** -126;

export function weightOf({ model, weight: name }: WeightRequest): SourceWeight {
  const weight = readSource(model).weights.get(name);
  if (!weight) throw new RangeError(`${model} has no constant ${shown(name)}.`);
  if (weight.broken !== undefined) throw new TypeError(`${model}: tensor ${shown(name)} ${weight.broken}.`);
  return weight;
}

/** Counts and moments of a constant, in two passes over the file: its range, then the rest. */
export async function weightCard(request: WeightRequest, signal: AbortSignal): Promise<WeightCard> {
  const weight = weightOf(request);
  const { name, dtype, shape, bytes, where, count } = weight;
  const range = { min: Infinity, max: -Infinity, sum: 0, finite: 0 };
  const odd = { zeros: 0, nan: 0, infinite: 0, denormal: 0 };
  for await (const values of inChunks(weight, signal))
    for (const value of values) {
      if (value === 0) odd.zeros++;
      else if (Number.isNaN(value)) odd.nan++;
      else if (!Number.isFinite(value)) odd.infinite++;
      else if (Math.abs(value) < leastNormal) odd.denormal++;
      if (!Number.isFinite(value)) continue;
      if (value < range.min) range.min = value;
      if (value > range.max) range.max = value;
      range.sum += value;
      range.finite++;
    }
  const { min, max, sum, finite } = range;
  const mean = finite ? sum / finite : NaN;
  const histogram = new Array<number>(bins).fill(0);
  let squares = 0;
  for await (const values of inChunks(weight, signal))
    for (const value of values) {
      if (!Number.isFinite(value)) continue;
      squares += (value - mean) ** 2;
      const bin = max > min ? Math.min(bins - 1, Math.floor(((value - min) / (max - min)) * bins)) : 0;
      histogram[bin] = (histogram[bin] ?? 0) + 1;
    }
  return {
    name,
    dtype,
    shape,
    bytes,
    where,
    count,
    min: finite ? min : NaN,
    max: finite ? max : NaN,
    mean,
    deviation: finite ? Math.sqrt(squares / finite) : NaN,
    ...odd,
    histogram,
  };
}

/** All of a constant, exactly, as `SourceWeight.elements` has it. Throws RangeError for more than a gigabyte. */
export async function weightValues(request: WeightRequest, signal: AbortSignal): Promise<Tensor> {
  const weight = weightOf(request);
  const { count, name, shape } = weight;
  if (count * Math.max(4, widthOf(weight)) > mostBytes)
    throw new RangeError(`${shown(name)} has ${count} numbers, too many to be copied at once.`);
  const { add, tensor } = roomFor(count, weight);
  const parts = { count, values: (from: number, most: number) => weight.elements(from, most) };
  for await (const part of inChunks(parts, signal)) add(part);
  return tensor(shape);
}

const widthOf = (weight: SourceWeight): number => weight.elements(0, 0).data.BYTES_PER_ELEMENT;

/** A tensor of so many of a constant's elements, which are added in order. */
function roomFor(count: number, weight: SourceWeight) {
  const { dtype } = weight.elements(0, 0);
  const bytes = new Uint8Array(count * widthOf(weight));
  let at = 0;
  return {
    add({ data }: Elements) {
      bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
      at += data.byteLength;
    },
    tensor: (shape: Shape): Tensor => ({ dtype, shape, data: arrayOf(dtype, bytes) }),
  };
}

/** A page of a constant, exactly: [rows, columns] of the last two axes of its `tableShape`, at `index` of those before. A vector is one row, a number one cell. */
export function weightTable({
  index,
  rows: [firstRow, rowCount],
  columns: [firstColumn, columnCount],
  ...request
}: WeightRequest & {
  readonly index: readonly number[];
  readonly rows: readonly [number, number];
  readonly columns: readonly [number, number];
}): Tensor {
  const weight = weightOf(request);
  const shape = tableShape(weight.shape);
  const [height, width] = [shape.at(-2) ?? 1, shape.at(-1) ?? 1];
  const leading = shape.slice(0, -2);
  const fits = (n: number, size: number) => Number.isInteger(n) && n >= 0 && n < size;
  if (index.length !== leading.length || !index.every((n, i) => fits(n, leading[i] ?? 0)))
    throw new RangeError(`[${index.join(", ")}] is no place in ${shown(weight.name)}, which is ${shapeText(shape)}.`);
  const lastRow = Math.min(firstRow + rowCount, height);
  const lastColumn = Math.min(firstColumn + columnCount, width);
  const isPage = fits(firstRow, height) && fits(firstColumn, width) && lastRow > firstRow && lastColumn > firstColumn;
  const shapeOut = [lastRow - firstRow, lastColumn - firstColumn] as const;
  if (!isPage || shapeOut[0] * shapeOut[1] > mostCells)
    throw new RangeError(`${shown(weight.name)} has ${height} rows and ${width} columns; that page is not among them.`);
  const base = index.reduce((sum, n, i) => sum * (leading[i] ?? 1) + n, 0) * height * width;
  const { add, tensor } = roomFor(shapeOut[0] * shapeOut[1], weight);
  for (let row = 0; row < shapeOut[0]; row++)
    add(weight.elements(base + (firstRow + row) * width + firstColumn, shapeOut[1]));
  return tensor(shapeOut);
}

/** The elements in the file's order; between chunks a cancelled caller is heard. */
export async function* inChunks<T>(
  weight: { readonly count: number; values(from: number, count: number): T },
  signal: AbortSignal,
): AsyncGenerator<T> {
  for (let from = 0; from < weight.count; from += chunk) {
    yield weight.values(from, Math.min(chunk, weight.count - from));
    await new Promise((resolve) => setImmediate(resolve));
    signal.throwIfAborted();
  }
}
