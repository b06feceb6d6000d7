import type { LayerCard } from "../../../src/shared/protocol.ts";
import type { BlockKind } from "./blocks.ts";
import { isConstant } from "./flow.ts";
import type { Flow } from "./flow.ts";
import { lastPart, shownName, stepsOf, written } from "./names.ts";
import type { Step } from "./names.ts";

/** A block while the tree is still being made. */
export interface Draft {
  kind: BlockKind;
  key: string;
  name: string;
  /** Between it and the module around it, where both names stand in one: "." or "/". */
  joint: string;
  children: Draft[];
  leaf: number;
  layer: number;
  times: number;
  /** Of its first leaf, in the order of execution. */
  rank: number;
}

interface Module {
  readonly draft: Draft;
  readonly inner: Map<string, Module>;
}

/** The tree as the names have it: modules in modules, layers in them, nodes in those. What has one child only is joined to it. */
export function draftOf(flow: Flow, layers: readonly LayerCard[]): Draft {
  const { structure, rank, firstInput, firstOutput } = flow;
  const whole: Module = { draft: draft("whole", "", "", Infinity), inner: new Map() };
  const roofs = new Map<number, Draft>();
  const sizes = layerSizes(flow);

  structure.nodes.forEach((node, leaf) => {
    if (isConstant(node, structure)) return;
    const own = draft("node", "", shownName(lastPart(node.name) || node.op), rank[leaf]!);
    own.leaf = leaf;
    const roof = roofs.get(node.layer);
    if (roof) roof.children.push(own);
    else if ((sizes.get(node.layer) ?? 0) > 1) {
      const path = stepsOf(node.scope);
      const made = draft("layer", "", layerName(layers[node.layer], path) ?? own.name, rank[leaf]!);
      made.layer = node.layer;
      made.children.push(own);
      roofs.set(node.layer, made);
      moduleAt(whole, path).draft.children.push(made);
    } else {
      own.layer = node.layer;
      own.name = layerName(layers[node.layer], stepsOf(node.scope)) ?? own.name;
      moduleAt(whole, stepsOf(node.scope)).draft.children.push(own);
    }
  });
  for (const [kind, first, places] of [
    ["input", firstInput, structure.inputs],
    ["output", firstOutput, structure.outputs],
  ] as const)
    places.forEach((value, i) => {
      const name = shownName(structure.values[value]?.name ?? "") || kind;
      const own = draft(kind, `${kind} ${i}`, name, rank[first + i]!);
      own.leaf = first + i;
      whole.draft.children.push(own);
    });
  settle(whole.draft);
  return whole.draft;
}

const draft = (kind: BlockKind, key: string, name: string, rank: number): Draft => ({
  kind,
  key,
  name,
  joint: "",
  children: [],
  leaf: -1,
  layer: -1,
  times: 1,
  rank,
});

/** How many drawn nodes each layer has. */
function layerSizes({ structure }: Flow): ReadonlyMap<number, number> {
  const sizes = new Map<number, number>();
  for (const node of structure.nodes)
    if (node.layer >= 0 && !isConstant(node, structure)) sizes.set(node.layer, (sizes.get(node.layer) ?? 0) + 1);
  return sizes;
}

function moduleAt(whole: Module, path: readonly Step[]): Module {
  let here = whole;
  for (const step of path) {
    const { name: part, joint } = step;
    let next = here.inner.get(part);
    if (!next) {
      const key = here === whole ? shownName(part, 80) : `${here.draft.key}/${shownName(part, 80)}`;
      next = { draft: draft("module", key, moduleName(step, here.draft), Infinity), inner: new Map() };
      next.draft.joint = joint;
      here.inner.set(part, next);
      here.draft.children.push(next.draft);
    }
    here = next;
  }
  return here;
}

/** "0" says nothing alone: "features.0". */
const moduleName = ({ name, joint }: Step, within: Draft): string =>
  /^\d+$/.test(name) && within.kind === "module" ? `${lastModule(within.name)}${joint}${name}` : shownName(name);

/** "layer4.1" of "backbone.layer4.1", "block2" of "stage1/block2": a number goes with what it counts. */
const lastModule = (name: string) => /[^./]*(?:[./]\d+)*$/.exec(name)?.[0] ?? name;

/** A layer's name without what the modules around it say already. */
function layerName(layer: LayerCard | undefined, path: readonly Step[]): string | undefined {
  if (!layer) return undefined;
  const steps = stepsOf(layer.name);
  const own = path.every(({ name }, i) => name === steps[i]?.name) ? steps.slice(path.length) : steps;
  return shownName(written(own)) || undefined;
}

/** Sorts by execution, gives all their keys, and joins what has a single child. */
function settle(block: Draft): void {
  block.children = block.children.map((child) => {
    settle(child);
    return child.kind === "module" && child.children.length === 1 ? joined(child, child.children[0]!) : child;
  });
  block.children.sort((a, b) => a.rank - b.rank);
  if (block.children.length) block.rank = block.children[0]!.rank;
  if (block.kind === "module" || block.kind === "whole") nameLeaves(block);
}

function joined(outer: Draft, inner: Draft): Draft {
  if (inner.kind !== "module") return { ...inner, key: outer.key, name: outer.name };
  const repeats = inner.name.startsWith(`${lastModule(outer.name)}${inner.joint}`);
  const name = repeats
    ? `${outer.name}${inner.name.slice(lastModule(outer.name).length)}`
    : `${outer.name}${inner.joint}${inner.name}`;
  return { ...inner, name: shownName(name), joint: outer.joint };
}

/** Leaves and layers are known by their block, and their place in it: numbers of nodes change with every export. */
function nameLeaves(block: Draft): void {
  let place = 0;
  for (const child of block.children) {
    if (!child.key) child.key = `${block.key}/${child.kind} ${place++}`;
    if (child.kind === "layer") child.children.forEach((node, i) => (node.key = `${child.key}/${i}`));
  }
}
