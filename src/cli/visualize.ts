import { resolve } from "node:path";
import type { Given } from "../shared/parameters.ts";
import type { engine } from "../shared/protocol.ts";
import type { Client } from "../shared/rpc.ts";
import type { Arguments } from "./arguments.ts";
import { classOf } from "./class-of.ts";
import { cardOf, make, outputOf, parametersOf, parseMaking, wholeNumber, type Maker } from "./synthesis.ts";
import { WrongUse } from "./words.ts";

const own = ["target", "layer", "channel", "place"] as const;
const isOwn = (flag: string): boolean => (own as readonly string[]).includes(flag);

/** `glassbox visualize MODEL (--target CLASS | --layer L [--channel K] [--place Y,X]) [--PARAMETER VALUE…] [--seed N] --out FILE` */
export async function visualize(
  words: readonly string[],
  client: Maker & Pick<Client<typeof engine>, "open">,
  print: (text: string) => void,
): Promise<void> {
  const cards = await client.syntheses();
  const ofClass = cardOf(cards, "class-visualization");
  const ofNeuron = cardOf(cards, "neuron-visualization");
  const given = parseMaking(words, own, [ofClass, ofNeuron]);
  const [model, ...more] = given.words.map((word) => resolve(word));
  if (model === undefined || more.length) throw new WrongUse("visualize needs one model");
  const value = (flag: (typeof own)[number]) => given.flags.get(flag)?.at(-1);
  const [target, layer] = [value("target"), value("layer")];
  if ((target === undefined) === (layer === undefined))
    throw new WrongUse("visualize needs --target and a class, or --layer and a layer's or a value's name");
  if (target !== undefined)
    for (const flag of ["channel", "place"] as const)
      if (given.flags.has(flag)) throw new WrongUse(`--${flag} has no effect with --target: it goes with --layer`);
  const card = target === undefined ? ofNeuron : ofClass;
  const parameters = parametersOf(card, given, isOwn);
  const seed = wholeNumber(given, "seed") ?? 0;
  const output = outputOf(given);
  const what = target === undefined ? neuron(layer ?? "", given, parameters) : await classOf(target, model, client);
  await make(client, { technique: card.id, model, parameters, seed, ...what }, output, print);
}

/** A place means one unit, no channel the whole layer, unless --of says what is meant. */
function neuron(layer: string, given: Arguments, parameters: Given) {
  const channel = wholeNumber(given, "channel");
  const place = placeOf(given.flags.get("place")?.at(-1));
  const said = typeof parameters.of === "string" ? parameters.of : undefined;
  const of = said ?? (place ? "unit" : channel === undefined ? "layer" : "channel");
  if (channel === undefined && of !== "layer") throw new WrongUse(`a ${of} needs --channel and its number`);
  if (place && of !== "unit") throw new WrongUse("--place has no effect here: it goes with one unit");
  return {
    layer,
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
