import type { Step } from "../../shared/inside.ts";

/** Rows for columns: a step of an operator that goes over turned maps, as it is over maps that lie as the picture does. */
export function turnedStep(step: Step): Step {
  const { place, input, output, kernel, stride, dilation, padding, origin, window, weights, picked } = step;
  const [top, left, bottom, right] = padding;
  const [rows, columns] = kernel;
  const cellAt = (cell: number) => (cell % columns) * rows + Math.floor(cell / columns);
  const cells = (numbers: Float32Array) => {
    const size = rows * columns;
    const ordered = new Float32Array(numbers.length);
    numbers.forEach((number, i) => {
      ordered[i - (i % size) + cellAt(i % size)] = number;
    });
    return ordered;
  };
  return {
    ...step,
    turned: true,
    place: swapped(place),
    input: [input[0], input[2], input[1]],
    output: [output[0], output[2], output[1]],
    kernel: swapped(kernel),
    stride: swapped(stride),
    dilation: swapped(dilation),
    padding: [left, top, right, bottom],
    origin: swapped(origin),
    window: cells(window),
    weights: cells(weights),
    picked: picked === undefined ? undefined : cellAt(picked),
  };
}

export const swapped = ([row, column]: readonly [number, number]): readonly [number, number] => [column, row];
