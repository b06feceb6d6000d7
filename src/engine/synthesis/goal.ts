import { percent } from "../../shared/percent.ts";
import type { Score } from "../graph/score.ts";
import { logOdds } from "./log-odds.ts";
import { sum, type Objective } from "./objectives.ts";
import { answer, isYes, type Opinion } from "./opinion.ts";

type Target = Pick<Opinion, "index" | "label">;

/** Where a change of a photo is to lead, and how it is told what came of it. */
export interface Goal {
  readonly objective: Objective;
  /** What is climbed, in words. */
  readonly what: string;
  /** Why there is nothing to change where the photo is there already. */
  readonly already: string;
  isReached(opinion: Opinion): boolean;
  /** The larger, the nearer comes what does not reach it. */
  nearness(opinion: Opinion): number;
  /** An opinion in short. */
  brief(opinion: Opinion): string;
  /** What the network said of the photo, and says now. */
  changed(after: Opinion): string;
  missed(after: Opinion): string;
}

/**
 * After a softmax one class takes the place of another. After a sigmoid each class is a question of its own: its answer is to
 * turn, of the target to yes, and without one that of the most probable class to what it is not.
 */
export const goalOf = (
  before: Opinion,
  target: Target | undefined,
  score: Pick<Score, "activation" | "classes">,
): Goal => (score.activation === "softmax" ? otherClass(before, target) : otherAnswer(before, target, score.classes));

function otherClass(before: Opinion, target: Target | undefined): Goal {
  const brief = ({ label, probability }: Opinion) => `${label} (${percent(probability)})`;
  return {
    objective: target ? logOdds(target.index, "softmax") : sum([[-1, logOdds(before.index, "softmax")]]),
    what: `The logarithm of the odds ${target ? `of ${target.label}` : `against ${before.label}`}`,
    already: `The network takes the photo for ${before.label} already: choose another class.`,
    isReached: ({ index }) => (target ? index === target.index : index !== before.index),
    nearness: ({ probabilities }) =>
      target ? (probabilities[target.index] ?? NaN) : -(probabilities[before.index] ?? NaN),
    brief,
    changed: (after) => `The network took the photo for ${brief(before)}, and takes this for ${brief(after)}.`,
    missed(after) {
      const instead = target ? `, not ${target.label} (${percent(after.probabilities[target.index] ?? NaN)})` : "";
      return `It is ${after.index === before.index ? "still" : "now"} ${brief(after)}${instead}`;
    },
  };
}

function otherAnswer(before: Opinion, target: Target | undefined, classes: number): Goal {
  const { index, label } = target ?? before;
  const own = ({ probabilities }: Opinion) => probabilities[index] ?? NaN;
  const rises = target !== undefined || !isYes(own(before));
  const odds = logOdds(index, "sigmoid");
  const brief = (opinion: Opinion) => answer(own(opinion));
  const other = classes > 1 ? "choose another class" : "leave the class out, and it is changed towards no";
  return {
    objective: rises ? odds : sum([[-1, odds]]),
    what: `The logarithm of the odds ${rises ? "of" : "against"} ${label}`,
    already: `Asked about ${label}, the network says ${brief(before)} of the photo already: ${other}.`,
    isReached: (opinion) => isYes(own(opinion)) === rises,
    nearness: (opinion) => (rises ? own(opinion) : -own(opinion)),
    brief,
    changed: (after) =>
      `Asked about ${label}, the network said ${brief(before)} of the photo, and says ${brief(after)} of this.`,
    missed: (after) => `Asked about ${label}, the network still says ${brief(after)}`,
  };
}
