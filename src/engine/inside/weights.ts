import { float32, shapeText, tableShape, type FloatTensor } from "../../shared/tensor.ts";
import type { WeightCard } from "../../shared/structure.ts";
import { shown } from "../../shared/shown.ts";
import { readSource } from "../formats/onnx/source.ts";
import type { SourceWeight } from "../formats/source.ts";

interface WeightRequest {
  readonly model: string;
  readonly weight: string;
}

/** Elements read at once: a weight of any size passes through a few megabytes. */
const chunk = 2 ** 18;
const bins = 64;
/** Elements that are handed out whole: 1 GB as float32. */
const mostElements = 2 ** 28;
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

/** All of a constant as float32. Throws RangeError for more than a gigabyte. */
export async function weightValues(request: WeightRequest, signal: AbortSignal): Promise<FloatTensor> {
  const weight = weightOf(request);
  if (weight.count > mostElements)
    throw new RangeError(`${shown(weight.name)} has ${weight.count} numbers, too many to be copied at once.`);
  const data = new Float32Array(weight.count);
  let at = 0;
  for await (const values of inChunks(weight, signal)) {
    data.set(values, at);
    at += values.length;
  }
  return float32(weight.shape, data);
}

/** A page of a constant: [rows, columns] of the last two axes of its `tableShape`, at `index` of those before. A vector is one row, a number one cell. */
export function weightTable({
  index,
  rows: [firstRow, rowCount],
  columns: [firstColumn, columnCount],
  ...request
}: WeightRequest & {
  readonly index: readonly number[];
  readonly rows: readonly [number, number];
  readonly columns: readonly [number, number];
}): FloatTensor {
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
  const data = new Float32Array(shapeOut[0] * shapeOut[1]);
  for (let row = 0; row < shapeOut[0]; row++)
    data.set(weight.values(base + (firstRow + row) * width + firstColumn, shapeOut[1]), row * shapeOut[1]);
  return float32(shapeOut, data);
}

/** The elements in the file's order; between chunks a cancelled caller is heard. */
export async function* inChunks(
  weight: Pick<SourceWeight, "count" | "values">,
  signal: AbortSignal,
): AsyncGenerator<Float64Array> {
  for (let from = 0; from < weight.count; from += chunk) {
    yield weight.values(from, Math.min(chunk, weight.count - from));
    await new Promise((resolve) => setImmediate(resolve));
    signal.throwIfAborted();
  }
}
