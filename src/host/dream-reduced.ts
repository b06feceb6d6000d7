import type { Drawn } from "../shared/synthesis.ts";

const channels = 3;

/** As high as on the strip, on a screen with two pixels to each of a page's; a broad one is no broader than four of those. */
const thumbnail = { width: 496, height: 124 } as const;

/** The picture with its longer side at most this long. */
export const reduced = (picture: Drawn, largest: number): Drawn =>
  by(largest / Math.max(picture.width, picture.height), picture);

/** What a strip shows of a picture. */
export const thumbnailOf = (picture: Drawn): Drawn =>
  by(Math.min(thumbnail.width / picture.width, thumbnail.height / picture.height), picture);

/** Each pixel is the mean of those that it stands for, as far as it covers them: first along each row, then down. */
function by(scale: number, picture: Drawn): Drawn {
  if (scale >= 1) return picture;
  const width = Math.max(1, Math.round(picture.width * scale));
  const height = Math.max(1, Math.round(picture.height * scale));
  const across = covers(picture.width, width);
  const line = width * channels;
  const narrowed = new Float32Array(line);
  const sums = new Float32Array(line);
  const pixels = new Uint8Array(height * line);
  let known = -1;
  covers(picture.height, height).forEach((down, y) => {
    sums.fill(0);
    for (let row = down.from; row < down.to; row++) {
      // A row that two share ends the one and begins the other.
      if (row !== known) narrow(picture, row, across, narrowed);
      known = row;
      const share = shareOf(down, row);
      for (let i = 0; i < line; i++) sums[i]! += share * narrowed[i]!;
    }
    for (let i = 0; i < line; i++) pixels[y * line + i] = Math.round(sums[i]!);
  });
  return { width, height, pixels };
}

function narrow({ width, pixels }: Drawn, row: number, across: readonly Cover[], narrowed: Float32Array): void {
  for (let x = 0; x < across.length; x++) {
    const cover = across[x]!;
    let [red, green, blue] = [0, 0, 0];
    for (let from = cover.from, at = (row * width + from) * channels; from < cover.to; from++, at += channels) {
      const share = shareOf(cover, from);
      red += share * pixels[at]!;
      green += share * pixels[at + 1]!;
      blue += share * pixels[at + 2]!;
    }
    narrowed[x * channels] = red;
    narrowed[x * channels + 1] = green;
    narrowed[x * channels + 2] = blue;
  }
}

/** Pixels of a line that one of a shorter line stands for, and what the first, the last and each between them counts. */
interface Cover {
  readonly from: number;
  readonly to: number;
  readonly first: number;
  readonly last: number;
  readonly each: number;
}

function covers(all: number, count: number): readonly Cover[] {
  const breadth = all / count;
  return Array.from({ length: count }, (_, i) => {
    const [start, end] = [i * breadth, Math.min(all, (i + 1) * breadth)];
    const [from, to] = [Math.floor(start), Math.ceil(end)];
    return { from, to, first: (from + 1 - start) / breadth, last: (end - to + 1) / breadth, each: 1 / breadth };
  });
}

const shareOf = ({ from, to, first, last, each }: Cover, at: number): number =>
  at === from ? first : at === to - 1 ? last : each;
