import type { Graph, Node, Value } from "./graph.ts";

const scaling: ReadonlySet<string> = new Set(["Add", "Sub", "Mul", "Div"]);

/**
 * The clips among `nodes` that are gates: x · clip(x + 3, 0, 6) / 6 is a hard swish as it was written before it had a name.
 * By itself such a clip looks like a ReLU6; as a gate it is part of a smooth activation.
 */
export function gatesOf(graph: Graph, nodes: readonly Node[]): ReadonlySet<Node> {
  const gates = new Set<Node>();
  for (const { op, inputs } of nodes) {
    if (op !== "Mul") continue;
    const [a, b] = inputs;
    if (!a || !b) continue;
    for (const [gated, other] of [
      [a, b],
      [b, a],
    ] as const) {
      const clip = graph.producer(beforeScaling(graph, gated));
      const source = clip?.op === "Clip" ? clip.inputs[0] : undefined;
      if (clip && source && beforeScaling(graph, source) === beforeScaling(graph, other)) gates.add(clip);
    }
  }
  return gates;
}

/** Back over additions of and multiplications by constants. */
function beforeScaling(graph: Graph, value: Value): Value {
  for (let at = value; ;) {
    const node = graph.producer(at);
    const [own, ...more] =
      node && scaling.has(node.op) ? node.inputs.filter((v): v is Value => isComputed(graph, v)) : [];
    if (!own || more.length) return at;
    at = own;
  }
}

const isComputed = (graph: Graph, value: Value | undefined) => value !== undefined && !graph.constants.has(value);
