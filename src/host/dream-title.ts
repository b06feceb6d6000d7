import { basename } from "node:path";
import type { DreamSettings } from "../shared/dream-panel.ts";
import { folderOf, startOf, styleOf } from "../shared/dream-pictures.ts";
import { needsOf } from "../shared/relevance.ts";
import { shown } from "../shared/shown.ts";
import type { SynthesisCard } from "../shared/synthesis.ts";

/** Techniques that say in their tab what they make a picture of: that is said in fewer words than their titles have. */
const short: Readonly<Record<string, string>> = {
  "neuron-visualization": "Neuron",
  "class-visualization": "Class",
};

const longestName = 40;

/** What a tab is called: "Recipe: dream.png", as long as that is played; else "DeepDream: cat.png", "Style transfer: cat.png in the style of coffee.png", "Feature grid: fire5/concat", "Activation atlas: photos at fire5/concat", "Class: golden retriever". */
export function titleOf(
  settings: DreamSettings,
  card: SynthesisCard | undefined,
  labels: readonly string[] = [],
): string {
  if (settings.opened) return `Recipe: ${nameOf(settings.opened.of)}`;
  const title = card?.title ?? "Dream";
  const subject = subjectOf(settings, card, labels);
  return subject === undefined ? title : `${short[card?.id ?? ""] ?? title}: ${subject}`;
}

/** Whether the tab names a class, whose name only the network's labels tell. */
export const namesClass = (settings: DreamSettings, card: SynthesisCard | undefined): boolean =>
  card !== undefined &&
  !card.fromPhoto &&
  !settings.opened &&
  settings.target !== undefined &&
  looksAtClass(settings, card);

function subjectOf(
  settings: DreamSettings,
  card: SynthesisCard | undefined,
  labels: readonly string[],
): string | undefined {
  const { image, layer, channel, target, parameters } = settings;
  const style = styleOf(parameters);
  const start = startOf(parameters);
  if (image !== undefined && card?.fromPhoto !== false)
    return `${nameOf(image)}${style === undefined ? "" : ` in the style of ${nameOf(style)}`}`;
  if (!card) return undefined;
  if (target !== undefined && namesClass(settings, card))
    return `${shown(labels[target] ?? String(target), longestName)}${start === undefined ? "" : ` from ${nameOf(start)}`}`;
  const needs = needsOf(card, parameters);
  const folder = folderOf(parameters);
  const place = layer === undefined || !needs.includes("layer") ? undefined : shown(layer, longestName);
  if (folder !== undefined) return `${nameOf(folder)}${place === undefined ? "" : ` at ${place}`}`;
  return place !== undefined && channel !== undefined && needs.includes("channel") ? `${place} ${channel}` : place;
}

/** A long name has its ending. */
const nameOf = (file: string): string => shown(basename(file), longestName);

const looksAtClass = ({ parameters }: DreamSettings, card: SynthesisCard): boolean =>
  needsOf(card, parameters).includes("class");
