import { float32 } from "../../shared/tensor.ts";
import { resized, sampled, type Canvas } from "./canvas.ts";
import type { Size } from "./program.ts";

/** From the smallest to the photo's own size, each `scale` times the one before. Sides end at one pixel. */
export function octaveSizes({ height, width }: Size, octaves: number, scale: number): readonly Size[] {
  const sizes: Size[] = [{ height, width }];
  while (sizes.length < octaves) {
    const last = sizes[0]!;
    const [smaller, narrower] = [last.height, last.width].map((n) => Math.max(1, Math.round(n / scale)));
    sizes.unshift({ height: smaller!, width: narrower! });
  }
  return sizes;
}

/** A picture at an octave's size: made smaller octave by octave and without antialiasing, as google/deepdream does it. */
export function octaveBase(picture: Canvas, sizes: readonly Size[], octave: number): Canvas {
  return sizes.slice(octave).reduceRight((canvas, { height, width }) => sampled(canvas, height, width), picture);
}

/** What the network has added so far, on the next larger photo. */
export function carriedUp(detail: Canvas, base: Canvas): Canvas {
  const [, , height = 1, width = 1] = base.shape;
  const { data } = resized(detail, height, width);
  return float32(
    base.shape,
    base.data.map((x, i) => x + data[i]!),
  );
}

export const detailOf = (canvas: Canvas, base: Canvas): Canvas =>
  float32(
    base.shape,
    canvas.data.map((x, i) => x - base.data[i]!),
  );
