import type { PatchPlace } from "../../shared/examples.ts";
import { isNotKnown, type Rectangle } from "../../shared/inside.ts";
import type { Photo, Subject } from "../../shared/protocol.ts";
import { isNpy } from "../images/npy.ts";
import type { Picture, Rectangle as Part } from "../images/picture.ts";
import { png } from "../images/png.ts";
import { resize } from "../images/resize.ts";
import type { Looking } from "../subject.ts";
import { partSeen } from "./fields.ts";
import { pictureOf } from "./seen.ts";

/** The longer side of what is drawn: each pixel of a small patch becomes a square, so that it can be told from its neighbours. */
const wanted = 224;

type PatchRequest = Subject & { readonly layer: string; readonly place: PatchPlace["place"] };

/** What a place of a layer sees of a photo, as a PNG. */
export async function patch(
  looking: Looking,
  request: PatchRequest,
): Promise<{ readonly field: Rectangle | undefined; readonly patch: Photo | undefined }> {
  const { field, picture } = await patchOf(looking, request);
  return { field, patch: picture && (await enlarged(picture)) };
}

/**
 * The part of the photo itself, as fine as the photo is, that lies under the receptive field; all that the network sees
 * where that is not known. No picture where the place sees nothing but padding.
 */
export async function patchOf(
  looking: Looking,
  { layer, place, ...subject }: PatchRequest,
): Promise<{ readonly field: Rectangle | undefined; readonly picture: Picture | undefined }> {
  const { model, image, photo, preparation } = await looking.see(subject);
  const bound = await model.bound(1);
  const [, , height = 1, width = 1] = image.shape;
  const told = partSeen(bound, model.value(bound, layer), place);
  const field = isNotKnown(told) ? undefined : told?.clipped;
  const seen = isNotKnown(told) ? { top: 0, left: 0, bottom: height, right: width } : field;
  if (!seen || seen.bottom <= seen.top || seen.right <= seen.left) return { field: undefined, picture: undefined };
  const { left, top } = seen;
  const [wide, high] = [seen.right - left, seen.bottom - top];
  if (isNpy(subject.image))
    return { field, picture: reduced(pictureOf(image, preparation), { left, top, width: wide, height: high }) };
  const [across, down] = [photo.seen.width / width, photo.seen.height / height];
  const part = {
    left: photo.seen.left + left * across,
    top: photo.seen.top + top * down,
    width: wide * across,
    height: high * down,
  };
  return { field, picture: reduced(await looking.read(subject.image), part) };
}

/** A part of a photo with what lies beyond its edges black, as where a photo is padded; never enlarged. */
export function reduced(photo: Picture, part: Part, longest = wanted): Picture {
  const scale = Math.min(1, longest / Math.max(part.width, part.height));
  const [width, height] = [part.width, part.height].map((side) => Math.max(1, Math.round(side * scale))) as [
    number,
    number,
  ];
  const [across, down] = [width / part.width, height / part.height];
  const left = Math.max(0, part.left);
  const top = Math.max(0, part.top);
  const inside = {
    left,
    top,
    width: Math.min(photo.width, part.left + part.width) - left,
    height: Math.min(photo.height, part.top + part.height) - top,
  };
  if (inside.width <= 0 || inside.height <= 0) return { width, height, pixels: new Uint8Array(width * height * 3) };
  const [x, y] = [Math.round((left - part.left) * across), Math.round((top - part.top) * down)];
  const wide = Math.min(width - x, Math.max(1, Math.round(inside.width * across)));
  const high = Math.min(height - y, Math.max(1, Math.round(inside.height * down)));
  const picture = resize(photo, inside, wide, high);
  return wide === width && high === height ? picture : placed(picture, x, y, width, height);
}

/** A picture on black. */
export function placed(picture: Picture, x: number, y: number, width: number, height: number): Picture {
  const pixels = new Uint8Array(width * height * 3);
  for (let row = 0; row < picture.height; row++) {
    const line = picture.pixels.subarray(row * picture.width * 3, (row + 1) * picture.width * 3);
    pixels.set(line, ((y + row) * width + x) * 3);
  }
  return { width, height, pixels };
}

export function cut({ width, pixels }: Picture, { top, left, bottom, right }: Rectangle): Picture {
  const part = new Uint8Array((bottom - top) * (right - left) * 3);
  for (let y = top; y < bottom; y++)
    part.set(pixels.subarray((y * width + left) * 3, (y * width + right) * 3), (y - top) * (right - left) * 3);
  return { width: right - left, height: bottom - top, pixels: part };
}

export async function enlarged(picture: Picture): Promise<Photo> {
  const large = magnified(picture);
  return { width: large.width, height: large.height, png: await png(large) };
}

/** Each pixel as a square, as large as goes into what is wanted. */
export function magnified({ width, height, pixels }: Picture): Picture {
  const factor = Math.max(1, Math.floor(wanted / Math.max(width, height)));
  const [wide, high] = [width * factor, height * factor];
  const large = new Uint8Array(wide * high * 3);
  for (let y = 0; y < high; y++)
    for (let x = 0; x < wide; x++) {
      const from = (Math.floor(y / factor) * width + Math.floor(x / factor)) * 3;
      for (let c = 0; c < 3; c++) large[(y * wide + x) * 3 + c] = pixels[from + c]!;
    }
  return { width: wide, height: high, pixels: large };
}
