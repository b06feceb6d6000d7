import type { Draft } from "./drafts.ts";
import type { Flow } from "./flow.ts";
import { Lifting } from "./lifting.ts";
import { elided } from "./names.ts";

/** More boxes than this side by side can neither be laid out quickly nor read. */
const most = 100;
const size = 50;
/** How far a cut may move to where fewer wires cross it. */
const slack = 15;
/** So many of the network's inputs and outputs stay outside of all parts. */
const fewEnds = 16;

/** Cuts blocks that hold too many into stretches, where the fewest wires run from one to the next. */
export function intoParts(whole: Draft, flow: Flow): void {
  const long: Draft[] = [];
  const visit = (block: Draft) => {
    if (block.children.length > most) long.push(block);
    for (const child of block.children) visit(child);
  };
  visit(whole);
  if (!long.length) return;
  const crossings = crossingsOf(whole, long, flow);
  for (const block of long) cut(block, crossings.get(block)!);
}

/** For each place between two children of a long block, how many wires run across. */
function crossingsOf(whole: Draft, long: readonly Draft[], flow: Flow): ReadonlyMap<Draft, Int32Array> {
  const crossings = new Map(long.map((block) => [block, new Int32Array(block.children.length + 1)]));
  const place = new Map(long.flatMap((block) => block.children.map((child, i) => [child, i] as const)));
  const lifting = new Lifting(whole);
  for (const wire of flow.wires) {
    const lifted = lifting.of(wire);
    const steps = lifted && crossings.get(lifted.block);
    if (!steps) continue;
    const [a, b] = [place.get(lifted.from)!, place.get(lifted.to)!];
    steps[Math.min(a, b) + 1]!++;
    steps[Math.max(a, b) + 1]!--;
  }
  for (const steps of crossings.values()) for (let i = 1; i < steps.length; i++) steps[i]! += steps[i - 1]!;
  return crossings;
}

function cut(block: Draft, crossings: Int32Array): void {
  const isEnd = ({ kind }: Draft) => kind === "input" || kind === "output";
  const ends = block.children.filter(isEnd);
  const apart = ends.length <= fewEnds;
  let rest = block.children.map((draft, i) => ({ draft, before: crossings[i]! }));
  if (apart) rest = rest.filter(({ draft }) => !isEnd(draft));
  for (let level = 0; rest.length > most; level++) {
    const parts: typeof rest = [];
    for (let start = 0; start < rest.length;) {
      const end = cutAfter(rest, start);
      const inside = rest.slice(start, end);
      parts.push({ draft: partOf(block, inside.map(({ draft }) => draft), `${level}.${parts.length}`), before: inside[0]!.before }); // prettier-ignore
      start = end;
    }
    rest = parts;
  }
  block.children = [...(apart ? ends : []), ...rest.map(({ draft }) => draft)].sort((a, b) => a.rank - b.rank);
}

function cutAfter(rest: readonly { readonly before: number }[], start: number): number {
  const target = start + size;
  if (target + slack >= rest.length) return rest.length;
  let best = target;
  for (let i = target - slack; i <= target + slack; i++) {
    const [now, then] = [rest[i]!.before, rest[best]!.before];
    if (now < then || (now === then && Math.abs(i - target) < Math.abs(best - target))) best = i;
  }
  return best;
}

const partOf = (block: Draft, children: Draft[], number: string): Draft => ({
  kind: "part",
  key: `${block.key}/part ${number}`,
  name: `${elided(firstName(children[0]!), 20)} … ${elided(lastName(children.at(-1)!), 20)}`,
  joint: "",
  children,
  leaf: -1,
  layer: -1,
  times: 1,
  rank: children[0]!.rank,
});

/** Parts of parts are named for the nodes at their ends. */
const firstName = (draft: Draft): string => (draft.kind === "part" ? firstName(draft.children[0]!) : draft.name);
const lastName = (draft: Draft): string => (draft.kind === "part" ? lastName(draft.children.at(-1)!) : draft.name);
