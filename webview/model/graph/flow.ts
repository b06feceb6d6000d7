import type { NodeCard, Structure } from "../../../src/shared/structure.ts";

/** A tensor on its way from what makes it to one of its readers. Ends are leaves of the flow. */
export interface Wire {
  /** Place in `Structure.values`. */
  readonly value: number;
  readonly from: number;
  readonly to: number;
  /** Closes a circle: the file is at fault. */
  readonly backwards: boolean;
}

/** What is drawn of a structure: its nodes by their places, then its inputs, then its outputs; and what runs between them. */
export interface Flow {
  readonly structure: Structure;
  readonly leaves: number;
  readonly wires: readonly Wire[];
  /** Where a leaf stands in an order of execution. */
  readonly rank: Int32Array;
  readonly firstInput: number;
  readonly firstOutput: number;
}

/** A constant is an argument of what reads it, as a weight is, and no step of its own; so is a weight under another name. */
export const isConstant = ({ op, domain, inputs }: NodeCard, { values }: Structure): boolean =>
  domain === "" &&
  (op === "Constant" || (op === "Identity" && inputs.length > 0 && inputs.every((value) => values[value]?.weight)));

export function flowOf(structure: Structure): Flow {
  const { nodes, values, inputs, outputs } = structure;
  const firstInput = nodes.length;
  const firstOutput = firstInput + inputs.length;
  const leaves = firstOutput + outputs.length;

  const makers = new Int32Array(values.length).fill(-1);
  const makes = (value: number, leaf: number) => {
    if (makers[value] === -1 && !values[value]?.weight) makers[value] = leaf;
  };
  nodes.forEach((node, leaf) => {
    if (!isConstant(node, structure)) for (const value of node.outputs) makes(value, leaf);
  });
  inputs.forEach((value, i) => makes(value, firstInput + i));

  const ends: Ends[] = [];
  const read = (value: number, to: number) => {
    const from = makers[value] ?? -1;
    if (from >= 0) ends.push({ value, from, to });
  };
  nodes.forEach((node, leaf) => {
    if (!isConstant(node, structure)) for (const value of new Set(node.inputs)) read(value, leaf);
  });
  outputs.forEach((value, i) => read(value, firstOutput + i));

  const rank = rankOf(leaves, firstInput, firstOutput, ends);
  const circle = new Set(structure.cycle);
  const wires = ends.map((wire) => ({
    ...wire,
    backwards: circle.has(wire.from) && circle.has(wire.to) && rank[wire.from]! >= rank[wire.to]!,
  }));
  return { structure, leaves, wires, rank, firstInput, firstOutput };
}

type Ends = Omit<Wire, "backwards">;

/** The file's own order wherever it is one of execution, as ONNX demands; else one that is, as far as circles allow. */
function rankOf(leaves: number, firstInput: number, firstOutput: number, wires: readonly Ends[]): Int32Array {
  const inputs = firstOutput - firstInput;
  const filed = (leaf: number) => (leaf < firstInput ? leaf + inputs : leaf < firstOutput ? leaf - firstInput : leaf);
  const rank = Int32Array.from({ length: leaves }, (_, leaf) => filed(leaf));
  if (wires.every(({ from, to }) => rank[from]! < rank[to]!)) return rank;

  const readers = lists(
    leaves,
    wires,
    ({ from }) => from,
    ({ to }) => to,
  );
  const waiting = new Int32Array(leaves);
  for (const { to } of wires) waiting[to]!++;
  const byFile = Int32Array.from({ length: leaves }, (_, leaf) => leaf).sort((a, b) => filed(a) - filed(b));
  const queue = [...byFile].filter((leaf) => waiting[leaf] === 0);
  const placed = new Uint8Array(leaves);
  let next = 0;
  let candidate = 0;
  while (next < leaves) {
    if (next === queue.length) {
      // What is left waits for itself, in a circle: the file's first of it begins.
      while (placed[byFile[candidate]!]) candidate++;
      queue.push(byFile[candidate]!);
    }
    const leaf = queue[next]!;
    placed[leaf] = 1;
    rank[leaf] = next++;
    for (const reader of readers[leaf] ?? [])
      if (--waiting[reader]! === 0 && !placed[reader] && !queued(queue, next, reader)) queue.push(reader);
  }
  return rank;
}

/** Only a circle's first leaf can be in the queue before its turn, and it is its last then. */
const queued = (queue: readonly number[], from: number, leaf: number) => queue.length > from && queue.at(-1) === leaf;

/** For each leaf, what `to` says of the things that `from` says it has. */
export function lists<T>(
  leaves: number,
  things: readonly T[],
  from: (thing: T) => number,
  to: (thing: T) => number,
): readonly (readonly number[] | undefined)[] {
  const found: (number[] | undefined)[] = new Array<number[] | undefined>(leaves);
  for (const thing of things) (found[from(thing)] ??= []).push(to(thing));
  return found;
}
