import { float32, size } from "../../shared/tensor.ts";
import type { Objective } from "./objectives.ts";

/** So far below any score that nothing of it is left after the exponential. */
const never = -1e9;

/**
 * log(p / (1 − p)) of a class: its score against all others together. Its slope has the direction of the cross-entropy's, and
 * does not vanish where the network is sure. One number that answers yes or no is that already.
 */
export const logOdds =
  (index: number): Objective =>
  ({ g, scores, given }) => {
    const value = scores();
    const classes = size(value.shape);
    const flat = g.reshape(value, [classes]);
    if (classes === 1) return g.reshape(value, []);
    const own = new Float32Array(classes);
    own[index] = 1;
    const others = new Float32Array(classes);
    others[index] = never;
    const score = g.sum(g.mul(flat, given(float32([classes], own))), [0]);
    const rest = g.one("ReduceLogSumExp", [g.add(flat, given(float32([classes], others)))], { axes: [0], keepdims: 1 });
    return g.reshape(g.sub(score, rest), []);
  };
