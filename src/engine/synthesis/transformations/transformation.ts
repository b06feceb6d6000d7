import type { Canvas } from "../canvas.ts";

/** A linear map of pictures (with what comes in from outside added), and the way back for gradients: ⟨T x, y⟩ = ⟨x, T* y⟩. */
export interface Transformation {
  apply(canvas: Canvas): Canvas;
  adjoint(gradient: Canvas): Canvas;
  /** How far all pixels are moved down and to the right, and come in again on the other side, where that is all. */
  readonly moved?: { readonly down: number; readonly right: number };
}

/** One after the other. */
export const chain = (transformations: readonly Transformation[]): Transformation => ({
  apply: (canvas) => transformations.reduce((x, each) => each.apply(x), canvas),
  adjoint: (gradient) => transformations.reduceRight((y, each) => each.adjoint(y), gradient),
});
