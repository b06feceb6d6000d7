import { visible } from "../../shared/words.ts";

const deepest = 24;
const longest = 48;

/** "layer1.0.conv1" and "stage2/block1": the modules that a scope names, from the outside in. Never deeper than can be drawn. */
export function modulesOf(scope: string): readonly string[] {
  if (scope === "") return [];
  const parts = scope.slice(0, 4096).split(/[./]/).filter(Boolean);
  return parts.length > deepest ? [...parts.slice(0, deepest - 1), parts.slice(deepest - 1).join(".")] : parts;
}

/** A name from a file as it may be shown: no control characters, and not without end. */
export const shownName = (name: string, most = longest): string => {
  const escaped = visible(name.length > 4 * most ? `${name.slice(0, 2 * most)}…${name.slice(-2 * most)}` : name);
  return elided(escaped, most);
};

/** The middle goes: names differ at their ends. */
export const elided = (text: string, most: number): string =>
  text.length <= most
    ? text
    : `${text.slice(0, Math.ceil((most - 1) / 2))}…${text.slice(text.length - Math.floor((most - 1) / 2))}`;

/** "MatMul_1" of "/encoder/layer.0/MatMul_1". */
export const lastPart = (name: string): string => name.slice(name.lastIndexOf("/") + 1);
