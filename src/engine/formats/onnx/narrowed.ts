import type { TensorData } from "../../../shared/tensor.ts";
import { arrayOf } from "./array-of.ts";
import { elementType } from "./element-types.ts";
import type { TensorMessage } from "./messages.ts";

/**
 * The values that are stored one by one: varints for all integers and for small floats' bits, and floats that did not come
 * in one piece. Undefined where there are none.
 */
export function narrowed({ type, words, numbers }: TensorMessage): TensorData | undefined {
  const { dtype, bits } = elementType(type) ?? { dtype: "unknown", bits: 8 };
  if (words) {
    const { pairs, length } = words;
    if (bits === 64) return arrayOf(dtype, new Uint8Array(pairs.slice().buffer));
    // Elements of less than a byte come packed, a byte to each entry.
    const width = Math.max(1, bits / 8);
    const data = width === 4 ? new Uint32Array(length) : width === 2 ? new Uint16Array(length) : new Uint8Array(length);
    for (let i = 0; i < length; i++) data[i] = pairs[2 * i] ?? 0;
    return arrayOf(dtype, new Uint8Array(data.buffer));
  }
  if (!numbers) return undefined;
  const floats = dtype === "float64" || bits === 128 ? Float64Array.from(numbers) : Float32Array.from(numbers);
  return arrayOf(dtype, new Uint8Array(floats.buffer));
}
