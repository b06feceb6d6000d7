// What a page sends is checked here before anything acts on it: a webview is the least trusted part of the extension.
import type { Given, PathKind } from "../shared/parameters.ts";
import type { Preparation } from "../shared/preparation.ts";
import type { explain } from "../shared/protocol.ts";
import type { Handlers } from "../shared/rpc.ts";

export type Params<Call extends keyof typeof explain> = Parameters<Handlers<typeof explain>[Call]>[0];

export class Refused extends Error {
  override name = "Refused";
}

type Fields = Readonly<Record<string, unknown>>;

const longestName = 1024;
const longestText = 16 * 1024 * 1024;
const largestFile = 256 * 1024 * 1024;

export const runRequest = (params: unknown): Params<"run"> => ({ ...question(fields(params)), ...technique(params) });

export const rawRequest = (params: unknown): Params<"saveRaw"> => {
  const given = fields(params);
  return {
    ...runRequest(params),
    image: text("image", given["image"], 32 * 1024),
    ...optional("key", given["key"], name),
    name: name("name", given["name"]),
  };
};

export function trustRequest(params: unknown): Params<"trust"> {
  const given = fields(params);
  const others = given["others"];
  if (!Array.isArray(others)) throw expected("others", "a list");
  return {
    ...question(given),
    ...technique(params),
    target: index("target", given["target"]),
    others: others.map(technique),
  };
}

export function prepareRequest(params: unknown): Params<"prepare"> {
  const { preparation, keep } = fields(params);
  return { preparation: preparationOf(preparation), keep: toggle("keep", keep) };
}

export const pathRequest = (params: unknown): { readonly path: string } => ({
  path: text("path", fields(params)["path"], 32 * 1024),
});

export const browseRequest = (params: unknown): { readonly kind: PathKind } => ({
  kind: oneOf("kind", fields(params)["kind"], ["photo", "folder", "network"]),
});

export const textRequest = (params: unknown): { readonly text: string } => ({
  text: text("text", fields(params)["text"], longestText),
});

export function linkRequest(params: unknown): { readonly url: string } {
  const url = text("url", fields(params)["url"], 2048);
  if (!/^https:\/\//.test(url)) throw expected("url", "an https address");
  return { url };
}

export function pictureRequest(params: unknown): Params<"savePicture"> {
  const given = fields(params);
  const { bytes } = given;
  if (!(bytes instanceof Uint8Array) || bytes.length > largestFile) throw expected("bytes", "a picture's bytes");
  return { name: name("name", given["name"]), bytes, kind: oneOf("kind", given["kind"], ["png", "svg"]) };
}

/**
 * A preparation with every field present and sensible: what a page chose, before it is used or written down. In the order
 * in which the engine has its own: a recipe that was opened is written again to the same bytes.
 */
export function preparationOf(value: unknown): Preparation {
  const given = fields(value);
  const [height, width] = list("size", given["size"], 2);
  const [low, high] = list("range", given["range"], 2);
  if (![height, width].every((n) => Number.isInteger(n) && n! >= 1 && n! <= 8192)) throw expected("size", "pixels"); // the list has two
  const deviation = channels("deviation", given["deviation"]);
  if (deviation.includes(0)) throw expected("deviation", "numbers other than 0");
  return {
    size: [height!, width!], // checked above
    fit: oneOf("fit", given["fit"], ["stretch", "crop", "pad"]),
    layout: oneOf("layout", given["layout"], ["NCHW", "NHWC"]),
    color: oneOf("color", given["color"], ["RGB", "BGR", "gray"]),
    range: [low!, high!], // `list` gives two
    mean: channels("mean", given["mean"]),
    deviation,
  };
}

const technique = (value: unknown): { technique: string; parameters: Given } => {
  const given = fields(value);
  return { technique: name("technique", given["technique"]), parameters: parametersOf(given["parameters"]) };
};

const question = (given: Fields) => ({
  ...optional("target", given["target"], index),
  ...optional("against", given["against"], index),
  ...optional("layer", given["layer"], name),
});

function parametersOf(value: unknown): Given {
  const entries = Object.entries(fields(value)).map(([key, given]) => {
    const fine =
      typeof given === "boolean" ||
      (typeof given === "number" && Number.isFinite(given)) ||
      (typeof given === "string" && given.length <= 32 * 1024);
    if (!fine) throw expected(key, "a finite number, a word, true or false");
    return [name("parameter", key), given];
  });
  return Object.fromEntries(entries) as Given; // built from the same entries, each checked
}

export function fields(value: unknown): Fields {
  const plain = typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
  if (!plain) throw expected("request", "a plain object");
  return value as Fields; // a plain object is what Fields says
}

export function text(field: string, value: unknown, longest: number): string {
  if (typeof value !== "string" || value.length > longest)
    throw expected(field, `text of at most ${longest} characters`);
  return value;
}

export const name = (field: string, value: unknown): string => text(field, value, longestName);

function index(field: string, value: unknown): number {
  if (typeof value !== "number" || !Number.isInteger(value) || value < 0) throw expected(field, "a class's number");
  return value;
}

function toggle(field: string, value: unknown): boolean {
  if (typeof value !== "boolean") throw expected(field, "true or false");
  return value;
}

export function oneOf<K extends string>(field: string, value: unknown, options: readonly K[]): K {
  const found = options.find((option) => option === value);
  if (found === undefined) throw expected(field, `one of ${options.join(", ")}`);
  return found;
}

function list(field: string, value: unknown, length: number): readonly number[] {
  const fine = Array.isArray(value) && value.length === length && value.every((n) => Number.isFinite(n));
  if (!fine) throw expected(field, `${length} finite numbers`);
  return value as readonly number[]; // every element was just checked
}

const channels = (field: string, value: unknown): readonly number[] =>
  list(field, value, Array.isArray(value) && value.length === 1 ? 1 : 3);

export const optional = <K extends string, V>(key: K, value: unknown, check: (field: string, value: unknown) => V) =>
  (value === undefined ? {} : { [key]: check(key, value) }) as { readonly [k in K]?: V }; // computed keys widen to string

export const expected = (field: string, what: string) => new Refused(`${field}: expected ${what}.`);
