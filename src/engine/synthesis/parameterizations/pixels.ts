import { brightest, type Canvas } from "../canvas.ts";
import type { Parameterization } from "./parameterization.ts";

/** Of these the numbers are the picture. */
export const pixelKind = "pixels";

/** The pixels themselves. What no screen shows is clipped, after every step as google/deepdream does. */
export function pixels(start: Canvas): Parameterization {
  const canvas = { ...start, data: start.data.slice() };
  return {
    kind: pixelKind,
    shape: canvas.shape,
    values: canvas.data,
    picture: async () => Promise.resolve(canvas),
    pullBack: async (gradient) => Promise.resolve(gradient.data),
    move(by) {
      const { data } = canvas;
      for (let i = 0; i < data.length; i++) {
        const moved = data[i]! + by[i]!;
        data[i] = moved < 0 ? 0 : moved > brightest ? brightest : moved;
      }
    },
    set: (values) => canvas.data.set(values),
    repaint: ({ data }) => canvas.data.set(data),
    release: async () => Promise.resolve(),
  };
}
