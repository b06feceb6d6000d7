// Lucid's matrix for ImageNet: its columns are directions in which a photo's colours vary independently of each other.
const correlations = [
  [0.26, 0.09, 0.02],
  [0.27, 0.0, -0.05],
  [0.27, -0.09, 0.03],
] as const;

const longestColumn = Math.max(...[0, 1, 2].map((k) => Math.hypot(...correlations.map((row) => row[k] ?? 0))));

/** From decorrelated colours to red, green and blue: row by row, [3, 3]. */
export const decorrelated: Float32Array = Float32Array.from(correlations.flat(), (x) => x / longestColumn);
