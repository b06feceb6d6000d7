import { float32, size } from "../../shared/tensor.ts";
import type { Score } from "../graph/score.ts";
import type { Objective } from "./objectives.ts";

/** So far below any score that nothing of it is left after the exponential. */
const never = -1e9;

/**
 * log(p / (1 − p)) of a class. Its slope has the direction of the cross-entropy's, and does not vanish where the network is
 * sure. After a softmax that is its score against all others together; after a sigmoid its score is that already.
 */
export const logOdds =
  (index: number, activation: Score["activation"]): Objective =>
  ({ g, scores, given }) => {
    const value = scores();
    const classes = size(value.shape);
    const flat = g.reshape(value, [classes]);
    const own = new Float32Array(classes);
    own[index] = 1;
    const score = g.sum(g.mul(flat, given(float32([classes], own))), [0]);
    if (activation === "sigmoid") return g.reshape(score, []);
    const others = new Float32Array(classes);
    others[index] = never;
    const rest = g.one("ReduceLogSumExp", [g.add(flat, given(float32([classes], others)))], { axes: [0], keepdims: 1 });
    return g.reshape(g.sub(score, rest), []);
  };
