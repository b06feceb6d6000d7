import type { Contributions } from "../../../src/shared/contributions.ts";
import { figure } from "../../shared/words.ts";
import type { Bar } from "./bars.ts";

/** The sum in a sentence. What is left is bias only where the way is linear. */
export function sumWords({ value, activated, remainder, linear }: Contributions): string {
  const [before, sign] = [activated ? " before its activation" : "", remainder < 0 ? "−" : "+"];
  const left = linear
    ? "of bias and constants"
    : "that no sum of terms explains, since there is a product, a normalisation or the like in between";
  return `${figure(value)}${before} = ${figure(value - remainder)} from what comes before it ${sign} ${figure(Math.abs(remainder))} ${left}. Each line: activation × derivative, summed over all of the channel.`;
}

export const remainderName = ({ linear }: Pick<Contributions, "linear">): string =>
  linear ? "bias" : "what no sum explains";

/** Where in its channel most of a contribution comes from, to be put behind the channel's name. */
export function placeWords({ place, source }: Pick<Bar, "place" | "source">): string {
  if (place) return ` at ${place.join(", ")}`;
  if (!source?.placeless) return "";
  return source.placeless === 1 ? " at the class token" : " at a token without a place";
}
