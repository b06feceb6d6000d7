import type { DType, Shape } from "./tensor.ts";

/** How a photo becomes the network's input. `tensor = (low + pixel / 255 · (high − low) − mean) / deviation`, per channel. */
export interface Preparation {
  /** Height and width of the network's input, in pixels. */
  readonly size: readonly [number, number];
  /** Whole photo stretched to `size`; or its centre cropped to that shape; or padded to it with black. */
  readonly fit: "stretch" | "crop" | "pad";
  readonly color: "RGB" | "BGR" | "gray";
  /** What the darkest and the brightest pixel become, before mean and deviation. */
  readonly range: readonly [number, number];
  /** In the units of `range`, in the order of `color`; one number or one per channel. */
  readonly mean: readonly number[];
  readonly deviation: readonly number[];
  /** Where the file wants its channels. Inside Glassbox every picture is NCHW. */
  readonly layout: "NCHW" | "NHWC";
}

/** Where a preparation or a list of labels comes from, the most trustworthy first. "chosen": by a person, in a panel. */
export type Origin = "chosen" | "sidecar" | "metadata" | "known" | "guess" | "numbers";

/** How photos were prepared, and who says so. */
export interface Prepared {
  readonly preparation: Preparation;
  readonly from: Origin;
  /** Photos that a guess was made by, where it depends on them: "rocket.jpg", "4 photos", "the sample photos". */
  readonly by?: string;
}

/** The `<model>.glassbox.json` beside a model. Every field may be left out. */
export interface Sidecar {
  readonly $schema?: string;
  readonly name?: string;
  readonly input?: Partial<Preparation>;
  /** A text file beside the model with one label a line, or the labels themselves. */
  readonly labels?: string | readonly string[];
  /** Sizes for symbolic dimensions of the input, by name. */
  readonly dimensions?: Readonly<Record<string, number>>;
}

/** What a network does to each channel of its input by itself, x · factor + shift; one number, or one per channel. */
export interface OwnArithmetic {
  readonly factor: readonly number[];
  readonly shift: readonly number[];
}

/** The input of a network, as far as its file fixes it. Undefined: any. */
export interface InputShape {
  readonly name: string;
  readonly layout: "NCHW" | "NHWC";
  readonly channels: number | undefined;
  readonly height: number | undefined;
  readonly width: number | undefined;
  /** As written in the file, symbols included. */
  readonly written: readonly (number | string | undefined)[];
  /** Of its elements, in the file: in the graph they are float32. */
  readonly dtype?: DType;
  /** Undefined where it begins with none. */
  readonly arithmetic?: OwnArithmetic;
}

/** In words, for the line under a photo: "224 × 224, whole photo, RGB, (x − 127) / 128". */
export function describePreparation({ size, fit, color, range, mean, deviation, layout }: Preparation): string {
  const fits = { stretch: "whole photo", crop: "centre crop", pad: "padded" };
  const [low, high] = range;
  const number = (n: number) => String(Number(n.toPrecision(4)));
  const each = (list: readonly number[]) =>
    list.every((n) => n === list[0]) ? number(list[0] ?? 0) : `[${list.map(number).join(", ")}]`;
  const scaled = `${number(low)} to ${number(high)}`;
  const shifted = mean.some((m) => m !== 0);
  const divided = deviation.some((d) => d !== 1);
  const formula =
    shifted || divided ? `, (x${shifted ? ` − ${each(mean)}` : ""})${divided ? ` / ${each(deviation)}` : ""}` : "";
  return `${size[1]} × ${size[0]}, ${fits[fit]}, ${color}, ${scaled}${formula}${layout === "NHWC" ? ", channels last" : ""}`;
}

/** With the word that it is a guess, where it is one. */
export const preparedWords = ({ preparation, from, by }: Prepared): string =>
  `${describePreparation(preparation)}${from === "guess" ? ` (guessed${by === undefined ? "" : ` by ${by}`})` : ""}`;

/** As files have it; nothing where all were tensors. */
export const preparationIn = (prepared: Prepared | undefined) =>
  prepared && {
    preparation: prepared.preparation,
    preparationFrom: prepared.from,
    ...(prepared.by !== undefined && { guessedBy: prepared.by }),
  };

export const inputShapeOf = (preparation: Preparation): Shape => [
  1,
  preparation.color === "gray" ? 1 : 3,
  ...preparation.size,
];

/** Field by field: what came back from a file may have its fields in another order. */
export const samePreparation = (one: Preparation, other: Preparation): boolean =>
  one.fit === other.fit &&
  one.color === other.color &&
  one.layout === other.layout &&
  sameNumbers(one.size, other.size) &&
  sameNumbers(one.range, other.range) &&
  sameNumbers(one.mean, other.mean) &&
  sameNumbers(one.deviation, other.deviation);

/** One number stands for one per channel. */
function sameNumbers(one: readonly number[], other: readonly number[]): boolean {
  const length = Math.max(one.length, other.length);
  const at = (list: readonly number[], i: number) => (list.length === 1 ? list[0] : list[i]);
  return Array.from({ length }, (_, i) => at(one, i) === at(other, i)).every(Boolean);
}
