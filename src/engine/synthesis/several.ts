import { picturesOf, together, type Canvas } from "./canvas.ts";
import type { Penalty, Repair } from "./regularizers.ts";
import type { Transformation } from "./transformations/transformation.ts";

// What is made for one picture, done for each of several that are changed together. All are seen in the same way.

const each = (canvas: Canvas, change: (picture: Canvas, i: number) => Canvas): Canvas =>
  together(picturesOf(canvas).map(change));

export const transformEach =
  (transformation: (step: number) => Transformation) =>
  (step: number): Transformation => {
    const way = transformation(step);
    return {
      apply: (canvas) => each(canvas, (picture) => way.apply(picture)),
      adjoint: (gradient) => each(gradient, (own) => way.adjoint(own)),
    };
  };

export const penalizeEach = ({ name, of }: Penalty): Penalty => ({
  name,
  of(canvas, uphill) {
    const pictures = picturesOf(canvas);
    // Of several, the gradient is that of their mean.
    const uphills = picturesOf(scaled(uphill, pictures.length));
    const own = pictures.map((picture, i) => of(picture, uphills[i]!));
    const loss = own.reduce((sum, each) => sum + each.loss, 0) / own.length;
    const gradient = together(own.map((each) => each.gradient));
    return { loss, gradient: scaled(gradient, 1 / own.length) };
  },
});

export const repairEach =
  (repair: Repair): Repair =>
  (canvas, gradient, step) => {
    const gradients = picturesOf(gradient);
    return each(canvas, (picture, i) => repair(picture, gradients[i]!, step));
  };

export const scaled = (canvas: Canvas, by: number): Canvas =>
  by === 1 ? canvas : { ...canvas, data: canvas.data.map((x) => x * by) };
