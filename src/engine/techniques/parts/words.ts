import type { Target } from "../technique.ts";

/** With the minus sign that numbers have on the rest of the screen. */
export const signed = (value: number, digits = 2): string => value.toFixed(digits).replace("-", "−");

export const percent = (share: number): string => `${signed(100 * share, 1)} %`;

/** The class that the one explained is compared with: its index. */
export function comparedWith({ weights }: Weighted): number | undefined {
  const index = weights.findIndex((weight) => weight < 0);
  return index < 0 ? undefined : index;
}

/** What the weights make of the class scores. */
export const scoreWords = (target: Weighted): string =>
  comparedWith(target) === undefined ? "the score" : "the difference of the scores";

type Weighted = Pick<Target & { kind: "class" }, "weights">;
