import { size } from "../../shared/tensor.ts";
import { kindOf } from "./definitions.ts";
import { isPlace, type Graph, type Node, type Value } from "./graph.ts";
import { scopeOf } from "./scopes.ts";

/** What people see: nodes that belong together, a convolution, its normalisation and its activation under one roof. */
export interface Layer {
  /** Unique; as the exporter named its scope. */
  readonly name: string;
  readonly nodes: readonly Node[];
  /** What leaves it. */
  readonly output: Value;
  /** Number of its weights; those that it shares with an earlier layer are counted there. */
  readonly parameters: number;
}

/** Groups the nodes of a network, in order. Nodes that no picture reaches (`reached` lacks their outputs) are nobody's. */
export function layersOf(graph: Graph, reached: ReadonlySet<Value>): Layer[] {
  const nodes = graph.nodes.filter(({ outputs }) => outputs.some((output) => reached.has(output)));
  const readers = new Map<Value, Node[]>();
  for (const node of nodes)
    for (const input of node.inputs)
      if (input && reached.has(input)) readers.set(input, [...(readers.get(input) ?? []), node]);

  const groups: { scope: string; nodes: Node[] }[] = [];
  const groupOf = new Map<Node, (typeof groups)[number]>();
  for (const node of nodes) {
    const scope = scopeOf(node, graph);
    const known = join(node, scope, graph, readers, groupOf) ?? { scope, nodes: [] };
    if (!known.nodes.length) groups.push(known);
    known.nodes.push(node);
    groupOf.set(node, known);
  }

  const names = new Set<string>();
  const counted = new Set<Value>();
  return groups.map(({ scope, nodes }) => {
    const output = nodes.at(-1)?.outputs[0] as Value; // no group is empty, no node without an output
    const name =
      [scope, nodes[0]?.name, output.name].find((candidate) => candidate && !names.has(candidate)) ?? output.name;
    names.add(name);
    return { name, nodes, output, parameters: parametersOf(nodes, graph, counted) };
  });
}

/** The group of the node before, where this one completes it: its norm or activation, or the next step of one scope. */
function join(
  node: Node,
  scope: string,
  graph: Graph,
  readers: ReadonlyMap<Value, readonly Node[]>,
  groupOf: ReadonlyMap<Node, { readonly scope: string; nodes: Node[] }>,
) {
  const sources = node.inputs.filter((input): input is Value => input !== undefined && readers.has(input));
  const groups = new Set(sources.map((source) => groupOf.get(graph.producer(source) as Node)));
  const [group] = groups;
  if (!group || groups.size > 1) return undefined;
  const last = group.nodes.at(-1);
  const isLast = sources.some((source) => last?.outputs.includes(source));
  // What leaves the group in the middle is somebody else's input as well: the group ends there.
  const closed = sources.every((source) =>
    (readers.get(source) ?? []).every((reader) => reader === node || groupOf.get(reader) === group || isGate(reader)),
  );
  if (!isLast || !closed) return undefined;
  return completes(node, group.nodes) || (scope === group.scope && !startsAnew(node)) ? group : undefined;
}

const startsAnew = (node: Node) => ["weighted", "maximum"].includes(kindOf(node)) || /Pool$/.test(node.op);

/** x · σ(x) reads x twice: the second reader is part of the same activation. */
const isGate = ({ op }: Node) => op === "Mul" || op === "Sigmoid" || op === "HardSigmoid";

function completes(node: Node, before: readonly Node[]): boolean {
  const weighted = before.some((earlier) => kindOf(earlier) === "weighted");
  const kind = kindOf(node);
  const withConstant = (node.op === "Add" || node.op === "Mul") && node.inputs.length === 2;
  const gate =
    node.op === "Mul" &&
    before.some(({ outputs: [y] }) => node.inputs[0] === y) &&
    before.some(({ outputs: [y] }) => node.inputs[1] === y);
  if (kind === "normalization" || kind === "rectifier" || kind === "activation")
    return weighted || kind !== "normalization";
  return weighted && (gate || (withConstant && before.at(-1)?.op === "MatMul"));
}

function parametersOf(nodes: readonly Node[], graph: Graph, counted: Set<Value>): number {
  let sum = 0;
  for (const input of nodes.flatMap((node) => node.inputs)) {
    const constant = input && graph.constants.get(input);
    if (!input || !constant || counted.has(input) || constant.dtype !== "float32") continue;
    // A lone number is a setting (the 6 of ReLU6), not something learned.
    if (!isPlace(constant) && size(constant.shape) === 1 && constant.shape.length === 0) continue;
    counted.add(input);
    sum += size(constant.shape);
  }
  return sum;
}

/** "Conv + BatchNormalization + Relu" */
export const kindText = ({ nodes }: Layer): string => [...new Set(nodes.map(({ op }) => op))].join(" + ");
