import type { Structure } from "../../../src/shared/structure.ts";

const byLayer = new WeakMap<Structure, Map<number, number[]>>();

/** The places of a layer's nodes, in the file's order. */
export function nodesOf(structure: Structure | undefined, layer: number): readonly number[] {
  if (!structure) return [];
  let known = byLayer.get(structure);
  if (!known) {
    known = new Map();
    for (const [place, node] of structure.nodes.entries()) {
      const list = known.get(node.layer);
      if (list) list.push(place);
      else known.set(node.layer, [place]);
    }
    byLayer.set(structure, known);
  }
  return known.get(layer) ?? [];
}
