import words from "./operators.json";

const documented: Readonly<Record<string, string>> = words;

/** What an operator does, in a sentence or two; undefined for one that is not known here. */
export const operatorWords = (op: string): string | undefined =>
  Object.hasOwn(documented, op) ? documented[op] : undefined;

/** ONNX's own operators are documented there under their names. */
export const isStandard = (domain: string): boolean => domain === "" || domain === "ai.onnx";
