import { mkdirSync, writeFileSync } from "node:fs";
import { basename, extname, join, resolve } from "node:path";
import { encodeNpy } from "../shared/npy.ts";
import { complete, InvalidParameter, parse, type Given } from "../shared/parameters.ts";
import type { engine, ModelCard, Prediction, RunRequest, TechniqueCard } from "../shared/protocol.ts";
import type { Client } from "../shared/rpc.ts";
import { shapeText, type Shape } from "../shared/tensor.ts";
import { parseArguments, type Arguments, type Arity } from "./arguments.ts";
import { classNumber } from "./target.ts";
import { WrongUse } from "./words.ts";

type Engine = Client<typeof engine>;

/** One technique's answer for one image, as `--json` prints it. */
interface Explanation {
  readonly technique: string;
  readonly layer: string | undefined;
  readonly parameters: Given;
  /** Of the raw attribution. */
  readonly shape: Shape;
  readonly low: number;
  readonly high: number;
  readonly notes: readonly { readonly level: string; readonly text: string }[];
  readonly out?: string;
  readonly raw?: string;
}

/** Where the files go that were asked for. */
interface Destination {
  readonly out: string | undefined;
  readonly raw: string | undefined;
  /** Names of this run's files in the folder `out`. */
  readonly written: Set<string>;
}

const plainFlags: Readonly<Record<string, Arity>> = {
  target: "one",
  against: "one",
  layer: "one",
  out: "one",
  raw: "one",
  json: "none",
};

export async function explain(words: readonly string[], client: Engine, print: (text: string) => void): Promise<void> {
  const cards = await client.techniques();
  const given = parseExplain(words, cards);
  const [model, ...images] = given.words.map((word) => resolve(word));
  if (model === undefined || !images.length) throw new WrongUse("explain needs a model and at least one image");
  const chosen = chosenTechniques(given, cards);
  const parameters = new Map(chosen.map((card) => [card.id, parametersOf(card, given)]));
  demandOwners(given, chosen);
  const several = images.length * chosen.length > 1;
  const destination: Destination = { out: last(given, "out"), raw: last(given, "raw"), written: new Set() };
  if (destination.raw !== undefined && several)
    throw new WrongUse("--raw writes one attribution: give one image and one technique");
  if (destination.out !== undefined && several && extname(destination.out).toLowerCase() === ".png")
    throw new WrongUse("--out names one file, but there are several maps to write: give a folder");

  const card = await client.open({ model });
  const results: unknown[] = [];
  for (const image of images) {
    const prediction = await client.predict({ model, image });
    const [target, against] = ["target", "against"].map((flag) => askedClass(last(given, flag), card));
    const shared = {
      model,
      image,
      ...(target !== undefined && { target }),
      ...(against !== undefined && { against }),
      ...(last(given, "layer") !== undefined && { layer: last(given, "layer") ?? "" }),
    };
    const explanations: Explanation[] = [];
    for (const { id } of chosen)
      explanations.push(
        await explanation(
          client,
          card,
          { ...shared, technique: id, parameters: parameters.get(id) ?? {} },
          destination,
        ),
      );
    const index = target ?? prediction.top[0]?.index;
    const explained = index === undefined ? undefined : classOf(index, card, prediction);
    if (given.flags.has("json")) results.push(resultOf(card, image, prediction, explained, explanations));
    else print(text(card, image, prediction, explained, explanations));
  }
  if (given.flags.has("json")) print(`${JSON.stringify(results, null, 2)}\n`);
}

function parseExplain(words: readonly string[], cards: readonly TechniqueCard[]): Arguments {
  const ids = new Set(cards.map(({ id }) => id));
  const toggles = new Map(
    cards.flatMap(({ parameters }) => Object.entries(parameters)).map(([name, { kind }]) => [name, kind === "toggle"]),
  );
  return parseArguments(words, (flag) => {
    if (flag === "technique")
      return {
        accepts: (word) =>
          word.split(",").every((id) => ids.has(id)) || (!word.startsWith("-") && !/[./\\]/.test(word)),
      };
    if (Object.hasOwn(plainFlags, flag)) return plainFlags[flag];
    const toggle = toggles.get(flag);
    return toggle === undefined
      ? undefined
      : toggle
        ? { accepts: (word) => word === "true" || word === "false" }
        : "one";
  });
}

const last = ({ flags }: Arguments, flag: string): string | undefined => flags.get(flag)?.at(-1);

function chosenTechniques({ flags }: Arguments, cards: readonly TechniqueCard[]): TechniqueCard[] {
  const asked = flags.get("technique")?.flatMap((word) => word.split(",")) ?? ["grad-cam"];
  if (!asked.length) throw new WrongUse('--technique needs the id of one; "glassbox techniques" lists them');
  return [...new Set(asked)].map((id) => {
    const card = cards.find((each) => each.id === id);
    if (!card) throw new WrongUse(`there is no technique ${id}; there are ${cards.map((each) => each.id).join(", ")}`);
    return card;
  });
}

/** The technique's own among the given parameters, checked before anything runs. */
function parametersOf({ parameters: schema }: TechniqueCard, { flags }: Arguments): Given {
  const values: Record<string, unknown> = {};
  for (const [name, parameter] of Object.entries(schema)) {
    const words = flags.get(name);
    if (!words) continue;
    values[name] = parse(parameter, words.at(-1) ?? "true"); // a toggle by itself is switched on
    if (parameter.kind === "photo") values[name] = resolve(String(values[name]));
  }
  try {
    complete(schema, values);
  } catch (error) {
    if (error instanceof InvalidParameter) throw new WrongUse(`--${error.message}`);
    throw error;
  }
  return values;
}

/** A parameter that none of the chosen techniques has was meant for another one. */
function demandOwners({ flags }: Arguments, chosen: readonly TechniqueCard[]): void {
  for (const flag of flags.keys())
    if (
      flag !== "technique" &&
      !Object.hasOwn(plainFlags, flag) &&
      !chosen.some(({ parameters }) => Object.hasOwn(parameters, flag))
    )
      throw new WrongUse(`${chosen.map(({ id }) => id).join(", ")} has no parameter --${flag}`);
}

function askedClass(asked: string | undefined, { labels, classes = 0, path }: ModelCard): number | undefined {
  if (asked === undefined) return undefined;
  if (!classes) throw new RangeError(`${path} has no classes`);
  try {
    return classNumber(asked, labels, classes);
  } catch (error) {
    throw new RangeError(`${path}: ${(error as Error).message}`);
  }
}

async function explanation(
  client: Engine,
  card: ModelCard,
  request: RunRequest,
  destination: Destination,
): Promise<Explanation> {
  const notes = new Map<string, { level: string; text: string }>();
  for await (const update of client.run(request))
    if (update.kind === "note") notes.set(update.key, { level: update.level, text: update.text });
  const raw = await client.raw(request);
  const finite = raw.data.filter(Number.isFinite);
  const broken = raw.data.length - finite.length;
  if (broken) notes.set("broken", { level: "warning", text: `${broken} of ${raw.data.length} values are no numbers.` });
  const needsLayer =
    request.layer !== undefined || ["grad-cam", "guided-grad-cam", "occlusion"].includes(request.technique);
  const written = {
    ...(destination.raw !== undefined && { raw: writeTo(destination.raw, encodeNpy(raw)) }),
    ...(destination.out !== undefined && {
      out: writeTo(pathFor(destination.out, request, destination.written), await client.render(request)),
    }),
  };
  return {
    technique: request.technique,
    layer: needsLayer ? (request.layer ?? card.defaultLayer) : undefined,
    parameters: request.parameters,
    shape: raw.shape,
    low: finite.reduce((a, b) => Math.min(a, b), finite[0] ?? NaN),
    high: finite.reduce((a, b) => Math.max(a, b), finite[0] ?? NaN),
    notes: [...notes.values()],
    ...written,
  };
}

/** A .png is a file; anything else a folder, where each map is named after its image and technique; of two alike the second is "photo-2". */
function pathFor(out: string, { image, technique }: RunRequest, written: Set<string>): string {
  if (extname(out).toLowerCase() === ".png") return out;
  mkdirSync(out, { recursive: true });
  const name = (count: number) => `${basename(image, extname(image))}${count > 1 ? `-${count}` : ""}.${technique}.png`;
  let count = 1;
  while (written.has(name(count))) count++;
  written.add(name(count));
  return join(out, name(count));
}

function writeTo(path: string, bytes: Uint8Array): string {
  writeFileSync(path, bytes);
  return path;
}

const classOf = (index: number, { labels }: ModelCard, { probabilities, scores }: Prediction) => ({
  index,
  label: labels[index] ?? String(index),
  probability: probabilities[index] ?? NaN,
  score: scores[index] ?? NaN,
});

function resultOf(
  card: ModelCard,
  image: string,
  prediction: Prediction,
  target: unknown,
  explanations: readonly Explanation[],
) {
  const { preparation, preparationFrom, top, ms, remarks } = prediction;
  return {
    model: card.path,
    image,
    preparation,
    preparationFrom,
    remarks,
    score: card.score,
    top,
    target,
    ms,
    explanations,
  };
}

const percent = (p: number) => `${(100 * p).toFixed(1).padStart(5)} %`;

function text(
  card: ModelCard,
  image: string,
  prediction: Prediction,
  target: { label: string } | undefined,
  explanations: readonly Explanation[],
): string {
  const how = prediction.preparationFrom === "guess" ? " (guessed)" : "";
  const lines = [`${basename(image)} seen by ${card.title}: ${prediction.preparationWords}${how}`];
  for (const { label, index, probability } of prediction.top.slice(0, 5))
    lines.push(`  ${percent(probability)}  ${label} (${index})`);
  if (!prediction.top.length) lines.push("  no classes");
  for (const { technique, layer, shape, low, high, notes, out, raw } of explanations) {
    const of = target ? ` of "${target.label}"` : "";
    lines.push(
      `  ${technique}${of}${layer === undefined ? "" : ` at ${layer}`}: ${shapeText(shape)}, ${low.toPrecision(4)} to ${high.toPrecision(4)}`,
    );
    for (const note of notes) lines.push(`    ${note.level === "warning" ? "! " : ""}${note.text}`);
    for (const path of [out, raw]) if (path !== undefined) lines.push(`    wrote ${path}`);
  }
  return `${lines.join("\n")}\n`;
}
