import type { Block } from "./blocks.ts";
import { leavesOf } from "./blocks.ts";
import { lists } from "./flow.ts";
import type { Flow } from "./flow.ts";

/** What lies between two places of the graph, in the direction in which tensors run. Leaves of the flow. */
export interface Between {
  readonly from: Block;
  readonly to: Block;
  /** On any way, the two themselves included. */
  readonly all: ReadonlySet<number>;
  /** On one of the shortest. */
  readonly shortest: readonly number[];
}

/** Who reads and who feeds each leaf. */
export class Trace {
  readonly #readers: readonly (readonly number[] | undefined)[];
  readonly #feeders: readonly (readonly number[] | undefined)[];

  constructor(private readonly flow: Flow) {
    const from = ({ from }: { readonly from: number }) => from;
    const to = ({ to }: { readonly to: number }) => to;
    this.#readers = lists(flow.leaves, flow.wires, from, to);
    this.#feeders = lists(flow.leaves, flow.wires, to, from);
  }

  /** From whichever of the two comes first to the other; undefined where no tensor runs from one to the other. */
  between(a: Block, b: Block): Between | undefined {
    return this.#along(a, b) ?? this.#along(b, a);
  }

  readersOf(leaf: number): readonly number[] {
    return [...new Set(this.#readers[leaf])];
  }

  feedersOf(leaf: number): readonly number[] {
    return [...new Set(this.#feeders[leaf])];
  }

  /** Who makes a tensor, and who reads it. */
  ends(value: number): { readonly maker: number | undefined; readonly readers: readonly number[] } {
    const wires = this.flow.wires.filter((wire) => wire.value === value);
    return { maker: wires[0]?.from, readers: [...new Set(wires.map(({ to }) => to))] };
  }

  #along(from: Block, to: Block): Between | undefined {
    const [starts, ends] = [leavesOf(from), leavesOf(to)];
    const steps = this.#reached(starts, this.#readers);
    const back = this.#reached(ends, this.#feeders);
    const [inStart, inEnd] = [new Set(starts), new Set(ends)];
    // The first one reached, step by step and from all starts at once, is nearest.
    const nearest = [...steps.keys()].find((leaf) => inEnd.has(leaf) && !inStart.has(leaf));
    if (nearest === undefined) return undefined;
    const all = new Set([...steps.keys()].filter((leaf) => back.has(leaf)));
    const shortest = [nearest];
    for (let leaf = nearest; steps.get(leaf) !== leaf;) shortest.unshift((leaf = steps.get(leaf)!));
    return { from, to, all, shortest };
  }

  /** Each leaf that can be reached, in order of distance, and from which one it was. */
  #reached(starts: readonly number[], next: readonly (readonly number[] | undefined)[]): ReadonlyMap<number, number> {
    const reached = new Map(starts.map((leaf) => [leaf, leaf]));
    const queue = [...starts];
    for (let i = 0; i < queue.length; i++)
      for (const leaf of next[queue[i]!] ?? [])
        if (!reached.has(leaf)) {
          reached.set(leaf, queue[i]!);
          queue.push(leaf);
        }
    return reached;
  }
}
