import type { Trust, TrustRequest } from "../shared/protocol.ts";
import { float32, type FloatTensor } from "../shared/tensor.ts";
import type { FloatHeatmap } from "../shared/updates.ts";
import { random, resizeBilinear } from "./images/arithmetic.ts";
import type { Results } from "./results.ts";
import type { Looking, Seen } from "./subject.ts";
import { plainColor } from "./techniques/parts/fills.ts";
import { NotApplicable } from "./techniques/technique.ts";

/** Maps are compared on a grid of this many cells a side: where they are bright, not pixel by pixel. */
const side = 28;
/** The share of the picture that is called marked. */
const marked = 0.1;
/** Places that the marked shape is moved to for comparison. */
const draws = 5;

/** Do methods agree on where, and does what one marks matter to the network? */
export async function trust(
  looking: Looking,
  results: Results,
  request: TrustRequest,
  signal: AbortSignal,
): Promise<Trust> {
  const { technique, parameters, others, ...shared } = request;
  const seen = await looking.see(request, signal);
  const cellsOf = async (run: { technique: string; parameters: TrustRequest["parameters"] }) =>
    cells(await results.map({ ...shared, ...run }, "map", signal), seen.image);
  const own = await cellsOf({ technique, parameters });
  if (own.every((value) => value === 0))
    throw new NotApplicable("The map marks nothing in favour of the class: there is nothing to compare or to erase.");
  const agreement: Trust["agreement"][number][] = [];
  for (const other of others) {
    const theirs = await cellsOf(other);
    agreement.push({
      technique: other.technique,
      overlap: overlap(topTenth(own), topTenth(theirs)),
      correlation: rankCorrelation(own, theirs),
    });
  }
  const tenth = topTenth(own);
  return { agreement, marked: { side, cells: [...tenth] }, ...(await erasing(seen, request, tenth)) };
}

/** The evidence for the class in each cell of a grid over the picture: what lowers the score does not count. */
function cells({ values, signed }: FloatHeatmap, image: FloatTensor): Float32Array {
  const [, , height = 1, width = 1] = image.shape;
  const full = values.shape[0] === height && values.shape[1] === width ? values : resizeBilinear(values, height, width);
  const sums = new Float32Array(side * side);
  const counts = new Float32Array(side * side);
  full.data.forEach((value, i) => {
    const cell = cellOf(i, height, width);
    sums[cell]! += signed ? Math.max(value, 0) : value;
    counts[cell]!++;
  });
  return sums.map((sum, i) => (counts[i] ? sum / counts[i] : 0));
}

const cellOf = (pixel: number, height: number, width: number): number => {
  const [y, x] = [Math.floor(pixel / width), pixel % width];
  return Math.floor((y * side) / height) * side + Math.floor((x * side) / width);
};

/** The tenth of the cells with the greatest values. */
export function topTenth(values: Float32Array): ReadonlySet<number> {
  const order = Array.from(values.keys()).sort((a, b) => values[b]! - values[a]!);
  return new Set(order.slice(0, Math.round(marked * values.length)));
}

/** Intersection over union. */
export function overlap(a: ReadonlySet<number>, b: ReadonlySet<number>): number {
  const both = [...a].filter((cell) => b.has(cell)).length;
  return both / (a.size + b.size - both);
}

/** Spearman's: the correlation of the ranks, equal values sharing the mean of theirs. Zero where one of the two is constant. */
export function rankCorrelation(a: Float32Array, b: Float32Array): number {
  const [ra, rb] = [ranks(a), ranks(b)];
  const mean = (ra.length - 1) / 2;
  let [product, va, vb] = [0, 0, 0];
  ra.forEach((rank, i) => {
    const [da, db] = [rank - mean, rb[i]! - mean];
    product += da * db;
    va += da * da;
    vb += db * db;
  });
  return va && vb ? product / Math.sqrt(va * vb) : 0;
}

function ranks(values: Float32Array): Float64Array {
  const order = Array.from(values.keys()).sort((a, b) => values[a]! - values[b]!);
  const result = new Float64Array(values.length);
  for (let i = 0; i < order.length;) {
    let end = i;
    while (end + 1 < order.length && values[order[end + 1]!] === values[order[i]!]) end++;
    for (let k = i; k <= end; k++) result[order[k]!] = (i + end) / 2;
    i = end + 1;
  }
  return result;
}

/**
 * The class's probability and score with the marked cells in the mean colour, and with the same shape moved elsewhere:
 * scattered cells would hurt a network more than one patch does.
 */
async function erasing(
  seen: Seen,
  { target, against }: Pick<TrustRequest, "target" | "against">,
  cells: ReadonlySet<number>,
): Promise<Pick<Trust, "before" | "after" | "random" | "score">> {
  const { model, image, colors, classes } = seen;
  const fill = plainColor(image, colors.mean);
  const next = random(0);
  const moves = Array.from({ length: draws }, () => moved(cells, 1 + Math.floor(next() * (side * side - 1))));
  const pictures = [new Set<number>(), cells, ...moves].map((each) => erased(image, fill, each));
  const data = new Float32Array(pictures.length * image.data.length);
  pictures.forEach((picture, i) => {
    data.set(picture, i * image.data.length);
  });
  const scores = await model.scores(float32([pictures.length, ...image.shape.slice(1)], data));
  const { data: probabilities } = model.probabilities(scores);
  const scoreOf = (row: number, index: number) => scores.data[row * classes + index] ?? NaN;
  const score = (row: number) => scoreOf(row, target) - (against === undefined ? 0 : scoreOf(row, against));
  const probability = (row: number) => probabilities[row * classes + target] ?? NaN;
  const inThree = (of: (row: number) => number) => ({
    before: of(0),
    after: of(1),
    random: moves.reduce((sum, _, i) => sum + of(2 + i), 0) / draws,
  });
  return { ...inThree(probability), score: inThree(score) };
}

/** The same shape elsewhere; what leaves the grid on one side comes in on the other. */
function moved(cells: ReadonlySet<number>, by: number): ReadonlySet<number> {
  const [down, right] = [Math.floor(by / side), by % side];
  return new Set(
    [...cells].map((cell) => ((Math.floor(cell / side) + down) % side) * side + (((cell % side) + right) % side)),
  );
}

function erased({ shape, data }: FloatTensor, fill: FloatTensor, cells: ReadonlySet<number>): Float32Array {
  const [, , height = 1, width = 1] = shape;
  return data.map((value, i) => (cells.has(cellOf(i % (height * width), height, width)) ? fill.data[i]! : value));
}
