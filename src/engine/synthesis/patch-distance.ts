import { float32, size, type FloatTensor } from "../../shared/tensor.ts";
import { Builder } from "../graph/builder.ts";
import type { Value } from "../graph/graph.ts";
import { differentiate } from "../propagation/differentiate.ts";
import { Session } from "../runtime/session.ts";
import { brightest, channels, sizeOf, type Canvas } from "./canvas.ts";
import type { Size } from "./program.ts";

/** Pixels of a patch's side. */
export const patchSide = 8;
/** Pixels from one patch of the picture to the next. */
const stride = 4;
/** Numbers of a patch. */
const length = channels * patchSide * patchSide;

/** Patches at random places, each without its mean colour: what photos look like close by. */
export function patchesOf(photo: Canvas, count: number, next: () => number): readonly Float32Array[] {
  const { height, width } = sizeOf(photo);
  const place = (side: number) => Math.floor(next() * (side - patchSide + 1));
  if (height < patchSide || width < patchSide) return [];
  return Array.from({ length: count }, () => {
    const [top, left] = [place(height), place(width)];
    const patch = Float32Array.from({ length }, (_, i) => {
      const [c, y, x] = [Math.floor(i / patchSide ** 2), Math.floor(i / patchSide) % patchSide, i % patchSide];
      return photo.data[(c * height + top + y) * width + left + x]!;
    });
    for (let c = 0; c < channels; c++) {
      const plane = patch.subarray(c * patchSide ** 2, (c + 1) * patchSide ** 2);
      const mean = plane.reduce((sum, x) => sum + x, 0) / plane.length;
      plane.forEach((x, i) => (plane[i] = x - mean));
    }
    return patch;
  });
}

export interface PatchDistance {
  of(canvas: Canvas): Promise<{ readonly loss: number; readonly gradient: Canvas }>;
  release(): Promise<void>;
}

/**
 * How far a picture's patches are from those of photos: over all places, the mean square distance of its numbers from the
 * nearest patch, mean colours aside; in shares of the brightest. Convolutions say it all: ‖p‖² − 2 max (p · d − ‖d‖² / 2).
 */
export async function patchDistance(
  patches: readonly Float32Array[],
  { height, width }: Size,
  threads: number,
): Promise<PatchDistance> {
  const g = new Builder();
  const picture = g.graph.input("picture", { dtype: "float32", shape: [1, channels, height, width] });
  const share = g.div(picture, brightest);
  const window = { strides: [stride, stride] };
  const area = patchSide ** 2;
  const ones = g.constant(float32([channels, 1, patchSide, patchSide], new Float32Array(length).fill(1)));
  const summed = (x: Value) => g.one("Conv", [x, ones], { ...window, group: channels });
  const sums = summed(share);
  // Σ (x − mean)² = Σ x² − (Σ x)² / n, colour by colour.
  const own = g.sum(g.sub(summed(g.mul(share, share)), g.div(g.mul(sums, sums), area)), [1]);
  const shares = patches.map((patch) => patch.map((x) => x / brightest));
  const kernels = Float32Array.from(
    { length: shares.length * length },
    (_, i) => shares[Math.floor(i / length)]![i % length]!,
  );
  const halves = shares.map((patch) => -patch.reduce((sum, x) => sum + x * x, 0) / 2);
  const dictionary = g.constant(float32([shares.length, channels, patchSide, patchSide], kernels));
  const alike = g.one("Conv", [share, dictionary, g.constant(float32([shares.length], halves))], window);
  const nearest = g.one("ReduceMax", [alike], { axes: [1], keepdims: 1 });
  const distances = g.sub(own, g.mul(nearest, 2));
  const axes = distances.shape.map((_, axis) => axis);
  const loss = g.reshape(g.div(g.sum(distances, axes), size(distances.shape) * length), []);
  const [gradient] = differentiate(g.graph, loss, g.constant(float32([], [1])), [picture]);
  const session = await Session.open(g.graph, [loss, gradient as Value], { threads }); // one gradient for one input
  return {
    async of(canvas) {
      const [value, slope] = await session.run(new Map([[picture, canvas]]));
      return { loss: Number(value?.data[0]), gradient: slope as FloatTensor };
    },
    release: () => session.release(),
  };
}
