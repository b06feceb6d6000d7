import type { PaintedSubject } from "../../shared/inside.ts";
import type { Preparation } from "../../shared/preparation.ts";
import type { Photo, Prediction } from "../../shared/protocol.ts";
import type { FloatTensor } from "../../shared/tensor.ts";
import type { Picture } from "../images/picture.ts";
import { preview } from "../images/preview.ts";
import { toPicture } from "../images/prepare.ts";
import { predictionOf, type Looking } from "../subject.ts";
import { Activations } from "./activations.ts";

/** What the network sees of the photo, strokes included: its input, back in colours. */
export async function seen(looking: Looking, request: PaintedSubject): Promise<Photo> {
  const { image, seen } = await Activations.of(looking).views.photo(request);
  const [, , height = 1, width = 1] = image.shape;
  return preview(pictureOf(image, seen.preparation), Math.max(height, width));
}

/** The prediction of the photo with what a brush did to it. */
export async function predictPainted(looking: Looking, request: PaintedSubject): Promise<Prediction> {
  const { seen } = await Activations.of(looking).views.photo(request);
  return predictionOf(seen);
}

/** A network's input as a picture. Without a preparation (a tensor, taken as it is) its range is stretched. */
export const pictureOf = (image: FloatTensor, preparation: Preparation | undefined): Picture =>
  preparation ? toPicture(image, preparation) : stretched(image);

/** The first three channels (or the only one) between the least and the greatest finite value. */
function stretched({ shape, data }: FloatTensor): Picture {
  const [, channels = 1, height = 1, width = 1] = shape;
  const finite = data.filter(Number.isFinite);
  const low = finite.reduce((a, b) => Math.min(a, b), Infinity);
  const high = finite.reduce((a, b) => Math.max(a, b), -Infinity);
  const plane = height * width;
  const pixels = Uint8ClampedArray.from({ length: plane * 3 }, (_, i) => {
    const channel = channels < 3 ? 0 : i % 3;
    return high > low ? (255 * (data[channel * plane + Math.floor(i / 3)]! - low)) / (high - low) : 0;
  });
  return { width, height, pixels: new Uint8Array(pixels.buffer) };
}
