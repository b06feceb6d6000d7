import type { Draft } from "./drafts.ts";
import type { Flow } from "./flow.ts";
import { Lifting } from "./lifting.ts";

/** So many in a row are shown as one block, until it is opened. */
const fewest = 3;
/** A module of more children is nobody's equal. */
const mostCompared = 1000;

/** Folds modules in a row that are built alike into one block; says of every block which others are built like it. */
export function foldRepeats(whole: Draft, flow: Flow): ReadonlyMap<Draft, number> {
  const build = buildsOf(whole, flow);
  const families = familiesOf(whole, build);
  fold(whole, build, families);
  return families;
}

/** A number for each block: equal where operators, their settings and the wires between them are; channels do not count. */
function buildsOf(whole: Draft, flow: Flow): ReadonlyMap<Draft, number> {
  const lifting = new Lifting(whole);
  const inner = new Map<Draft, [Draft, Draft][]>();
  for (const wire of flow.wires) {
    const lifted = lifting.of(wire);
    if (!lifted || lifted.block.children.length > mostCompared) continue;
    const pairs = inner.get(lifted.block) ?? [];
    pairs.push([lifted.from, lifted.to]);
    inner.set(lifted.block, pairs);
  }
  const numbers = new Map<string, number>();
  const builds = new Map<Draft, number>();
  const visit = (block: Draft): number => {
    const inside = block.children.map((child) => visit(child));
    const text =
      block.leaf >= 0 ? leafText(block.leaf, flow) : `${inside.join()};${wiresText(block, inner.get(block))}`;
    const number = numbers.get(text) ?? numbers.size;
    numbers.set(text, number);
    builds.set(block, number);
    return number;
  };
  visit(whole);
  return builds;
}

/** "0>1,1>2": which child feeds which. */
function wiresText(block: Draft, wires: readonly (readonly [Draft, Draft])[] = []): string {
  if (block.children.length > mostCompared) return block.key;
  const places = new Map(block.children.map((child, i) => [child, i]));
  const texts = new Set(wires.map(([from, to]) => `${places.get(from)}>${places.get(to)}`));
  return [...texts].sort().join();
}

function leafText(leaf: number, { structure }: Flow): string {
  const node = structure.nodes[leaf];
  return node ? `${node.domain}:${node.op} ${node.detail.replace(/\d+ groups?/, "groups")}` : "end";
}

/** Numbers from 0 for builds that several modules share. */
function familiesOf(whole: Draft, build: ReadonlyMap<Draft, number>): Map<Draft, number> {
  const members = new Map<number, Draft[]>();
  const visit = (block: Draft) => {
    if (block.kind === "module" && block.children.length > 1) {
      const number = build.get(block)!;
      members.set(number, [...(members.get(number) ?? []), block]);
    }
    for (const child of block.children) visit(child);
  };
  visit(whole);
  const families = new Map<Draft, number>();
  const shared = [...members.values()].filter((blocks) => blocks.length > 1);
  shared.forEach((blocks, i) => {
    for (const block of blocks) families.set(block, i);
  });
  return families;
}

function fold(block: Draft, build: ReadonlyMap<Draft, number>, families: Map<Draft, number>): void {
  for (const child of block.children) fold(child, build, families);
  const runs: Draft[][] = [];
  for (const child of block.children) {
    const run = runs.at(-1);
    const first = run?.[0];
    const isAlike = families.has(child) && first?.kind === "module" && build.get(first) === build.get(child);
    if (run && isAlike) run.push(child);
    else runs.push([child]);
  }
  if (runs.length === 1 && block.kind === "module") {
    if (block.children.length >= fewest) block.times = block.children.length;
    return;
  }
  block.children = runs.flatMap((run) => {
    if (run.length < fewest || run[0]?.kind !== "module") return run;
    const [first, last] = [run[0], run.at(-1)!];
    const made: Draft = {
      kind: "repeat",
      key: `${first.key} and alike`,
      name: rangeName(first.name, last.name),
      joint: first.joint,
      children: run,
      leaf: -1,
      layer: -1,
      times: run.length,
      rank: first.rank,
    };
    families.set(made, families.get(first)!);
    return [made];
  });
}

/** "layer1.1 … 5" */
function rangeName(first: string, last: string): string {
  const start = /^(.*?)\d+$/.exec(first)?.[1];
  return `${first} … ${start && last.startsWith(start) ? last.slice(start.length) : last}`;
}
