import { resolve } from "node:path";
import { layerCalled } from "../shared/layer-called.ts";
import type { Given } from "../shared/parameters.ts";
import type { engine } from "../shared/protocol.ts";
import type { Client } from "../shared/rpc.ts";
import type { LayerChoice, SynthesisCard } from "../shared/synthesis.ts";
import type { Arguments } from "./arguments.ts";
import { classOf } from "./class-of.ts";
import { chosen, demandNeeded, layersOf, withChannels } from "./making.ts";
import { demandPlaces } from "./places.ts";
import { sheetWords } from "./sheet-words.ts";
import { cardOf, make, outputOf, parametersOf, parseMaking, seedOf, wholeNumber, type Maker } from "./synthesis.ts";
import { WrongUse } from "./words.ts";

const own = ["technique", "target", "layer", "channel", "place"] as const;
type Own = (typeof own)[number];
const isOwn = (flag: string): boolean => (own as readonly string[]).includes(flag);

/** What each looks at beside its parameters. */
const techniques = {
  "class-visualization": ["target"],
  "class-reconstruction": ["target"],
  "neuron-visualization": ["layer", "channel", "place"],
  "feature-grid": ["layer"],
  "activation-atlas": ["layer"],
  caricature: ["layer"],
} as const satisfies Readonly<Record<string, readonly Own[]>>;
type Technique = keyof typeof techniques;
export const names = Object.keys(techniques) as Technique[]; // its own keys

/**
 * `glassbox visualize MODEL (--target CLASS [--folder FOLDER | --generator FILE] | --layer L[:CHANNEL][=WEIGHT]… [--channel K] [--place Y,X] |
 * --folder FOLDER [--layer L] | PHOTO [--layer L]) [--technique ID] [--PARAMETER VALUE…] [--seed N] --out FILE`
 */
export async function visualize(
  words: readonly string[],
  client: Maker & Pick<Client<typeof engine>, "open" | "fields">,
  print: (text: string) => void,
): Promise<void> {
  const cards = await client.syntheses();
  const parsed = parseMaking(
    words,
    own,
    names.map((name) => cardOf(cards, name)),
    ["layer"],
  );
  demandPlaces("visualize", parsed.words, ["model", "image"], { least: 1 });
  const [model = "", image] = parsed.words.map((word) => resolve(word));
  const technique = techniqueOf(parsed);
  demandEffect(technique, parsed);
  const card = cardOf(cards, technique);
  const given = withPrior(card, parsed);
  const parameters = parametersOf(card, given, isOwn);
  const seed = seedOf(given);
  const output = outputOf(given);
  const value = (flag: Own) => given.flags.get(flag)?.at(-1);
  const [target, layer] = [value("target"), value("layer")];
  const what =
    target !== undefined
      ? await classOf(target, model, client)
      : technique === "neuron-visualization"
        ? neuron(await withChannels(layersOf(given, "layer", "either sign") ?? [], model, client), given, parameters)
        : layer === undefined
          ? {}
          : { layer };
  const photo = image === undefined ? {} : { image };
  const { sheet, recipe } = await make(
    client,
    { technique, model, ...photo, parameters, seed, ...what },
    output,
    print,
  );
  if (!sheet || technique === "activation-atlas") return; // many cells, most without a name
  print(`  ${sheetWords(sheet, await channelsOf(recipe.layer, model, client))}\n`);
}

/** As the model editor counts them, whichever axis they are; undefined of a value that is no layer's. */
async function channelsOf(
  layer: string | undefined,
  model: string,
  client: Pick<Client<typeof engine>, "open">,
): Promise<number | undefined> {
  const { layers } = await client.open({ model });
  return layerCalled(layers, layer)?.maps?.[0];
}

/** The one that is asked for by name, else the one that what is given says. */
function techniqueOf({ words, flags }: Arguments): Technique {
  const hasPhoto = words.length > 1;
  const asked = flags.get("technique")?.at(-1);
  const named = names.find((name) => name === asked);
  if (asked !== undefined && !named) throw new WrongUse(`--technique is one of ${names.join(", ")}, not "${asked}"`);
  const has = (flag: string) => flags.has(flag);
  if (named) {
    const needed = techniques[named].find((flag) => flag === "target" || named === "neuron-visualization");
    if (needed && !has(needed)) throw new WrongUse(`${named} needs --${needed}`);
    if (hasPhoto !== (named === "caricature"))
      throw new WrongUse(hasPhoto ? `${named} takes no photo` : `${named} needs a photo beside the model`);
    return named;
  }
  if (hasPhoto) return "caricature";
  if (has("target") && has("layer"))
    throw new WrongUse("visualize needs --target and a class, or --layer and a layer's or a value's name, not both");
  if (has("target")) return has("folder") || has("generator") ? "class-reconstruction" : "class-visualization";
  if (has("folder")) return "activation-atlas";
  if (has("layer")) return "neuron-visualization";
  throw new WrongUse("visualize needs --target and a class, or --layer and a layer's or a value's name");
}

function demandEffect(technique: Technique, { flags }: Arguments): void {
  const looked: readonly Own[] = ["technique", ...techniques[technique]];
  if (technique !== "neuron-visualization" && (flags.get("layer")?.length ?? 0) > 1)
    throw new WrongUse(`${technique} looks at one layer, and --layer is given ${flags.get("layer")?.join(" and ")}`);
  const idle = own.find((flag) => flags.has(flag) && !looked.includes(flag));
  if (idle === undefined) return;
  const of = flags.has("target") && (idle === "channel" || idle === "place") ? "--target" : technique;
  const goes = (idle === "channel" || idle === "place") && !flags.has("layer") ? ": it goes with --layer" : "";
  throw new WrongUse(`--${idle} has no effect with ${of}${goes}`);
}

/** A generator that is named is what is meant to be used. */
function withPrior({ parameters }: SynthesisCard, { words, flags }: Arguments): Arguments {
  if (!flags.has("generator") || flags.has("prior") || !("prior" in parameters)) return { words, flags };
  return { words, flags: new Map([...flags, ["prior", ["generator"]]]) };
}

/** Of several layers the sum, each by its weight. A place means one unit, no channel at all the whole layer, unless --of says what is meant. */
function neuron(layers: readonly LayerChoice[], given: Arguments, parameters: Given) {
  const channel = wholeNumber(given, "channel");
  const own = layers.filter((layer) => layer.channel !== undefined);
  const place = placeOf(given.flags.get("place")?.at(-1));
  const said = typeof parameters.of === "string" ? parameters.of : undefined;
  const of = said ?? (place ? "unit" : channel === undefined && !own.length ? "layer" : "channel");
  const isOfChannel = of === "channel" || of === "unit";
  if (channel === undefined && own.length < layers.length && isOfChannel)
    throw new WrongUse(`a ${of} needs --channel and its number`);
  const [idle] = own;
  if (idle && !isOfChannel)
    throw new WrongUse(`the channel of ${idle.name} has no effect here: --of ${of} looks at all of them`);
  demandNeeded(channel, layers);
  if (channel !== undefined && !isOfChannel)
    throw new WrongUse(`--channel has no effect here: --of ${of} looks at all of them`);
  if (place && of !== "unit") throw new WrongUse("--place has no effect here: it goes with one unit");
  return {
    ...chosen(layers),
    ...(channel !== undefined && { channel }),
    ...(place && { place }),
    parameters: { ...parameters, of },
  };
}

function placeOf(text: string | undefined): readonly [number, number] | undefined {
  if (text === undefined) return undefined;
  const [, row, column] = /^(\d+),(\d+)$/.exec(text) ?? [];
  if (row === undefined || column === undefined)
    throw new WrongUse(`--place needs a row and a column, as in 6,6, not "${text}"`);
  return [Number(row), Number(column)];
}
