import { layerCalled } from "../../src/shared/layer-called.ts";
import type { Parameter, Schema } from "../../src/shared/parameters.ts";
import type { Session } from "./session.ts";

/** The channels of the layer that is chosen, or was found by itself, as far as that is known. */
export function channelsOf({ subject, settings, state }: Pick<Session, "subject" | "settings" | "state">) {
  const layer = layerCalled(subject?.card.layers ?? [], settings?.layer ?? state?.layerUsed);
  const [channels] = layer?.maps ?? [];
  return layer && channels !== undefined ? { name: layer.name, channels } : undefined;
}

/** Parameters that count channels, or are one's number, as far as a layer of so many goes. */
export function withinLayer(schema: Schema, channels: number | undefined): Schema {
  if (channels === undefined || !schema["first"] || !schema["count"]) return schema;
  return { ...schema, first: upTo(schema["first"], channels - 1), count: upTo(schema["count"], channels) };
}

/** A default stays possible. */
function upTo(parameter: Parameter, most: number): Parameter {
  if (parameter.kind !== "number" && parameter.kind !== "choice-or-number") return parameter;
  const needed = typeof parameter.default === "number" ? parameter.default : parameter.min;
  return { ...parameter, max: Math.max(needed, Math.min(parameter.max, most)) };
}
