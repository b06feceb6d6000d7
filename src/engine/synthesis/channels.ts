import { shapeText, type Shape } from "../../shared/tensor.ts";
import { NotApplicable } from "../techniques/technique.ts";
import type { OpenModel, Bound } from "../model.ts";

/** Throws with what there is where the layer has no such channel, or no such place. */
export function demandUnit(
  model: OpenModel,
  bound: Bound,
  layer: string,
  channel: number | undefined,
  place?: readonly [number, number],
): Shape {
  const { shape } = model.value(bound, layer);
  const [, channels = 1, height = 1, width = 1] = shape;
  if (channel !== undefined && !(Number.isInteger(channel) && channel >= 0 && channel < channels))
    throw new NotApplicable(`${layer} has the channels 0 to ${channels - 1}; there is no channel ${channel}.`);
  if (place && !(place[0] >= 0 && place[0] < height && place[1] >= 0 && place[1] < width))
    throw new NotApplicable(
      `${layer} is ${shapeText(shape)}; there is no place in row ${place[0]}, column ${place[1]}.`,
    );
  return shape;
}
