import { shapeText, type Shape } from "../../shared/tensor.ts";
import type { Value } from "../graph/graph.ts";
import { axesOf } from "../inside/axes.ts";
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

/** Which axis of a layer's value its channels are: the second, but where the network makes tokens of the picture, say. */
export function channelAxis(bound: Bound, value: Value, layer: string): number {
  const { shape } = value;
  const roles = axesOf(bound).get(value)?.roles;
  const found = roles?.indexOf("channel") ?? -1;
  if (found > 0) return found;
  const [axis = 1, ...more] = shape.flatMap((n, i) => (i > 0 && n > 1 ? [i] : []));
  if (!more.length) return axis; // a vector's numbers are channels of one place
  if (!roles && shape.length === 4) return 1;
  throw new NotApplicable(
    `Which axis of ${layer}, ${shapeText(shape)}, are its channels cannot be told: choose another layer.`,
  );
}
