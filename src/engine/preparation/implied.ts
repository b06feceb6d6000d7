import type { InputShape, OwnArithmetic, Preparation } from "../../shared/preparation.ts";
import type { DType } from "../../shared/tensor.ts";
import { imagenet } from "../images/imagenet.ts";
import { plain } from "./candidates.ts";

const integers: ReadonlySet<DType | undefined> = new Set<DType>([
  "int8",
  "int16",
  "int32",
  "int64",
  "uint8",
  "uint16",
  "uint32",
  "uint64",
]);

/**
 * What a network tells of its photos without a word: integers hold pixels as they are and nothing that is normalized; and a
 * network that normalizes by itself is not given what is normalized already.
 */
export function implied({ dtype, arithmetic }: InputShape): Partial<Preparation> {
  const normalized = arithmetic && beforeNormalizing(arithmetic);
  if (!integers.has(dtype)) return normalized ?? {};
  const range = dtype === "int8" ? ([-128, 127] as const) : ([0, 255] as const);
  return { ...(normalized?.color && { color: normalized.color }), range, ...plain };
}

/**
 * What pixels were before a network's own arithmetic, told by the mean that it subtracts and the deviation that it divides
 * by; undefined where it is not how photos are normalized.
 */
function beforeNormalizing({ factor, shift }: OwnArithmetic): Partial<Preparation> | undefined {
  if (factor.some((f) => !(f > 0))) return undefined;
  const factorOf = (channel: number) => factor[channel] ?? factor[0] ?? 1;
  const deviation = factor.map((f) => 1 / f);
  if (shift.every((s) => s === 0)) {
    if (deviation.every((d) => isNear(d, 255))) return { range: [0, 255], ...plain };
    return factor.every((f) => isNear(f, 255)) ? { range: [0, 1], ...plain } : undefined;
  }
  const mean = (shift.length < factor.length ? factor.map(() => shift[0] ?? 0) : shift).map((s, i) => -s / factorOf(i));
  const range = ([1, 255] as const).find(
    (high) => mean.every((m) => m > 0.1 * high && m < 0.9 * high) && deviation.every((d) => fits(d, high)),
  );
  if (range === undefined) return undefined;
  const color = colorOf(mean.map((m) => m / range));
  return { ...(color && { color }), range: [0, range], ...plain };
}

/** 255, or 256 where someone divided by that. */
const isNear = (n: number, usual: number): boolean => Math.abs(n / usual - 1) < 0.01;

/** From 0 to 1 a network may also go back to bytes, and divides by 1/255; Caffe's only subtract, and divide bytes by 1. */
const fits = (deviation: number, high: 1 | 255): boolean =>
  deviation <= 1.01 * high && (high === 1 || deviation > 0.99);

/** By the mean colour that is subtracted: that of photos is warm in the usual data sets, with red above green above blue. */
function colorOf([first = 0, second = 0, third = 0]: readonly number[]): "RGB" | "BGR" | undefined {
  if (first > second && second > third) return "RGB";
  // Some data sets (SVHN, EuroSAT) are of cold colours: the other way round only ImageNet's own is sure to be turned.
  const [red, green, blue] = imagenet.mean;
  const isTurned = [first - blue, second - green, third - red].every((difference) => Math.abs(difference) < 0.01);
  return isTurned ? "BGR" : undefined;
}
