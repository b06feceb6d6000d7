import { resolve } from "node:path";
import type { Given } from "../shared/parameters.ts";
import type { engine, ModelCard } from "../shared/protocol.ts";
import type { Client } from "../shared/rpc.ts";
import type { LayerChoice, SynthesisCard, SynthesisRequest } from "../shared/synthesis.ts";
import type { Arguments } from "./arguments.ts";
import { demandPlaces, type Place } from "./places.ts";
import { cardOf, outputOf, parametersOf, parseMaking, seedOf, type Maker } from "./synthesis.ts";
import { WrongUse } from "./words.ts";

/** A command that makes a picture by one technique. */
export interface Making {
  readonly name: string;
  readonly technique: string;
  /** What its words are, in order, and how many of them there must be; all when left out. */
  readonly places: readonly Place[];
  readonly least?: number;
  /** Flags beside the technique's parameters. */
  readonly own: readonly string[];
  /** Those of them that may be repeated. */
  readonly several?: readonly string[];
  /** Parameters that are given by words, or follow from them: there is no flag for these. */
  readonly implied?: readonly string[];
}

export interface Asked {
  readonly given: Arguments;
  /** Paths, as the words name them. */
  readonly paths: readonly string[];
  readonly output: ReturnType<typeof outputOf>;
  /** `implied`: the values of the parameters that have no flag. */
  request(implied?: Given): Pick<SynthesisRequest, "technique" | "model" | "parameters" | "seed">;
  /** With layers chosen one by one some flags have no effect. */
  demandSay(layers: readonly LayerChoice[] | undefined): void;
}

/** A command's words, checked as far as that goes without the model. */
export async function asked(making: Making, words: readonly string[], client: Maker): Promise<Asked> {
  const card = without(cardOf(await client.syntheses(), making.technique), making.implied ?? []);
  const given = parseMaking(words, making.own, [card], making.several);
  demandPlaces(making.name, given.words, making.places, { least: making.least ?? making.places.length });
  const paths = given.words.map((word) => resolve(word));
  const [model = ""] = paths;
  const parameters = parametersOf(card, given, (flag) => making.own.includes(flag));
  const seed = seedOf(given);
  const output = outputOf(given);
  const request = (implied: Given = {}) => ({
    technique: making.technique,
    model,
    parameters: { ...parameters, ...implied },
    seed,
  });
  const demandSay = (layers: readonly LayerChoice[] | undefined) => {
    const idle = [...given.flags.keys()].find((flag) => card.parameters[flag]?.unlessLayers);
    if (layers?.length && idle !== undefined)
      throw new WrongUse(`--${idle} has no effect where the layers are given one by one, with --layer`);
  };
  return { given, paths, output, request, demandSay };
}

const without = (card: SynthesisCard, implied: readonly string[]): SynthesisCard => ({
  ...card,
  parameters: Object.fromEntries(Object.entries(card.parameters).filter(([name]) => !implied.includes(name))),
});

/** Layers as a flag names them, once for each: NAME, or NAME=WEIGHT where weights are of use. Undefined where it is not given. */
export function layersOf({ flags }: Arguments, flag: string, of: "positive" | "either sign" | "none") {
  const weighted = /^(.+)=(-?\d+(?:\.\d+)?)$/;
  return flags.get(flag)?.map((word): LayerChoice => {
    const [, name = word, weight = "1"] = (of === "none" ? undefined : weighted.exec(word)) ?? [];
    if (of === "positive" && Number(weight) < 0)
      throw new WrongUse(`--${flag} ${word}: what is compared here has no weight below zero`);
    return { name, weight: Number(weight) };
  });
}

/**
 * Layers as `layersOf` has them, each with the channel that its name ends with: NAME:CHANNEL. Names may hold colons, too, as
 * TensorFlow's values end in ":0": what the engine knows by the whole name is meant, and what it knows by neither is left as it is.
 */
export async function withChannels(
  layers: readonly LayerChoice[],
  model: string,
  client: Pick<Client<typeof engine>, "open" | "fields">,
): Promise<readonly LayerChoice[]> {
  const channeled = /^(.+):(\d+)$/;
  if (!layers.some(({ name }) => channeled.test(name))) return layers;
  const card = await client.open({ model });
  return Promise.all(
    layers.map(async (choice) => {
      const [, name, channel] = channeled.exec(choice.name) ?? [];
      if (name === undefined || (await isKnown(choice.name, card, client))) return choice;
      return (await isKnown(name, card, client)) ? { ...choice, name, channel: Number(channel) } : choice;
    }),
  );
}

/** Whether there is a layer of that name, or a value, a node or a module. */
async function isKnown(
  name: string,
  { path, layers }: ModelCard,
  client: Pick<Client<typeof engine>, "fields">,
): Promise<boolean> {
  // Those that cannot be computed are in the card alone.
  if (layers.some((layer) => layer.name === name || layer.value === name)) return true;
  try {
    await client.fields({ model: path, layer: name });
    return true;
  } catch (error) {
    return !(error instanceof Error && error.name === "UnknownLayer");
  }
}

/** Nothing is taken without effect: a channel for all, where each layer has its own. */
export function demandNeeded(channel: number | undefined, layers: readonly LayerChoice[]): void {
  if (channel !== undefined && layers.length && layers.every((layer) => layer.channel !== undefined))
    throw new WrongUse("--channel has no effect here: each layer is given its own");
}

/** As a request has them: one layer by its name alone, as far as that says it all. */
export function chosen(layers: readonly LayerChoice[]): Pick<SynthesisRequest, "layer" | "layers"> {
  const [first] = layers;
  const isPlain = layers.length < 2 && (first?.weight ?? 1) === 1 && first?.channel === undefined;
  return { ...(first && { layer: first.name }), ...(!isPlain && { layers }) };
}
