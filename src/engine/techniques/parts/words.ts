import type { Target } from "../technique.ts";

/** With the minus sign that numbers have on the rest of the screen. */
export const signed = (value: number, digits = 2): string => value.toFixed(digits).replace("-", "−");

export const percent = (share: number): string => `${signed(100 * share, 1)} %`;

/** What the weights make of the class scores. */
export const scoreWords = ({ weights }: Pick<Target & { kind: "class" }, "weights">): string =>
  weights.some((weight) => weight < 0) ? "the difference of the scores" : "the score";
