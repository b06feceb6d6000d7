import type { Heatmap, Quantized } from "../../src/shared/updates.ts";
import { rangeOf } from "../shared/quantized.ts";
import { figure, visible } from "../shared/words.ts";

/** What stands at the ends of a colour scale and below it. */
export function scaleWords(map: Heatmap<Quantized>): {
  readonly low: string;
  readonly high: string;
  readonly unit: string;
} {
  const { low, high, clipped } = rangeOf(map);
  const [less, more] = map.signed ? [" against", " in favour"] : ["", ""];
  const rest = 100 - (map.percentile ?? 100);
  const beyond = clipped ? `the strongest ${figure(rest)} % as strong as the scale’s end` : "";
  return {
    low: `${clipped && map.signed ? "≤ " : ""}${figure(low)}${less}`,
    high: `${clipped ? "≥ " : ""}${figure(high)}${more}`,
    unit: [visible(map.unit), beyond].filter(Boolean).join(" · "),
  };
}
