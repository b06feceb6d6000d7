/** Three bytes a pixel, as a canvas's four. */
export function opaque(pixels: Uint8Array): Uint8ClampedArray<ArrayBuffer> {
  const count = pixels.length / 3;
  const rgba = new Uint8ClampedArray(count * 4);
  for (let i = 0, from = 0, to = 0; i < count; i++, from += 3, to += 4) {
    rgba[to] = pixels[from]!;
    rgba[to + 1] = pixels[from + 1]!;
    rgba[to + 2] = pixels[from + 2]!;
    rgba[to + 3] = 255;
  }
  return rgba;
}
