import { isNotKnown, unevenSteps } from "../../../src/shared/inside.ts";
import type { FieldCard, NotKnown } from "../../../src/shared/inside.ts";
import type { InputShape } from "../../../src/shared/preparation.ts";

const pair = ([a, b]: readonly [number, number], join: string) =>
  a === b ? String(rounded(a)) : `${rounded(a)}${join}${rounded(b)}`;
const rounded = (n: number) => Number(n.toFixed(2));

/** "11 × 11, step 4"; in the picture's pixels. */
export function fieldText(
  field: FieldCard | NotKnown | undefined,
  picture: InputShape | undefined,
): { readonly value: string; readonly more?: string | undefined } {
  if (!field) return { value: "none", more: "it sees nothing of the picture" };
  if (isNotKnown(field)) return { value: "not known", more: field.why };
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

/** Row and column, of the unit in the corner; undefined where fields have no centre of their own. */
export function centerText(field: FieldCard | NotKnown | undefined): string | undefined {
  if (!field || isNotKnown(field) || field.whole) return undefined;
  return field.center.map(rounded).join(", ").replaceAll("-", "−");
}
