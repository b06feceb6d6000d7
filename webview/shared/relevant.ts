import type { Given, Parameter, Schema } from "../../src/shared/parameters.ts";
import { visible } from "./words.ts";

/** Some parameters matter only with one option of another: the seed with noise, the other photo with "another photo". */
const onlyWith: Readonly<Record<string, string>> = {
  photo: "photo",
  seed: "noise",
  channel: "unit",
  row: "unit",
  column: "unit",
};

export function isRelevant(schema: Schema, given: Given, key: string): boolean {
  const option = onlyWith[key];
  if (option === undefined) return true;
  const offering = Object.entries(schema).filter(
    ([, parameter]) => "options" in parameter && Object.hasOwn(parameter.options, option),
  );
  return offering.length === 0 || offering.some(([name, parameter]) => (given[name] ?? parameter.default) === option);
}

/** What a technique ran with, in its form's words: "Steps along the path: 50", "Start from: Black". */
export function parameterWords(schema: Schema, given: Given): readonly string[] {
  return Object.entries(schema)
    .filter(([key]) => isRelevant(schema, given, key))
    .map(([key, parameter]) => wordsOf(parameter, given[key] ?? parameter.default))
    .filter((words) => words !== "");
}

function wordsOf(parameter: Parameter, value: unknown): string {
  const { label } = parameter;
  switch (parameter.kind) {
    case "toggle":
      return value === true ? label : "";
    case "photo":
      return value === "" ? "" : `${label}: ${fileName(String(value))}`;
    case "choice":
    case "choice-or-number":
      return `${label}: ${parameter.options[String(value)] ?? String(value)}`;
    case "number":
      return `${label}: ${String(value)}`;
  }
}

export const fileName = (path: string): string => visible(path.split(/[\\/]/).at(-1) ?? path);
