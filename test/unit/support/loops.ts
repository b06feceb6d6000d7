// Layers of a network and the ways back through them as plain loops over numbers, with nothing of the engine in them.

/** Numbers in rows of rows: [channels, height, width]. */
export interface Maps {
  readonly shape: readonly [number, number, number];
  readonly data: Float64Array;
}
export interface Kernel {
  /** [outs, ins, side, side] */
  readonly data: ArrayLike<number>;
  readonly outs: number;
  readonly side: number;
  readonly stride: number;
  readonly pad: number;
}

export const maps = (shape: readonly [number, number, number], data?: ArrayLike<number>): Maps => ({
  shape,
  data: data ? Float64Array.from(data) : new Float64Array(shape[0] * shape[1] * shape[2]),
});

/** Calls `visit` with every multiplication of a convolution: the places in output, input and kernel. */
function convolve([ins, h, w]: Maps["shape"], { outs, side, stride, pad }: Kernel, visit: Visit): Maps["shape"] {
  const oh = Math.floor((h + 2 * pad - side) / stride) + 1;
  const ow = Math.floor((w + 2 * pad - side) / stride) + 1;
  for (let o = 0; o < outs; o++)
    for (let y = 0; y < oh; y++)
      for (let x = 0; x < ow; x++)
        for (let c = 0; c < ins; c++)
          for (let ky = 0; ky < side; ky++)
            for (let kx = 0; kx < side; kx++) {
              const [iy, ix] = [y * stride - pad + ky, x * stride - pad + kx];
              if (iy < 0 || ix < 0 || iy >= h || ix >= w) continue;
              visit((o * oh + y) * ow + x, (c * h + iy) * w + ix, ((o * ins + c) * side + ky) * side + kx);
            }
  return [outs, oh, ow];
}
type Visit = (out: number, from: number, weight: number) => void;

export function convolution(x: Maps, kernel: Kernel, bias: ArrayLike<number>): Maps {
  const y = maps(convolve(x.shape, kernel, () => undefined));
  const area = y.shape[1] * y.shape[2];
  y.data.forEach((_, i) => (y.data[i] = bias[Math.floor(i / area)]!));
  convolve(x.shape, kernel, (out, from, k) => (y.data[out]! += x.data[from]! * kernel.data[k]!));
  return y;
}

export function convolutionBack(x: Maps, kernel: Kernel, dy: Maps): Maps {
  const dx = maps(x.shape);
  convolve(x.shape, kernel, (out, from, k) => (dx.data[from]! += dy.data[out]! * kernel.data[k]!));
  return dx;
}

export const rectified = (z: Maps): Maps => ({ ...z, data: z.data.map((v) => Math.max(v, 0)) });

/** Where in x each 2 × 2 window's maximum is. */
export function switches({ shape: [c, h, w], data }: Maps): number[] {
  const places: number[] = [];
  for (let k = 0; k < c; k++)
    for (let y = 0; y + 1 < h; y += 2)
      for (let x = 0; x + 1 < w; x += 2) {
        const corner = (k * h + y) * w + x;
        const window = [corner, corner + 1, corner + w, corner + w + 1];
        places.push(window.reduce((best, i) => (data[i]! > data[best]! ? i : best)));
      }
  return places;
}

export const pooled = (x: Maps): Maps =>
  maps(
    [x.shape[0], x.shape[1] / 2, x.shape[2] / 2],
    switches(x).map((i) => x.data[i]!),
  );

export function unpooled(x: Maps, dy: Maps): Maps {
  const dx = maps(x.shape);
  switches(x).forEach((i, out) => (dx.data[i]! += dy.data[out]!));
  return dx;
}

/** Rows of `weights` times the flattened maps, and a bias. */
export const linear = ({ data }: Maps, weights: ArrayLike<number>, bias: ArrayLike<number>): number[] =>
  Array.from({ length: bias.length }, (_, row) =>
    data.reduce((sum, v, i) => sum + v * weights[row * data.length + i]!, bias[row]!),
  );

export const linearBack = (x: Maps, weights: ArrayLike<number>, dy: readonly number[]): Maps => ({
  ...x,
  data: x.data.map((_, i) => dy.reduce((sum, d, row) => sum + d * weights[row * x.data.length + i]!, 0)),
});
