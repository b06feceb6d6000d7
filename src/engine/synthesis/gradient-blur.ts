import { number } from "../../shared/parameters.ts";
import { picturesOf, together, type Canvas } from "./canvas.ts";
import { smoothed } from "./transformations/blur.ts";

export const gradientBlur = {
  "gradient-blur": number({
    advanced: true,
    label: "Gradient blur, σ in pixels",
    help: "Smooths the gradient before each step: broad shapes in place of fine grain. 0: as it is.",
    default: 0,
    min: 0,
    max: 20,
    step: 0.1,
  }),
} as const;

/** Smooths gradients by a Gaussian, each picture's own; undefined where there is nothing to smooth. */
export const blurred = (sigma: number): ((gradient: Canvas) => Canvas) | undefined =>
  sigma > 0 ? (gradient) => together(picturesOf(gradient).map((own) => smoothed(own, sigma))) : undefined;
