/** Anything that stands in something and has a leaf of the flow, or −1. */
export interface Nested<T> {
  readonly children: readonly T[];
  readonly leaf: number;
}

/** Between which children of which block each wire runs: its ends lifted to where they part. */
export class Lifting<T extends Nested<T>> {
  readonly #things: T[] = [];
  readonly #parent: number[] = [];
  readonly #depth: number[] = [];
  readonly #ofLeaf: (number | undefined)[] = [];

  constructor(whole: T) {
    this.#add(whole, -1, 0);
    for (let i = 0; i < this.#things.length; i++)
      for (const child of this.#things[i]!.children) this.#add(child, i, this.#depth[i]! + 1);
  }

  /** Undefined for a wire that runs within one leaf, or to something that is not drawn. */
  of({ from, to }: { readonly from: number; readonly to: number }): { block: T; from: T; to: T } | undefined {
    let [a, b] = [this.#ofLeaf[from], this.#ofLeaf[to]];
    if (a === undefined || b === undefined || a === b) return undefined;
    while (this.#depth[a]! > this.#depth[b]!) a = this.#parent[a]!;
    while (this.#depth[b]! > this.#depth[a]!) b = this.#parent[b]!;
    while (this.#parent[a] !== this.#parent[b]) [a, b] = [this.#parent[a]!, this.#parent[b]!];
    return { block: this.#things[this.#parent[a]!]!, from: this.#things[a]!, to: this.#things[b]! };
  }

  #add(thing: T, parent: number, depth: number): void {
    if (thing.leaf >= 0) this.#ofLeaf[thing.leaf] = this.#things.length;
    this.#things.push(thing);
    this.#parent.push(parent);
    this.#depth.push(depth);
  }
}
