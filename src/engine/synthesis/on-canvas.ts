import type { Tensor } from "../../shared/tensor.ts";
import type { Builder } from "../graph/builder.ts";
import type { Value } from "../graph/graph.ts";
import { transplanted } from "../graph/transplant.ts";
import type { Bound } from "../model.ts";
import type { InputLine } from "./input-line.ts";

/** An objective in a network's own graph, and how pictures come in there. */
export interface Seen {
  readonly bound: Bound;
  readonly line: InputLine;
  readonly objective: Value;
  /** What inputs beside the picture are fed. */
  readonly given: ReadonlyMap<Value, Tensor>;
}

/** The same as part of another program, which has the picture as a canvas; undefined where the network cannot be copied. */
export function onCanvas(
  { bound: { network }, line, objective, given }: Seen,
  g: Builder,
  canvas: Value,
): Pick<Seen, "objective" | "given"> | undefined {
  const replaced = new Map([[network.input, line.inProgram(g, canvas)]]);
  const copied = transplanted(network.graph, [objective], g.graph, replaced);
  const [worth] = copied?.outputs ?? [];
  if (!copied || !worth) return undefined;
  const feeds = new Map<Value, Tensor>();
  for (const [value, tensor] of given) {
    const input = copied.inputs.get(value);
    if (input) feeds.set(input, tensor);
  }
  return { objective: worth, given: feeds };
}
