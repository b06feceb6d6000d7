import { existsSync, statSync } from "node:fs";
import { dirname, extname, resolve } from "node:path";
import type { TechniqueCard } from "../shared/protocol.ts";
import { parseArguments, type Arguments, type Flags } from "./arguments.ts";
import { demandPlaces } from "./places.ts";
import { askedTechniques, techniqueFlags, type AskedTechnique } from "./technique-flags.ts";
import { WrongUse } from "./words.ts";

/** What the words after "glassbox explain" ask for, checked as far as they can be before a model is open. */
export interface Asked {
  readonly model: string;
  readonly images: readonly string[];
  readonly techniques: readonly AskedTechnique[];
  readonly target: string | undefined;
  readonly against: string | undefined;
  readonly layer: string | undefined;
  readonly out: string | undefined;
  readonly raw: string | undefined;
  readonly json: boolean;
}

const plainFlags: Flags = {
  target: "one",
  against: "one",
  layer: "one",
  out: "one",
  raw: "one",
  json: "none",
};
const isPlain = (flag: string) => flag === "technique" || Object.hasOwn(plainFlags, flag);

export function askedOf(words: readonly string[], cards: readonly TechniqueCard[]): Asked {
  const given = parseExplain(words, cards);
  demandPlaces("explain", given.words, ["model", "image"], { most: Infinity });
  const [model = "", ...images] = given.words.map((word) => resolve(word));
  const chosen = chosenTechniques(given, cards);
  const techniques = askedTechniques(chosen, given, isPlain);
  const [out, raw] = [last(given, "out"), last(given, "raw")];
  const several = images.length * chosen.length > 1;
  if (raw !== undefined && several)
    throw new WrongUse("--raw writes one attribution: give one image and one technique");
  if (out !== undefined) demandPng(out, several);
  if (raw !== undefined) demandFolder("raw", raw);
  return {
    model,
    images,
    techniques,
    target: last(given, "target"),
    against: last(given, "against"),
    layer: last(given, "layer"),
    out,
    raw,
    json: given.flags.has("json"),
  };
}

function parseExplain(words: readonly string[], cards: readonly TechniqueCard[]): Arguments {
  const ids = new Set(cards.map(({ id }) => id));
  const accepts = (word: string) =>
    word.split(",").every((id) => ids.has(id)) || (!word.startsWith("-") && !/[./\\]/.test(word));
  return parseArguments(words, { ...techniqueFlags(cards), ...plainFlags, technique: { accepts } });
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

/** The endings of pictures and figures that somebody may expect a map to be written as. */
const otherPictures = /^\.(jpe?g|webp|gif|bmp|avif|tiff?|svg|pdf)$/;

function demandPng(out: string, several: boolean): void {
  const ending = extname(out).toLowerCase();
  if (otherPictures.test(ending))
    throw new WrongUse(`--out ${out}: maps are written as PNG: give a name that ends in .png, or a folder`);
  if (ending !== ".png") return;
  if (several) throw new WrongUse("--out names one file, but there are several maps to write: give a folder");
  demandFolder("out", out);
}

/** Found out before hours of computing, not after. */
function demandFolder(flag: string, path: string): void {
  const folder = dirname(resolve(path));
  if (!existsSync(folder)) throw new RangeError(`--${flag} ${path}: there is no folder ${folder}`);
  if (!statSync(folder).isDirectory()) throw new RangeError(`--${flag} ${path}: ${folder} is not a folder`);
}
