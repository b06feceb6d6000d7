/** 8-bit sRGB, three bytes a pixel, row by row. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint8Array;
}

/** A rectangle in a photo's pixels; edges may fall between pixels, or beyond the photo where it is padded. */
export interface Rectangle {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Samples as a file holds them: grey, grey and alpha, RGB, or RGB and alpha. */
export interface Raster {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 2 | 3 | 4;
  readonly data: Uint8Array;
}

/** Grey becomes three equal channels; what is transparent lets black through. */
export function toRgb({ width, height, channels, data }: Raster): { picture: Picture; transparent: boolean } {
  if (channels === 3) return { picture: { width, height, pixels: data }, transparent: false };
  const colors = channels < 3 ? 1 : 3;
  const pixels = new Uint8Array(width * height * 3);
  let transparent = false;
  for (let p = 0; p < width * height; p++) {
    const at = p * channels;
    const alpha = channels === colors ? 255 : data[at + colors]!;
    transparent ||= alpha < 255;
    for (let c = 0; c < 3; c++) pixels[p * 3 + c] = Math.round((data[at + (c % colors)]! * alpha) / 255);
  }
  return { picture: { width, height, pixels }, transparent };
}
