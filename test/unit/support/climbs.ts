import { climb, type Climb, type Step } from "../../../src/engine/synthesis/climb.ts";
import { float32, type FloatTensor } from "../../../src/shared/tensor.ts";
import { never } from "./engine.ts";

/** A picture of 2 × 2 pixels, of this brightness. */
export const filled = (x: number): FloatTensor => float32([1, 3, 2, 2], new Float32Array(12).fill(x));

/** All steps of a climb, to its end. */
export async function stepsOf(plan: Omit<Climb, "what">): Promise<Step[]> {
  const steps: Step[] = [];
  for await (const step of climb({ what: "The hill", ...plan }, never)) steps.push(step);
  return steps;
}
