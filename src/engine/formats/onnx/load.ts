import type { Tensor, TensorData } from "../../../shared/tensor.ts";
import { quoted } from "../../../shared/shown.ts";
import { Unreadable } from "../unreadable.ts";
import { arrayOf } from "./array-of.ts";
import { RegularFile } from "./file.ts";
import { widened } from "./half.ts";
import type { Place, Stored } from "./structure.ts";

/** Node's largest ArrayBuffer. */
const largest = 2 ** 32;

/**
 * A constant's values. "float32" makes floats of 16 and 64 bits ordinary ones and leaves other types alone; otherwise 16-bit floats
 * are given as their bits, as `arrayOf` says.
 */
export function loadTensor(stored: Stored, floats: "as stored" | "float32" = "as stored"): Tensor {
  const data = dataOf(stored);
  if (floats === "as stored" || !isNarrowable(stored.dtype)) return { dtype: stored.dtype, shape: stored.dims, data };
  return { dtype: "float32", shape: stored.dims, data: widened(stored.dtype, data) };
}

const isNarrowable = (dtype: string): dtype is "float16" | "bfloat16" | "float64" =>
  dtype === "float16" || dtype === "bfloat16" || dtype === "float64";

function dataOf(stored: Stored): TensorData {
  const { name } = stored;
  switch (stored.kind) {
    case "inline":
      return stored.data;
    case "place":
      return read(stored);
    case "texts":
      throw new TypeError(`Tensor ${quoted(name)} holds text, not numbers.`);
    case "broken":
      throw new Unreadable(stored.file, `tensor ${quoted(name)} ${stored.reason}`);
  }
}

function read({ name, dtype, file: path, offset, length }: Place): TensorData {
  const where = `tensor ${quoted(name)}`;
  if (length > largest) throw new Unreadable(path, `its ${length} bytes are more than can be held at once`, { where });
  const file = RegularFile.open(path);
  try {
    if (offset + length > file.size) {
      const reason = `${length} bytes should follow byte ${offset}, but the file now ends at ${file.size}`;
      throw new Unreadable(path, reason, { where, remedy: "It changed since the model was opened: open it again." });
    }
    const bytes = new Uint8Array(length);
    file.read(bytes, offset);
    return arrayOf(dtype, bytes);
  } finally {
    file.close();
  }
}
