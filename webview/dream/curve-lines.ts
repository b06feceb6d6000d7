import type { CurvePoint } from "../../src/shared/dream-panel.ts";

export interface Series {
  readonly name: string;
  readonly values: readonly number[];
}

/** The objective, then each loss by its name, in the order in which they first came. */
export function seriesOf(points: readonly CurvePoint[]): readonly Series[] {
  const losses = [...new Set(points.flatMap((point) => Object.keys(point.losses)))];
  return [
    { name: "What is climbed", values: points.map(({ objective = NaN }) => objective) },
    ...losses.map((name) => ({ name, values: points.map((point) => point.losses[name] ?? NaN) })),
  ];
}

/** The first step that is known of each octave but the first. */
export const octaveStarts = (points: readonly CurvePoint[]): readonly number[] =>
  points.filter(({ octave }, i) => i > 0 && octave !== points[i - 1]?.octave).map(({ done }) => done);

/** A path from the least value at the bottom to the greatest at the top; what is no number is a gap. */
export function pathOf(
  values: readonly number[],
  dones: readonly number[],
  total: number,
  { width, height }: { readonly width: number; readonly height: number },
): string {
  const finite = values.filter(Number.isFinite);
  const low = finite.reduce((a, b) => Math.min(a, b), Infinity);
  const high = finite.reduce((a, b) => Math.max(a, b), -Infinity);
  const room = height - 2;
  let pen = "M";
  let path = "";
  values.forEach((value, i) => {
    if (!Number.isFinite(value)) {
      pen = "M";
      return;
    }
    const x = ((dones[i] ?? 0) / Math.max(1, total)) * width;
    const y = 1 + room * (high > low ? 1 - (value - low) / (high - low) : 0.5);
    path += `${pen}${x.toFixed(1)} ${y.toFixed(1)}`;
    pen = "L";
  });
  return path;
}
