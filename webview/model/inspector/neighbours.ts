import type { Structure } from "../../../src/shared/structure.ts";

/** Who writes a value, and who reads it: places of nodes. */
export interface Neighbours {
  readonly writer: ReadonlyMap<number, number>;
  readonly readers: ReadonlyMap<number, readonly number[]>;
}

const found = new WeakMap<Structure, Neighbours>();

/** Found once for a graph, which may have a hundred thousand nodes. */
export function neighboursOf(structure: Structure): Neighbours {
  const known = found.get(structure);
  if (known) return known;
  const writer = new Map<number, number>();
  const readers = new Map<number, number[]>();
  structure.nodes.forEach(({ inputs, outputs }, node) => {
    for (const value of outputs) if (value >= 0 && !writer.has(value)) writer.set(value, node);
    for (const value of new Set(inputs)) {
      if (value < 0) continue;
      const list = readers.get(value);
      if (list) list.push(node);
      else readers.set(value, [node]);
    }
  });
  const neighbours = { writer, readers };
  found.set(structure, neighbours);
  return neighbours;
}
