import { shown } from "../../shared/shown.ts";
import { NotApplicable } from "../techniques/technique.ts";
import type { OpenModel, Bound } from "../model.ts";
import { demandMaps } from "./climbable.ts";
import type { Maps } from "./maps.ts";

/** Throws with what there is where the layer has no such channel, or no such place. */
export function demandUnit(
  model: OpenModel,
  bound: Bound,
  layer: string,
  channel: number | undefined,
  place?: readonly [number, number],
): Maps {
  const maps = demandMaps(model, bound, layer);
  const [, channels = 1, height = 1, width = 1] = maps.shape;
  if (channel !== undefined && !(Number.isInteger(channel) && channel >= 0 && channel < channels))
    throw new NotApplicable(`${shown(layer)} has the channels 0 to ${channels - 1}; there is no channel ${channel}.`);
  if (place && !(place[0] >= 0 && place[0] < height && place[1] >= 0 && place[1] < width))
    throw new NotApplicable(
      `${shown(layer)} has maps of ${height} × ${width}; there is no place in row ${place[0]}, column ${place[1]}.`,
    );
  return maps;
}
