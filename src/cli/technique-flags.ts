import { resolve } from "node:path";
import {
  complete,
  InvalidParameter,
  isPath,
  parse,
  type Condition,
  type Given,
  type Parameter,
} from "../shared/parameters.ts";
import type { ModelCard, TechniqueCard } from "../shared/protocol.ts";
import { conditionsOf, isRelevant, needsOf, withoutClass } from "../shared/relevance.ts";
import type { Arguments, Arity, Flags } from "./arguments.ts";
import { WrongUse } from "./words.ts";

// The flags that techniques declare: one for each parameter, and `--preset` for values that go together.

/** A technique, and what it was given; the rest is its defaults. */
export interface AskedTechnique {
  readonly id: string;
  readonly card: TechniqueCard;
  readonly parameters: Given;
}

/** How many words each of the techniques' flags takes. */
export function techniqueFlags(cards: readonly TechniqueCard[]): Flags {
  const toggle: Arity = { accepts: (word) => word === "true" || word === "false" };
  const parameters = cards.flatMap((card) => Object.entries(card.parameters));
  const own = parameters.map(([name, { kind }]) => [name, kind === "toggle" ? toggle : "one"] as const);
  return { preset: "one", ...Object.fromEntries(own) };
}

/** Each technique with its own among the given flags, checked before anything runs. */
export function askedTechniques(
  chosen: readonly TechniqueCard[],
  given: Arguments,
  isOther: (flag: string) => boolean,
): readonly AskedTechnique[] {
  const asked = chosen.map((card) => ({ id: card.id, card, parameters: parametersOf(card, given) }));
  demandPreset(chosen, given);
  for (const flag of given.flags.keys()) if (flag !== "preset" && !isOther(flag)) demandEffect(asked, flag);
  if (given.flags.has("layer")) demandLayer(asked);
  return asked.map((each) => ({ ...each, parameters: withEffect(each) }));
}

/** What was meant for another technique beside this one is not said to have been taken by it. */
const withEffect = ({ card, parameters }: AskedTechnique): Given =>
  Object.fromEntries(Object.entries(parameters).filter(([name]) => isRelevant(card.parameters, parameters, name)));

/** Whether the answer depends on a layer, for a network with or without classes. */
export function looksAtLayer({ card, parameters }: Pick<AskedTechnique, "card" | "parameters">, model: ModelCard) {
  const schema = model.classes === undefined ? withoutClass(card.parameters) : card.parameters;
  return needsOf({ ...card, parameters: schema }, parameters).includes("layer");
}

function parametersOf({ parameters: schema, presets = {} }: TechniqueCard, { flags }: Arguments): Given {
  const preset = flags.get("preset")?.at(-1) ?? "";
  const values: Record<string, unknown> = Object.hasOwn(presets, preset) ? { ...presets[preset]?.parameters } : {};
  for (const [name, parameter] of Object.entries(schema)) {
    const words = flags.get(name);
    if (!words) continue;
    values[name] = parse(parameter, words.at(-1) ?? "true"); // a toggle by itself is switched on
    if (isPath(parameter)) values[name] = resolve(String(values[name]));
  }
  try {
    complete(schema, values);
  } catch (error) {
    if (error instanceof InvalidParameter) throw new WrongUse(`--${error.message}`);
    throw error;
  }
  for (const [name, parameter] of Object.entries(schema)) {
    const isPhotoAskedFor = parameter.kind === "photo" && parameter.when && isRelevant(schema, values, name);
    if (isPhotoAskedFor && values[name] === undefined)
      throw new WrongUse(`${whenWords(parameter)} needs the other photo: --${name} FILE`);
  }
  return values;
}

function demandPreset(chosen: readonly TechniqueCard[], { flags }: Arguments): void {
  const preset = flags.get("preset")?.at(-1);
  if (preset === undefined || chosen.some(({ presets = {} }) => Object.hasOwn(presets, preset))) return;
  const known = chosen.flatMap(({ id, presets }) => (presets ? [`${id} has ${Object.keys(presets).join(", ")}`] : []));
  throw new WrongUse(
    known.length ? `there is no preset ${preset}; ${known.join("; ")}` : `${namesOf(chosen)} has no presets`,
  );
}

/** A parameter that no chosen technique has was meant for another one; one without a say, for other values. */
function demandEffect(asked: readonly AskedTechnique[], flag: string): void {
  const owners = asked.filter(({ card }) => Object.hasOwn(card.parameters, flag));
  if (!owners.length) throw new WrongUse(`${namesOf(asked)} has no parameter --${flag}`);
  if (owners.some(({ card, parameters }) => isRelevant(card.parameters, parameters, flag))) return;
  const conditions = owners.map(({ card }) => whenWords(card.parameters[flag])).filter((words) => words !== "");
  throw new WrongUse(`--${flag} has no effect here: it goes with ${[...new Set(conditions)].join(", or ")}`);
}

function demandLayer(asked: readonly AskedTechnique[]): void {
  if (asked.some(({ card, parameters }) => needsOf(card, parameters).includes("layer"))) return;
  const conditions = asked.flatMap(({ card }) =>
    Object.entries(card.parameters).flatMap(([parameter, declared]) => {
      const needs = declared.kind === "choice" ? Object.entries(declared.needs ?? {}) : [];
      const is = needs.flatMap(([option, need]) => (need === "layer" ? [option] : []));
      return is.length ? [conditionWords({ parameter, is })] : [];
    }),
  );
  throw new WrongUse(
    conditions.length
      ? `--layer has no effect here: it goes with ${conditions.join(", or ")}`
      : `--layer has no effect: ${namesOf(asked)} ${asked.length > 1 ? "look" : "looks"} at no layer`,
  );
}

/** "--from strongest or unit"; "--pictures above 1 and --method fourier". */
export const whenWords = (parameter: Pick<Parameter, "when"> | undefined): string =>
  conditionsOf(parameter).map(conditionWords).join(" and ");

function conditionWords(condition: Condition): string {
  const flag = `--${condition.parameter}`;
  if ("is" in condition) return `${flag} ${condition.is.map(String).join(" or ")}`;
  return "above" in condition ? `${flag} above ${condition.above}` : flag;
}

const namesOf = (techniques: readonly { readonly id: string }[]) => techniques.map(({ id }) => id).join(", ");
