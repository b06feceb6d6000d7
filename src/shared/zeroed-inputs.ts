import { firstOf } from "./first-of.ts";
import type { ModelCard } from "./protocol.ts";
import { shown } from "./shown.ts";

/** Said among a network's problems of an input that the photo is not put into. */
export const zeroedProblem = (input: string, pictured: string): string =>
  `Only ${shown(pictured)} is given the photo; the input ${shown(input)} is given zeros.`;

/** Inputs that are named one by one. */
const mostNamed = 3;

type Told = Pick<ModelCard, "problems"> & {
  readonly inputs: readonly Pick<ModelCard["inputs"][number], "name">[];
  readonly picture: Pick<NonNullable<ModelCard["picture"]>, "name"> | undefined;
};

/** The input that is given the photo, and what the others are given, in words; undefined where there are none. */
export function zeroedInputs({ inputs, picture, problems }: Told) {
  if (!picture) return undefined;
  const zeroed = inputs.map(({ name }) => name).filter((name) => problems.includes(zeroedProblem(name, picture.name)));
  const names = firstOf(
    zeroed.map((name) => shown(name)),
    mostNamed,
  );
  const [those, are] = zeroed.length === 1 ? ["input", "is"] : ["inputs", "are"];
  if (!zeroed.length) return undefined;
  return { pictured: shown(picture.name), given: `the ${those} ${names} ${are} given zeros` };
}

/** What those zeros mean to who looks for silent channels; undefined where there are none. */
export function zeroedWords(card: Told): string | undefined {
  const zeroed = zeroedInputs(card);
  return (
    zeroed && `Only ${zeroed.pictured} is given the photo; ${zeroed.given}: channels may be silent for that alone.`
  );
}
