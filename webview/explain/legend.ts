import type { ClassMap } from "../../src/shared/updates.ts";
import { classColors, otherColor } from "../../src/shared/colormaps.ts";
import type { Rgb } from "../../src/shared/colormaps.ts";

/** A class in a map of classes: its colour, its letter (for those who do not tell the colours apart), its share of the map. */
export interface LegendEntry {
  /** Undefined: all classes that have no colour of their own. */
  readonly index: number | undefined;
  readonly letter: string;
  readonly color: Rgb;
  readonly share: number;
}

/** The commonest first. */
export function legendOf({ classes }: ClassMap): readonly LegendEntry[] {
  const counts = new Map<number, number>();
  for (const index of classes) counts.set(index, (counts.get(index) ?? 0) + 1);
  const commonest = [...counts].sort((a, b) => b[1] - a[1]);
  const named = commonest.slice(0, classColors.length).map(([index, count], i) => ({
    index,
    letter: String.fromCharCode(65 + i),
    color: classColors[i]!,
    share: count / classes.length,
  }));
  const rest = commonest.slice(classColors.length).reduce((sum, [, count]) => sum + count, 0);
  const others = { index: undefined, letter: "·", color: otherColor, share: rest / classes.length };
  return rest > 0 ? [...named, others] : named;
}

/** What stands for a class in the map. */
export function entryOf(legend: readonly LegendEntry[], index: number): LegendEntry | undefined {
  return legend.find((entry) => entry.index === index) ?? legend.find((entry) => entry.index === undefined);
}
