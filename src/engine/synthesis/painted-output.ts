import type { Value } from "../graph/graph.ts";
import type { Bound } from "../model.ts";
import { channels } from "./canvas.ts";

/** The picture that a network paints which was made for that: its first output with three channels. */
export const paintedOutput = ({ network: { outputs } }: Pick<Bound, "network">): Value | undefined =>
  outputs.find(({ shape, dtype }) => shape.length === 4 && shape[1] === channels && dtype === "float32");

/** Whether it was made to paint what it is shown anew: it has no classes, and its picture is as large as what it sees. */
export function isPainter(bound: Bound): boolean {
  const [, , ...seen] = bound.network.input.shape;
  const painted = paintedOutput(bound)?.shape.slice(2);
  return !bound.score && painted !== undefined && painted.every((n, i) => n === seen[i]);
}
