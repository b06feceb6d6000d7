import { chances, oneOf, within } from "./chance.ts";
import type { Size } from "./program.ts";
import type { Transformation } from "./transformations/transformation.ts";
import { after, rotate, scale, shift, warp } from "./transformations/warp.ts";

const midGray = [127.5, 127.5, 127.5];
/** 0.90, 0.92, … 1.10 */
const scales = Array.from({ length: 11 }, (_, i) => 0.9 + 0.02 * i);
/** −10° to 10°, and as they are a fifth of the time. */
const angles = [...Array.from({ length: 21 }, (_, i) => i - 10), 0, 0, 0, 0, 0];

/**
 * Lucid's way to look at a picture in each step: grey around it, jitter 8, scale, rotate, jitter 4. The jitters are those
 * of a picture of 128 pixels, and grow with it.
 */
export const lucidView =
  (seed: number, from: Size, to: Size) =>
  (step: number): Transformation => {
    const next = chances(seed, 0, step);
    const unit = Math.max(from.height, from.width) / 128;
    const jitter = (most: number) => {
      const reach = Math.round(most * unit);
      return shift(within(next, reach), within(next, reach));
    };
    const ways = [jitter(4), scale(oneOf(next, scales)), rotate(oneOf(next, angles)), jitter(2)];
    const fitted = scale(Math.min(to.height / from.height, to.width / from.width));
    return warp([...ways, fitted].reduce(after), to, from, midGray);
  };
