import { brightest, type Canvas } from "../canvas.ts";
import type { Parameterization } from "./parameterization.ts";
import { pixels } from "./pixels.ts";

/** How the size of a change is told: the largest of any number, or the root of the mean square of all. */
export type Norm = "linf" | "l2";

/** Pixels that stay near a picture: no change of it is larger than `radius`, of 255, and none is beyond what a screen shows. */
export function ball(center: Canvas, radius: number, norm: Norm, start: Canvas = center): Parameterization {
  const free = pixels(start);
  const project = () => {
    nearer(free.values, center.data, radius, norm);
    // A start by chance may lie beyond. The centre does not: towards it nothing leaves the ball again.
    clip(free.values);
  };
  project();
  return {
    ...free,
    move(by) {
      free.move(by);
      project();
    },
  };
}

function nearer(values: Float32Array, center: Float32Array, radius: number, norm: Norm): void {
  if (norm === "linf") {
    for (let i = 0; i < values.length; i++)
      values[i] = Math.min(center[i]! + radius, Math.max(center[i]! - radius, values[i]!));
    return;
  }
  const share = radius / rootMeanSquare(values, center);
  if (share >= 1) return;
  for (let i = 0; i < values.length; i++) values[i] = center[i]! + share * (values[i]! - center[i]!);
}

function clip(values: Float32Array): void {
  for (let i = 0; i < values.length; i++) values[i] = Math.min(brightest, Math.max(0, values[i]!));
}

/** Of the difference. */
export function rootMeanSquare(values: Float32Array, center: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += (values[i]! - center[i]!) ** 2;
  return Math.sqrt(sum / values.length);
}
