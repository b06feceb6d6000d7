import type { Finding } from "../../../shared/updates.ts";
import type { Run } from "../technique.ts";
import { comparedWith, percent, signed } from "./words.ts";

interface Scored {
  readonly probability: number;
  readonly score: number;
}

/** What the drops are drops from, and the lowest that one square brings. */
export function uncovered(target: Run["target"], whole: Scored, least: Scored): Finding {
  const compared = comparedWith(target) !== undefined;
  const [probability, score] = compared
    ? ["the difference of the probabilities", "that of the scores"]
    : ["the probability", "the score"];
  return {
    kind: "note",
    key: "uncovered",
    title: "Uncovered",
    level: "info",
    text:
      `With nothing covered ${probability} is ${percent(whole.probability)} and ${score} ${signed(whole.score)}; ` +
      `with one square covered they are ${percent(least.probability)} and ${signed(least.score)} at the lowest.`,
  };
}

/** Windows made for photos of 224 pixels say little about a digit of 28. */
export function* coarseness({ image, parameters }: Run): Generator<Finding> {
  const [, , height = 1, width = 1] = image.shape;
  const side = Math.min(height, width);
  const window = Number(parameters["window"]);
  if (window <= side / 2) return;
  const whole = window >= Math.max(height, width);
  const fitting = { window: Math.max(1, Math.round(side / 7)), stride: Math.max(1, Math.round(side / 14)) };
  yield {
    kind: "note",
    key: "coarse",
    title: "Coarse",
    level: "warning",
    text: whole
      ? `A square of ${window} pixels covers the whole input of ${width} × ${height}: the map cannot say where.`
      : `A square of ${window} pixels covers most of an input of ${width} × ${height}: the map can hardly say where.`,
    mend: { label: `Use ${fitting.window} pixels`, parameters: fitting },
  };
}

/** Captum refuses such steps; here what lies between the squares is left at zero, and that is said. */
export function* gaps({ parameters }: Run): Generator<Finding> {
  const [window, stride] = [Number(parameters["window"]), Number(parameters["stride"])];
  if (stride <= window) return;
  yield {
    kind: "note",
    key: "gaps",
    title: "Gaps",
    level: "warning",
    text:
      `Steps of ${stride} pixels leave gaps between squares of ${window}: what lies there is never covered, ` +
      "and its zero does not mean that it does not matter.",
    mend: { label: `Step by ${window} pixels`, parameters: { stride: window } },
  };
}
