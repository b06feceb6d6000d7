import type { Compared, DifferingPart } from "../../../src/shared/model-panel.ts";
import { count } from "../../shared/words.ts";
import { leavesOf } from "./blocks.ts";
import type { Block, Blocks } from "./blocks.ts";

export type Change = "changed" | "added" | "removed" | "only" | "unreadable";

/** What is marked at a box: how it differs from what it is compared with, or how many things in it do. */
export interface Difference {
  readonly change: Change;
  /** Things in it that differ; 0 where it does itself. */
  readonly inside: number;
  readonly words: string;
}

/** Shapes that say without colour what kind of difference it is. */
export const symbols: Readonly<Record<Change, string>> = {
  changed: "≠",
  added: "+",
  removed: "−",
  only: "±",
  unreadable: "?",
};

export const changeOf = (change: DifferingPart["change"]): Change =>
  change === "added" || change === "removed" || change === "only" || change === "unreadable" ? change : "changed";

/** What one of them is, in words: "Added: not in before.onnx. Conv, output 1 × 64". */
export function differenceWords({ with: other }: Compared, change: Change, words: string): string {
  switch (change) {
    case "added":
    case "removed":
      return `${change === "added" ? "Added" : "Removed"}: it is not in ${other}.`;
    case "only":
      return `Only here: it is not in ${other}.`;
    case "unreadable":
      return `Not all of it can be compared with ${other}: ${words}.`;
    case "changed":
      return `Changed beside ${other}: ${words}.`;
  }
}

/** By box: what differs, and the blocks that hold it. */
export function differencesOf(blocks: Blocks, compared: Compared | undefined): ReadonlyMap<Block, Difference> {
  const found = new Map<Block, Difference>();
  if (!compared?.parts?.length) return found;
  const boxes = blocksByName(blocks);
  for (const { name, piece, change, words } of compared.parts) {
    const block = boxes[piece].get(name);
    if (!block || found.has(block)) continue;
    const kind = changeOf(change);
    found.set(block, { change: kind, inside: 0, words: differenceWords(compared, kind, words) });
  }
  const own = [...found];
  for (const [block, { change }] of own)
    for (let outer = block.parent; outer?.parent; outer = outer.parent) {
      const known = found.get(outer);
      if (known && known.inside === 0) continue; // it says so itself
      const inside = (known?.inside ?? 0) + 1;
      const kind = known && known.change !== change ? "changed" : change;
      found.set(outer, { change: kind, inside, words: insideWords(kind, inside) });
    }
  return found;
}

/** The place after or before the chosen box, round and round; of one that holds others, they come after it. */
export function placeOf(
  all: readonly Block[],
  chosen: Block | undefined,
  rankOf: (leaf: number) => number,
  by: 1 | -1,
): number {
  if (!chosen) return by > 0 ? 0 : -1;
  const own = all.indexOf(chosen);
  if (own >= 0) return (own + by) % all.length;
  const entry = rankOf(leavesOf(chosen)[0] ?? chosen.exit);
  const next = all.findIndex(({ exit }) => rankOf(exit) >= entry);
  if (by > 0) return Math.max(next, 0);
  return next < 0 ? -1 : next - 1;
}

function insideWords(change: Change, inside: number): string {
  const layers = count(inside, "layer");
  if (change === "unreadable") return `${layers} in it cannot be compared.`;
  return `${layers} in it ${inside === 1 ? "is" : "are"} ${change === "only" ? "only here" : change}.`;
}

type ByName = ReadonlyMap<string, Block>;

/** An output is a box of its own, though a layer or a node may be called as it is; a constant has none. */
function blocksByName({ layers, ofLayer, ofLeaf, flow }: Blocks): Readonly<Record<DifferingPart["piece"], ByName>> {
  const { structure, firstOutput } = flow;
  const valueName = (value = -1) => structure.values[value]?.name;
  const nodes = structure.nodes.map(({ name, outputs }, i) => ({
    name,
    writes: valueName(outputs[0]),
    block: ofLeaf[i],
  }));
  return {
    layer: named(layers.map(({ name }, i) => [name, ofLayer.get(i)])),
    // By its own name, or else by what it writes.
    node: named([
      ...nodes.map(({ name, block }) => [name, block] as const),
      ...nodes.map(({ writes, block }) => [writes, block] as const),
    ]),
    output: named(structure.outputs.map((value, i) => [valueName(value), ofLeaf[firstOutput + i]])),
    constant: new Map(),
  };
}

/** Of those of one name the first. */
function named(all: readonly (readonly [name: string | undefined, block: Block | undefined])[]): ByName {
  const found = new Map<string, Block>();
  for (const [name, block] of all) if (name && block && !found.has(name)) found.set(name, block);
  return found;
}
