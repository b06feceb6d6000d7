import type { Drawn } from "../shared/synthesis.ts";

const channels = 3;

/** The picture with its longer side at most this long, each pixel the mean of those that it stands for. */
export function reduced(picture: Drawn, largest: number): Drawn {
  const { width: from, height: high, pixels } = picture;
  const scale = largest / Math.max(from, high);
  if (scale >= 1) return picture;
  const width = Math.max(1, Math.round(from * scale));
  const height = Math.max(1, Math.round(high * scale));
  const small = new Uint8Array(width * height * channels);
  for (let y = 0; y < height; y++) {
    const [top, bottom] = span(y, height, high);
    for (let x = 0; x < width; x++) {
      const [left, right] = span(x, width, from);
      const sums = [0, 0, 0];
      for (let row = top; row < bottom; row++)
        for (let at = (row * from + left) * channels, end = (row * from + right) * channels; at < end; at++)
          sums[(at - left * channels) % channels]! += pixels[at]!;
      const count = (bottom - top) * (right - left);
      for (let c = 0; c < channels; c++) small[(y * width + x) * channels + c] = Math.round(sums[c]! / count);
    }
  }
  return { width, height, pixels: small };
}

const span = (i: number, count: number, all: number): readonly [number, number] => {
  const start = Math.floor((i * all) / count);
  return [start, Math.max(start + 1, Math.floor(((i + 1) * all) / count))];
};
