import { basename } from "node:path";
import * as vscode from "vscode";
import { figure } from "../shared/figure.ts";
import { firstOf } from "../shared/first-of.ts";
import { isNotKnown, type LayerAnatomy } from "../shared/inside.ts";
import type { LayerCard, ModelCard } from "../shared/protocol.ts";
import { shown } from "../shared/shown.ts";
import { sizeOf } from "../shared/size-of-layers.ts";
import type { Size } from "../shared/size-of-layers.ts";
import { failureOf } from "../shared/rpc.ts";
import type { LayerOf } from "./current.ts";
import type { Glance, Glances } from "./glances.ts";
import { amount, costText } from "../shared/amounts.ts";
import { fieldText, mapShape, share } from "./layer-words.ts";
import type { FactsOfModels, ModelFacts } from "./model-facts.ts";

/** VS Code cuts the markdown of a hover after 100,000 characters: half a picture is none. */
const longest = 95_000;
/** Layers of a module that are named. */
const mostNamed = 4;

export interface LayerHover {
  readonly markdown: vscode.MarkdownString;
  /** Whether asking again later may tell more. */
  readonly complete: boolean;
}

/** Layers under one roof, by their names. */
export interface Module {
  readonly name: string;
  readonly layers: readonly string[];
}

/**
 * What a layer is and what it sees, for a hover wherever its name stands; undefined when nobody waits for it any more.
 * `module`: the one that the layer's output leaves, where the hover is about all of that.
 */
export async function layerHover(
  of: LayerOf,
  facts: FactsOfModels,
  glances: Glances,
  token: vscode.CancellationToken,
  module?: Module,
): Promise<LayerHover | undefined> {
  try {
    const { card, anatomy } = await facts.layer(of.model, of.layer);
    if (token.isCancellationRequested) return undefined;
    const whole = await facts.of(of.model);
    const { model } = of;
    const layer = card.name;
    const layers = module?.layers ?? [layer];
    const glance = await (card.trouble === undefined ? glances.of({ model, layer }, token) : notComputed(card.trouble));
    if (token.isCancellationRequested && glance.kind === "not seen") return undefined;
    const isOnPhoto = glance.kind === "seen" && glance.photo !== undefined;
    const isBroken = isOnPhoto && glance.glance.broken > 0;
    const needsCounts = isBroken || (isOnPhoto && module !== undefined);
    const counted = !needsCounts || (await glances.counted());
    const begins = isBroken ? glances.firstBroken(model, computed(whole.card)) : undefined;
    const isOfModule = module !== undefined && module.name !== layer;
    const lines = [
      ...factsOf(card, anatomy, sizeOf(layers, whole.card, whole.anatomy), whole.multiplyAdds),
      ...seenOf(glance, isOfModule),
      ...(begins === undefined ? [] : [begins === layer ? "They begin here" : `They begin in ${shown(begins)}`]),
      ...(isOnPhoto && module ? deadInside(model, layers, whole, glances) : []),
    ];
    const title = isOfModule ? ([module.name, `module that ends in ${layer}`] as const) : ([layer, card.kind] as const);
    const markdown = written(title, lines, pictureOf(card, glance));
    return { markdown, complete: glance.kind === "seen" ? counted : !glance.later };
  } catch (error) {
    const markdown = new vscode.MarkdownString();
    markdown.appendText(failureOf(error).message);
    return { markdown, complete: false };
  }
}

const notComputed = (trouble: string): Glance => ({ kind: "not seen", why: trouble, later: false });

/** Layers by name, in their order, without those that cannot be computed. */
export const computed = ({ layers }: Pick<ModelCard, "layers">): readonly string[] =>
  layers.flatMap(({ name, trouble }) => (trouble === undefined ? [name] : []));

function written(
  [name, kind]: readonly [name: string, kind: string],
  lines: readonly string[],
  picture: string,
): vscode.MarkdownString {
  const draw = (picture: string) => {
    const markdown = new vscode.MarkdownString();
    markdown.appendMarkdown("**").appendText(shown(name)).appendMarkdown("** &nbsp; ").appendText(shown(kind));
    if (picture) markdown.appendMarkdown(`\n\n${picture}`);
    markdown.appendMarkdown("\n\n");
    lines.forEach((line, i) => markdown.appendMarkdown(i ? "  \n" : "").appendMarkdown(breaking(line)));
    return markdown;
  };
  const whole = draw(picture);
  return whole.value.length <= longest ? whole : draw("");
}

/** Text as it is, in a line that may break between two words: VS Code's own way of writing it lets it break only within them. */
const breaking = (line: string): string =>
  new vscode.MarkdownString().appendText(line).value.replaceAll(/(?<!&nbsp;|^)&nbsp;(?!&nbsp;)/g, " ");

function factsOf(
  card: LayerCard,
  anatomy: LayerAnatomy | undefined,
  { parameters, multiplyAdds, uncounted }: Size,
  all: number,
): readonly string[] {
  // What is in the way of a layer that cannot be computed is said below.
  const isSaid = card.trouble !== undefined && isNotKnown(anatomy?.field);
  const field = isSaid ? undefined : fieldText(anatomy?.field);
  return [
    [
      mapShape(card) ?? (card.trouble === undefined ? "shape known only when it runs" : "shape not known"),
      parameters && `${amount(parameters)} parameters`,
      costText(multiplyAdds, uncounted, `(${share(multiplyAdds, all)} of the network)`),
    ]
      .filter(Boolean)
      .join(" · "),
    ...(field === undefined ? [] : [`Receptive field: ${field}`]),
  ];
}

/** `isOfModule`: the layer that was seen is only the one that the module ends in. */
function seenOf(glance: Glance, isOfModule: boolean): readonly string[] {
  if (glance.kind === "not seen") return glance.why ? [shown(glance.why, 400)] : [];
  const { glance: seen, photo } = glance;
  const { shown: drawn, channels, dead, broken, low, high, clipped, prepared, remark } = seen;
  const on = photo === undefined ? "" : ` on ${shown(basename(photo))}`;
  const whose = isOfModule ? "its output’s " : "";
  const scale = `one scale, ${figure(low)} to ${figure(high)}${clipped ? " and beyond" : ""}`;
  return [
    ...(seen.png
      ? [`${drawn < channels ? `The ${drawn} most active of ${channels} channels` : many(channels)}: ${scale}`]
      : []),
    ...(photo === undefined
      ? []
      : [`${dead ? `${dead} of ${whose}${channels} ` : `None of ${whose || "the "}`}channels dead${on}`]),
    ...(broken ? [`${many(broken)} with NaN or infinity`] : []),
    ...(prepared?.from === "guess" ? ["How the photo is prepared is a guess"] : []),
    ...(remark ? [shown(remark, 400)] : []),
  ];
}

const many = (channels: number) => `${channels} ${channels === 1 ? "channel" : "channels"}`;

/** What a module's line is coloured for: layers in it that make dead channels. */
function deadInside(
  model: string,
  layers: readonly string[],
  { anatomy }: ModelFacts,
  glances: Glances,
): readonly string[] {
  const names = new Set(layers);
  const own = anatomy.flatMap(({ layer, own }) => (own && names.has(layer) ? layer : []));
  const found = own.flatMap((layer) => {
    const { dead } = glances.healthOf(model, layer) ?? {};
    return dead ? `${shown(layer)} ${dead}` : [];
  });
  return found.length ? [`Dead channels inside: ${firstOf(found, mostNamed)}`] : [];
}

function pictureOf({ name }: LayerCard, glance: Glance): string {
  if (glance.kind !== "seen" || !glance.glance.png) return "";
  const { png, width, height } = glance.glance;
  const alt = `Feature maps of ${shown(name)}`.replace(/[^\p{L}\p{N} ./_-]/gu, " "); // brackets would end it
  return `![${alt}](data:image/png;base64,${Buffer.from(png).toString("base64")}|width=${width},height=${height})`;
}
