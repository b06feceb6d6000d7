import { visible } from "../../shared/words.ts";

const deepest = 24;
const longest = 48;

/** One of the modules that a scope names, and what its file writes between it and the one around it: nothing, "." or "/". */
export interface Step {
  readonly name: string;
  readonly joint: string;
}

/** "layer1.0.conv1" and "stage2/block1": the modules that a scope names, from the outside in. Never deeper than can be drawn. */
export function stepsOf(scope: string): readonly Step[] {
  const found = [...scope.slice(0, 4096).matchAll(/([./]*)([^./]+)/g)];
  const steps = found.map(([, joint = "", name = ""], i): Step => ({ name, joint: i === 0 ? "" : joint.slice(-1) }));
  if (steps.length <= deepest) return steps;
  const [first, ...rest] = steps.slice(deepest - 1);
  return [
    ...steps.slice(0, deepest - 1),
    { name: written([{ name: first!.name, joint: "" }, ...rest]), joint: first!.joint },
  ];
}

export const modulesOf = (scope: string): readonly string[] => stepsOf(scope).map(({ name }) => name);

/** As the file writes them. */
export const written = (steps: readonly Step[]): string =>
  steps.map(({ name, joint }, i) => `${i === 0 ? "" : joint}${name}`).join("");

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
