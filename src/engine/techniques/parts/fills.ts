import { float32, type FloatTensor } from "../../../shared/tensor.ts";
import { gaussianBlur, random } from "../../images/arithmetic.ts";
import type { Colors } from "../technique.ts";

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
