import type { Subject, TechniqueCard, TrustRequest } from "../../src/shared/protocol.ts";
import { untouched } from "./remembered.ts";
import type { Session } from "./session.ts";

/** A technique that looks at pixels, not through a layer: what Grad-CAM is worth comparing with. */
const looksAtPixels = ({ needs }: TechniqueCard) => needs.includes("class") && !needs.includes("layer");

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
  if (!enough || !ready.includes(technique)) return undefined;
  const { layer } = session.remembered;
  const asked = ({ id }: TechniqueCard) => ({ technique: id, parameters: session.requestOf(id).parameters });
  return {
    ...asked(technique),
    target: target.index,
    ...(against && { against: against.index }),
    ...(layer !== undefined && { layer }),
    others: ready.filter((card) => card !== technique && card.needs.includes("class")).map(asked),
  };
}
