import { shown } from "../../../shared/shown.ts";
import { isLearned, type LayerDiff } from "../../../shared/structure.ts";
import { shapeText } from "../../../shared/tensor.ts";
import type { Held, Keys } from "./keys.ts";
import type { Pair } from "./match.ts";
import { agree, distance, numbersText } from "./numbers.ts";
import type { Piece } from "./piece.ts";
import { changedAttributes, changedInputs, changeText, few, otherPreparation, otherSteps, prefixed } from "./steps.ts";

/** A clause that says what changed. */
type Found = readonly [change: LayerDiff["change"], words: string];
type NumbersPair = readonly [Held["numbers"], Held["numbers"]];

/** How one piece of a network differs from what stands for it in another. */
export async function compared([a, b]: Pair, keys: Keys, signal: AbortSignal): Promise<LayerDiff> {
  const parameters = { a: a?.parameters ?? 0, b: b?.parameters ?? 0 };
  const plain = { parameters, relative: undefined, largest: undefined };
  if (!a || !b) {
    const only = a ?? b;
    return { layer: only?.name ?? "", change: a ? "removed" : "added", words: only ? textOf(only) : "", ...plain };
  }
  const name = { layer: a.name, ...(a.name !== b.name && { renamed: b.name }) };
  const renamed = a.name === b.name ? [] : [`now called ${shown(b.name)}`];
  const kind = a.kind === b.kind ? otherSteps(a, b) : `${shown(a.kind)} became ${shown(b.kind)}`;
  if (kind !== undefined) return { ...name, change: "kind", words: [...renamed, kind].join("; "), ...plain };

  const [mine, theirs] = [keys.constants(a), keys.constants(b)];
  const weights = await weightsOf(mine, theirs, signal);
  const settings = await settingsOf(a, mine, theirs, signal);
  // The gravest first.
  const found: Found[] = [
    ...weights.shapes,
    ...clauses("shape", changedOutput(a, b)),
    ...clauses("inputs", [otherPreparation(a, b) ?? []].flat()),
    ...clauses("inputs", changedInputs(a, b, keys)),
    ...clauses("attributes", changedAttributes(a, b)),
    ...clauses("attributes", settings.changed),
    ...weights.numbers,
    ...clauses("unreadable", notReadable("settings", settings.unreadable)),
  ];
  const words = found.length
    ? found.map(([, words]) => words)
    : [mine.some(isWeight) ? "the same weights" : "no weights"];
  const [change] = found[0] ?? ["same"];
  const { relative, largest } = weights;
  return { ...name, change, words: [...renamed, ...few(words)].join("; "), relative, largest, parameters };
}

const clauses = (change: LayerDiff["change"], words: readonly string[]): Found[] => words.map((each) => [change, each]);

const textOf = ({ kind, output }: Piece) => (output === undefined ? shown(kind) : `${shown(kind)}, output ${output}`);

function changedOutput({ output: before }: Piece, { output: after }: Piece): string[] {
  const known = before !== undefined && after !== undefined;
  return known && before !== after ? [`output ${shown(before)} became ${shown(after)}`] : [];
}

const isWeight = ({ numbers }: Held) => isLearned(numbers);

/** Of small constants: "max 6 → 1". */
async function settingsOf(
  a: Piece,
  before: readonly Held[],
  after: readonly Held[],
  signal: AbortSignal,
): Promise<{ readonly changed: readonly string[]; readonly unreadable: readonly NumbersPair[] }> {
  const [mine, theirs] = [before, after].map((held) => held.filter((each) => !isWeight(each))) as [Held[], Held[]]; // of two, two
  const changed: string[] = [];
  const unreadable: NumbersPair[] = [];
  for (const [i, { numbers, role, step }] of mine.entries()) {
    const now = theirs[i]?.numbers;
    if (!now) continue;
    const same = await agree(numbers, now, signal);
    if (same === "unreadable") unreadable.push([numbers, now]);
    else if (!same) changed.push(prefixed(a, step, changeText(shown(role), numbersText(numbers), numbersText(now))));
  }
  return { changed, unreadable };
}

interface WeightsCompared {
  readonly shapes: readonly Found[];
  readonly numbers: readonly Found[];
  readonly relative: number | undefined;
  readonly largest: number | undefined;
}

async function weightsOf(
  before: readonly Held[],
  after: readonly Held[],
  signal: AbortSignal,
): Promise<WeightsCompared> {
  const none = { shapes: [], numbers: [], relative: undefined, largest: undefined };
  const [mine, theirs] = [before, after].map((held) => held.filter(isWeight).map(({ numbers }) => numbers)) as [
    Held["numbers"][],
    Held["numbers"][],
  ]; // of two, two
  const pairs = mine.flatMap((one, i) => {
    const other = theirs[i];
    return other ? [[one, other] as const] : [];
  });
  const differing = pairs.find(([one, other]) => shapeText(one.shape) !== shapeText(other.shape));
  if (differing) {
    const [was, is] = differing.map(({ shape }) => shapeText(shape));
    return { ...none, shapes: [["shape", `weights of ${was} became ${is}`]] };
  }
  if (mine.length !== theirs.length)
    return { ...none, shapes: [["shape", `${mine.length} weights became ${theirs.length}`]] };

  const unreadable = pairs.filter((pair) => pair.some(({ broken }) => broken !== undefined));
  const readable = pairs.filter((pair) => !unreadable.includes(pair));
  const { squares, ofFirst, largest } = await distance(readable, signal);
  const types = [
    ...new Set(
      pairs.flatMap(([one, other]) => (one.dtype === other.dtype ? [] : [`${one.dtype} became ${other.dtype}`])),
    ),
  ];
  const numbers: Found[] = [
    ...clauses("weights", squares === 0 ? [] : [`other weights${noShare(squares, ofFirst)}`]),
    ...clauses(
      "weights",
      squares === 0 && !unreadable.length ? types.map((type) => `${type}, the same numbers`) : types,
    ),
    ...clauses("unreadable", notReadable("weights", unreadable)),
  ];
  if (unreadable.length || !pairs.length) return { ...none, numbers };
  const relative = squares === 0 ? 0 : noShare(squares, ofFirst) ? undefined : Math.sqrt(squares / ofFirst);
  return { shapes: [], numbers, relative, largest };
}

/** Why it cannot be told what share of the weights has changed, to be added to the clause; nothing where it can. */
function noShare(squares: number, ofFirst: number): string {
  if (!Number.isFinite(squares) || !Number.isFinite(ofFirst)) return ", some of them NaN or infinite";
  return ofFirst === 0 ? ", where all were zero" : "";
}

const notReadable = (what: string, pairs: readonly NumbersPair[]): string[] =>
  pairs.length ? [`${what} not readable: ${few(pairs.map(reasonOf), 3).join(", ")}`] : [];

function reasonOf([one, other]: NumbersPair): string {
  if (one.broken === undefined) return `in the second, ${shown(other.name)} ${other.broken ?? ""}`;
  if (other.broken === undefined) return `in the first, ${shown(one.name)} ${one.broken}`;
  return `${shown(one.name)} ${one.broken}`;
}
