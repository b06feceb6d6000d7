import type { Step } from "../../../src/shared/inside.ts";
import { clamp } from "../../shared/quantized.ts";
import { count, figure, visible } from "../../shared/words.ts";
import { cellsOf, greatestTo, productsIn, sumOfChannel, sumTo } from "./arithmetic.ts";

const pair = (a: number, b: number) => (a === b ? `${a}` : `${a} × ${b}`);

/** "Conv 3 × 3, stride 2, padding 1: 3 × 224 × 224 becomes 64 × 111 × 111". */
export function operatorWords(step: Step): string {
  const { op, kernel, stride, dilation, padding, input, output, channels, kind, turned } = step;
  const [top, left, bottom, right] = padding;
  const even = top === left && left === bottom && bottom === right;
  const grouped = kind !== "pooling" && channels < input[0];
  return [
    `${visible(op)} ${kernel[0]} × ${kernel[1]}`,
    stride[0] * stride[1] > 1 ? `stride ${pair(...stride)}` : undefined,
    dilation[0] * dilation[1] > 1 ? `dilation ${pair(...dilation)}` : undefined,
    top + left + bottom + right > 0 ? `padding ${even ? top : `${top}, ${left}, ${bottom}, ${right}`}` : undefined,
    grouped ? count(input[0] / channels, "group") : undefined,
    turned ? "rows and columns as in the picture, which the file has turned" : undefined,
  ]
    .filter((part) => part !== undefined)
    .join(", ")
    .concat(`: ${input.join(" × ")} becomes ${output.join(" × ")}`);
}

/** Numbers that are added up, to the same decimals: five figures of the largest. */
export function aligned(values: readonly number[]): readonly string[] {
  const largest = values.reduce((most, value) => (Number.isFinite(value) ? Math.max(most, Math.abs(value)) : most), 0);
  const before = largest > 0 ? Math.floor(Math.log10(largest)) + 1 : 1;
  if (before > 7 || before < -3) return values.map(figure);
  const decimals = Math.max(0, 5 - before);
  return values.map((value) =>
    Number.isFinite(value)
      ? value
          .toFixed(decimals)
          .replace(/^-(?=.*[1-9])/, "−")
          .replace(/^-/, "")
      : figure(value),
  );
}

export interface SumLine {
  readonly words: string;
  readonly value: number;
}

/** The sum as far as it has come, ending with the value that ONNX Runtime computed. */
export function sumLines(step: Step, done: number, channel: number): readonly SumLine[] {
  const all = productsIn(step);
  if (step.kind === "pooling") return poolingLines(step, done);
  const size = cellsOf(step);
  const inChannel = clamp(done - channel * size, 0, size);
  const complete = done === all;
  return [
    {
      words: `Input channel ${step.firstChannel + channel}, ${inChannel} of ${count(size, "product")}`,
      value: sumOfChannel(step, channel, inChannel),
    },
    { words: `All input channels, ${done.toLocaleString("en")} of ${count(all, "product")}`, value: sumTo(step, done) },
    ...(complete
      ? [
          { words: "Bias", value: step.bias },
          { words: "Sum with the bias", value: sumTo(step, all) + step.bias },
          { words: "What the network computed, before any activation", value: step.value },
        ]
      : []),
  ];
}

function poolingLines(step: Step, done: number): readonly SumLine[] {
  const all = productsIn(step);
  const result = { words: "What the network computed", value: step.value };
  if (step.divisor !== undefined)
    return [
      { words: `Sum of ${done} of ${count(all, "cell")}, each divided by ${step.divisor}`, value: sumTo(step, done) },
      ...(done === all ? [result] : []),
    ];
  if (step.picked === undefined) return [result];
  const best = greatestTo(step, done);
  return [
    ...(best ? [{ words: `Greatest of the first ${count(done, "cell")}`, value: best.value }] : []),
    ...(done === all ? [result] : []),
  ];
}

/** What a pooling remembers for the way back. */
export function switchWords({ kind, picked, divisor, kernel: [, columns] }: Step): string | undefined {
  if (kind !== "pooling") return undefined;
  if (picked !== undefined)
    return `The switch: row ${Math.floor(picked / columns)}, column ${picked % columns} of the window was the greatest. On the way back, all of the gradient goes there, and none to the other cells.`;
  if (divisor !== undefined)
    return `On the way back, every cell of the window gets ${figure(1 / divisor)} of the gradient.`;
  return "This pooling is neither a maximum nor a mean: no row of a matrix does what it does.";
}

/** What the output is spread with on the way back: "with 2 zeros between its rows and 1 between its columns"; empty for steps of 1. */
export function zerosWords({ stride: [down, across] }: Pick<Step, "stride">): string {
  if (down === across) return down > 1 ? `with ${count(down - 1, "zero")} between its rows and columns` : "";
  if (across === 1) return `with ${count(down - 1, "zero")} between its rows`;
  if (down === 1) return `with ${count(across - 1, "zero")} between its columns`;
  return `with ${count(down - 1, "zero")} between its rows and ${across - 1} between its columns`;
}

/** How far one cell of that goes over the output. */
export function cellWords({ stride: [down, across] }: Pick<Step, "stride">): string {
  const part = (steps: number) => (steps === 1 ? "a whole output pixel" : `1/${steps} of an output pixel`);
  return down === across ? part(down) : `${part(down)} down, and ${part(across)} across`;
}

/** Of a row of the matrix. */
export const filledWords = (filled: number): string =>
  `${filled.toLocaleString("en")} of the row’s numbers ${filled === 1 ? "is" : "are"} not zero.`;
