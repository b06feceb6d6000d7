import { shown } from "../shared/shown.ts";
import { wholeName } from "./table.ts";

interface Reason {
  readonly layer: string;
  readonly why: string;
}

/** Characters of the reason; "glassbox info" has all of it. */
const longestReason = 150;
/** Of more layers than this the rest goes unnamed. */
const mostNames = 4;

/**
 * What could not be had of some layers, those of one reason on one line: "2 layers could not be computed (a, b): …"
 * `whole`: with all names and all of the reason, however long.
 */
export function becauseLines(refused: readonly Reason[], what: (layers: string) => string, whole: boolean): string[] {
  return [...new Set(refused.map(({ why }) => why))].map((why) => {
    const layers = refused.filter((each) => each.why === why);
    const names = namesOf(
      layers.map(({ layer }) => layer),
      whole,
    );
    const count = layers.length === 1 ? "1 layer" : `${layers.length} layers`;
    return `${what(count)} (${names}): ${shown(why, whole ? Infinity : longestReason)}`;
  });
}

export function namesOf(layers: readonly string[], whole: boolean): string {
  const names = layers
    .slice(0, whole ? layers.length : mostNames)
    .map((name) => (whole ? wholeName(name) : shown(name)));
  return [...names, ...(names.length < layers.length ? ["…"] : [])].join(", ");
}
