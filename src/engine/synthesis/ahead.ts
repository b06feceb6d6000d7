import type { Checkpoint } from "../../shared/synthesis.ts";
import type { Ahead } from "./technique.ts";

/** Of so many octaves with as many steps each, those that were done before a pause. */
export function aheadOf(octaves: number, steps: number, from: Pick<Checkpoint, "octave" | "step"> | undefined): Ahead {
  const total = octaves * steps;
  const done = from ? (from.octave - 1) * steps + from.step : 0;
  return { ahead: { done: Math.min(done, total), total } };
}
