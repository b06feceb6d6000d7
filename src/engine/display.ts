import { float32, type FloatTensor } from "../shared/tensor.ts";
import type { FloatHeatmap, Quantized } from "../shared/updates.ts";
import { quantize, resizeBilinear } from "./images/arithmetic.ts";

/** A map in bytes, its scale ended where its percentile says. */
export const displayed = (map: Pick<FloatHeatmap, "values" | "signed" | "percentile">): Quantized =>
  quantize(withinScale(map), map.signed);

/** The same, resized over [height, width] as the map asks to be drawn. */
export function displayedAt(map: FloatHeatmap, height: number, width: number): Quantized {
  const values = withinScale(map);
  const resized = map.draw === "smooth" ? resizeBilinear(values, height, width) : inCells(values, height, width);
  return quantize(resized, map.signed);
}

/** What lies beyond the percentile of the magnitudes is set to it. */
function withinScale({
  values: { shape, data },
  percentile,
}: Pick<FloatHeatmap, "values" | "percentile">): FloatTensor {
  if (percentile === undefined) return float32(shape, data);
  const magnitudes = data.map(Math.abs).filter(Number.isFinite).sort();
  const end = magnitudes[Math.ceil((percentile / 100) * magnitudes.length) - 1] ?? 0;
  // Where nearly everything is zero the few others are all there is to see.
  if (end === 0) return float32(shape, data);
  return float32(
    shape,
    data.map((value) => Math.min(Math.max(value, -end), end)),
  );
}

function inCells({ shape, data }: FloatTensor, height: number, width: number): FloatTensor {
  const [rows = 1, columns = 1] = shape;
  const cell = (i: number) => {
    const [y, x] = [Math.floor(i / width), i % width];
    return data[Math.floor((y * rows) / height) * columns + Math.floor((x * columns) / width)] ?? 0;
  };
  return float32(
    [height, width],
    Float32Array.from({ length: height * width }, (_, i) => cell(i)),
  );
}
