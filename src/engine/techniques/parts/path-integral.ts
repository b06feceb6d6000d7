import { float32, type FloatTensor } from "../../../shared/tensor.ts";
import type { Finding } from "../../../shared/updates.ts";
import { addTo, constantLike, inner, mix, multiply, scale, subtract } from "../../images/arithmetic.ts";
import type { Run } from "../technique.ts";
import { done, signedMap } from "./findings.ts";
import { gaussLegendre, rightRiemann } from "./gauss-legendre.ts";

/** Below this share of the scores their difference is rounding. */
const rounding = 1e-6;
/** A map for the screen after so many steps, or cuts. */
const shownEvery = 5;
/** Bytes of gradients that are kept: a piece's own is wanted again where the piece is cut. */
const keptBytes = 64e6;
/** Of the path: pictures that are nearer to one another than this are the same but for rounding. */
const finest = 1e-6;

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
  /** Left out where there is no room for it: then it has to be asked for once more. */
  readonly gradient?: FloatTensor;
}

export interface Integral {
  readonly pieces: readonly Piece[];
  /** The gradients, each times its piece's length. */
  readonly sum: FloatTensor;
}

const shown = ({ difference }: Path, sum: FloatTensor) =>
  signedMap(multiply(difference, sum), { title: "Attribution", unit: "of the score" });

const lengthOf = ({ from, to }: Pick<Piece, "from" | "to">) => to - from;
/** What the attribution adds up to, or some of its pieces. */
export const addsUpTo = ({ pieces }: Pick<Integral, "pieces">): number =>
  pieces.reduce((sum, piece) => sum + lengthOf(piece) * piece.slope, 0);

/** So many gradients are kept. */
const roomFor = ({ difference }: Path) => Math.floor(keptBytes / difference.data.byteLength);

const quadratures = { right: rightRiemann, "gauss-legendre": gaussLegendre };
export type Rule = keyof typeof quadratures;

/** By so many points of the rule, of which each has a piece as long as its weight. */
export async function* integralOf(path: Path, rule: Rule, steps: number): AsyncGenerator<Finding, Integral> {
  const { points, weights } = quadratures[rule](steps);
  const { difference } = path;
  const sum = constantLike(difference, 0);
  const pieces: Piece[] = [];
  for (const [i, point] of points.entries()) {
    const gradient = await path.gradient(point);
    const from = pieces.at(-1)?.to ?? 0;
    const to = i === points.length - 1 ? 1 : from + weights[i]!;
    addTo(sum, gradient, weights[i]!);
    pieces.push({ from, to, point, slope: inner(gradient, difference), ...(i < roomFor(path) && { gradient }) });
    yield done(i + 1, points.length, "steps");
    // What is known so far stands for the whole path.
    if ((i + 1) % shownEvery === 0 && i + 1 < points.length) yield shown(path, scale(sum, 1 / to));
  }
  yield shown(path, sum);
  return { pieces, sum };
}

/** Pieces one after the other, and how far they are from what they should add up to. */
interface Stretch {
  readonly pieces: readonly Piece[];
  readonly error: number;
}

/**
 * Finer steps where they are needed. What a stretch of the path should add up to is known, too: the score's change along
 * it. The one that is farthest from that is halved, down to a single piece, which is cut in three, again and again, until
 * the whole is enough, or `most` gradients were taken in all. Bhat and Raychowdhury 2023 (Non-uniform interpolation in
 * integrated gradients) have steps where the score changes; here they are where the steps so far say something else than
 * the score.
 */
export async function* refined(
  path: Path,
  rule: Rule,
  rough: Integral,
  { most, isEnough }: { readonly most: number; isEnough(integral: Integral): boolean },
): AsyncGenerator<Finding, Integral> {
  const scores = new Map(path.ends.entries());
  const scoreAt = async (at: number) => {
    const score = scores.get(at) ?? (await path.score(at));
    scores.set(at, score);
    return score;
  };
  const stretchOf = async (pieces: readonly Piece[]): Promise<Stretch> => {
    const [from, to] = [pieces[0]!.from, pieces.at(-1)!.to];
    // At a jump no step is fine enough: what can be mended is elsewhere.
    if (pieces.length === 1 && to - from < finest) return { pieces, error: 0 };
    return { pieces, error: Math.abs(addsUpTo({ pieces }) - ((await scoreAt(to)) - (await scoreAt(from)))) };
  };
  const sum = float32(rough.sum.shape, rough.sum.data.slice());
  let stretches = [await stretchOf(rough.pieces)];
  let [taken, cuts, room] = [rough.pieces.length, 0, roomFor(path) - rough.pieces.length];
  const integral = () => ({ pieces: stretches.flatMap(({ pieces }) => pieces), sum });
  while (!isEnough(integral())) {
    const [{ pieces }, ...others] = stretches.toSorted((a, b) => b.error - a.error) as [Stretch, ...Stretch[]]; // never none
    const [piece] = pieces as [Piece, ...Piece[]]; // nor here
    if (pieces.length > 1) {
      const half = pieces.length >> 1;
      stretches = [...others, await stretchOf(pieces.slice(0, half)), await stretchOf(pieces.slice(half))];
      continue;
    }
    if (taken + (piece.gradient ? 2 : 3) > most) break;
    const thirds = inThirds(piece, rule);
    const gradient = piece.gradient ?? (await path.gradient(piece.point));
    if (!piece.gradient) yield done(++taken, most, "steps at most");
    addTo(sum, gradient, lengthOf(thirds.own) - lengthOf(piece));
    const cut: Piece[] = [thirds.own];
    for (const third of thirds.others) {
      const gradient = await path.gradient(third.point);
      addTo(sum, gradient, lengthOf(third));
      cut.push({ ...third, slope: inner(gradient, path.difference), ...(room-- > 0 && { gradient }) });
      yield done(++taken, most, "steps at most");
    }
    stretches = others;
    for (const third of cut) stretches.push(await stretchOf([third]));
    if (++cuts % shownEvery === 0) yield shown(path, sum);
  }
  yield shown(path, sum);
  return integral();
}

/** One of which keeps the piece's point: the middle one, or with right ends the last. */
function inThirds(piece: Piece, rule: Rule) {
  const { from, to } = piece;
  const [first, second] = [from + (to - from) / 3, from + (2 * (to - from)) / 3];
  const pointOf = (a: number, b: number) => (rule === "right" ? b : (a + b) / 2);
  const [before, between, after] = [
    { from, to: first, point: pointOf(from, first) },
    { from: first, to: second, point: pointOf(first, second) },
    { from: second, to, point: pointOf(second, to) },
  ] as const;
  const [own, others] = rule === "right" ? [after, [before, between]] : [between, [before, after]];
  return { own: { ...piece, from: own.from, to: own.to }, others };
}
