import { fromHalf } from "../../../shared/half.ts";
import type { TensorData } from "../../../shared/tensor.ts";

/** Floats of other widths as ordinary ones; `data` as `arrayOf` gives it. */
export function widened(dtype: "float16" | "bfloat16" | "float64", data: TensorData): Float32Array {
  if (dtype === "float64") return Float32Array.from(data as Float64Array); // what arrayOf gives for it
  const bits = data as Uint16Array; // what arrayOf gives for the other two
  return dtype === "float16" ? fromHalves(bits) : fromBrains(bits);
}

/** A bfloat16 is the upper half of a float32. */
function fromBrains(bits: Uint16Array): Float32Array {
  const words = new Uint32Array(bits.length);
  for (let i = 0; i < bits.length; i++) words[i] = (bits[i] ?? 0) << 16;
  return new Float32Array(words.buffer);
}

let halves: Float32Array | undefined;

function fromHalves(bits: Uint16Array): Float32Array {
  halves ??= Float32Array.from({ length: 2 ** 16 }, (_, half) => fromHalf(half));
  const floats = new Float32Array(bits.length);
  for (let i = 0; i < bits.length; i++) floats[i] = halves[bits[i] ?? 0] ?? 0;
  return floats;
}
