import type { Compared } from "../../../src/shared/model-panel.ts";
import { count } from "../../shared/words.ts";
import type { Block, Blocks } from "./blocks.ts";

export type Change = "changed" | "added" | "removed" | "unreadable";

/** What is marked at a box: how it differs from what it is compared with, or how many things in it do. */
export interface Difference {
  readonly change: Change;
  /** Things in it that differ; 0 where it does itself. */
  readonly inside: number;
  readonly words: string;
}

/** Shapes that say without colour what kind of difference it is. */
export const symbols: Readonly<Record<Change, string>> = { changed: "≠", added: "+", removed: "−", unreadable: "?" };

export const changeOf = (change: NonNullable<Compared["parts"]>[number]["change"]): Change =>
  change === "added" || change === "removed" || change === "unreadable" ? change : "changed";

/** What one of them is, in words: "Added: not in before.onnx. Conv, output 1 × 64". */
export function differenceWords({ with: other }: Compared, change: Change, words: string): string {
  switch (change) {
    case "added":
    case "removed":
      return `${change === "added" ? "Added" : "Removed"}: it is not in ${other}.`;
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
  const named = blocksByName(blocks);
  for (const { name, change, words } of compared.parts) {
    const block = named.get(name);
    if (!block) continue;
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

const insideWords = (change: Change, inside: number): string =>
  change === "unreadable"
    ? `${count(inside, "layer")} in it cannot be compared.`
    : `${count(inside, "layer")} in it ${inside === 1 ? "is" : "are"} ${change}.`;

/** Layers by their names, and nodes in none by theirs, or else by what they write. */
function blocksByName({ layers, ofLayer, ofLeaf, flow: { structure } }: Blocks): ReadonlyMap<string, Block> {
  const named = new Map<string, Block>();
  structure.nodes.forEach(({ name, outputs }, i) => {
    const block = ofLeaf[i];
    if (!block) return;
    for (const each of [name, structure.values[outputs[0] ?? -1]?.name])
      if (each && !named.has(each)) named.set(each, block);
  });
  layers.forEach(({ name }, i) => {
    const block = ofLayer.get(i);
    if (block) named.set(name, block);
  });
  return named;
}
