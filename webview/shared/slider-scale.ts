import type { NumberParameter } from "../../src/shared/parameters.ts";
import { clamp } from "./quantized.ts";

export type Range = Pick<NumberParameter, "min" | "max" | "step" | "default">;

/** Where the default lies, of the way: a range's upper end is often far beyond what anybody wants. */
const usual = 0.4;
/** Few whole numbers lie evenly. */
const few = 24;
const digits = 3;

/** How the way bends: 1 goes evenly; more gives small values more room. */
function bend({ min, max, step, default: value }: Range): number {
  const share = (value - min) / (max - min);
  if (step !== undefined && (max - min) / step <= few) return 1;
  return share > 0 ? clamp(Math.log(share) / Math.log(usual), 1, 8) : 3;
}

/** From 0 to 1. */
export const positionOf = (range: Range, value: number): number =>
  clamp((value - range.min) / (range.max - range.min), 0, 1) ** (1 / bend(range));

/** A value as a person would type it: a step of the range where that is coarse enough, else of few digits. */
export function valueAt(range: Range, position: number): number {
  const { min, max, step } = range;
  const exact = min + (max - min) * position ** bend(range);
  const short = Number(exact.toPrecision(digits));
  const stepped = step === undefined ? short : min + Math.round((short - min) / step) * step;
  return clamp(Number(stepped.toPrecision(6)), min, max);
}
