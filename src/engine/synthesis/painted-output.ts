import type { Preparation } from "../../shared/preparation.ts";
import type { FloatTensor } from "../../shared/tensor.ts";
import type { Value } from "../graph/graph.ts";
import type { Picture } from "../images/picture.ts";
import { prepare } from "../images/prepare.ts";
import { ModelChanged, type Bound, type OpenModel } from "../model.ts";
import { brightest, channels } from "./canvas.ts";

/** Numbers that stay below this were meant for 0 to 1, where screens have 0 to 255. */
const unitRange = 2;
/** How far beyond black and white nearly all of a picture's numbers may lie, as a share of what lies between these. */
const beyond = 0.25;
const nearlyAll = 0.9;
/** How far they are spread at least, as a share of the same: scores of classes may be few and small. */
const spread = 0.1;
/** How much of a photo is left in its picture: the correlation of their brightness. A style as strong as "Candy" leaves 0.6. */
const alike = 0.3;

/** The picture that a network paints which was made for that: its first output with three channels. */
export const paintedOutput = ({ network: { outputs } }: Pick<Bound, "network">): Value | undefined =>
  outputs.find(({ shape, dtype }) => shape.length === 4 && shape[1] === channels && dtype === "float32");

/** What white is in what it painted. */
export const whiteOf = ({ data }: FloatTensor): number =>
  data.reduce((most, x) => Math.max(most, x), -Infinity) > unitRange ? brightest : 1;

/**
 * Whether it was made to paint what it is shown anew: it has no classes, and its picture is as large as what it sees, has
 * a picture's numbers and looks like the photo. A segmenter of three classes, or one that tells normals, has such maps too.
 */
export async function paintsAnew(
  model: OpenModel,
  photo: () => Promise<Picture>,
  preparation: Preparation,
): Promise<boolean> {
  const bound = await model.bound(1);
  const [, , ...seen] = bound.network.input.shape;
  const output = paintedOutput(bound);
  if (bound.score || !output?.shape.slice(2).every((n, i) => n === seen[i])) return false;
  const { tensor } = prepare(await photo(), preparation);
  try {
    const painted = await model.activations(tensor, output.name);
    return hasPicturesNumbers(painted) && correlation(brightness(painted), brightness(tensor)) >= alike;
  } catch (error) {
    if (error instanceof ModelChanged) throw error;
    return false; // what cannot be run paints nothing
  }
}

function hasPicturesNumbers(painted: FloatTensor): boolean {
  const white = whiteOf(painted);
  const within = painted.data.reduce((n, x) => n + Number(x >= -beyond * white && x <= (1 + beyond) * white), 0);
  return within >= nearlyAll * painted.data.length && deviationOf(painted.data) >= spread * white;
}

/** The mean over the channels, at each place. */
function brightness({ shape: [, count = 1], data }: FloatTensor): Float32Array {
  const plane = data.length / count;
  return Float32Array.from({ length: plane }, (_, p) => {
    let sum = 0;
    for (let c = 0; c < count; c++) sum += data[c * plane + p]!;
    return sum / count;
  });
}

const meanOf = (values: Float32Array) => values.reduce((sum, x) => sum + x, 0) / values.length;

function deviationOf(values: Float32Array): number {
  const mean = meanOf(values);
  return Math.sqrt(values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / values.length);
}

/** Pearson's; of what is the same everywhere, none. */
function correlation(a: Float32Array, b: Float32Array): number {
  const [meanA, meanB] = [meanOf(a), meanOf(b)];
  const covariance = a.reduce((sum, x, i) => sum + (x - meanA) * (b[i]! - meanB), 0) / a.length;
  const both = deviationOf(a) * deviationOf(b);
  return both > 0 ? covariance / both : 0;
}
