import { stat } from "node:fs/promises";
import { extname } from "node:path";
import type { Preparation, Sidecar } from "../../shared/preparation.ts";
import { readBeside, WrongSidecar } from "./beside.ts";

const LARGEST_FILE = 4e6;
const LARGEST_SIDE = 4096;

/** `squeezenet.glassbox.json` for `squeezenet.onnx`. */
export const sidecarPath = (model: string): string =>
  `${model.slice(0, model.length - extname(model).length)}.glassbox.json`;

/** What stands beside a model about its input and labels; undefined where there is no such file. */
export async function readSidecar(model: string): Promise<Sidecar | undefined> {
  const path = sidecarPath(model);
  try {
    await stat(path);
  } catch {
    return undefined;
  }
  const text = await readBeside(path, LARGEST_FILE);
  return checkSidecar(path, parse(path, text));
}

function parse(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new WrongSidecar(path, `it is not valid JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}

type Check<T> = (value: unknown) => value is T;
type Checks<T> = { readonly [K in keyof Required<T>]: readonly [expected: string, check: Check<Required<T>[K]>] };

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isText = (value: unknown): value is string => typeof value === "string" && value !== "";
const isNumber = (value: unknown): value is number => typeof value === "number" && Number.isFinite(value);
const isSide = (value: unknown): value is number =>
  isNumber(value) && Number.isInteger(value) && value > 0 && value <= LARGEST_SIDE;
const isListOf =
  <T>(check: Check<T>, ...lengths: readonly number[]) =>
  (value: unknown): value is readonly T[] =>
    Array.isArray(value) && value.every(check) && (lengths.length === 0 || lengths.includes(value.length));
const isPairOf =
  <T>(check: Check<T>) =>
  (value: unknown): value is readonly [T, T] =>
    isListOf(check, 2)(value);
const isOneOf =
  <const T extends string>(...options: readonly T[]) =>
  (value: unknown): value is T =>
    options.some((option) => option === value);
const isRange = (value: unknown): value is Preparation["range"] => isPairOf(isNumber)(value) && value[0] < value[1];
const isPositive = (value: unknown): value is number => isNumber(value) && value > 0;

const inputChecks: Checks<Preparation> = {
  size: [`[height, width] in whole pixels from 1 to ${LARGEST_SIDE}`, isPairOf(isSide)],
  fit: ['"stretch", "crop" or "pad"', isOneOf("stretch", "crop", "pad")],
  color: ['"RGB", "BGR" or "gray"', isOneOf("RGB", "BGR", "gray")],
  range: ["[lowest, highest], two numbers in that order", isRange],
  mean: ["a list of one number, or one per channel", isListOf(isNumber, 1, 3)],
  deviation: ["a list of one positive number, or one per channel", isListOf(isPositive, 1, 3)],
  layout: ['"NCHW" or "NHWC"', isOneOf("NCHW", "NHWC")],
};

const checks: Checks<Sidecar> = {
  $schema: ["the address of a schema", isText],
  name: ["a name", isText],
  input: ["an object", isObject],
  labels: ["the path of a text file, or a list of labels", (value) => isText(value) || isListOf(isAnyText)(value)],
  dimensions: [
    "an object of sizes, each a whole number above 0",
    (value): value is Record<string, number> => isObject(value) && Object.values(value).every(isWhole),
  ],
};

function isAnyText(value: unknown): value is string {
  return typeof value === "string";
}

function isWhole(value: unknown): value is number {
  return isPositive(value) && Number.isSafeInteger(value);
}

/** The sidecar that a JSON value is; what is not known or not allowed in one is refused by its place. */
export function checkSidecar(path: string, value: unknown): Sidecar {
  if (!isObject(value)) throw new WrongSidecar(path, `expected an object, got ${shown(value)}`);
  checkFields(path, "", checks, value);
  if (value["input"] !== undefined) {
    const input = value["input"] as Readonly<Record<string, unknown>>; // checked to be an object above
    checkFields(path, "input.", inputChecks, input);
    if (input["color"] === "gray")
      for (const field of ["mean", "deviation"])
        if (((input[field] as readonly number[] | undefined)?.length ?? 1) !== 1)
          throw new WrongSidecar(
            path,
            `input.${field}: expected one number for a gray input, got ${shown(input[field])}`,
          );
  }
  return value; // every field was checked
}

function checkFields<T>(
  path: string,
  prefix: string,
  known: Checks<T>,
  fields: Readonly<Record<string, unknown>>,
): void {
  for (const [field, value] of Object.entries(fields)) {
    if (!Object.hasOwn(known, field))
      throw new WrongSidecar(
        path,
        `${prefix}${field}: no such field; expected one of ${Object.keys(known).join(", ")}`,
      );
    const [expected, check] = known[field as keyof T];
    if (!check(value)) throw new WrongSidecar(path, `${prefix}${field}: expected ${expected}, got ${shown(value)}`);
  }
}

const shown = (value: unknown): string => {
  const text = JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
};
