import { shapeText, size, type Tensor } from "../../../shared/tensor.ts";
import { elementType } from "../../formats/onnx/element-types.ts";
import { loadTensor, type Stored } from "../../formats/onnx/structure.ts";
import type { SourceWeight } from "../../formats/source.ts";
import { inChunks } from "../weights.ts";

/** A constant that a network reads, wherever its numbers are. */
export type Numbers = Pick<SourceWeight, "name" | "dtype" | "shape" | "count" | "broken" | "values">;

/** Numbers up to this many are written out. */
const mostShown = 8;

export function numbersOf(name: string, { dtype, shape, data }: Tensor): Numbers {
  const values = (from: number, count: number) =>
    Float64Array.from(data.subarray(from, from + count) as ArrayLike<number | bigint>, Number);
  return { name, dtype, shape, count: size(shape), broken: undefined, values };
}

/** A tensor of the file that has no name of its own there: it is read whole when it is first asked for. */
export function numbersIn(name: string, stored: Stored): Numbers {
  const dtype = elementType(stored.elementType)?.name ?? "unknown";
  const broken =
    stored.kind === "broken"
      ? stored.reason
      : stored.kind === "texts"
        ? "holds text, not numbers"
        : stored.dtype === "unknown"
          ? `holds elements of type ${dtype}, which Glassbox does not read`
          : undefined;
  let loaded: Numbers | undefined;
  const values = (from: number, count: number) => {
    loaded ??= numbersOf(name, loadTensor(stored, "float32"));
    return loaded.values(from, count);
  };
  return { name, dtype, shape: stored.dims, count: broken === undefined ? size(stored.dims) : 0, broken, values };
}

/** Σ (a − b)², Σ a² and the greatest |a − b| of constants of the same shapes. */
export async function distance(pairs: readonly (readonly [Numbers, Numbers])[], signal: AbortSignal) {
  const sums = { squares: 0, ofFirst: 0, largest: 0 };
  for (const [one, other] of pairs) {
    let at = 0;
    for await (const values of inChunks(one, signal)) {
      const theirs = other.values(at, values.length);
      at += values.length;
      values.forEach((value, k) => {
        const there = theirs[k] ?? NaN;
        // Two that are both no number say the same, and so do two infinities; 0 and −0 differ by nothing.
        const difference = Object.is(value, there) ? 0 : Math.abs(value - there);
        sums.squares += difference ** 2;
        sums.ofFirst += value ** 2;
        if (!(difference <= sums.largest) && !Number.isNaN(sums.largest)) sums.largest = difference;
      });
    }
  }
  return sums;
}

/** Whether two settings say the same; of those that cannot be read nobody knows. */
export async function agree(a: Numbers, b: Numbers, signal: AbortSignal): Promise<boolean | "unreadable"> {
  if (shapeText(a.shape) !== shapeText(b.shape)) return false;
  if (a.broken !== undefined || b.broken !== undefined) return "unreadable";
  return (await distance([[a, b]], signal)).squares === 0;
}

/** A few numbers as they are, of many how many there are. */
export function numbersText({ count, shape, broken, values }: Numbers): string {
  if (broken !== undefined) return "what cannot be read";
  if (count > mostShown) return `${shapeText(shape)} numbers`;
  return count ? Array.from(values(0, count), numberText).join(" ") : "nothing";
}

/** A file's float as people write it: 0.1, not 0.10000000149011612. */
export const numberText = (value: number): string => String(Number(value.toPrecision(7)));
