/** What another parameter is: one of these, or above that, or a file or folder that was chosen. */
export type Condition =
  | { readonly parameter: string; readonly is: readonly (string | boolean)[] }
  | { readonly parameter: string; readonly above: number }
  | { readonly parameter: string; readonly chosen: true };

interface Described<T> {
  readonly label: string;
  readonly help?: string;
  readonly default: T;
  /** Few people change it: a form folds it away. */
  readonly advanced?: boolean;
  /** It has a say only while that holds, or all of these: the seed of the noise, where there is noise. */
  readonly when?: Condition | readonly Condition[];
  /** It has no say where layers are chosen one by one: how many of them, say. */
  readonly unlessLayers?: true;
  /** What grows keeps the one that it began with, and goes on with no other: of what size its parts are, say. */
  readonly fromStart?: true;
}

/** What a technique may look at beside the photo; a channel is the layer's, and a place the channel's. */
export type Need = "class" | "layer" | "channel" | "place";

export interface NumberParameter extends Described<number> {
  readonly kind: "number";
  readonly min: number;
  readonly max: number;
  readonly step?: number;
}
export interface ChoiceParameter<K extends string = string> extends Described<NoInfer<K>> {
  readonly kind: "choice";
  readonly options: Readonly<Record<K, string>>;
  /** What some of the options look at and the others do not. */
  readonly needs?: Readonly<Partial<Record<NoInfer<K>, Need | readonly Need[]>>>;
}
/** One of `options`, or any number from `min` to `max` (a value in the network's input units, say). */
export interface ChoiceOrNumberParameter extends Described<string | number> {
  readonly kind: "choice-or-number";
  readonly options: Readonly<Record<string, string>>;
  readonly min: number;
  readonly max: number;
  readonly step?: number;
}
export interface ToggleParameter extends Described<boolean> {
  readonly kind: "toggle";
}
/** Something else that is looked at, by its path: a second photo, a folder of photos, a second network. Empty where none is chosen. */
export interface PathParameter extends Described<string> {
  readonly kind: PathKind;
  /** What to choose, in words, where nothing can be done without; only where it has a say. */
  readonly required?: string;
}
export type PathKind = "photo" | "folder" | "network";

export type Parameter = NumberParameter | ChoiceParameter | ChoiceOrNumberParameter | ToggleParameter | PathParameter;
export type Schema = Readonly<Record<string, Parameter>>;
export type Given = Readonly<Record<string, unknown>>;

/** Values of several parameters that go together, under one name. */
export interface Preset<G extends Given = Given> {
  readonly label: string;
  readonly parameters: G;
}
export type Presets<G extends Given = Given> = Readonly<Record<string, Preset<G>>>;

/** The values that a schema describes: what a technique receives, checked and complete. */
export type ValuesOf<S extends Schema> = { readonly [K in keyof S]: ValueOf<S[K]> };
type ValueOf<P> = P extends NumberParameter
  ? number
  : P extends ToggleParameter
    ? boolean
    : P extends ChoiceOrNumberParameter
      ? string | number
      : P extends PathParameter
        ? string
        : P extends ChoiceParameter<infer K>
          ? K
          : never;

export const number = (p: Omit<NumberParameter, "kind">): NumberParameter => ({ kind: "number", ...p });
export const toggle = (p: Omit<ToggleParameter, "kind">): ToggleParameter => ({ kind: "toggle", ...p });
export const photo = (p: Omit<PathParameter, "kind">): PathParameter => ({ kind: "photo", ...p });
export const folder = (p: Omit<PathParameter, "kind">): PathParameter => ({ kind: "folder", ...p });
export const network = (p: Omit<PathParameter, "kind">): PathParameter => ({ kind: "network", ...p });
export const choice = <K extends string>(p: Omit<ChoiceParameter<K>, "kind">): ChoiceParameter<K> => ({
  kind: "choice",
  ...p,
});
export const choiceOrNumber = (p: Omit<ChoiceOrNumberParameter, "kind">): ChoiceOrNumberParameter => ({
  kind: "choice-or-number",
  ...p,
});

/** Whether its value is a path. */
export const isPath = (parameter: Parameter): parameter is PathParameter =>
  parameter.kind === "photo" || parameter.kind === "folder" || parameter.kind === "network";

/** The files and folders that are given, or those of these kinds. */
export const pathsIn = (schema: Schema, given: Given, kinds?: readonly PathKind[]): readonly string[] =>
  Object.entries(schema).flatMap(([name, parameter]) => {
    const value = given[name];
    const isOfKind = isPath(parameter) && kinds?.includes(parameter.kind) !== false;
    return isOfKind && typeof value === "string" && value !== "" ? [value] : [];
  });

/** Whether one of the values is a path: what comes of them depends on a file of its own then. */
export const givesPath = (schema: Schema, given: Given): boolean =>
  Object.entries(schema).some(([name, parameter]) => isPath(parameter) && (given[name] ?? parameter.default) !== "");

export class InvalidParameter extends Error {
  override name = "InvalidParameter";
  constructor(
    readonly parameter: string,
    problem: string,
  ) {
    super(`${parameter}: ${problem}`);
  }
}

/** What is not given. */
export const defaultsOf = (schema: Schema): Given =>
  Object.fromEntries(Object.entries(schema).map(([name, parameter]) => [name, parameter.default]));

/** Fills in defaults and rejects what the schema does not allow. The one gate between a form, a flag and a technique. */
export function complete<S extends Schema>(schema: S, given: Given): ValuesOf<S> {
  const unknown = Object.keys(given).find((key) => !Object.hasOwn(schema, key));
  if (unknown !== undefined) throw new InvalidParameter(unknown, "no such parameter");
  const values = Object.entries(schema).map(([key, parameter]) => [
    key,
    check(key, parameter, given[key] ?? parameter.default),
  ]);
  return Object.fromEntries(values) as ValuesOf<S>;
}

function check(key: string, parameter: Parameter, value: unknown): unknown {
  const refuse = (expected: string): never => {
    throw new InvalidParameter(key, `expected ${expected}, got ${String(value)}`);
  };
  switch (parameter.kind) {
    case "number":
      return isNumberOf(parameter, value) ? value : refuse(numberWords(parameter));
    case "toggle":
      return typeof value === "boolean" ? value : refuse("true or false");
    case "photo":
    case "folder":
    case "network":
      return typeof value === "string" ? value : refuse(`the path of a ${parameter.kind}`);
    case "choice":
      return isOption(parameter.options, value) ? value : refuse(`one of ${Object.keys(parameter.options).join(", ")}`);
    case "choice-or-number": {
      const names = Object.keys(parameter.options).join(", ");
      return isNumberOf(parameter, value) || isOption(parameter.options, value)
        ? value
        : refuse(`one of ${names}, or ${numberWords(parameter)}`);
    }
  }
}

type Range = Pick<NumberParameter, "min" | "max" | "step">;

const isWhole = ({ min, step }: Range) => Number.isInteger(step) && Number.isInteger(min);

const isNumberOf = (range: Range, value: unknown) =>
  typeof value === "number" && value >= range.min && value <= range.max && (!isWhole(range) || Number.isInteger(value));

const numberWords = (range: Range) => `a ${isWhole(range) ? "whole " : ""}number ${rangeWords(range.min, range.max)}`;

/** "from 1 to 12"; without an end "from 1". */
export const rangeWords = (least: number, most: number): string =>
  most === Infinity ? `from ${least}` : `from ${least} to ${most}`;

const isOption = (options: Readonly<Record<string, string>>, value: unknown) =>
  typeof value === "string" && Object.hasOwn(options, value);

/** A command line's or a text field's words, as the value that the parameter takes; the check comes afterwards. */
export function parse(parameter: Parameter, text: string): unknown {
  switch (parameter.kind) {
    case "number":
    case "choice-or-number":
      return text.trim() === "" || Number.isNaN(Number(text)) ? text : Number(text);
    case "toggle":
      return text === "true" ? true : text === "false" ? false : text;
    case "choice":
    case "photo":
    case "folder":
    case "network":
      return text;
  }
}
