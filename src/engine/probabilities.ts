import { float32, size, type Tensor } from "../shared/tensor.ts";
import type { Graph, Value } from "./graph/graph.ts";
import { activationOf, normalizersOf, type Score } from "./graph/score.ts";
import { Session, type SessionOptions } from "./runtime/session.ts";

/** An input that is no picture: the number at each place. */
export type MadeUp = (place: number) => number;

export const zeros: MadeUp = () => 0;

/** They have nothing in common: what holds for what a network makes of each, holds for what it makes of any. */
const unlike: readonly MadeUp[] = [zeros, (place) => Math.sin(place), (place) => Math.cos(place * place)];

/** What makes probabilities of a network's numbers where they are some already, which shows as it runs. */
export async function activationFound(
  graph: Graph,
  score: Score,
  run: (inputs: readonly MadeUp[]) => Promise<Tensor[][]>,
): Promise<Score["activation"] | undefined> {
  const normalizers = normalizersOf(graph, score);
  if (!normalizers.size) return undefined;
  try {
    const rows = (await run(unlike)).map(([row]) => row?.data as Float32Array); // a score is of floats
    return activationOf(rows, normalizers);
  } catch {
    return undefined; // what cannot be run is still shown
  }
}

/** What a graph makes of each of several inputs. */
export async function tried(
  graph: Graph,
  outputs: readonly Value[],
  inputs: readonly MadeUp[],
  options: SessionOptions,
): Promise<Tensor[][]> {
  const session = await Session.open(graph, outputs, options);
  const filled = ({ shape }: Value, number: MadeUp) =>
    float32(
      shape,
      Float32Array.from({ length: size(shape) }, (_, place) => number(place)),
    );
  const results: Tensor[][] = [];
  try {
    for (const number of inputs)
      results.push(await session.run(new Map(graph.inputs.map((input) => [input, filled(input, number)] as const))));
  } finally {
    await session.release();
  }
  return results;
}
