import type { LayerOverview } from "../../../src/shared/inside.ts";
import { count, percent } from "../../shared/words.ts";

/** Above this share of zeros most of a layer is silent. */
const sparse = 0.5;

/** "72 % silent", "dense: no place is silent"; undefined where nothing is known. */
export function densityText({ zeros, trouble, mean }: LayerOverview): string | undefined {
  if (trouble !== undefined || !mean) return undefined;
  if (zeros === 1) return "all silent";
  if (zeros === 0) return "dense, none silent";
  return `${zeros >= sparse ? "sparse" : "dense"}, ${percent(zeros)} silent`;
}

export interface Warning {
  readonly text: string;
  readonly level: "warning" | "error";
}

/** What is wrong with a layer on this photo, the worst first. */
export function warningsOf({ broken, dead, saturated, channels, trouble }: LayerOverview): readonly Warning[] {
  if (trouble !== undefined) return [{ level: "error", text: trouble }];
  const of = (n: number, words: string): string =>
    n === channels && n > 1 ? `all ${n} channels ${words}` : `${count(n, "channel")} ${words}`;
  return [
    ...(broken ? [{ level: "error" as const, text: of(broken, "with NaN or infinite values") }] : []),
    ...(dead ? [{ level: "warning" as const, text: of(dead, "dead") }] : []),
    ...(saturated ? [{ level: "warning" as const, text: of(saturated, "saturated") }] : []),
  ];
}

export interface Beginning {
  /** The first layer with NaN or infinite values, in the order of the network: the others got theirs from it. */
  readonly layer: string;
  /** How many have some. */
  readonly layers: number;
}

/** Where NaN begins; undefined where all is well. */
export function brokenFrom(lines: readonly LayerOverview[]): Beginning | undefined {
  const broken = lines.filter((line) => line.broken > 0);
  return broken[0] && { layer: broken[0].layer, layers: broken.length };
}

/** "12 of 53 layers" while they come, then what is worth knowing of all. */
export function summaryOf(
  lines: readonly LayerOverview[],
  progress: { readonly done: number; readonly total: number } | undefined,
): string {
  if (progress && progress.done < progress.total) return `${progress.done} of ${count(progress.total, "layer")}…`;
  // A pooling or a concatenation hands on the channels of others: they are counted where they are made.
  const makers = lines.filter(({ own }) => own);
  const dead = makers.reduce((sum, line) => sum + line.dead, 0);
  const channels = makers.reduce((sum, line) => sum + line.channels, 0);
  const failed = lines.filter(({ trouble }) => trouble !== undefined).length;
  const parts = [
    count(lines.length, "layer"),
    `${dead.toLocaleString("en")} of ${count(channels, "channel")} dead on this photo`,
  ];
  return [...parts, ...(failed ? [`${count(failed, "layer")} could not be computed`] : [])].join(", ");
}
