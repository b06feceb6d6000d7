import type { OfChannel } from "../../src/shared/examples.ts";
import type { Session } from "./session.ts";

/** The channel of which a host may be asked: in a workspace that is not trusted, or is not known to be, of none. */
export const channelOf = (session: Session): OfChannel | undefined =>
  session.subject?.trusted === true ? channelMeant(session) : undefined;

/** The channel that the picture is of, or will be; of several there is not one. */
export function channelMeant({ recipe, settings }: Session): OfChannel | undefined {
  const asked = recipe ?? settings;
  if (!settings || !asked || settings.technique !== "neuron-visualization" || asked.technique !== settings.technique)
    return undefined;
  // The picture on screen may be of the network that was chosen before.
  if (recipe && recipe.model !== settings.model.split(/[\\/]/).at(-1)) return undefined;
  const { layers, channel } = asked;
  const [only, second] = layers ?? [];
  if (second) return undefined;
  const layer = only?.name ?? asked.layer;
  const chosen = only ? (only.channel ?? channel) : channel;
  return layer === undefined || chosen === undefined ? undefined : { layer, channel: chosen };
}
