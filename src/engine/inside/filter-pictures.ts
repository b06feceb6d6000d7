import type { FilterCard } from "../../shared/inside.ts";
import { float32, type FloatTensor } from "../../shared/tensor.ts";
import type { Quantized } from "../../shared/updates.ts";
import { quantize } from "../images/arithmetic.ts";

/** Rows and columns of a matrix that is drawn: of more, each cell of the picture stands for several numbers. */
const mostCells = 512;

/** What a layer's filters look like. `isReversed`: the picture's channels are blue, green, red. */
export function picturesOf(
  kind: FilterCard["kind"],
  data: Float32Array,
  [outs, ins, height, width]: FilterCard["shape"],
  isReversed: boolean,
): Pick<FilterCard, "pictures" | "own"> {
  switch (kind) {
    case "color":
      return sideBySide(inColor(data, outs, ins, height, width, isReversed), inBothSigns);
    case "depthwise":
      return sideBySide(float32([outs, height, width], data), inBothSigns);
    case "deep":
      return sideBySide(normsOverInputs(data, outs, ins, height, width), fromZero);
    case "pointwise":
    case "linear":
      return { pictures: inBothSigns(strongestIn(data, outs, ins)) };
  }
}

const inBothSigns = (values: FloatTensor): Quantized => quantize(values, true);

/** On the layer's scale, and each on its own: in 256 steps of the strongest filter a weak one would be nothing. */
function sideBySide(
  values: FloatTensor,
  inBytes: (values: FloatTensor) => Quantized,
): Pick<FilterCard, "pictures" | "own"> {
  const { shape, data } = values;
  const each = data.length / Math.max(shape[0] ?? 0, 1);
  const reach = Float32Array.from({ length: shape[0] ?? 0 }, (_, o) =>
    data
      .subarray(o * each, (o + 1) * each)
      .reduce((most, value) => (Number.isFinite(value) ? Math.max(most, Math.abs(value)) : most), 0),
  );
  const shares = data.map((value, i) => value / (reach[Math.floor(i / each)] || 1));
  return { pictures: inBytes(values), own: { pictures: inBytes(float32(shape, shares)), reach } };
}

/** [O, kh, kw, 3]; a picture without colour has the same in all three. */
function inColor(
  data: Float32Array,
  outs: number,
  ins: number,
  height: number,
  width: number,
  isReversed: boolean,
): FloatTensor {
  const kernel = height * width;
  const colors = new Float32Array(outs * kernel * 3);
  for (let o = 0; o < outs; o++)
    for (let k = 0; k < kernel; k++)
      for (let c = 0; c < 3; c++) {
        const channel = ins === 1 ? 0 : isReversed ? 2 - c : c;
        colors[(o * kernel + k) * 3 + c] = data[(o * ins + channel) * kernel + k]!;
      }
  return float32([outs, height, width, 3], colors);
}

/** [O, kh, kw]: the norm over the inputs, at each place of the kernel. */
function normsOverInputs(data: Float32Array, outs: number, ins: number, height: number, width: number): FloatTensor {
  const kernel = height * width;
  const norms = new Float32Array(outs * kernel);
  for (let o = 0; o < outs; o++)
    for (let k = 0; k < kernel; k++) {
      let sum = 0;
      for (let i = 0; i < ins; i++) sum += data[(o * ins + i) * kernel + k]! ** 2;
      norms[o * kernel + k] = Math.sqrt(sum);
    }
  return float32([outs, height, width], norms);
}

/** Norms on a scale that begins at 0. */
function fromZero({ shape, data }: FloatTensor): Quantized {
  const high = data.reduce((most, value) => (Number.isFinite(value) ? Math.max(most, value) : most), 0);
  const broken = data.reduce((count, value) => count + (Number.isFinite(value) ? 0 : 1), 0);
  const bytes = new Uint8ClampedArray(data.length);
  data.forEach((value, i) => (bytes[i] = high > 0 && Number.isFinite(value) ? (value * 255) / high : 0));
  return { shape, low: 0, high, bytes: new Uint8Array(bytes.buffer), broken };
}

/** A matrix, or of each cell of a coarser one the number of greatest magnitude. */
function strongestIn(data: Float32Array, rows: number, columns: number): FloatTensor {
  const [height, width] = [Math.min(rows, mostCells), Math.min(columns, mostCells)];
  if (height === rows && width === columns) return float32([rows, columns], data);
  const strongest = new Float32Array(height * width);
  for (let row = 0; row < rows; row++) {
    const y = Math.floor((row * height) / rows);
    for (let column = 0; column < columns; column++) {
      const at = y * width + Math.floor((column * width) / columns);
      const value = data[row * columns + column]!;
      if (Math.abs(value) > Math.abs(strongest[at]!)) strongest[at] = value;
    }
  }
  return float32([height, width], strongest);
}
