import { shown } from "../../../shared/shown.ts";
import type { Keys } from "./keys.ts";
import type { Operand, Piece, Step } from "./piece.ts";

// How two pieces of the same kind differ in what their nodes are told and read. Clauses for the person.

/** Why their nodes cannot be compared one by one; undefined where they can. */
export function otherSteps(a: Piece, b: Piece): string | undefined {
  const [mine, theirs] = [opsOf(a), opsOf(b)];
  if (mine.join() === theirs.join()) return undefined;
  if (mine.length !== theirs.length) return `${mine.length} nodes became ${theirs.length}`;
  return `${mine.join(", ")} became ${theirs.join(", ")}`;
}

/** What makes its constants out of others may be another thing, with the same result or not. */
export function otherPreparation(a: Piece, b: Piece): string | undefined {
  const [mine, theirs] = [preparing(a), preparing(b)];
  if (mine.join() === theirs.join()) return undefined;
  const text = (ops: readonly string[]) =>
    ops.length ? `go through ${ops.map((op) => shown(op)).join(", ")}` : "are read as they are";
  return `constants that ${text(mine).replace("go ", "went ").replace("are ", "were ")} now ${text(theirs)}`;
}

const preparing = ({ steps, prepared }: Piece) => steps.slice(0, prepared).map(({ op }) => op);
const opsOf = ({ steps, prepared }: Piece) => steps.slice(prepared).map(({ op }) => op);

/** Pairs of the nodes that do the same in both. */
export function stepPairs(a: Piece, b: Piece): readonly (readonly [Step, Step])[] {
  const from = (piece: Piece) => (otherPreparation(a, b) === undefined ? 0 : piece.prepared);
  const theirs = b.steps.slice(from(b));
  return a.steps.slice(from(a)).flatMap((step, i) => {
    const other = theirs[i];
    return other ? [[step, other] as const] : [];
  });
}

/** "dilations 1 1 → 2 2" */
export function changedAttributes(a: Piece, b: Piece): string[] {
  // What is in a layer has all attributes that count, what is in none those that the file gives.
  const partly = a.isLayer !== b.isLayer;
  return stepPairs(a, b).flatMap(([one, other]) => {
    const names = new Set([...one.attributes.keys(), ...other.attributes.keys()]);
    return [...names].flatMap((name) => {
      const [before, after] = [one.attributes.get(name), other.attributes.get(name)];
      const isSaid = before && after && !before.isDefault && !after.isDefault;
      if (before?.all === after?.all || (partly && !isSaid)) return [];
      return [prefixed(a, one, changeText(shown(name), before?.text ?? "not given", after?.text ?? "not given"))];
    });
  });
}

/** "max 6 → 1"; where the eye would not tell them apart, only that they differ. */
export const changeText = (name: string, before: string, after: string): string =>
  before === after ? `another ${name} (${after})` : `${name} ${before} → ${after}`;

/** Of several nodes it is said which. */
export const prefixed = ({ steps }: Piece, { op }: Step, words: string): string =>
  steps.length > 1 ? `${shown(op)} ${words}` : words;

/** "inputs in another order", "reads fire2 in place of fire3" */
export function changedInputs(a: Piece, b: Piece, keys: Keys): string[] {
  if (a.isLayer !== b.isLayer) return [];
  return stepPairs(a, b).flatMap(([one, other]) => {
    const words = changedReads(keys.reads(one, a), keys.reads(other, b), a, b);
    return words === undefined ? [] : [prefixed(a, one, words)];
  });
}

function changedReads(
  before: ReturnType<Keys["reads"]>,
  after: ReturnType<Keys["reads"]>,
  a: Piece,
  b: Piece,
): string | undefined {
  const [mine, theirs] = [before, after].map((reads) => reads.map(({ key }) => key)) as [string[], string[]]; // of two, two
  if (mine.join("\n") === theirs.join("\n")) return undefined;
  if ([...mine].sort().join("\n") === [...theirs].sort().join("\n")) return "inputs in another order";
  if (mine.length !== theirs.length) return `${inputs(mine.length)} became ${theirs.length}`;
  return few(
    before.flatMap(({ key, operand }, i) => {
      const now = after[i];
      if (!now || now.key === key) return [];
      return [`reads ${sourceText(now.operand, b)} in place of ${sourceText(operand, a)}`];
    }),
  ).join(", ");
}

/** Nobody reads a hundred clauses, and a hostile file can have any number. */
export function few(clauses: readonly string[], most = 6): readonly string[] {
  return clauses.length > most ? [...clauses.slice(0, most - 1), `and ${clauses.length - most + 1} more`] : clauses;
}

const inputs = (count: number) => (count === 1 ? "1 input" : `${count} inputs`);

function sourceText(operand: Operand, of: Piece): string {
  switch (operand.kind) {
    case "nothing":
      return "nothing";
    case "constant":
      return "a constant";
    case "input":
      return `the input ${shown(operand.name)}`;
    case "written": {
      const { piece, at } = operand.by;
      if (typeof at === "number" && at < 0) return "a constant";
      if (piece === of) return `its own ${shown(piece.steps[piece.prepared + Number(at)]?.op ?? "")}`;
      const within = at === "end" ? "" : `the ${shown(piece.steps[piece.prepared + at]?.op ?? "")} in `;
      return within + shown(piece.name);
    }
  }
}
