import type { Subject, TechniqueCard, TrustRequest } from "../../src/shared/protocol.ts";
import { aboutOf } from "./about.ts";
import { untouched } from "./remembered.ts";
import type { Result } from "./result.ts";
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
  const all = compared(session).map(({ id }) => session.resultOf(id));
  return { done: all.filter((result) => !isDue(result)).length, total: all.length };
}

const isMap = ({ status, pictures }: Result) => status === "done" && pictures[0]?.kind === "heatmap";
const isDue = ({ status }: Result) => status === "waiting" || status === "running";

/** Whether these would be worth comparing: with the technique shown, Grad-CAM and two that look at pixels. */
const suffices = (session: Session, cards: readonly TechniqueCard[]): boolean =>
  cards.some(({ id }) => id === untouched.technique) &&
  cards.filter(looksAtPixels).length >= 2 &&
  cards.some(({ id }) => id === session.technique?.id) &&
  aboutOf(session).ofClass;

/** Whether a comparison can still come of the methods that are not in yet. */
export const comparisonToCome = (session: Session): boolean =>
  suffices(
    session,
    session.techniques.filter(({ id }) => [isMap, isDue].some((holds) => holds(session.resultOf(id)))),
  );

/**
 * What to ask about trust in the technique shown, once all methods are in: Grad-CAM and two techniques that look at pixels
 * at the least. Undefined before.
 */
export function comparison(session: Session): Comparison | undefined {
  const { target, against, technique, techniques } = session;
  if (!target || !technique) return undefined;
  const { done, total } = progressOf(session);
  if (done < total) return undefined;
  const hasMap = ({ id }: TechniqueCard) => isMap(session.resultOf(id));
  if (!suffices(session, techniques.filter(hasMap))) return undefined;
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
