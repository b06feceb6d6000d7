import { basename, extname, resolve } from "node:path";
import { complete, InvalidParameter, isPath, parse, pathsIn, type Given, type Schema } from "../shared/parameters.ts";
import { objectiveText } from "../shared/figure.ts";
import { filmSize } from "../shared/film-size.ts";
import { partOf, partText, stepWord, type Part } from "../shared/part.ts";
import { isRelevant } from "../shared/relevance.ts";
import type { Client } from "../shared/rpc.ts";
import type { Drawn, Finished, Frame, synthesis, SynthesisCard, SynthesisRequest } from "../shared/synthesis.ts";
import { wholeText, type Note, type Progress } from "../shared/updates.ts";
import { parseArguments, type Arguments } from "./arguments.ts";
import { demandNotRead, destination, writeTo } from "./destination.ts";
import { goingOn } from "./going-on.ts";
import { usualColumns } from "./table.ts";
import { whenWords } from "./technique-flags.ts";
import { inTerminal, WrongUse } from "./words.ts";

export type Maker = Pick<Client<typeof synthesis>, "syntheses" | "synthesize" | "pictureFile" | "filmFile">;

/** What a file holds, by its ending: the picture, or the film of how it grew. */
const kinds = { ".png": "png", ".webp": "webp", ".gif": "gif", ".apng": "apng" } as const;

type Output = { readonly path: string; readonly kind: (typeof kinds)[keyof typeof kinds] };

const framesPerSecond = 12;

/** The words of a command that makes a picture: its own flags, of which `several` may be repeated, and one for each parameter of its techniques. */
export function parseMaking(
  words: readonly string[],
  own: readonly string[],
  cards: readonly SynthesisCard[],
  several: readonly string[] = [],
): Arguments {
  const taken = [...own, "out", "seed", ...cards.flatMap((card) => Object.keys(card.parameters))];
  const parsed = parseArguments(words, Object.fromEntries(taken.map((flag) => [flag, "one"])));
  for (const [flag, values] of parsed.flags)
    if (values.length > 1 && !several.includes(flag))
      throw new WrongUse(`--${flag} takes one value, and is given ${values.join(" and ")}`);
  return parsed;
}

export function cardOf(cards: readonly SynthesisCard[], id: string): SynthesisCard {
  const card = cards.find((each) => each.id === id);
  if (!card) throw new Error(`The engine has no technique ${id}.`);
  return card;
}

/** The values of a technique's parameters that the flags give, checked. Flags that have no effect are refused. */
export function parametersOf(
  { parameters: schema }: SynthesisCard,
  { flags }: Arguments,
  isOwn: (flag: string) => boolean,
): Given {
  const values: Record<string, unknown> = {};
  for (const [flag, given] of flags) {
    if (isOwn(flag) || flag === "out" || flag === "seed") continue;
    const parameter = schema[flag];
    if (!parameter) throw new WrongUse(`--${flag} has no effect here`);
    const word = given.at(-1) ?? "";
    values[flag] = isPath(parameter) ? resolve(word) : parse(parameter, word);
  }
  return checked(schema, values);
}

function checked(schema: Schema, values: Given): Given {
  try {
    complete(schema, values);
  } catch (error) {
    if (error instanceof InvalidParameter) throw new WrongUse(`--${error.message}`);
    throw error;
  }
  for (const flag of Object.keys(values))
    if (!isRelevant(schema, values, flag))
      throw new WrongUse(`--${flag} has no effect here: it goes with ${whenWords(schema[flag])}`);
  return values;
}

/** A whole number from 0, or undefined where the flag is not given. */
export function wholeNumber({ flags }: Arguments, flag: string): number | undefined {
  const text = flags.get(flag)?.at(-1);
  if (text === undefined) return undefined;
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(Number(text)))
    throw new WrongUse(`--${flag} needs a whole number from 0, not "${text}"`);
  return Number(text);
}

/** All chance counts in 32 bits. */
const largestSeed = 2 ** 32 - 1;

export function seedOf(given: Arguments): number {
  const seed = wholeNumber(given, "seed") ?? 0;
  if (seed > largestSeed) throw new WrongUse(`--seed needs a whole number from 0 to ${largestSeed}, not ${seed}`);
  return seed;
}

/** What is written, and that it can be, found out before anything is computed. */
export function outputOf({ flags }: Arguments): Output {
  const path = flags.get("out")?.at(-1);
  if (path === undefined)
    throw new WrongUse("--out needs the name of a file: .png for the picture, .webp, .gif or .apng for the film");
  const kind = Object.entries(kinds).find(([ending]) => ending === extname(path).toLowerCase())?.[1];
  if (!kind)
    throw new WrongUse(`--out ${path}: give a name that ends in .png (the picture), .webp, .gif or .apng (the film)`);
  // A raw file is tried like any file, whatever its ending.
  destination(undefined, path);
  return { path, kind };
}

/** Makes the picture, writes it, and says what came of it. */
export async function make(
  client: Maker,
  request: SynthesisRequest,
  output: Output,
  print: (text: string) => void,
): Promise<Finished> {
  const card = cardOf(await client.syntheses(), request.technique);
  const files = filesOf(request, card);
  demandNotRead(output.path, files, foldersOf(request, card));
  const partsOf = ({ sheet }: Pick<Frame, "sheet">) => partOf(card, sheet !== undefined);
  let frames: Pick<Frame, "picture" | "done">[] = [];
  const notes = new Map<string, string>();
  let finished: Finished | undefined;
  let bytes: Uint8Array;
  let growth: Growth = { pictures: 1, octave: 1 };
  let earlier: Earlier = { octave: 0, seconds: 0 };
  const isFilm = output.kind !== "png";
  const start = performance.now();
  const updates = goingOn(client, { ...request, ...(isFilm && { frames: "film" }) }, files, (from, why) => {
    frames = frames.filter(({ done }) => done <= from.done); // those after it are made once more
    earlier = { octave: from.octave, seconds: (performance.now() - start) / 1000 };
    progress("");
    process.stderr.write(
      `glassbox: ${inTerminal(`${why} The picture goes on from ${placeOf(from, partsOf(from))}.`)}\n`,
    );
  });
  try {
    for await (const update of updates)
      switch (update.kind) {
        case "begun":
          break;
        case "progress":
          progress(shareOf(update));
          break;
        case "frame":
          if (isFilm && update.making?.isWhole !== false) frames.push({ picture: update.picture, done: update.done });
          growth = { pictures: update.making?.pictures ?? 1, octave: update.octave };
          progress([placeOf(update, partsOf(update)), ...objectiveOf(update)].join(", "));
          break;
        case "note":
          takeNote(notes, update);
          progress(inTerminal(update.text));
          break;
        case "finished":
          finished = update;
          break;
      }
    if (!finished) throw new Error("It ended before the picture was finished.");
    progress(inTerminal(`writing ${basename(output.path)}`));
    bytes =
      output.kind === "png"
        ? await client.pictureFile(withSheet(finished))
        : await client.filmFile({ frames: frames.map(({ picture }) => picture), kind: output.kind, framesPerSecond });
  } finally {
    progress("");
  }
  if (!isFilm && !finished.sheet && growth.pictures > 1)
    notes.set("last", `  It is the last of ${growth.pictures} pictures: a .webp, .gif or .apng holds them all.`);
  const wrote = writeTo(output.path, bytes);
  const size = isFilm ? filmSize(largestOf(frames), frames.length) : pngSize(bytes);
  const lines = [summary(finished, growth, earlier, partsOf(finished), { ...size, path: wrote }), ...notes.values()];
  print(`${lines.map(inTerminalKeepingIndent).join("\n")}\n`);
  return finished;
}

/** What the picture is made of. */
const filesOf = ({ model, image, parameters }: SynthesisRequest, card: SynthesisCard): readonly string[] => [
  model,
  ...(image === undefined ? [] : [image]),
  ...pathsIn(card.parameters, parameters, ["photo", "network"]),
];
const foldersOf = ({ parameters }: SynthesisRequest, card: SynthesisCard): readonly string[] =>
  pathsIn(card.parameters, parameters, ["folder"]);

/** What is said under the same key, or once more, takes the other's place. */
function takeNote(notes: Map<string, string>, note: Note): void {
  const line = `  ${wholeText(note)}`;
  for (const [other, said] of notes) if (said === line) notes.delete(other);
  notes.set(note.key, line);
}

const withSheet = ({ picture, recipe, sheet }: Finished) => ({ picture, recipe, ...(sheet && { sheet }) });

/** As the file's header says it: names under the pictures of a sheet take room. */
function pngSize(bytes: Uint8Array): Size {
  const header = new DataView(bytes.buffer, bytes.byteOffset);
  return { width: header.getUint32(16), height: header.getUint32(20) };
}

const inTerminalKeepingIndent = (line: string) => `${/^ */.exec(line)?.[0] ?? ""}${inTerminal(line)}`;

const largestOf = (frames: readonly Pick<Frame, "picture">[]): Size => ({
  width: Math.max(...frames.map(({ picture }) => picture.width)),
  height: Math.max(...frames.map(({ picture }) => picture.height)),
});

type Size = Pick<Drawn, "width" | "height">;

interface Growth {
  /** How many pictures are made, one after the other. */
  readonly pictures: number;
  /** The last one: a search needs fewer than there might be. */
  readonly octave: number;
}

/** What went before the engine ended and another one went on; all 0 where none did. */
interface Earlier {
  /** The one in whose midst it went on. */
  readonly octave: number;
  readonly seconds: number;
}

function summary(
  { objective, steps, seconds, sheet }: Finished,
  { pictures, octave }: Growth,
  earlier: Earlier,
  part: Part,
  { width, height, path }: Size & { readonly path: string },
): string {
  const wrote = `wrote ${path}: ${width} × ${height} pixels, `;
  const took = `in ${(earlier.seconds + seconds).toFixed(1)} s`;
  if (!objective) return `${wrote}${took}`; // nothing was climbed
  const isInAll = octave > 1 && part !== "picture";
  const climbed = `${wrote}${steps} ${steps === 1 ? "step" : "steps"}${isInAll ? " in all" : ""} ${took}`;
  // What is known is what was made last, which says nothing of the other pictures of a sheet.
  if (sheet && octave > 1) return climbed;
  const [first, last] = objective.map(objectiveText);
  // The picture of a search need not be that of its last try.
  const place = isInAll && part !== "try" ? (part === "size" ? " at the last size" : " in the last octave") : "";
  // Where it went on in the midst of it, what it began with went with the engine.
  const climb = earlier.octave === octave ? last : `${first} → ${last}`;
  return `${climbed}, objective ${climb}${place}${pictures > 1 ? " of the last picture" : ""}`;
}

/** As the Dream panel says it: "octave 3 of 4, step 14 of 20", of a search "try 3 of at most 12, attack step 4 of 10". */
function placeOf({ making, octave, octaves, step, steps }: Frame, part: Part): string {
  const isSaid = octaves > 1 && !(making && part === "picture");
  const parts = [
    ...(making ? [`picture ${making.picture} of ${making.pictures}`] : []),
    ...(isSaid ? [partText(part, octave, octaves)] : []),
    `${stepWord(part === "try" && octaves > 1)} ${step} of ${steps}`,
  ];
  return parts.join(", ");
}

const objectiveOf = ({ objective }: Frame): readonly string[] =>
  objective === undefined ? [] : [`objective ${objectiveText(objective)}`];

/** Before the first step is done, nobody knows how many there are. */
const shareOf = ({ done, total }: Progress): string =>
  total > 0 ? `${Number(done.toFixed(1))} of ${total} steps in all` : `${Math.round(100 * done)} % of the first step`;

/** On one line that is written over again and gone in the end, as much as it has room for; a file or a pipe gets none. */
function progress(text: string): void {
  const { isTTY, columns } = process.stderr;
  const room = columns || usualColumns; // a terminal that does not know its width says 0
  if (isTTY) process.stderr.write(`\r\x1b[K${text.length < room ? text : `${text.slice(0, room - 2)}…`}`);
}
