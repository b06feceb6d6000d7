import { float32, type FloatTensor } from "../../../shared/tensor.ts";
import type { Finding } from "../../../shared/updates.ts";
import { gaussianBlur, random } from "../../images/arithmetic.ts";
import type { Colors, Run } from "../technique.ts";

/** A picture of one colour, like `image`: [1, C, H, W]. */
export function plainColor({ shape, data }: FloatTensor, channels: readonly number[]): FloatTensor {
  const plane = data.length / (shape[1] ?? 1);
  return float32(
    shape,
    data.map((_, i) => channels[Math.floor(i / plane) % channels.length] ?? 0),
  );
}

/** Uniform noise between black and white, seeded. */
export function whiteNoise({ shape, data }: FloatTensor, { black, white }: Colors, seed: number): FloatTensor {
  const next = random(seed);
  const plane = data.length / (shape[1] ?? 1);
  return float32(
    shape,
    data.map((_, i) => {
      const c = Math.floor(i / plane);
      const [low, high] = [black[c % black.length] ?? 0, white[c % white.length] ?? 1];
      return low + next() * (high - low);
    }),
  );
}

/** So blurred that no object is left: the bell's deviation is a sixteenth of the shorter side. */
export const blurred = (image: FloatTensor): FloatTensor =>
  gaussianBlur(image, Math.min(image.shape[2] ?? 1, image.shape[3] ?? 1) / 16);

const ownWords: Readonly<Record<string, string>> = {
  black: "black is its own least value, in each channel",
  white: "white is its own greatest value, in each channel",
  gray: "grey is the middle between its own least and greatest values, in each channel",
  mean: "the mean colour is its own mean, in each channel",
  noise: "the noise lies between its own least and greatest values, in each channel",
};

/** Of a bare tensor nobody knows what is black: the colours are the tensor's own, which the reader has to be told. */
export function* ownColors({ image, colors }: Run, name: string | number): Generator<Finding> {
  const words = ownWords[name];
  if (words === undefined || !areOwn(colors, image)) return;
  yield {
    kind: "note",
    key: "colors",
    title: "Colours of a tensor",
    level: "info",
    text: `No photo stands behind this tensor: ${words}. Where other tools start from 0 or cover with it, give the number 0.`,
  };
}

/** Whether the colours are what the engine takes where only a tensor is known: its own statistics, channel by channel. */
function areOwn({ black, mean }: Colors, { shape, data }: FloatTensor): boolean {
  const channels = shape[1] ?? 1;
  const plane = data.length / channels;
  return Array.from({ length: channels }, (_, c) => data.subarray(c * plane, (c + 1) * plane)).every(
    (values, c) =>
      Object.is(
        black[c],
        values.reduce((a, b) => Math.min(a, b), Infinity),
      ) && Object.is(mean[c], values.reduce((a, b) => a + b, 0) / values.length),
  );
}
