import type { Graph, Node, Value } from "./graph.ts";

/** What was added to another graph, and what became of the values that were read there. */
export interface Transplanted {
  readonly outputs: readonly Value[];
  /** Inputs of the one graph that the other has now, too. */
  readonly inputs: ReadonlyMap<Value, Value>;
}

/**
 * Adds what `outputs` depend on to another graph, which reads `replaced` in place of its keys. Undefined where a node reads
 * values by their names, which are others there.
 */
export function transplanted(
  from: Graph,
  outputs: readonly Value[],
  into: Graph,
  replaced: ReadonlyMap<Value, Value>,
): Transplanted | undefined {
  const nodes = from.leadingTo(outputs);
  if (nodes.some(({ opaque }) => opaque?.captured.length)) return undefined;
  const there = new Map(replaced);
  const inputs = new Map<Value, Value>();
  const of = (value: Value): Value => {
    const known = there.get(value);
    if (known) return known;
    const constant = from.constants.get(value);
    const added = constant ? into.constant(constant) : into.input(`from:${inputs.size}`, value);
    if (!constant) inputs.set(value, added);
    there.set(value, added);
    return added;
  };
  for (const [domain, version] of from.opsets) into.opsets.set(domain, version);
  for (const node of nodes) copyNode(node, into, of, there);
  return { outputs: outputs.map(of), inputs };
}

/** Adds a node once more, on what `instead` names in place of its operands; what it writes is noted in `copies`. */
export function copyNode(
  { op, opaque, inputs, attributes, outputs, name, scope }: Node,
  into: Graph,
  instead: (value: Value) => Value,
  copies: Map<Value, Value>,
): void {
  const operands = inputs.map((value) => value && instead(value));
  const names = { name, ...(scope !== undefined && { scope }) };
  const added = opaque
    ? into.addOpaque(op, operands, opaque, outputs, names)
    : into.add(op, operands, attributes, names);
  outputs.forEach((value, i) => copies.set(value, added[i] as Value)); // as many as the first time
}
