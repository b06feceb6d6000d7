import { greyed } from "../luminance.ts";

/** From colours that vary independently to red, green and blue, row by row, [3, 3]: its longest column brought to length 1, as Lucid has it. */
export function mixingOf(correlations: ArrayLike<number>): Float32Array {
  const lengths = [0, 1, 2].map((k) => Math.hypot(...[0, 1, 2].map((row) => correlations[3 * row + k] ?? 0)));
  return Float32Array.from(correlations, (x) => x / Math.max(...lengths));
}

/** Lucid's for ImageNet: the columns are directions in which a photo's colours vary independently of each other. */
export const decorrelated: Float32Array = mixingOf([0.26, 0.09, 0.02, 0.27, 0.0, -0.05, 0.27, -0.09, 0.03]);

/** The brightness of such colours in place of each of the three. */
export function greyMixing(mixing: Float32Array = decorrelated): Float32Array {
  const columns = [0, 1, 2].map((k) => greyed([0, 1, 2].map((row) => mixing[3 * row + k] ?? 0)));
  return Float32Array.from(mixing, (_, at) => columns[at % 3]?.[Math.floor(at / 3)] ?? 0);
}

/** Numbers that stand for other colours are of another kind. */
export const coloredKind = (kind: string, mixing: Float32Array | undefined): string =>
  mixing ? `${kind}, colours ${Array.from(mixing, (x) => x.toPrecision(6)).join(" ")}` : kind;
