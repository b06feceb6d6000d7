import type { Preparation } from "../../shared/preparation.ts";
import { float32, type FloatTensor } from "../../shared/tensor.ts";
import type { Picture, Rectangle } from "./picture.ts";
import { resize } from "./resize.ts";

export interface Prepared {
  /** [1, C, H, W], whatever layout the file wants. */
  readonly tensor: FloatTensor;
  /** The part of the photo that the network sees, in the photo's pixels; beyond its edges where it is padded. */
  readonly seen: Rectangle;
}

/** A photo as a network's input. */
export function prepare(photo: Picture, preparation: Preparation): Prepared {
  const { picture, seen } = fitted(photo, preparation);
  return { tensor: toTensor(picture, preparation), seen };
}

/** What the network sees of a photo, at the network's size, before any arithmetic on its colours. */
export function fitted(photo: Picture, { fit, size }: Preparation): { picture: Picture; seen: Rectangle } {
  const [height, width] = size;
  const whole: Rectangle = { left: 0, top: 0, width: photo.width, height: photo.height };
  switch (fit) {
    case "stretch":
      return { picture: resize(photo, whole, width, height), seen: whole };
    case "crop": {
      const seen = centered(whole, width / height);
      return { picture: resize(photo, seen, width, height), seen };
    }
    case "pad":
      return padded(photo, whole, width, height);
  }
}

/** The largest part of that shape around the centre. */
function centered({ width, height }: Rectangle, aspect: number): Rectangle {
  const part = { width: Math.min(width, height * aspect), height: Math.min(height, width / aspect) };
  return { left: (width - part.width) / 2, top: (height - part.height) / 2, ...part };
}

function padded(
  photo: Picture,
  whole: Rectangle,
  width: number,
  height: number,
): { picture: Picture; seen: Rectangle } {
  const scale = Math.min(width / photo.width, height / photo.height);
  const inner = resize(photo, whole, atLeastOne(photo.width * scale), atLeastOne(photo.height * scale));
  const left = Math.floor((width - inner.width) / 2);
  const top = Math.floor((height - inner.height) / 2);
  const pixels = new Uint8Array(width * height * 3);
  for (let y = 0; y < inner.height; y++) {
    const row = inner.pixels.subarray(y * inner.width * 3, (y + 1) * inner.width * 3);
    pixels.set(row, ((y + top) * width + left) * 3);
  }
  const [across, down] = [photo.width / inner.width, photo.height / inner.height];
  return {
    picture: { width, height, pixels },
    seen: { left: 0 - left * across, top: 0 - top * down, width: width * across, height: height * down },
  };
}

const atLeastOne = (n: number): number => Math.max(1, Math.round(n));

/** Where each channel of a tensor is found among red, green and blue. */
const order = { RGB: [0, 1, 2], BGR: [2, 1, 0] } as const;

export function toTensor({ width, height, pixels }: Picture, preparation: Preparation): FloatTensor {
  const plane = width * height;
  const samples = preparation.color === "gray" ? [luma(pixels)] : order[preparation.color].map((c) => every(pixels, c));
  const data = new Float32Array(plane * samples.length);
  samples.forEach((channel, c) => {
    const { factor, offset } = lineOf(preparation, c);
    for (let p = 0; p < plane; p++) data[c * plane + p] = channel[p]! * factor + offset;
  });
  return float32([1, samples.length, height, width], data);
}

/** The picture that a tensor was, or would have been, made of. What lies outside the range of pixels is clipped. */
export function toPicture({ shape, data }: FloatTensor, preparation: Preparation): Picture {
  const [, channels = 0, height = 0, width = 0] = shape;
  const plane = width * height;
  const pixels = new Uint8ClampedArray(plane * 3); // rounds, clips, and takes NaN as 0
  const places = preparation.color === "gray" ? [0, 0, 0] : order[preparation.color];
  if (Math.max(...places) >= channels) throw new RangeError(`${preparation.color} does not fit ${channels} channels`);
  places.forEach((source, c) => {
    const { factor, offset } = lineOf(preparation, source);
    for (let p = 0; p < plane; p++) pixels[p * 3 + c] = (data[source * plane + p]! - offset) / factor;
  });
  return { width, height, pixels: new Uint8Array(pixels.buffer) };
}

/** A channel's whole arithmetic is one straight line: tensor = pixel · factor + offset. */
function lineOf({ range: [low, high], mean, deviation }: Preparation, channel: number) {
  const of = (list: readonly number[], otherwise: number) => list[channel] ?? list[0] ?? otherwise;
  const divisor = of(deviation, 1);
  return { factor: (high - low) / 255 / divisor, offset: (low - of(mean, 0)) / divisor };
}

const every = (pixels: Uint8Array, channel: number): Uint8Array => {
  const samples = new Uint8Array(pixels.length / 3);
  for (let p = 0; p < samples.length; p++) samples[p] = pixels[p * 3 + channel]!;
  return samples;
};

/** Brightness by ITU-R BT.601, with Pillow's 16-bit weights. */
const luma = (pixels: Uint8Array): Uint8Array => {
  const samples = new Uint8Array(pixels.length / 3);
  for (let p = 0; p < samples.length; p++) {
    const at = p * 3;
    samples[p] = (pixels[at]! * 19595 + pixels[at + 1]! * 38470 + pixels[at + 2]! * 7471 + 0x8000) >> 16;
  }
  return samples;
};
