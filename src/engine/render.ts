import { ember, signedOnDark } from "../shared/colormaps.ts";
import type { Prediction } from "../shared/protocol.ts";
import type { FloatTensor } from "../shared/tensor.ts";
import type { FloatHeatmap } from "../shared/updates.ts";
import { displayedAt } from "./display.ts";
import type { Picture, Rectangle } from "./images/picture.ts";
import { png } from "./images/png.ts";
import { resize } from "./images/resize.ts";
import type { Seen } from "./subject.ts";

/** A small photo is enlarged until its shorter side has as much, unless its longer one gets too long. */
const least = 448;
const longest = 1280;
/** Pixels of what is written: finer than any map is. */
const most = 1e6;
/** How much of the photo shows through the map. */
const through = 0.4;
/** How much is left of the photo where the network does not look; the rest is white, as the low end of the map is black. */
const unseen = 0.35;

/** A heat map over the photo in grey, in the photo's own shape. What is padded beyond the photo's edges is seen too. */
export async function render(
  map: FloatHeatmap,
  { image, preparation, photo }: Pick<Seen, "image" | "preparation" | "photo">,
  read: () => Promise<Picture>,
): Promise<Uint8Array> {
  return png(drawn(map, preparation ? await read() : stretched(image), photo.seen));
}

function drawn(map: FloatHeatmap, photo: Picture, seen: Prediction["seen"]): Picture {
  const whole = { left: 0, top: 0, width: photo.width, height: photo.height };
  const frame = around(whole, seen);
  const scale = scaleOf(frame);
  const placed = (box: Rectangle) => {
    const [left, top] = [Math.round((box.left - frame.left) * scale), Math.round((box.top - frame.top) * scale)];
    const right = Math.round((box.left + box.width - frame.left) * scale);
    const bottom = Math.round((box.top + box.height - frame.top) * scale);
    return { left, top, width: Math.max(1, right - left), height: Math.max(1, bottom - top) };
  };
  const { width, height } = placed(frame);
  const brightness = new Uint8Array(width * height);
  const photoAt = placed(whole);
  const { pixels: photoPixels } = resize(photo, whole, photoAt.width, photoAt.height);
  for (const [to, from] of rows(photoAt, width))
    for (let x = 0; x < photoAt.width; x++) brightness[to + x] = grayAt(photoPixels, from + x);

  const pixels = new Uint8ClampedArray(width * height * 3); // rounds
  for (let i = 0; i < pixels.length; i++) pixels[i] = unseen * brightness[Math.floor(i / 3)]! + (1 - unseen) * 255;
  const mapAt = placed(seen);
  const { bytes } = displayedAt(map, mapAt.height, mapAt.width);
  const colors = map.signed ? signedOnDark : ember;
  for (const [to, from] of rows(mapAt, width))
    for (let x = 0; x < mapAt.width; x++)
      for (let c = 0; c < 3; c++)
        pixels[3 * (to + x) + c] = through * brightness[to + x]! + (1 - through) * colors[3 * bytes[from + x]! + c]!;
  return { width, height, pixels: new Uint8Array(pixels.buffer) };
}

/** Where each row of a box begins in a picture of that width, and in the box itself. */
function* rows({ left, top, width, height }: Rectangle, across: number): Generator<readonly [number, number]> {
  for (let y = 0; y < height; y++) yield [(top + y) * across + left, y * width];
}

const grayAt = (pixels: Uint8Array, p: number): number =>
  0.299 * pixels[3 * p]! + 0.587 * pixels[3 * p + 1]! + 0.114 * pixels[3 * p + 2]!;

/** The smallest box with both in it. */
function around(one: Rectangle, other: Rectangle): Rectangle {
  const left = Math.min(one.left, other.left);
  const top = Math.min(one.top, other.top);
  const right = Math.max(one.left + one.width, other.left + other.width);
  const bottom = Math.max(one.top + one.height, other.top + other.height);
  return { left, top, width: right - left, height: bottom - top };
}

function scaleOf({ width, height }: Rectangle): number {
  const enlarged = Math.min(Math.ceil(least / Math.min(width, height)), longest / Math.max(width, height));
  return Math.min(Math.max(1, enlarged), Math.sqrt(most / (width * height)));
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
