import { displayedAt } from "./display.ts";
import type { Preparation } from "../shared/preparation.ts";
import { colorAt, ember, signedOnDark } from "../shared/colormaps.ts";
import type { FloatTensor } from "../shared/tensor.ts";
import type { FloatHeatmap } from "../shared/updates.ts";

import type { Picture } from "./images/picture.ts";
import { png } from "./images/png.ts";
import { toPicture } from "./images/prepare.ts";
import { resize } from "./images/resize.ts";

/** The shorter side of what is drawn: a network's 224 pixels are small on today's screens. */
const least = 448;
/** How much of the photo shows through the map. */
const through = 0.4;

/** A heat map over the photo in grey, as the network sees it. `preparation` is undefined for a tensor, whose range is then stretched. */
export async function render(
  map: FloatHeatmap,
  image: FloatTensor,
  preparation: Preparation | undefined,
): Promise<Uint8Array> {
  const [, , h = 1, w = 1] = image.shape;
  const enlarge = Math.max(1, Math.ceil(least / Math.min(h, w)));
  const [height, width] = [h * enlarge, w * enlarge];
  const seen = preparation ? toPicture(image, preparation) : stretched(image);
  const photo = resize(seen, { left: 0, top: 0, width: w, height: h }, width, height);
  const { bytes } = displayedAt(map, height, width);
  const colors = map.signed ? signedOnDark : ember;
  const pixels = new Uint8Array(width * height * 3);
  for (let p = 0; p < width * height; p++) {
    const [r = 0, g = 0, b = 0] = photo.pixels.subarray(3 * p, 3 * p + 3);
    const gray = 0.299 * r + 0.587 * g + 0.114 * b;
    colorAt(colors, bytes[p]!).forEach((color, c) => {
      pixels[3 * p + c] = Math.round(through * gray + (1 - through) * color);
    });
  }
  return png({ width, height, pixels });
}

/** The first three channels (or the only one) between the tensor's least and greatest value. */
function stretched({ shape, data }: FloatTensor): Picture {
  const [, channels = 1, height = 1, width = 1] = shape;
  const low = data.reduce((a, b) => Math.min(a, b), Infinity);
  const high = data.reduce((a, b) => Math.max(a, b), -Infinity);
  const plane = height * width;
  const pixels = Uint8Array.from({ length: plane * 3 }, (_, i) => {
    const channel = channels < 3 ? 0 : i % 3;
    return high > low ? Math.round((255 * (data[channel * plane + Math.floor(i / 3)]! - low)) / (high - low)) : 0;
  });
  return { width, height, pixels };
}
