import type { Subject, TechniqueCard, TrustRequest } from "../../src/shared/protocol.ts";
import { aboutOf } from "./about.ts";
import { untouched } from "./remembered.ts";
import type { Session } from "./session.ts";

/** A technique that looks at pixels, not through a layer: what Grad-CAM is worth comparing with. */
const looksAtPixels = ({ needs }: TechniqueCard) => needs.includes("class") && !needs.includes("layer");

/** What is made of the same map is no second opinion. */
const kin: readonly (readonly string[])[] = [
  ["grad-cam", "cam", "guided-grad-cam"],
  ["guided-backpropagation", "guided-grad-cam"],
  ["saliency", "input-x-gradient"],
];
const areKin = (one: string, other: string) => kin.some((kind) => kind.includes(one) && kind.includes(other));

export type Comparison = Omit<TrustRequest, keyof Subject>;

/**
 * What to ask about trust in the technique shown, as soon as there is something to compare it with: Grad-CAM and two
 * techniques that look at pixels. Undefined before.
 */
export function comparison(session: Session): Comparison | undefined {
  const { target, against, technique, techniques } = session;
  if (!target || !technique) return undefined;
  const hasMap = ({ id }: TechniqueCard) => {
    const { status, pictures } = session.resultOf(id);
    return status === "done" && pictures[0]?.kind === "heatmap";
  };
  const ready = techniques.filter(hasMap);
  const enough = ready.some(({ id }) => id === untouched.technique) && ready.filter(looksAtPixels).length >= 2;
  if (!enough || !ready.includes(technique) || !aboutOf(session).ofClass) return undefined;
  const { layer } = session.remembered;
  const asked = ({ id }: TechniqueCard) => ({ technique: id, parameters: session.requestOf(id).parameters });
  return {
    ...asked(technique),
    target: target.index,
    ...(against && { against: against.index }),
    ...(layer !== undefined && { layer }),
    others: ready.filter(({ id, needs }) => needs.includes("class") && !areKin(id, technique.id)).map(asked),
  };
}

/** What is not compared with the technique shown although it is on screen. */
export const leftOut = ({ techniques, technique }: Session): readonly TechniqueCard[] =>
  techniques.filter(
    ({ id, needs }) => technique && id !== technique.id && (!needs.includes("class") || areKin(id, technique.id)),
  );
