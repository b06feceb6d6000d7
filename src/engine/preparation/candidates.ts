import type { InputShape, Preparation } from "../../shared/preparation.ts";
import { imagenet } from "../images/imagenet.ts";

type Colors = Pick<Preparation, "color" | "range" | "mean" | "deviation">;

/** Nothing is subtracted, nothing divided by. */
export const plain = { mean: [0], deviation: [1] } as const;

/** The field's usual ways to write colours as numbers, the more common first. */
const usual: readonly Colors[] = [
  // torchvision, timm, Hugging Face, and most of what PyTorch exports.
  { color: "RGB", range: [0, 1], ...imagenet },
  // Ultralytics, and many networks of people's own.
  { color: "RGB", range: [0, 1], ...plain },
  // Keras' Inception, MobileNet and Xception, timm's "inception" constants: −1 to 1.
  { color: "RGB", range: [0, 255], mean: [127.5], deviation: [127.5] },
  // Networks that rescale by themselves, such as Keras' EfficientNet and ConvNeXt.
  { color: "RGB", range: [0, 255], ...plain },
  // Caffe, and Keras' "caffe" mode (VGG, ResNet): the mean colour of ImageNet.
  { color: "BGR", range: [0, 255], mean: [104, 117, 123], deviation: [1] },
  // EfficientNet-Lite, and others made to be quantized.
  { color: "RGB", range: [0, 255], mean: [127], deviation: [128] },
  // Caffe2, and the Windows machine-learning samples.
  { color: "BGR", range: [0, 255], ...plain },
  { color: "BGR", range: [0, 1], ...plain },
];

const usualGray: readonly Colors[] = [
  { color: "gray", range: [0, 1], ...plain },
  { color: "gray", range: [0, 255], ...plain },
  { color: "gray", range: [0, 255], mean: [127.5], deviation: [127.5] },
];

/** For a side that the file leaves open. */
const USUAL_SIZE = 224;

/**
 * The preparations worth trying for an input, the more common first: those that agree with what is known; if none of
 * the usual ones does, what is known in place of theirs. Empty where the input takes no photo.
 */
export function candidates(input: InputShape, known: Partial<Preparation> = {}): readonly Preparation[] {
  const { layout, channels, height, width } = input;
  const gray = known.color === undefined ? channels === 1 : known.color === "gray";
  if (channels !== undefined && channels !== (gray ? 1 : 3)) return [];
  const size = [height ?? width ?? USUAL_SIZE, width ?? height ?? USUAL_SIZE] as const;
  const all = (gray ? usualGray : usual).map((colors): Preparation => ({
    size,
    fit: "stretch",
    layout,
    ...colors,
    ...place(known),
  }));
  const fitting = all.filter((one) => same(colorsOf(one), colorsOf({ ...one, ...known })));
  return fitting.length > 0 ? fitting : distinct(all.map((one) => ({ ...one, ...known })));
}

/** Pixels as they are come first: for networks that take them and answer in them. */
export const unchangedFirst = (list: readonly Preparation[]): readonly Preparation[] => {
  const isUnchanged = ({ range, mean, deviation }: Preparation) =>
    same(range, [0, 255]) && mean.every((m) => m === 0) && deviation.every((d) => d === 1);
  return [...list.filter(isUnchanged), ...list.filter((one) => !isUnchanged(one))];
};

/** What is known of everything but the colours: the usual preparations have no opinion on it. */
const place = ({ size, fit, layout }: Partial<Preparation>): Partial<Preparation> => ({
  ...(size && { size }),
  ...(fit && { fit }),
  ...(layout && { layout }),
});

const colorsOf = ({ color, range, mean, deviation }: Preparation): Colors => ({
  color,
  range,
  mean: [0, 1, 2].map((channel) => mean[channel] ?? mean[0] ?? 0),
  deviation: [0, 1, 2].map((channel) => deviation[channel] ?? deviation[0] ?? 1),
});

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

const distinct = (list: readonly Preparation[]): Preparation[] =>
  list.filter(
    (one, i) => list.findIndex((other) => same({ ...other, ...colorsOf(other) }, { ...one, ...colorsOf(one) })) === i,
  );
