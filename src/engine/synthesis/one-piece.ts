import { size } from "../../shared/tensor.ts";
import { grain, multipleTaken, upTo } from "../multiples.ts";
import { UnknownLayer, type Bound, type OpenModel } from "../model.ts";
import { atSize, isSameSize, type Size } from "./program.ts";
import { isFixed, takesMultiples } from "./evaluator.ts";
import { sizeText } from "./size-text.ts";
import { memoryDecides, roomOf } from "./tiles.ts";

/** Of the memory that there is: another program may be open. */
const share = 0.5;
/** Shorter sides are not tried one by one: no network has much to say of so few pixels. */
const fewest = 16;
/** How much longer a side becomes that is too short. */
const growth = 1.5;
/** A thin picture grows in both directions until it is so long, and is stretched from there on. */
const longest = 1024;

/** A network at the size of a picture that cannot be done in tiles, because all of it is compared with another. */
export interface OnePiece {
  /** Has to be released. */
  readonly model: OpenModel;
  readonly size: Size;
  /** It takes no size but the usual one. */
  readonly isOnlySize: boolean;
  /** Where the size is not the one that was asked for, why. */
  readonly remark: string | undefined;
}

/**
 * At the wanted size, or the next whose sides the network takes; larger where one of the layers would have no map of it,
 * smaller where the memory does not do, the usual one where the network takes no other.
 */
export async function inOnePiece(usual: OpenModel, wanted: Size, layers: readonly string[]): Promise<OnePiece> {
  const fitting = await fittingMemory(usual, wanted);
  const near = await takenNear(usual, fitting, layers);
  if (near) return { ...near, isOnlySize: false, remark: remarkOf(wanted, fitting, near) };
  const larger = enlargements(fitting, usual.inputSize);
  const next = await firstMapped(usual, larger, layers);
  // What is smaller than the grain tells no multiples: they are tried where they are nearer.
  const multiples = larger.map((size) => upTo(size, grain)).filter((size) => !next || isLess(size, next.size));
  const multiple = await firstMapped(usual, multiples, layers);
  if (multiple && !(await isTaken(usual, onePixelMore(multiple.size), layers))) {
    await next?.model.release();
    return { ...multiple, isOnlySize: false, remark: notTaken(wanted, multiple.size) };
  }
  await multiple?.model.release();
  if (next) {
    const remark = `Of ${sizeText(wanted)} pixels the network's layers have no maps: it is made at ${sizeText(next.size)}.`;
    return { ...next, isOnlySize: false, remark };
  }
  // What is wrong at every size is said of the usual one.
  const { inputSize } = usual;
  const remark = isFixed(usual)
    ? `This network takes ${sizeText(inputSize)} pixels only: it is made at that size.`
    : notTaken(wanted, inputSize);
  return { model: await atSize(usual, inputSize), size: inputSize, isOnlySize: true, remark };
}

const notTaken = (wanted: Size, size: Size): string =>
  `This network does not take ${sizeText(wanted)} pixels: it is made at ${sizeText(size)}.`;

/** Of growing sizes those at which each of the layers has a map; the last in any case. */
export async function sizesWithMaps(
  usual: OpenModel,
  sizes: readonly Size[],
  layers: readonly string[],
): Promise<readonly Size[]> {
  for (const [i, size] of sizes.slice(0, -1).entries()) {
    if (!isSmaller(size, usual.inputSize)) return sizes.slice(i);
    const near = await takenNear(usual, size, layers);
    await near?.model.release();
    if (near) return sizes.slice(i);
  }
  return sizes.slice(-1);
}

const isSmaller = (size: Size, than: Size): boolean =>
  Math.min(size.height, size.width) < Math.min(than.height, than.width);

/** A network at a size, or at the next of which it takes the sides, and what those are multiples of. */
interface Near extends Pick<OnePiece, "model" | "size"> {
  readonly multiple?: number;
}

async function takenNear(usual: OpenModel, size: Size, layers: readonly string[]): Promise<Near | undefined> {
  const own = await mapped(usual, size, layers);
  if (own) return { model: own, size };
  const multiple = await multipleTaken(size, async (at) => isTaken(usual, at, layers));
  if (!multiple) return undefined;
  const next = upTo(size, multiple);
  const model = await mapped(usual, next, layers);
  return model && { model, size: next, multiple };
}

/** At the first of some sizes that it takes, and of which the layers have maps. */
async function firstMapped(
  usual: OpenModel,
  sizes: readonly Size[],
  layers: readonly string[],
): Promise<Near | undefined> {
  for (const size of sizes) {
    const model = await mapped(usual, size, layers);
    if (model) return { model, size };
  }
  return undefined;
}

async function isTaken(usual: OpenModel, at: Size, layers: readonly string[]): Promise<boolean> {
  const model = await mapped(usual, at, layers);
  await model?.release();
  return model !== undefined;
}

/** The network at that size; undefined where it cannot be, or one of the layers has no map. */
async function mapped(usual: OpenModel, at: Size, layers: readonly string[]): Promise<OpenModel | undefined> {
  let model: OpenModel;
  try {
    model = await atSize(usual, at);
  } catch {
    return undefined;
  }
  const bound = await model.bound(1);
  if (layers.every((name) => hasMap(model, bound, name))) return model;
  await model.release();
  return undefined;
}

function hasMap(model: OpenModel, bound: Bound, name: string): boolean {
  try {
    return size(model.value(bound, name).shape) > 0;
  } catch (error) {
    if (error instanceof UnknownLayer) return false; // it hangs on what cannot be computed at this size
    throw error;
  }
}

const onePixelMore = ({ height, width }: Size): Size => ({ height: height + 1, width: width + 1 });

const isLess = (one: Size, other: Size): boolean => one.height * one.width < other.height * other.width;

/** Larger and larger, until the shorter side is no shorter than the usual one's. */
function enlargements(size: Size, usual: Size): readonly Size[] {
  const larger: Size[] = [];
  for (let last = size; isSmaller(last, usual);) larger.push((last = enlarged(last)));
  return larger;
}

/** The shorter side a good deal longer, the longer one with it as far as that is not much work. */
function enlarged({ height, width }: Size): Size {
  const short = Math.min(height, width);
  const long = Math.max(height, width);
  const wanted = Math.max(fewest, Math.ceil(short * growth));
  const most = Math.max(wanted, Math.min(Math.round((long * wanted) / short), Math.max(long, longest)));
  return height < width ? { height: wanted, width: most } : { height: most, width: wanted };
}

function remarkOf(wanted: Size, fitting: Size, { size, multiple }: Near): string | undefined {
  const made = `it is made at ${sizeText(size)}.`;
  if (!isSameSize(fitting, wanted))
    return `${sizeText(wanted)} pixels at once take too much memory: ${made} ${memoryDecides}`;
  return multiple ? `${takesMultiples(multiple)}: ${made}` : undefined;
}

async function fittingMemory(model: OpenModel, wanted: Size): Promise<Size> {
  const { bytes } = await roomOf(model);
  const factor = Math.sqrt(Math.min(1, (share * model.memory) / bytes(wanted)));
  if (factor === 1) return wanted;
  const shrunk = (n: number) => Math.max(1, Math.floor(n * factor));
  return { height: shrunk(wanted.height), width: shrunk(wanted.width) };
}
