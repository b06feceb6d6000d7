import { Graph, type Value } from "../../graph/graph.ts";
import type { Attributes } from "../../ops/op.ts";
import { capturedNames } from "./captured.ts";
import { moduleOf } from "./modules.ts";
import type { NodeRecord } from "./structure.ts";

/** What of a file cannot be computed, kept as a graph of its own: its layers have names, weights and a reason all the same. */
export class LostPart {
  readonly graph = new Graph();
  readonly #values = new Map<string, Value>();

  constructor(
    /** The part that can be computed, and its values by name. */
    private readonly sound: Graph,
    private readonly values: ReadonlyMap<string, Value>,
  ) {}

  add(node: NodeRecord): void {
    const inputs = node.inputs.map((name) => this.#operand(name));
    for (const input of inputs) {
      const constant = input && this.sound.constants.get(input);
      if (constant) this.graph.constants.set(input, constant);
    }
    const outputs = this.graph.addUntyped(node.op, inputs, plainAttributes(node), {
      domain: node.domain,
      name: node.name,
      scope: moduleOf(node.metadata),
      outputs: node.outputs,
      captured: capturedNames(node).flatMap((name) => this.#operand(name) ?? []),
    });
    node.outputs.forEach((name, i) => {
      const value = outputs[i];
      if (name && value) this.#values.set(name, value);
    });
  }

  /** The value of that name goes by another name as well. */
  alias(name: string, of: string): void {
    const value = this.#values.get(of);
    if (value) this.#values.set(name, value);
  }

  #operand(name: string): Value | undefined {
    return name === "" ? undefined : (this.values.get(name) ?? this.#values.get(name));
  }
}

/** Numbers, text, and lists of numbers. */
export function plainAttributes({ attributes }: NodeRecord): Record<string, Attributes[string]> {
  const plain: Record<string, Attributes[string]> = {};
  for (const [name, { kind, value }] of attributes)
    if (kind === "float" || kind === "int" || kind === "string" || kind === "floats" || kind === "ints")
      plain[name] = value;
  return plain;
}
