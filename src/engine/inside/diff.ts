import type { LayerDiff, ModelDiff, OutsideDiff } from "../../shared/structure.ts";
import type { Library } from "../library.ts";
import { compared } from "./difference/compare.ts";
import { factsOf } from "./difference/facts.ts";
import { Keys } from "./difference/keys.ts";
import { matched, type Pair } from "./difference/match.ts";
import { piecesOf } from "./difference/pieces.ts";
import { sideOf, type Side } from "./difference/side.ts";

/**
 * Piece by piece: what was added, removed, changed in kind, shape, attributes, inputs or weights, so that two networks that
 * compute different things are never called the same. Layers are matched by name; those that only one of two equally long
 * networks has, by their place. A constant's own name does not matter, only what it holds.
 */
export async function diff(
  library: Library,
  { a, b }: { readonly a: string; readonly b: string },
  signal: AbortSignal,
): Promise<ModelDiff> {
  const sides = [await sideOf(library, a), await sideOf(library, b)] as const;
  // Where one has no layers, those of the other have nothing to be compared with: then it is node by node.
  const [one, other] = sides.every(({ bound }) => bound) ? sides : [withoutLayers(sides[0]), withoutLayers(sides[1])];
  const [mine, theirs] = [piecesOf(one), piecesOf(other)];
  const nodes = matched(mine.nodes, theirs.nodes);
  const keys = new Keys(nodes);
  const compare = async (pairs: readonly Pair[]): Promise<LayerDiff[]> => {
    const found: LayerDiff[] = [];
    for (const pair of pairs) {
      signal.throwIfAborted();
      found.push(await compared(pair, keys, signal));
    }
    return found;
  };
  const ofLayers = (pair: Pair) => pair.some((piece) => piece?.isLayer);
  return {
    a,
    b,
    facts: factsOf(...sides),
    layers: await compare(nodes.filter(ofLayers)),
    outside: [
      ...called("node", await compare(nodes.filter((pair) => !ofLayers(pair)))),
      ...called("output", await compare(matched(mine.outputs, theirs.outputs))).filter(
        ({ change }) => change !== "same",
      ),
      ...called("constant", await compare(matched(mine.unread, theirs.unread))),
    ],
  };
}

const called = (piece: OutsideDiff["piece"], found: readonly LayerDiff[]) => found.map((each) => ({ ...each, piece }));

const withoutLayers = (side: Side): Side => ({ ...side, bound: undefined });
