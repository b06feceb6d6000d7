/** A square of complex numbers, row by row. */
export interface ComplexSquare {
  readonly side: number;
  readonly real: Float64Array;
  readonly imaginary: Float64Array;
}

export const complexSquare = (side: number): ComplexSquare => ({
  side,
  real: new Float64Array(side * side),
  imaginary: new Float64Array(side * side),
});

/** The discrete Fourier transform along both axes, in place: Σ x e^(−2πi k x / n). The side is a power of two. */
export function transform({ side, real, imaginary }: ComplexSquare): void {
  for (let i = 0; i < side; i++) transformLine(real, imaginary, i * side, 1, side);
  for (let i = 0; i < side; i++) transformLine(real, imaginary, i, side, side);
}

/** Cooley and Tukey's: the numbers in the order of their mirrored bits, then halves put together, ever larger ones. */
function transformLine(re: Float64Array, im: Float64Array, start: number, stride: number, length: number): void {
  for (let i = 1, j = 0; i < length; i++) {
    let bit = length >> 1;
    for (; j & bit; bit >>= 1) j ^= bit;
    j ^= bit;
    if (i < j) {
      const [a, b] = [start + i * stride, start + j * stride];
      [re[a], re[b]] = [re[b]!, re[a]!];
      [im[a], im[b]] = [im[b]!, im[a]!];
    }
  }
  for (let half = 1; half < length; half *= 2)
    for (let k = 0; k < half; k++) {
      const angle = (-Math.PI * k) / half;
      const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
      for (let i = k; i < length; i += 2 * half) {
        const [a, b] = [start + i * stride, start + (i + half) * stride];
        const turnedRe = re[b]! * cos - im[b]! * sin;
        const turnedIm = re[b]! * sin + im[b]! * cos;
        re[b] = re[a]! - turnedRe;
        im[b] = im[a]! - turnedIm;
        re[a]! += turnedRe;
        im[a]! += turnedIm;
      }
    }
}

export const powerOfTwoFrom = (n: number): number => 2 ** Math.ceil(Math.log2(Math.max(1, n)));
