import type { FilterCard } from "../../shared/inside.ts";
import { dependence, Roughness } from "../analysis/spectra.ts";

// When filters count as smooth. White noise has 0.75 to 0.78 of its energy in the upper half of the frequencies (0.75 in
// kernels narrower than 5, whose mean is kept). We measured the first layers of trained networks: medians of 0.18 and 0.33
// in kernels of 9 × 9 and 5 × 5 (a style network, a digit classifier), and of 0.39 to 0.66 in kernels of 3 × 3 (SqueezeNet
// 1.1, EfficientNet-Lite0, a YOLOv8, PP-OCR's detector, recognizer and classifier). Depthwise kernels further on can be
// rougher than noise, and yet are none: their weights depend on each other.

/** The threshold as a share of what noise comes to: 0.69 for 3 × 3, 0.62 for 5 × 5, 0.61 for 7 × 7. */
const smoothShare = (side: number) => (side < 5 ? 0.92 : 0.8);
/** Deviations of the median from noise's that chance does not make. */
const beyondChance = 3;
/** The same for `dependence`. */
const dependent = 4;
/** From here on what is not smooth is noisy. In smaller ones it may also be a fine pattern, as depthwise filters have. */
const large = 7;
/** In smaller ones noise's median is not known well enough to tell a pattern from it. */
const smallest = 3;

/** Weights of which it can be told that they are no more than noise: 16 kernels of 3 × 3, 6 of 5 × 5. */
const fewest = 144;

/** A median's deviation in those of what it is the median of, where that is normally distributed: √(π / 2). */
const ofMedian = Math.sqrt(Math.PI / 2);

export function smoothness(
  filters: readonly Float32Array[],
  [, kernels, height, width]: FilterCard["shape"],
): Pick<FilterCard, "roughness" | "verdict" | "median" | "threshold"> {
  const measure = new Roughness(height, width);
  const roughness = Float32Array.from(filters, (filter) => measure.of(filter));
  const known = roughness.filter((value) => !Number.isNaN(value)).sort();
  const median = medianOf(known);
  const side = Math.max(height, width);
  const threshold = smoothShare(side) * measure.noise;
  return { roughness, median, threshold, verdict: verdict() };

  function verdict(): FilterCard["verdict"] {
    if (Number.isNaN(median) || Number.isNaN(threshold)) return "too small to tell";
    const fromNoise =
      (median - measure.median(kernels)) / ((ofMedian * measure.deviation(kernels)) / Math.sqrt(known.length));
    if (median < threshold && fromNoise < -beyondChance) return "smooth";
    if (side >= large) return "noisy";
    const cells = height * width;
    const isEnough = known.length * kernels * cells >= fewest;
    const isNoise = Math.abs(fromNoise) <= beyondChance && dependence(filters, cells) <= dependent;
    if (!isEnough) return "too few to tell";
    if (isNoise) return "noisy";
    return side < smallest ? "too small to tell" : "patterned";
  }
}

/** Of sorted numbers. */
export function medianOf(sorted: Float32Array): number {
  const middle = sorted.length / 2;
  return sorted.length ? ((sorted[Math.floor(middle)] ?? NaN) + (sorted[Math.ceil(middle) - 1] ?? NaN)) / 2 : NaN;
}

/** A filter beside the others: less than a thousandth of the median norm is as good as nothing. */
const nothing = 1e-3;

export const deadFilters = (norms: Float32Array): readonly number[] => {
  const least = nothing * medianOf(norms.filter(Number.isFinite).sort());
  return [...norms.keys()].filter((channel) => norms[channel] === 0 || norms[channel]! < least);
};
