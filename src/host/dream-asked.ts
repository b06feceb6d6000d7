import type { StageSettings } from "../shared/dream-panel.ts";
import { defaultsOf } from "../shared/parameters.ts";
import { needsOf } from "../shared/relevance.ts";
import type { SynthesisCard } from "../shared/synthesis.ts";
import type { Shows } from "./follow-front.ts";

/** The settings without what the technique does not look at: what another technique was told may still stand there. */
export function lookedAt(
  card: SynthesisCard,
  { image, layers, channel, place, ...others }: StageSettings,
): StageSettings {
  const needs = needsOf(card, others.parameters);
  const areChosen = card.several !== undefined && (layers?.length ?? 0) > 0;
  const parameters = Object.entries(others.parameters).filter(
    ([name]) => !(areChosen && card.parameters[name]?.unlessLayers),
  );
  return {
    ...others,
    parameters: Object.fromEntries(parameters),
    ...(card.fromPhoto && image !== undefined && { image }),
    ...(card.several && layers?.length && { layers }),
    ...(needs.includes("channel") && channel !== undefined && { channel }),
    ...(needs.includes("place") && place && { place }),
  };
}

/**
 * The same for all settings that mean the same, as far as their technique is known: with what is left out filled in, and
 * without the layer in whose place others are chosen.
 */
export function meantBy(cards: readonly SynthesisCard[], settings: StageSettings): StageSettings {
  const card = cards.find(({ id }) => id === settings.technique);
  if (!card) return settings;
  const { layer, ...meant } = lookedAt(card, settings);
  const isReplaced = card.several?.inPlaceOfLayer === true && meant.layers !== undefined;
  return {
    ...meant,
    ...(layer !== undefined && !isReplaced && { layer }),
    parameters: { ...defaultsOf(card.parameters), ...meant.parameters },
  };
}

/**
 * What a panel with these settings is of: the photo and the one layer that were chosen, as far as its technique looks at them.
 * `layerUsed`: the one that it found by itself, where none was.
 */
export function shownBy(settings: StageSettings, card: SynthesisCard | undefined, layerUsed?: string): Shows {
  const { model, parameters } = settings;
  if (!card) return { model };
  const { image, layer } = meantBy([card], { ...(layerUsed !== undefined && { layer: layerUsed }), ...settings });
  const looksAtLayer = layer !== undefined && needsOf(card, parameters).includes("layer");
  return { model, ...(image !== undefined && { image }), ...(looksAtLayer && { layer }) };
}
