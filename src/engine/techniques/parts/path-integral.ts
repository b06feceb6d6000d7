import type { FloatTensor } from "../../../shared/tensor.ts";
import type { Finding } from "../../../shared/updates.ts";
import { add, map, mix, multiply, scale, subtract } from "../../images/arithmetic.ts";
import type { Run } from "../technique.ts";
import { done, signedMap } from "./findings.ts";
import { gaussLegendre, rightRiemann } from "./gauss-legendre.ts";

/** Below this share of the scores their difference is rounding. */
const rounding = 1e-6;
/** A map for the screen after so many steps. */
const shownEvery = 5;
/** Pieces of the path that are cut before the sum is looked at again, and gradients that a cut takes. */
const [cutAtOnce, gradientsOfCut] = [4, 3];

/** The straight path from the baseline, at 0, to the photo, at 1. */
export interface Path {
  /** [1, C, H, W] */
  readonly difference: FloatTensor;
  /** The score of the baseline, and that of the photo. */
  readonly ends: readonly [number, number];
  /** Of the score, from the baseline to the photo: what there is to explain. */
  readonly change: number;
  score(at: number): Promise<number>;
  /** [1, C, H, W] */
  gradient(at: number): Promise<FloatTensor>;
}

export async function pathOf(
  { model, image, target: { weights } }: Pick<Run, "model" | "image" | "target">,
  start: FloatTensor,
): Promise<Path> {
  const of = { kind: "class", weights } as const;
  const score = async (at: number) => {
    const { data } = await model.scores(mix(start, image, at));
    return weights.reduce((sum, weight, k) => sum + weight * (data[k] ?? 0), 0);
  };
  const [here, there] = [await score(0), await score(1)];
  const change = there - here;
  return {
    difference: subtract(image, start),
    ends: [here, there],
    change: Math.abs(change) <= rounding * (Math.abs(there) + Math.abs(here)) ? 0 : change,
    score,
    gradient: async (at) => (await model.gradient(mix(start, image, at), { of })).signal,
  };
}

/** A piece of the path, all of which the gradient at `point` stands for. */
interface Piece {
  readonly from: number;
  readonly to: number;
  readonly point: number;
  /** How the score rises there, along the path. */
  readonly slope: number;
}

export interface Integral {
  readonly pieces: readonly Piece[];
  /** The gradients, each times its piece's length. */
  readonly sum: FloatTensor;
}

const shown = ({ difference }: Path, sum: FloatTensor) =>
  signedMap(multiply(difference, sum), { title: "Attribution", unit: "of the score" });

const lengthOf = ({ from, to }: Pick<Piece, "from" | "to">) => to - from;
/** What a piece adds to the attribution's sum. */
const partOf = (piece: Piece) => lengthOf(piece) * piece.slope;
/** What the attribution adds up to. */
export const addsUpTo = ({ pieces }: Integral): number => pieces.reduce((sum, piece) => sum + partOf(piece), 0);

const quadratures = { right: rightRiemann, "gauss-legendre": gaussLegendre };
export type Rule = keyof typeof quadratures;

/** By so many points of the rule, of which each has a piece as long as its weight. */
export async function* integralOf(path: Path, rule: Rule, steps: number): AsyncGenerator<Finding, Integral> {
  const { points, weights } = quadratures[rule](steps);
  let sum = map(path.difference, () => 0);
  const pieces: Piece[] = [];
  for (const [i, point] of points.entries()) {
    const gradient = await path.gradient(point);
    const from = pieces.at(-1)?.to ?? 0;
    const to = i === points.length - 1 ? 1 : from + weights[i]!;
    sum = add(sum, scale(gradient, weights[i]!));
    pieces.push({ from, to, point, slope: inner(gradient, path.difference) });
    yield done(i + 1, points.length, "steps");
    // What is known so far stands for the whole path.
    if ((i + 1) % shownEvery === 0) yield shown(path, scale(sum, 1 / to));
  }
  yield shown(path, sum);
  return { pieces, sum };
}

/**
 * Finer steps where they are needed. What a piece should add up to is known, too: the score's change along it. Those that
 * are farthest from that are cut in three, again and again, until the whole is enough, or `most` gradients were taken in
 * all. Bhat and Raychowdhury 2023 (Non-uniform interpolation in integrated gradients) have steps where the score changes;
 * here they are where the steps so far say something else than the score.
 */
export async function* refined(
  path: Path,
  rule: Rule,
  rough: Integral,
  { most, isEnough }: { readonly most: number; isEnough(integral: Integral): boolean },
): AsyncGenerator<Finding, Integral> {
  const scores = new Map(path.ends.entries());
  const know = async (pieces: readonly Pick<Piece, "to">[]) => {
    for (const { to } of pieces) if (!scores.has(to)) scores.set(to, await path.score(to));
  };
  await know(rough.pieces);
  const error = (piece: Piece) => Math.abs(partOf(piece) - (scores.get(piece.to)! - scores.get(piece.from)!));
  let integral = rough;
  let taken = rough.pieces.length;
  const perRound = cutAtOnce * gradientsOfCut;
  while (!isEnough(integral) && taken + perRound <= most) {
    let { sum } = integral;
    const pieces = integral.pieces.toSorted((a, b) => error(b) - error(a));
    for (const piece of pieces.splice(0, cutAtOnce)) {
      const thirds = inThirds(piece, rule);
      // Kept for every piece, gradients would take hundreds of megabytes: this one is asked for once more.
      const gradient = await path.gradient(piece.point);
      sum = add(sum, scale(gradient, lengthOf(thirds.own) - lengthOf(piece)));
      yield done(++taken, most, "steps at most");
      pieces.push(thirds.own);
      for (const third of thirds.others) {
        const gradient = await path.gradient(third.point);
        sum = add(sum, scale(gradient, lengthOf(third)));
        pieces.push({ ...third, slope: inner(gradient, path.difference) });
        yield done(++taken, most, "steps at most");
      }
      await know([thirds.own, ...thirds.others]);
    }
    integral = { pieces, sum };
    yield shown(path, sum);
  }
  return integral;
}

/** One of which keeps the piece's point: the middle one, or with right ends the last. */
function inThirds({ from, to, point, slope }: Piece, rule: Rule) {
  const [first, second] = [from + (to - from) / 3, from + (2 * (to - from)) / 3];
  const pointOf = (a: number, b: number) => (rule === "right" ? b : (a + b) / 2);
  const [before, between, after] = [
    { from, to: first, point: pointOf(from, first) },
    { from: first, to: second, point: pointOf(first, second) },
    { from: second, to, point: pointOf(second, to) },
  ] as const;
  const [own, others] = rule === "right" ? [after, [before, between]] : [between, [before, after]];
  return { own: { ...own, point, slope }, others };
}

const inner = (a: FloatTensor, b: FloatTensor): number => a.data.reduce((sum, x, i) => sum + x * b.data[i]!, 0);
