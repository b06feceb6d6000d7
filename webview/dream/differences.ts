import type { DreamSettings, DreamSubject } from "../../src/shared/dream-panel.ts";
import { isRelevant } from "../../src/shared/relevance.ts";
import type { SynthesisCard } from "../../src/shared/synthesis.ts";
import { fileName, valueWords } from "../shared/relevant.ts";
import { shortLabel } from "../shared/words.ts";
import { layerWords } from "./words.ts";

/** What is known of the panel, as far as it matters here. */
interface Chosen {
  readonly settings: DreamSettings | undefined;
  readonly techniques: readonly SynthesisCard[];
  readonly subject: DreamSubject | undefined;
}

/**
 * What a picture was made with that is chosen otherwise by now: "Steps per octave 10 (now 3)"; where it is to be gone on
 * from, what cannot change on the way: "Octaves 4 (3 from the next start on)".
 */
export function differences(
  { settings: now, techniques, subject }: Chosen,
  then: DreamSettings,
  isGoneOnFrom: boolean,
): readonly string[] {
  if (!now) return [];
  const titleOf = (technique: string) => techniques.find(({ id }) => id === technique)?.title ?? technique;
  const told = (label: string, of: (settings: DreamSettings) => string) => {
    const [before, after] = [of(then), of(now)];
    return before === after ? [] : [`${label} ${before} (now ${after})`];
  };
  const subjects = [
    ...told("Technique", ({ technique }) => titleOf(technique)),
    ...told("Model", ({ model }) => fileName(model)),
    ...told("Photo", ({ image }) => (image === undefined ? "none" : fileName(image))),
    ...told("Layer", ({ layer }) => layer ?? "automatic"),
    ...told("Layers", ({ layers = [] }) => layers.map(layerWords).join(", ") || "none"),
    ...told("Channel", ({ channel }) => String(channel ?? "not chosen")),
    ...told("Place", ({ place }) => (place ? `row ${place[0]}, column ${place[1]}` : "the centre")),
    ...told("Class", ({ target }) =>
      target === undefined ? "not chosen" : shortLabel(subject?.card.labels[target] ?? String(target)),
    ),
  ];
  return [
    ...subjects,
    ...parametersTold(now, then, techniques, isGoneOnFrom),
    ...told("Seed", ({ seed }) => String(seed)),
  ];
}

/** Another technique's parameters are others altogether. */
function parametersTold(
  now: DreamSettings,
  then: DreamSettings,
  techniques: Chosen["techniques"],
  isGoneOnFrom: boolean,
): readonly string[] {
  const card = techniques.find(({ id }) => id === now.technique);
  if (!card || then.technique !== now.technique) return [];
  return Object.entries(card.parameters).flatMap(([key, parameter]) => {
    const hasSay = [then, now].some(({ parameters }) => isRelevant(card.parameters, parameters, key));
    const [before, after] = [then, now].map(({ parameters }) =>
      valueWords(parameter, parameters[key] ?? parameter.default),
    );
    const change = isGoneOnFrom && parameter.fromStart ? `${after} from the next start on` : `now ${after}`;
    return hasSay && before !== after ? [`${parameter.label} ${before} (${change})`] : [];
  });
}
