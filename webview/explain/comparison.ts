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

/** What is compared with the technique shown, and that itself. */
const compared = ({ techniques, technique }: Session): readonly TechniqueCard[] =>
  techniques.filter(
    ({ id, needs }) => technique && needs.includes("class") && (id === technique.id || !areKin(id, technique.id)),
  );

/** How many of the methods that are compared have said what they have to say. */
export function progressOf(session: Session): { readonly done: number; readonly total: number } {
  const all = compared(session).map(({ id }) => session.resultOf(id).status);
  return { done: all.filter((status) => status !== "waiting" && status !== "running").length, total: all.length };
}

/**
 * What to ask about trust in the technique shown, once all methods are in: Grad-CAM and two techniques that look at pixels
 * at the least. Undefined before.
 */
export function comparison(session: Session): Comparison | undefined {
  const { target, against, technique, techniques } = session;
  if (!target || !technique) return undefined;
  const { done, total } = progressOf(session);
  if (done < total) return undefined;
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
    others: compared(session)
      .filter((card) => card !== technique && hasMap(card))
      .map(asked),
  };
}

/** What is not compared with the technique shown although it is on screen. */
export const leftOut = ({ techniques, technique }: Session): readonly TechniqueCard[] =>
  techniques.filter(
    ({ id, needs }) => technique && id !== technique.id && (!needs.includes("class") || areKin(id, technique.id)),
  );
