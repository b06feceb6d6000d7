import type { Given, Parameter, Schema } from "../../src/shared/parameters.ts";
import { isRelevant } from "../../src/shared/relevance.ts";
import { visible } from "./words.ts";

/** What a technique ran with, in its form's words: "Steps along the path: 50", "Start from: Black". */
export function parameterWords(schema: Schema, given: Given): readonly string[] {
  return Object.entries(schema)
    .filter(([key]) => isRelevant(schema, given, key))
    .map(([key, parameter]) => wordsOf(parameter, given[key] ?? parameter.default))
    .filter((words) => words !== "");
}

function wordsOf(parameter: Parameter, value: unknown): string {
  if (value === false || value === "") return "";
  return parameter.kind === "toggle" ? parameter.label : `${parameter.label}: ${valueWords(parameter, value)}`;
}

/** A parameter's value, as its form calls it. */
export function valueWords(parameter: Parameter, value: unknown): string {
  switch (parameter.kind) {
    case "toggle":
      return value === true ? "on" : "off";
    case "photo":
    case "folder":
    case "network":
      return value === "" ? "none" : fileName(String(value));
    case "choice":
    case "choice-or-number":
      return parameter.options[String(value)] ?? String(value);
    case "number":
      return String(value);
  }
}

export const fileName = (path: string): string => visible(path.split(/[\\/]/).at(-1) ?? path);
