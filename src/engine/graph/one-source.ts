import { definitionOf } from "./definitions.ts";
import type { Graph, Node, Value } from "./graph.ts";

/**
 * Whether all that a node reads of `reached` comes, place by place, of one value: the sum in a GELU that is written out,
 * x + 0.044715 · x³, brings no two paths together.
 */
export function isOfOneValue(node: Node, graph: Graph, reached: ReadonlySet<Value>): boolean {
  const order = new Map(graph.nodes.map((node, i) => [node, i]));
  const madeAt = (value: Value) => order.get(graph.producer(value) as Node) ?? -1; // what nothing makes was there before all
  const read = ({ inputs }: Node) =>
    inputs.filter((input): input is Value => input !== undefined && reached.has(input));
  const sources = new Set(read(node));
  while (sources.size > 1) {
    // None of the others can be made of the one that was made last.
    const last = [...sources].reduce((one, other) => (madeAt(other) > madeAt(one) ? other : one));
    const maker = graph.producer(last);
    if (!maker || maker.opaque || definitionOf(maker.op).reach !== "same") return false;
    sources.delete(last);
    for (const source of read(maker)) sources.add(source);
  }
  return true;
}
