import type { Heatmap, Quantized } from "../../src/shared/updates.ts";
import { rangeOf } from "../shared/quantized.ts";
import { figure, unbroken, visible } from "../shared/words.ts";
import { ofDifference } from "./subject-words.ts";

/** What a signed map's ends mean: evidence for and against a class, but not where a unit's activation is projected. */
export const sidesOf = ({ signed, unit }: Pick<Heatmap<Quantized>, "signed" | "unit">): readonly [string, string] =>
  signed && unit !== "projected activation" ? ["against", "in favour"] : ["", ""];

/** What stands at the ends of a colour scale and below it. */
export function scaleWords(
  map: Heatmap<Quantized>,
  compared = false,
): {
  readonly low: string;
  readonly high: string;
  readonly unit: string;
} {
  const { low, high, clipped } = rangeOf(map);
  const [less, more] = sidesOf(map).map((side) => side && ` ${side}`) as [string, string]; // both ends
  const unit = compared ? ofDifference(map.unit) : map.unit;
  const rest = 100 - (map.percentile ?? 100);
  const beyond = clipped ? unbroken(`the strongest ${figure(rest)} % as strong as the scale’s end`) : "";
  return {
    low: `${clipped && map.signed ? "≤ " : ""}${figure(low)}${less}`,
    high: `${clipped ? "≥ " : ""}${figure(high)}${more}`,
    unit: [visible(unit), beyond].filter(Boolean).join(" · "),
  };
}
