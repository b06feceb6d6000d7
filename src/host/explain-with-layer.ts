import type { LayerOf } from "./current.ts";
import type { Inside } from "./inside.ts";
import { Refused } from "./requests.ts";

/** Explains the current photo with Grad-CAM, looking at this layer. */
export async function explainWithLayer(
  { model, layer }: LayerOf,
  { services, current, facts, explain }: Inside,
): Promise<void> {
  services.models.refuseUntrusted(model);
  const { photo } = current;
  if (photo === undefined) throw new Refused("Choose a photo first: an explanation is of one.");
  const { card } = await facts.layer(model, layer);
  if (!card.spatial) throw new Refused(`${card.name} has no maps that Grad-CAM could look at.`);
  explain.show(photo, model, { layer: card.name });
}
