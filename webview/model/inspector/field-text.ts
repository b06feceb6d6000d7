import { unevenSteps } from "../../../src/shared/inside.ts";
import type { FieldCard } from "../../../src/shared/inside.ts";
import type { InputShape } from "../../../src/shared/preparation.ts";

const pair = ([a, b]: readonly [number, number], join: string) =>
  a === b ? String(rounded(a)) : `${rounded(a)}${join}${rounded(b)}`;
const rounded = (n: number) => Number(n.toFixed(2));

/** "11 × 11, step 4"; in the picture's pixels. */
export function fieldText(
  field: FieldCard | undefined,
  picture: InputShape | undefined,
): { readonly value: string; readonly more?: string | undefined } {
  if (!field) return { value: "none", more: "nothing of the picture's places is left" };
  if (field.whole) return { value: "the whole picture" };
  const [height, width] = field.size;
  const beyond = (picture?.height ?? Infinity) < height && (picture?.width ?? Infinity) < width;
  return {
    value: field.uneven
      ? `up to ${rounded(height)} × ${rounded(width)}, step ${unevenSteps}`
      : `${rounded(height)} × ${rounded(width)}, step ${pair(field.stride, " × ")}`,
    more: beyond ? "larger than the picture" : undefined,
  };
}

/** Row and column, of the unit in the corner. */
export const centerText = ({ center: [y, x] }: FieldCard): string =>
  `${rounded(y)}, ${rounded(x)}`.replaceAll("-", "−");
