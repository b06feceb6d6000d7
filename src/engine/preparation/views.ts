import type { Preparation } from "../../shared/preparation.ts";
import type { Picture } from "../images/picture.ts";
import { fitted } from "../images/prepare.ts";
import { resize } from "../images/resize.ts";

/** A photo at the network's size, and other looks at it. */
export interface Views {
  readonly plain: Picture;
  readonly mirrored: Picture;
  /** Without a tenth at the right and at the bottom, enlarged to the old size. */
  readonly upperLeft: Picture;
  /** Nothing to see: the mean colour everywhere. */
  readonly blank: Picture;
}

/** Gives the views of a photo, made once for all preparations that fit it the same way. */
export function looking(): (photo: Picture, preparation: Preparation) => Views {
  const known = new Map<Picture, Map<string, Views>>();
  return (photo, preparation) => {
    const fits = known.get(photo) ?? new Map<string, Views>();
    const key = JSON.stringify([preparation.fit, preparation.size]);
    const views = fits.get(key) ?? viewsOf(fitted(photo, preparation).picture);
    known.set(photo, fits.set(key, views));
    return views;
  };
}

const viewsOf = (plain: Picture): Views => ({
  plain,
  mirrored: mirrored(plain),
  upperLeft: upperLeft(plain),
  blank: blank(plain),
});

function mirrored({ width, height, pixels }: Picture): Picture {
  const reversed = new Uint8Array(pixels.length);
  for (let p = 0; p < width * height; p++) {
    const x = p % width;
    const source = (p - x + width - 1 - x) * 3;
    for (let c = 0; c < 3; c++) reversed[p * 3 + c] = pixels[source + c]!;
  }
  return { width, height, pixels: reversed };
}

function upperLeft(picture: Picture): Picture {
  const { width, height } = picture;
  return resize(picture, { left: 0, top: 0, width: 0.9 * width, height: 0.9 * height }, width, height);
}

function blank({ width, height, pixels }: Picture): Picture {
  const sums = [0, 0, 0];
  pixels.forEach((value, i) => (sums[i % 3]! += value));
  const mean = sums.map((sum) => Math.round(sum / (width * height)));
  return { width, height, pixels: pixels.map((_, i) => mean[i % 3]!) };
}
