import { definitionOf, kindOf } from "./definitions.ts";
import type { Graph, Node, Value } from "./graph.ts";

/**
 * Whether all that a node reads of `reached` comes of one value, place by place or by moving its numbers: neither the sum in
 * a GELU that is written out, x + 0.044715 · x³, nor the Concat of what a window shift cut brings two paths together.
 */
export const isOfOneValue = (node: Node, graph: Graph, reached: ReadonlySet<Value>): boolean =>
  betweenOneValue(node, graph, reached, (step) => isPlaceByPlace(step) || kindOf(step) === "shape") !== undefined;

const isPlaceByPlace = ({ op, opaque }: Node) => !opaque && definitionOf(op).reach === "same";

/**
 * The nodes between a node and the nearest value of which all comes that it reads of `reached`, last first; undefined where
 * there is no such value. Only what `isStep` accepts may stand between.
 */
export function betweenOneValue(
  node: Node,
  graph: Graph,
  reached: ReadonlySet<Value>,
  isStep: (node: Node) => boolean,
): readonly Node[] | undefined {
  const order = new Map(graph.nodes.map((node, i) => [node, i]));
  const madeAt = (value: Value) => order.get(graph.producer(value) as Node) ?? -1; // what nothing makes was there before all
  const read = ({ inputs }: Node) =>
    inputs.filter((input): input is Value => input !== undefined && reached.has(input));
  const between: Node[] = [];
  const sources = new Set(read(node));
  while (sources.size > 1) {
    // None of the others can be made of the one that was made last.
    const last = [...sources].reduce((one, other) => (madeAt(other) > madeAt(one) ? other : one));
    const maker = graph.producer(last);
    if (!maker || !isStep(maker)) return undefined;
    between.push(maker);
    sources.delete(last);
    for (const source of read(maker)) sources.add(source);
  }
  return between;
}
