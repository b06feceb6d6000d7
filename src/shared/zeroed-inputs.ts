import { firstOf } from "./first-of.ts";
import type { ModelCard } from "./protocol.ts";
import { shown } from "./shown.ts";

/** Said among a network's problems of an input that the photo is not put into. */
export const zeroedProblem = (input: string, pictured: string): string =>
  `Only ${shown(pictured)} is given the photo; the input ${shown(input)} is given zeros.`;

/** Inputs that are named one by one. */
const mostNamed = 3;

/** What those zeros mean to who looks for silent channels; undefined where there are none. */
export function zeroedWords({ inputs, picture, problems }: Pick<ModelCard, "inputs" | "picture" | "problems">) {
  if (!picture) return undefined;
  const zeroed = inputs.map(({ name }) => name).filter((name) => problems.includes(zeroedProblem(name, picture.name)));
  const names = firstOf(
    zeroed.map((name) => shown(name)),
    mostNamed,
  );
  const [those, are] = zeroed.length === 1 ? ["input", "is"] : ["inputs", "are"];
  return zeroed.length
    ? `Only ${shown(picture.name)} is given the photo; the ${those} ${names} ${are} given zeros: channels may be silent for that alone.`
    : undefined;
}
