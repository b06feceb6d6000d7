import type { Tensor } from "../../shared/tensor.ts";
import type { Builder } from "../graph/builder.ts";
import type { Value } from "../graph/graph.ts";
import { transplanted } from "../graph/transplant.ts";
import type { Bound } from "../model.ts";
import type { InputLine } from "./input-line.ts";
import type { NamedTerm } from "./objectives.ts";

/** An objective in a network's own graph, and how pictures come in there. */
export interface Seen {
  readonly bound: Bound;
  readonly line: InputLine;
  readonly objective: Value;
  /** What is climbed in its place at first. */
  readonly atFirst?: Value | undefined;
  /** What the objective is the sum of, where that has names. */
  readonly terms: readonly NamedTerm[];
  /** What inputs beside the picture are fed. */
  readonly given: ReadonlyMap<Value, Tensor>;
}

/** Values of it as part of another program, which has the picture as a canvas; undefined where the network cannot be copied. */
export function onCanvas<const Values extends readonly Value[]>(
  { bound: { network }, line, given }: Seen,
  values: Values,
  g: Builder,
  canvas: Value,
): (Pick<Seen, "given"> & { readonly values: Values }) | undefined {
  const replaced = new Map([[network.input, line.inProgram(g, canvas)]]);
  const copied = transplanted(network.graph, values, g.graph, replaced);
  if (!copied) return undefined;
  const feeds = new Map<Value, Tensor>();
  for (const [value, tensor] of given) {
    const input = copied.inputs.get(value);
    if (input) feeds.set(input, tensor);
  }
  return { values: copied.outputs as Values & typeof copied.outputs, given: feeds }; // as many as were asked for
}
