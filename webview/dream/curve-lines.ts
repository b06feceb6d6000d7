import type { CurvePoint } from "../../src/shared/dream-panel.ts";
import type { Term } from "../../src/shared/synthesis.ts";

export interface Series {
  readonly name: string;
  readonly values: readonly number[];
}

/** What the newest technique climbed, and where its steps lie: in the order in which they were made. */
export interface Way {
  readonly points: readonly CurvePoint[];
  /** For each point the steps that led to it. */
  readonly at: readonly number[];
  /** Those, and the ones that are still to be made. */
  readonly length: number;
}

/** What another technique climbed before is none of it, nor what this one did of another layer, say, or by another network. Where the number of steps was changed on the way, they count anew from there. */
export function wayOf(all: readonly CurvePoint[]): Way {
  const last = all.at(-1);
  if (!last) return { points: [], at: [], length: 0 };
  const isOther = ({ technique, subject }: CurvePoint) => technique !== last.technique || subject !== last.subject;
  const points = all.slice(all.findLastIndex(isOther) + 1);
  let way = 0;
  const at = points.map((point, i) => (way += stepsTo(point, points[i - 1])));
  return { points, at, length: way + last.total - last.done };
}

/** Steps from one point to the next, where as many were meant; else at least those of its own octave. A search's result takes none. */
function stepsTo({ octave, octaves, step, steps, done, total }: CurvePoint, before: CurvePoint | undefined): number {
  if (!before) return done;
  const isSameOctave = octave === before.octave;
  const isSame = total === before.total && octaves === before.octaves && !(isSameOctave && steps !== before.steps);
  if (isSame) return Math.max(0, done - before.done);
  return isSameOctave && step >= before.step ? step - before.step : step;
}

/** Whether a point is what a search handed over, to which no step led. */
export const isResult = ({ points, at }: Way, point: CurvePoint): boolean => {
  const i = points.indexOf(point);
  return i > 0 && at[i] === at[i - 1];
};

/** The objective by this name, then each loss by its own, in the order in which they first came. */
export function seriesOf(points: readonly CurvePoint[], objective: string): readonly Series[] {
  const losses = [...new Set(points.flatMap((point) => Object.keys(point.losses)))];
  return [
    { name: objective, values: points.map(({ objective = NaN }) => objective) },
    ...losses.map((name) => ({ name, values: points.map((point) => point.losses[name] ?? NaN) })),
  ];
}

/** Each of the objective's terms, in the order in which they first came. */
export function termsOf(points: readonly CurvePoint[]): readonly (Series & Pick<Term, "of">)[] {
  const keyOf = ({ name, of }: Term) => JSON.stringify([name, of]);
  const found = points.map(({ terms = [] }) => new Map(terms.map((term) => [keyOf(term), term] as const)));
  const all = new Map(found.flatMap((terms) => [...terms]));
  return Array.from(all, ([key, { name, of }]) => ({
    name,
    ...(of !== undefined && { of }),
    values: found.map((terms) => terms.get(key)?.value ?? NaN),
  }));
}

/**
 * The first and the last value that are numbers, of those from a point on: a loss may be there for a part of the way alone.
 */
export const endsOf = ({ values }: Series, from = 0): readonly [first: number, last: number] => [
  values.find((value, i) => i >= from && Number.isFinite(value)) ?? NaN,
  values.findLast((value, i) => i >= from && Number.isFinite(value)) ?? NaN,
];

/** Whether a curve has one point alone: there is no line then. */
export const isOnePoint = ({ values }: Series, from = 0): boolean =>
  values.filter((value, i) => i >= from && Number.isFinite(value)).length === 1;

/** Where the newest of several pictures begins: on a sheet each octave is one; else, after the last octave comes the first again. */
export function newestPicture({ points }: Way, isSheet: boolean): number {
  const begins = ({ octave }: CurvePoint, before: CurvePoint) =>
    isSheet ? octave !== before.octave : octave < before.octave;
  return Math.max(
    0,
    points.findLastIndex((point, i) => i > 0 && begins(point, points[i - 1]!)),
  );
}

/** Where each octave but the first begins, as far as that is known. */
export const octaveStarts = ({ points, at }: Way): readonly number[] =>
  points.flatMap(({ octave }, i) => (i > 0 && octave !== points[i - 1]?.octave ? [at[i]!] : []));

type Steps = Pick<Way, "at" | "length"> & Partial<Pick<Way, "points">>;
type Size = { readonly width: number; readonly height: number };

/**
 * A path from the least value at the bottom to the greatest at the top. What is no number is a gap, and so is the way from one
 * octave to the next: pictures of other sizes are worth something else.
 */
export function pathOf(values: readonly number[], way: Steps, size: Size): string {
  const placeOf = placesOf(values, way, size);
  let pen = "M";
  let path = "";
  const draw = (i: number) => {
    const { x, y } = placeOf(i);
    path += `${pen}${x.toFixed(1)} ${y.toFixed(1)}`;
    pen = "L";
  };
  /** Points of one column of pixels. */
  let column: number[] = [];
  const flush = () => {
    for (const i of outline(column, values)) draw(i);
    column = [];
  };
  values.forEach((value, i) => {
    const isGap = !Number.isFinite(value);
    const isBreak = isGap || begins(way, i);
    const [first] = column;
    if (isBreak || (first !== undefined && Math.floor(placeOf(first).x) !== Math.floor(placeOf(i).x))) flush();
    if (isBreak) pen = "M";
    if (!isGap) column.push(i);
  });
  flush();
  return path;
}

/** Of many points in one column all that is seen: the first, the least, the greatest and the last. */
function outline(column: readonly number[], values: readonly number[]): readonly number[] {
  if (column.length < 3) return column;
  const [least, greatest] = [-1, 1].map((sign) =>
    column.reduce((best, i) => (sign * values[i]! > sign * values[best]! ? i : best)),
  );
  return [...new Set([column[0]!, least!, greatest!, column.at(-1)!])].sort((a, b) => a - b);
}

/** Whether an octave begins with this point, unless it or the one before has a single point, which would not be seen. */
function begins({ points = [] }: Steps, i: number): boolean {
  const [before, own] = [points[i - 1]?.octave, points[i]?.octave];
  return before !== own && points[i - 2]?.octave === before && points[i + 1]?.octave === own;
}

/** The same for one of the values: a line from top to bottom, and a dot where it is a number. */
export function markerOf(
  values: readonly number[],
  way: Steps,
  size: Size,
  index: number,
): { line: string; dot: string } {
  const { x, y } = placesOf(values, way, size)(index);
  return {
    line: `M${x.toFixed(1)} 0V${size.height}`,
    dot: Number.isFinite(y) ? `M${x.toFixed(1)} ${y.toFixed(1)}h0` : "",
  };
}

function placesOf(values: readonly number[], { at, length }: Steps, { width, height }: Size) {
  const finite = values.filter(Number.isFinite);
  const low = finite.reduce((a, b) => Math.min(a, b), Infinity);
  const high = finite.reduce((a, b) => Math.max(a, b), -Infinity);
  const room = height - 2;
  return (i: number) => ({
    x: ((at[i] ?? 0) / Math.max(1, length)) * width,
    y: Number.isFinite(values[i]) ? 1 + room * (high > low ? 1 - (values[i]! - low) / (high - low) : 0.5) : NaN,
  });
}
