import type { AttributeValue, GraphRecord, NodeRecord } from "./structure.ts";

/** The values of the surrounding graph that a node's sub-graphs (If, Loop, Scan) read by name. */
export function capturedNames(node: NodeRecord): string[] {
  const names = new Set<string>();
  for (const graph of [...node.attributes.values()].flatMap(subgraphs)) free(graph, new Set(), names);
  return [...names];
}

const subgraphs = (attribute: AttributeValue): readonly GraphRecord[] =>
  attribute.kind === "graph" ? [attribute.value] : attribute.kind === "graphs" ? attribute.value : [];

/** Adds to `names` what `graph` reads and neither it nor those around it (`bound`) write. The reader caps the depth. */
function free(graph: GraphRecord, bound: ReadonlySet<string>, names: Set<string>): void {
  const own = new Set([...bound, ...graph.initializers.keys(), ...graph.inputs.map(({ name }) => name)]);
  for (const node of graph.nodes) for (const output of node.outputs) own.add(output);
  for (const node of graph.nodes) {
    for (const input of node.inputs) if (input && !own.has(input)) names.add(input);
    for (const inner of [...node.attributes.values()].flatMap(subgraphs)) free(inner, own, names);
  }
  for (const { name } of graph.outputs) if (!own.has(name)) names.add(name);
}
