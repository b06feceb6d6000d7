import { fromHalf } from "../../shared/half.ts";
import { float32, type FloatTensor, type Tensor } from "../../shared/tensor.ts";

/** A tensor of any element type as float32, which is what maps are drawn and compared in. */
export function floatsOf(tensor: Tensor): FloatTensor {
  const { data, dtype, shape } = tensor;
  if (data instanceof Float32Array) return float32(shape, data);
  if (dtype === "string") throw new TypeError("It holds text, not numbers.");
  if (dtype === "float16") return float32(shape, Float32Array.from(data as Uint16Array, fromHalf));
  if (dtype === "bfloat16") return float32(shape, widened(data as Uint16Array));
  return float32(shape, Float32Array.from(data as ArrayLike<number | bigint>, Number));
}

/** A bfloat16 is the upper half of a float32. */
const widened = (halves: Uint16Array) => new Float32Array(Uint32Array.from(halves, (bits) => bits << 16).buffer);
