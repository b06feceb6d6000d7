import { isLegible } from "../images/lettering.ts";
import { float32, size, type FloatTensor } from "../../shared/tensor.ts";
import { factorize, solved } from "../analysis/cholesky.ts";
import { dot, productsOf } from "../analysis/products.ts";
import { turns } from "../analysis/turns.ts";
import { random } from "../images/arithmetic.ts";

/** What a layer held at one place of one photo. */
export interface Activation {
  readonly values: Float32Array;
  /** The class that its photo is most likely; undefined where the network has none. */
  readonly label: string | undefined;
  /** The number of that class. */
  readonly target?: number | undefined;
}

/** One field of the map, and what lies in it. */
export interface Field {
  /** Counted row by row. */
  readonly cell: number;
  readonly activations: readonly Activation[];
  readonly mean: Float32Array;
}

/** The values of all channels at `count` places of a map, [1, C, …], each at most once, chosen by chance. */
export function placesOf({ shape, data }: FloatTensor, count: number, seed: number): readonly Float32Array[] {
  const channels = shape[1] ?? 1;
  const places = size(shape.slice(2));
  const next = random(seed);
  const order = Array.from({ length: places }, (_, place) => ({ place, chance: next() }));
  return order
    .sort((a, b) => a.chance - b.chance)
    .slice(0, count)
    .map(({ place }) => Float32Array.from({ length: channels }, (_, c) => data[c * places + place]!));
}

/** Of every hundred points, those furthest out on each side that do not stretch the map. */
const outliers = 0.01;

/**
 * A grid over points in the plane: the fields that hold at least `least` of them, the fullest first. The first coordinate
 * goes to the right, the second down; outliers lie at the edges.
 */
export function fieldsOf(
  activations: readonly Activation[],
  points: ArrayLike<number>,
  side: number,
  least: number,
): readonly Field[] {
  const along = (axis: number) => {
    const own = activations.map((_, i) => points[2 * i + axis]!);
    const sorted = own.toSorted((a, b) => a - b);
    const low = sorted[Math.floor(outliers * (sorted.length - 1))]!;
    const high = sorted[Math.ceil((1 - outliers) * (sorted.length - 1))]!;
    return own.map((x) => {
      const share = high > low ? (x - low) / (high - low) : 0.5;
      return Math.min(side - 1, Math.max(0, Math.floor(share * side)));
    });
  };
  const [columns, rows] = [along(0), along(1)];
  const cells = new Map<number, Activation[]>();
  activations.forEach((activation, i) => {
    const cell = rows[i]! * side + columns[i]!;
    cells.set(cell, [...(cells.get(cell) ?? []), activation]);
  });
  return [...cells]
    .filter(([, own]) => own.length >= least)
    .sort(([a, one], [b, other]) => other.length - one.length || a - b)
    .map(([cell, own]) => ({ cell, activations: own, mean: meanOf(own) }));
}

function meanOf(activations: readonly Activation[]): Float32Array {
  const [first] = activations;
  const mean = new Float32Array(first?.values.length ?? 0);
  for (const { values } of activations) values.forEach((x, i) => (mean[i]! += x / activations.length));
  return mean;
}

/** "golden retriever · 12 activations": the class of most of the photos that they are from. */
export function titleOf(field: Field): string {
  const { length } = field.activations;
  const count = `${length} ${length === 1 ? "activation" : "activations"}`;
  const label = labelOf(field);
  return label === undefined ? count : `${label} · ${count}`;
}

/** "golden retriever, 12", for a small icon; "class 207, 12" where pictures have no letters for the name. */
export function shortTitleOf(field: Field): string {
  const { length } = field.activations;
  const label = labelOf(isLegible(titleOf(field)) ? field : numbered(field));
  return label === undefined ? String(length) : `${label.split(",")[0]?.trim() ?? label}, ${length}`;
}

/** What such titles say. */
export const legendOf = (fields: readonly Field[]): string => {
  const isOfClasses = fields.some((field) => labelOf(field) !== undefined);
  const ofClass = isOfClasses ? "what most of its photos are taken for, and " : "";
  return `Under each icon: ${ofClass}how many activations it stands for.`;
};

function labelOf({ activations }: Field): string | undefined {
  const counts = new Map<string, number>();
  for (const { label } of activations) if (label !== undefined) counts.set(label, (counts.get(label) ?? 0) + 1);
  const [most] = [...counts].sort(([, a], [, b]) => b - a);
  return most?.[0];
}

/** The same with the class's number in place of its name, where pictures have no letters for that. */
export const legibleTitleOf = (field: Field): string | undefined =>
  isLegible(titleOf(field)) ? undefined : titleOf(numbered(field));

const numbered = (field: Field): Field => ({
  ...field,
  activations: field.activations.map((one) =>
    one.target === undefined ? one : { ...one, label: `class ${one.target}` },
  ),
});

/**
 * Directions in which what all activations have in common counts for less: (E[a aᵀ] + ρ I)⁻¹ m for each mean m, ρ the mean
 * of the diagonal, which holds what few activations do not tell (Carter et al. 2019 whiten without it, by a million). Where
 * there are fewer activations than channels, by Woodbury's identity: no matrix is larger than the fewer of both are many.
 */
export async function whitened(
  activations: readonly Activation[],
  means: readonly Float32Array[],
  signal?: AbortSignal,
): Promise<readonly Float64Array[]> {
  const values = activations.map((each) => each.values);
  const channels = values[0]?.length ?? 0;
  return values.length < channels ? byActivations(values, means, signal) : byChannels(values, means, signal);
}

async function byChannels(
  values: readonly Float32Array[],
  means: readonly Float32Array[],
  signal: AbortSignal | undefined,
): Promise<readonly Float64Array[]> {
  const n = values[0]?.length ?? 0;
  const matrix = new Float64Array(n * n);
  const turn = turns(signal);
  for (const one of values) {
    await turn();
    for (let i = 0; i < n; i++) {
      const own = one[i]! / values.length;
      if (own !== 0) for (let j = 0; j <= i; j++) matrix[i * n + j]! += own * one[j]!;
    }
  }
  const ridge = traceOf(matrix, n) / n || 1;
  for (let i = 0; i < n; i++) matrix[i * n + i]! += ridge;
  await factorize(matrix, n, signal);
  return means.map((mean) => solved(matrix, mean, n));
}

/** (Aᵀ A / n + ρ I)⁻¹ m = (m − Aᵀ (A Aᵀ + n ρ I)⁻¹ A m) / ρ, the activations being the n rows of A. */
async function byActivations(
  values: readonly Float32Array[],
  means: readonly Float32Array[],
  signal: AbortSignal | undefined,
): Promise<readonly Float64Array[]> {
  const n = values.length;
  const matrix = await productsOf(values, signal);
  const ridge = traceOf(matrix, n) / (n * values[0]!.length) || 1;
  for (let i = 0; i < n; i++) matrix[i * n + i]! += n * ridge;
  await factorize(matrix, n, signal);
  const turn = turns(signal);
  const directions: Float64Array[] = [];
  for (const mean of means) {
    await turn();
    const direction = Float64Array.from(mean);
    const along = values.map((one) => dot(one, mean));
    solved(matrix, along, n).forEach((share, k) => {
      const one = values[k]!;
      for (let i = 0; i < direction.length; i++) direction[i]! -= share * one[i]!;
    });
    directions.push(direction.map((x) => x / ridge));
  }
  return directions;
}

function traceOf(matrix: Float64Array, n: number): number {
  let trace = 0;
  for (let i = 0; i < n; i++) trace += matrix[i * n + i]!;
  return trace;
}

export const blankPicture = (side: number, brightness: number): FloatTensor =>
  float32([1, 3, side, side], new Float32Array(3 * side * side).fill(brightness));
