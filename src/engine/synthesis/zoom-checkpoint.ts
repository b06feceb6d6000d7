import type { Checkpoint, Standing } from "../../shared/synthesis.ts";
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

interface Octaves {
  readonly octaves: number;
  readonly "octave-scale": number;
}

export function unpacked(
  { kind, octave: number, step, values, made }: Checkpoint,
  sizes: readonly Size[],
  { octaves, "octave-scale": scale }: Octaves,
) {
  const whole = sizes.at(-1)!;
  const isZoomedInto = kind === "numbers";
  const picture = isZoomedInto ? Math.ceil(number / sizes.length) : 1;
  const octave = isZoomedInto ? number - (picture - 1) * sizes.length : Math.min(number, sizes.length);
  const { height, width } = sizes[octave - 1] ?? whole;
  const own = 3 * height * width;
  const behind = isZoomedInto ? 3 * whole.height * whole.width : 0;
  const { octaves: octavesBefore = octaves, "octave-scale": scaleBefore = scale }: Partial<Octaves> = made.parameters;
  // With other octaves a zoom counts other pictures, even where this one has the size of an octave.
  if (values.length !== own + behind || (isZoomedInto && octavesBefore !== octaves))
    throw new NotApplicable(
      octavesBefore === octaves && scaleBefore === scale
        ? "The picture to go on from has another size than this octave: start anew."
        : `The picture to go on from was made in other octaves: set “Octaves” to ${octavesBefore} and “Octave scale” to ${scaleBefore} again, or start anew.`,
    );
  return {
    picture,
    octave,
    step,
    canvas: float32([1, 3, height, width], values.slice(0, own)),
    zoomedIn: behind ? float32([1, 3, whole.height, whole.width], values.slice(own)) : undefined,
  };
}
