import { brightest } from "../canvas.ts";

// A picture that is a straight function of some numbers may be darker than black or brighter than white.

/** What a screen shows of it. */
export const onScreen = (raw: Float32Array): Float32Array<ArrayBuffer> =>
  Float32Array.from(raw, (x) => Math.min(brightest, Math.max(0, x)));

/** The gradient with respect to `raw`: of what is beyond black or white already, only the way back is taken. */
export const offScreen = (raw: Float32Array, gradient: Float32Array): Float32Array<ArrayBuffer> =>
  Float32Array.from(gradient, (slope, i) => ((slope < 0 ? raw[i]! < 0 : raw[i]! > brightest) ? 0 : slope));
