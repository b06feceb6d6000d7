import type { Checkpoint } from "../../shared/synthesis.ts";
import { float32 } from "../../shared/tensor.ts";
import { resized, sizeOf } from "./canvas.ts";
import { isSameSize, type Size } from "./program.ts";
import { sizeText } from "./size-text.ts";
import type { Said } from "./technique.ts";

/**
 * What to go on from, at the size of the octave that comes first: what the technique made itself has to have its size
 * already, and another one's picture is resampled, which is said.
 */
export function atFirstSize(
  from: Checkpoint,
  own: string,
  size: Size,
): { readonly from: Checkpoint; readonly said?: Said } {
  if (from.technique === own) return { from };
  const picture = float32(from.shape, Float32Array.from(from.values));
  const before = sizeOf(picture);
  if (isSameSize(before, size)) return { from };
  const { shape, data: values } = resized(picture, size.height, size.width);
  const said = `The picture to go on from is ${sizeText(before)} pixels: it is resampled to ${sizeText(size)}, with which this begins.`;
  return { from: { ...from, shape, values }, said: { key: "resampled", said } };
}
