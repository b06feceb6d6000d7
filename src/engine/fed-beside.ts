import type { TensorCard } from "../shared/protocol.ts";
import type { Node, Value } from "./graph/graph.ts";
import type { Layer } from "./graph/layers.ts";
import type { Bound } from "./model.ts";
import { descendants } from "./propagation/differentiate.ts";

/** What a network runs though no picture reaches it: other inputs feed it. It is drawn, and its weights are counted, with the layers that read it. */
export interface FedBeside {
  /** The nodes that a layer is the first to read, be it through other such nodes. */
  readonly readBy: ReadonlyMap<Layer, readonly Node[]>;
  /** Those that no layer reads: other outputs come of them. */
  readonly unread: readonly Node[];
  /** Everything that depends on any input. */
  readonly fed: ReadonlySet<Value>;
}

export function fedBeside(
  { network: { graph, outputs, values }, reached, layers }: Bound,
  inputs: readonly Pick<TensorCard, "name">[],
): FedBeside {
  const given = inputs.flatMap(({ name }) => values.get(name) ?? []);
  // Nearly all networks have the picture for their only input: what is opened pays nothing for the others.
  if (given.every((value) => reached.has(value))) return { readBy: new Map(), unread: [], fed: reached };
  const fed = descendants(graph.nodes, [...reached, ...given]);
  const run = graph.leadingTo([...layers.map(({ output }) => output), ...outputs]);
  const left = new Set(run.filter((node) => writesTo(node, fed) && !writesTo(node, reached)));
  const readBy = new Map<Layer, readonly Node[]>();
  for (const layer of layers) {
    const nodes: Node[] = [];
    const open = layer.nodes.flatMap(readOf);
    for (let value = open.pop(); value; value = open.pop()) {
      const node = graph.producer(value);
      if (!node || !left.delete(node)) continue;
      nodes.push(node);
      open.push(...readOf(node));
    }
    readBy.set(layer, nodes);
  }
  return { readBy, unread: [...left], fed };
}

const writesTo = ({ outputs }: Node, values: ReadonlySet<Value>) => outputs.some((output) => values.has(output));

const readOf = ({ inputs, opaque }: Node): Value[] =>
  [...inputs, ...(opaque?.captured ?? [])].filter((value) => value !== undefined);
