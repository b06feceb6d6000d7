import type { LayerCard } from "../../../src/shared/protocol.ts";
import { nodeTrouble } from "../node-trouble.ts";
import { draftOf } from "./drafts.ts";
import type { Draft } from "./drafts.ts";
import type { Flow } from "./flow.ts";
import { intoParts } from "./parts.ts";
import { foldRepeats } from "./repeats.ts";

/**
 * "module": a scope that holds others. "layer": nodes under one roof. "repeat": modules in a row that are built alike.
 * "part": a stretch of a block that is too long to be drawn whole.
 */
export type BlockKind = "whole" | "module" | "layer" | "repeat" | "part" | "node" | "input" | "output";

/** One box of the graph: what a person may open, or a leaf. */
export interface Block {
  /** Place in `Blocks.all`. */
  readonly id: number;
  readonly kind: BlockKind;
  /** The same over a reload, and for another file of the same network. */
  readonly key: string;
  /** As it may be shown. */
  readonly name: string;
  readonly parent: Block | undefined;
  readonly depth: number;
  /** In order of execution. */
  readonly children: readonly Block[];
  /** Of a node, input or output: its leaf in the flow; −1 for all else. */
  readonly leaf: number;
  /** Nodes inside. */
  readonly nodes: number;
  /** Nodes inside with trouble. */
  readonly troubled: number;
  /** Place in `ModelCard.layers`, of a layer and of the only node of one; −1 for all else. */
  readonly layer: number;
  /** Equal for blocks that are built alike, and only where there are several; −1 for all else. */
  readonly alike: number;
  /** How many blocks in a row a repeat stands for; 1 for all else. */
  readonly times: number;
  /** The leaf whose result leaves it last. */
  readonly exit: number;
}

export interface Blocks {
  readonly flow: Flow;
  /** Of the model's card; none until it is there. */
  readonly layers: readonly LayerCard[];
  readonly whole: Block;
  readonly all: readonly Block[];
  /** The box of each leaf; undefined for constants, which are not drawn. */
  readonly ofLeaf: readonly (Block | undefined)[];
  readonly byKey: ReadonlyMap<string, Block>;
  /** The box of each layer, by its place in `ModelCard.layers`. */
  readonly ofLayer: ReadonlyMap<number, Block>;
}

export function blocksOf(flow: Flow, layers: readonly LayerCard[] = []): Blocks {
  const whole = draftOf(flow, layers);
  const alike = foldRepeats(whole, flow);
  intoParts(whole, flow);

  const all: Block[] = [];
  const ofLeaf = new Array<Block | undefined>(flow.leaves);
  const byKey = new Map<string, Block>();
  const ofLayer = new Map<number, Block>();

  function finished(draft: Draft, parent: Block | undefined, depth: number): Block {
    const children: Block[] = [];
    const key = uniqueKey(draft.key, byKey);
    const block: { -readonly [K in keyof Block]: Block[K] } = {
      id: all.length,
      kind: draft.kind,
      key,
      name: draft.name,
      parent,
      depth,
      children,
      leaf: draft.leaf,
      nodes: draft.leaf >= 0 && draft.leaf < flow.firstInput ? 1 : 0,
      troubled: nodeTrouble(flow.structure.nodes[draft.leaf], layers) === undefined ? 0 : 1,
      layer: draft.layer,
      alike: alike.get(draft) ?? -1,
      times: draft.times,
      exit: draft.leaf,
    };
    all.push(block);
    byKey.set(key, block);
    if (draft.leaf >= 0) ofLeaf[draft.leaf] = block;
    if (draft.layer >= 0) ofLayer.set(draft.layer, block);
    for (const each of draft.children) {
      const child = finished(each, block, depth + 1);
      children.push(child);
      block.nodes += child.nodes;
      block.troubled += child.troubled;
      if (block.exit < 0 || flow.rank[child.exit]! > flow.rank[block.exit]!) block.exit = child.exit;
    }
    return block;
  }

  const finishedWhole = finished(whole, undefined, 0);
  return { flow, layers, whole: finishedWhole, all, ofLeaf, byKey, ofLayer };
}

function uniqueKey(key: string, taken: ReadonlyMap<string, unknown>): string {
  if (!taken.has(key)) return key;
  for (let i = 2; ; i++) if (!taken.has(`${key}~${i}`)) return `${key}~${i}`;
}

export const isLeaf = (block: Block): boolean => block.leaf >= 0;

export const isWithin = (block: Block, outer: Block): boolean => {
  for (let each: Block | undefined = block; each; each = each.parent) if (each === outer) return true;
  return false;
};

/** Everything that stands around a block, the innermost first, without the whole. */
export function around(block: Block): readonly Block[] {
  const found: Block[] = [];
  for (let each = block.parent; each?.parent; each = each.parent) found.push(each);
  return found;
}

/** The leaves inside, in order of execution. */
export function leavesOf(block: Block): readonly number[] {
  const found: number[] = [];
  const collect = (each: Block) => {
    if (each.leaf >= 0) found.push(each.leaf);
    else for (const child of each.children) collect(child);
  };
  collect(block);
  return found;
}
