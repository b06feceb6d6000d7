import { ops } from "../ops/index.ts";
import type { Attributes, Defaults, Kind, Op } from "../ops/op.ts";
import type { Node } from "./graph.ts";

const catalogue: Readonly<Record<string, Op>> = ops;

export class UnsupportedOp extends Error {
  override name = "UnsupportedOp";
  constructor(readonly type: string) {
    super(`The operator ${type} is not supported.`);
  }
}

export const isKnown = (type: string): boolean => Object.hasOwn(catalogue, type);

export function definitionOf(type: string): Op {
  const found = Object.hasOwn(catalogue, type) ? catalogue[type] : undefined;
  if (!found) throw new UnsupportedOp(type);
  return found;
}

/** What is not given takes its default. */
export function completed(definition: Op, given: Attributes): Attributes {
  const attributes: Record<string, Attributes[string]> = {};
  for (const [name, { value }] of Object.entries(definition.attributes as Defaults))
    attributes[name] = given[name] ?? value;
  return attributes;
}

/** What a node is to a propagation method. */
export function kindOf(node: Node): Kind {
  if (node.opaque) return "other";
  const { kind } = definitionOf(node.op);
  return typeof kind === "function" ? kind(node.attributes) : kind;
}
