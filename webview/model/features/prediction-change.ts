import type { Prediction } from "../../../src/shared/protocol.ts";

export interface ChangedClass {
  readonly index: number;
  readonly label: string;
  readonly before: number;
  readonly after: number;
  /** In percentage points: "+12.3", "−4.0", "±0". */
  readonly change: string;
}

const most = 5;

/** The most probable classes of both, as they are now, with how much they gained or lost. */
export function changes(before: Prediction, after: Prediction): readonly ChangedClass[] {
  const labels = new Map([...before.top, ...after.top].map(({ index, label }) => [index, label]));
  const share = ({ probabilities, top }: Prediction, index: number) =>
    probabilities[index] ?? top.find((each) => each.index === index)?.probability ?? 0;
  const leading = [...before.top.slice(0, 3), ...after.top.slice(0, most)].map(({ index }) => index);
  return [...new Set(leading)]
    .map((index) => {
      const [was, is] = [share(before, index), share(after, index)];
      return { index, label: labels.get(index) ?? String(index), before: was, after: is, change: points(is - was) };
    })
    .sort((a, b) => b.after - a.after)
    .slice(0, most + 1);
}

function points(change: number): string {
  const text = Math.abs(100 * change).toFixed(1);
  if (text === "0.0") return "±0";
  return `${change > 0 ? "+" : "−"}${text}`;
}
