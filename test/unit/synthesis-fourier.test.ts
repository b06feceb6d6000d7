import assert from "node:assert/strict";
import { normal } from "../../src/engine/images/arithmetic.ts";
import { decorrelated } from "../../src/engine/synthesis/parameterizations/colors.ts";
import { fourier, fourierKind } from "../../src/engine/synthesis/parameterizations/fourier.ts";
import { pixels } from "../../src/engine/synthesis/parameterizations/pixels.ts";
import { float32 } from "../../src/shared/tensor.ts";
import { near } from "./support/asking.ts";
import { random } from "./support/random.ts";

const sizes = [
  { height: 6, width: 8 },
  { height: 7, width: 5 },
  { height: 1, width: 4 },
  { height: 5, width: 1 },
];

/** Lucid's formulas one by one: half a spectrum, weighted, summed up wave by wave, colours mixed, squeezed. */
function byHand(values: Float32Array, height: number, width: number, falloff = 1): number[] {
  const half = Math.floor(width / 2) + 1;
  const planes = [0, 1, 2].map((c) =>
    Array.from({ length: height * width }, (_, p) => {
      const [y, x] = [Math.floor(p / width), p % width];
      let sum = 0;
      for (let k = 0; k < height; k++)
        for (let l = 0; l < half; l++) {
          const frequency = Math.hypot((k <= height / 2 ? k : k - height) / height, l / width);
          const seen = Math.max(frequency, 1 / Math.max(height, width));
          const weight = (Math.sqrt(height * width) / 4) * (10 / (10 * seen) ** falloff);
          const real = values[(c * 2 * height + k) * half + l]!;
          const imaginary = values[(c * 2 * height + height + k) * half + l]!;
          const angle = 2 * Math.PI * ((k * y) / height + (l * x) / width);
          const twice = l === 0 || 2 * l === width ? 1 : 2;
          sum += (twice * weight * (real * Math.cos(angle) - imaginary * Math.sin(angle))) / (height * width);
        }
      return sum;
    }),
  );
  return [0, 1, 2].flatMap((c) =>
    planes[0]!.map((_, p) => {
      const mixed = [0, 1, 2].reduce((sum, k) => sum + decorrelated[c * 3 + k]! * planes[k]![p]!, 0);
      return 255 / (1 + Math.exp(-mixed));
    }),
  );
}

describe("a picture by its spectrum", () => {
  for (const size of sizes)
    it(`is the sum of its waves, ${size.height} × ${size.width}`, async () => {
      const count = 3 * 2 * size.height * (Math.floor(size.width / 2) + 1);
      const start = random(3, count).map((x) => 3 * x);
      const spectrum = await fourier({ ...size, threads: 1, seed: 0, start });
      try {
        near((await spectrum.picture()).data, byHand(start, size.height, size.width), 1e-4);
      } finally {
        await spectrum.release();
      }
    });

  it("has the less of a frequency the more its weight falls, and numbers of another kind", async () => {
    const [height, width] = [6, 8];
    const start = random(3, 3 * 2 * height * 5);
    const spectrum = await fourier({ height, width, threads: 1, seed: 0, start, falloff: 1.5 });
    try {
      near((await spectrum.picture()).data, byHand(start, height, width, 1.5), 1e-4);
      assert.notEqual(spectrum.kind, fourierKind());
      assert.equal(fourierKind(false, 1), "fourier");
    } finally {
      await spectrum.release();
    }
  });

  it("sends gradients back as central differences find them", async () => {
    const [height, width] = [6, 7];
    const spectrum = await fourier({ height, width, threads: 1, seed: 5 });
    try {
      const dy = float32([1, 3, height, width], random(6, 3 * height * width));
      await spectrum.picture();
      const gradient = await spectrum.pullBack(dy);
      const at = spectrum.values.slice();
      const dot = (picture: number[]) => picture.reduce((sum, x, i) => sum + x * dy.data[i]!, 0);
      const moved = (i: number, by: number) =>
        dot(
          byHand(
            at.map((x, k) => (k === i ? x + by : x)),
            height,
            width,
          ),
        );
      const step = 1 / 64;
      const slopes = Array.from(at, (_, i) => (moved(i, step) - moved(i, -step)) / (2 * step));
      near(gradient, slopes, 1e-3);
    } finally {
      await spectrum.release();
    }
  });

  it("starts from the same numbers for the same seed", async () => {
    const starts = await Promise.all(
      [1, 1, 2].map(async (seed) => {
        const spectrum = await fourier({ height: 4, width: 4, threads: 1, seed });
        await spectrum.release();
        return spectrum.values;
      }),
    );
    assert.deepEqual(starts[0], starts[1]);
    assert.notDeepEqual(starts[0], starts[2]);
    const next = normal(1);
    near(starts[0]!.subarray(0, 3), [0.01 * next(), 0.01 * next(), 0.01 * next()]);
  });

  it("mixes colours by Lucid's matrix over its longest column", () => {
    const longest = Math.hypot(0.26, 0.27, 0.27);
    near(
      decorrelated,
      [0.26, 0.09, 0.02, 0.27, 0, -0.05, 0.27, -0.09, 0.03].map((x) => x / longest),
    );
  });
});

describe("a picture by its pixels", () => {
  it("moves, stays within what a screen shows, and leaves what it started from alone", async () => {
    const start = float32([1, 3, 1, 1], [100, 250, 3]);
    const canvas = pixels(start);
    canvas.move(Float32Array.from([1, 10, -10]));
    assert.deepEqual([...(await canvas.picture()).data], [101, 255, 0]);
    canvas.set(start.data);
    assert.deepEqual([...(await canvas.picture()).data], [100, 250, 3]);
    assert.deepEqual([...start.data], [100, 250, 3]);
  });
});
