import { basename } from "node:path";
import * as vscode from "vscode";
import type { LayerAnatomy } from "../shared/inside.ts";
import type { LayerCard, ModelCard } from "../shared/protocol.ts";
import { shown } from "../shared/shown.ts";
import { failureOf } from "../shared/rpc.ts";
import type { LayerOf } from "./current.ts";
import type { Glance, Glances } from "./glances.ts";
import { amount, fieldText, figure, mapShape, share } from "./layer-words.ts";
import type { FactsOfModels } from "./model-facts.ts";

/** VS Code cuts the markdown of a hover after 100,000 characters: half a picture is none. */
const longest = 95_000;

export interface LayerHover {
  readonly markdown: vscode.MarkdownString;
  /** Whether asking again later may tell more. */
  readonly complete: boolean;
}

/** What a layer is and what it sees, for a hover wherever its name stands; undefined when nobody waits for it any more. */
export async function layerHover(
  of: LayerOf,
  facts: FactsOfModels,
  glances: Glances,
  token: vscode.CancellationToken,
): Promise<LayerHover | undefined> {
  try {
    const { card, anatomy } = await facts.layer(of.model, of.layer);
    if (token.isCancellationRequested) return undefined;
    const { multiplyAdds, card: whole } = await facts.of(of.model);
    const { model } = of;
    const layer = card.name;
    const glance = await (card.trouble === undefined ? glances.of({ model, layer }, token) : notComputed(card.trouble));
    if (token.isCancellationRequested && glance.kind === "not seen") return undefined;
    const begins =
      glance.kind === "seen" && glance.glance.broken > 0 && glance.photo !== undefined
        ? await glances.firstBroken({ model, layer }, computed(whole))
        : undefined;
    const markdown = written(card, anatomy, multiplyAdds, glance, begins);
    return { markdown, complete: glance.kind === "seen" || !glance.later };
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
  card: LayerCard,
  anatomy: LayerAnatomy | undefined,
  multiplyAdds: number,
  glance: Glance,
  begins: string | undefined,
): vscode.MarkdownString {
  const beginning =
    begins === undefined ? [] : [begins === card.name ? "They begin here" : `They begin in ${shown(begins)}`];
  const lines = [...factsOf(card, anatomy, multiplyAdds), ...seenOf(glance), ...beginning];
  const draw = (picture: string) => {
    const markdown = new vscode.MarkdownString();
    markdown
      .appendMarkdown("**")
      .appendText(shown(card.name))
      .appendMarkdown("** &nbsp; ")
      .appendText(shown(card.kind));
    if (picture) markdown.appendMarkdown(`\n\n${picture}`);
    markdown.appendMarkdown("\n\n");
    lines.forEach((line, i) => markdown.appendMarkdown(i ? "  \n" : "").appendMarkdown(breaking(line)));
    return markdown;
  };
  const whole = draw(pictureOf(card, glance));
  return whole.value.length <= longest ? whole : draw("");
}

/** Text as it is, in a line that may break between two words: VS Code's own way of writing it lets it break only within them. */
const breaking = (line: string): string =>
  new vscode.MarkdownString().appendText(line).value.replaceAll(/(?<!&nbsp;|^)&nbsp;(?!&nbsp;)/g, " ");

function factsOf(card: LayerCard, anatomy: LayerAnatomy | undefined, all: number): readonly string[] {
  const parameters = card.parameters && `${amount(card.parameters)} parameters`;
  const cost =
    anatomy?.multiplyAdds &&
    `${amount(anatomy.multiplyAdds, "MAC")} (${share(anatomy.multiplyAdds, all)} of the network)`;
  const field = fieldText(anatomy?.field);
  return [
    [
      mapShape(card) ?? (card.trouble === undefined ? "shape known only when it runs" : "shape not known"),
      parameters,
      cost,
    ]
      .filter(Boolean)
      .join(" · "),
    ...(field === undefined ? [] : [`Receptive field: ${field}`]),
  ];
}

function seenOf(glance: Glance): readonly string[] {
  if (glance.kind === "not seen") return glance.why ? [shown(glance.why, 400)] : [];
  const { glance: seen, photo } = glance;
  const { shown: drawn, channels, dead, broken, low, high, clipped, remark } = seen;
  const on = photo === undefined ? "" : ` on ${shown(basename(photo))}`;
  const scale = `one scale, ${figure(low)} to ${figure(high)}${clipped ? " and beyond" : ""}`;
  return [
    ...(seen.png
      ? [`${drawn < channels ? `The ${drawn} most active of ${channels} channels` : many(channels)}: ${scale}`]
      : []),
    ...(photo === undefined ? [] : [`${dead ? `${dead} of ${channels}` : "None of the"} channels dead${on}`]),
    ...(broken ? [`${many(broken)} with NaN or infinity`] : []),
    ...(remark ? [shown(remark, 400)] : []),
  ];
}

const many = (channels: number) => `${channels} ${channels === 1 ? "channel" : "channels"}`;

function pictureOf({ name }: LayerCard, glance: Glance): string {
  if (glance.kind !== "seen" || !glance.glance.png) return "";
  const { png, width, height } = glance.glance;
  const alt = `Feature maps of ${shown(name)}`.replace(/[^\p{L}\p{N} ./_-]/gu, " "); // brackets would end it
  return `![${alt}](data:image/png;base64,${Buffer.from(png).toString("base64")}|width=${width},height=${height})`;
}
