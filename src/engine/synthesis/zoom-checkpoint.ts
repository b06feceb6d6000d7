import type { Standing } from "../../shared/synthesis.ts";
import { float32 } from "../../shared/tensor.ts";
import { NotApplicable } from "../techniques/technique.ts";
import type { Canvas } from "./canvas.ts";
import type { Size } from "./program.ts";

/** Octaves are counted through all pictures of a zoom; from the second on, what was zoomed into is kept behind the picture. */
export function packed(canvas: Canvas, zoomedIn: Canvas | undefined, octave: number, step: number): Standing {
  if (!zoomedIn) return { kind: "picture", octave, step, shape: canvas.shape, values: canvas.data.slice() };
  const values = new Float32Array(canvas.data.length + zoomedIn.data.length);
  values.set(canvas.data);
  values.set(zoomedIn.data, canvas.data.length);
  return { kind: "numbers", octave, step, shape: [values.length], values };
}

export function unpacked({ octave: number, step, values }: Standing, sizes: readonly Size[], pictures: number) {
  const [whole, counted] = [sizes.at(-1)!, Math.min(number, pictures * sizes.length)];
  const picture = Math.ceil(counted / sizes.length);
  const octave = counted - (picture - 1) * sizes.length;
  const { height, width } = sizes[octave - 1] ?? whole;
  const own = 3 * height * width;
  const behind = picture > 1 ? 3 * whole.height * whole.width : 0;
  if (values.length !== own + behind)
    throw new NotApplicable(
      "The picture to go on from has another size than this octave: go on with the same octaves.",
    );
  return {
    picture,
    octave,
    step,
    canvas: float32([1, 3, height, width], values.slice(0, own)),
    zoomedIn: behind ? float32([1, 3, whole.height, whole.width], values.slice(own)) : undefined,
  };
}
