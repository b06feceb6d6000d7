import assert from "node:assert/strict";
import { resizeBilinear } from "../../src/engine/images/arithmetic.ts";
import { picturesOf } from "../../src/engine/synthesis/canvas.ts";
import { decorrelated } from "../../src/engine/synthesis/parameterizations/colors.ts";
import { fourier } from "../../src/engine/synthesis/parameterizations/fourier.ts";
import { laplacian } from "../../src/engine/synthesis/parameterizations/laplacian.ts";
import type { Parameterization } from "../../src/engine/synthesis/parameterizations/parameterization.ts";
import { float32, size, type FloatTensor } from "../../src/shared/tensor.ts";
import { near } from "./support/asking.ts";
import { random } from "./support/random.ts";

const squeezed = (x: number) => 255 / (1 + Math.exp(-x));
const unsqueezed = (value: number) => -Math.log(255 / value - 1);

/** Colours mixed and squeezed, from three planes that vary independently. */
function shown(planes: FloatTensor): number[] {
  const plane = planes.data.length / 3;
  return Array.from({ length: 3 * plane }, (_, i) => {
    const [c, p] = [Math.floor(i / plane), i % plane];
    return squeezed([0, 1, 2].reduce((sum, k) => sum + decorrelated[c * 3 + k]! * planes.data[k * plane + p]!, 0));
  });
}

/** Level by level, as Lucid's `laplacian_pyramid` adds them up, for one picture. */
function pyramid(values: Float32Array, height: number, width: number): number[] {
  const sum = new Float32Array(3 * height * width);
  let from = 0;
  for (const k of [1, 2, 4, 8]) {
    const shape = [1, 3, Math.max(1, Math.floor(height / k)), Math.max(1, Math.floor(width / k))];
    const level = float32(shape, values.slice(from, (from += size(shape))));
    resizeBilinear(level, height, width).data.forEach((x, i) => (sum[i]! += x));
  }
  assert.equal(from, values.length);
  return shown(float32([1, 3, height, width], sum));
}

async function using<T>(opening: Promise<Parameterization>, use: (it: Parameterization) => Promise<T>): Promise<T> {
  const opened = await opening;
  try {
    return await use(opened);
  } finally {
    await opened.release();
  }
}

/** The gradient that is sent back, against central differences of the picture's product with `dy`. */
async function sendsBack(it: Parameterization, dy: FloatTensor): Promise<void> {
  await it.picture();
  const gradient = Float32Array.from(await it.pullBack(dy));
  const at = it.values.slice();
  const step = 1 / 64;
  const slopes: number[] = [];
  for (let i = 0; i < at.length; i++) {
    const moved = async (by: number) => {
      it.set(at.map((x, k) => (k === i ? x + by : x)));
      const { data } = await it.picture();
      return data.reduce((sum, x, k) => sum + x * dy.data[k]!, 0);
    };
    slopes.push(((await moved(step)) - (await moved(-step))) / (2 * step));
  }
  near(gradient, slopes, 2e-3);
}

describe("a picture by its Laplacian pyramid", () => {
  for (const [height, width] of [
    [16, 24],
    [13, 9],
    [5, 1],
  ] as const) {
    const options = { height, width, threads: 1, seed: 3 };

    it(`is its levels, enlarged and added up, ${height} × ${width}`, () =>
      using(laplacian(options), async (it) => {
        it.set(random(4, it.values.length));
        near((await it.picture()).data, pyramid(it.values, height, width), 1e-5);
      }));

    it(`sends gradients back as central differences find them, ${height} × ${width}`, () =>
      using(laplacian(options), (it) => sendsBack(it, float32([1, 3, height, width], random(5, 3 * height * width)))));
  }

  it("goes on from a picture, and is repeated by its seed", async () => {
    const options = { height: 8, width: 8, threads: 1 };
    const around = float32(
      [1, 3, 8, 8],
      random(6, 192).map((x) => 127 + 100 * x),
    );
    const start = (seed: number) => using(laplacian({ ...options, seed }), async (it) => it.values.slice());
    await using(laplacian({ ...options, seed: 1, around }), async (it) =>
      near((await it.picture()).data, around.data, 1e-5),
    );
    assert.deepEqual(await start(1), await start(1));
    assert.notDeepEqual(await start(1), await start(2));
  });
});

describe("several pictures at once", () => {
  const options = { height: 12, width: 10, threads: 1, seed: 2 };
  const dy = float32([3, 3, 12, 10], random(7, 3 * 360));

  it("are what each is alone", () =>
    using(fourier({ ...options, pictures: 3 }), async (it) => {
      const pictures = await it.picture();
      assert.deepEqual(pictures.shape, [3, 3, 12, 10]);
      const each = it.values.length / 3;
      for (const [i, picture] of picturesOf(pictures).entries())
        await using(fourier({ ...options, start: it.values.slice(i * each, (i + 1) * each) }), async (alone) =>
          near(picture.data, (await alone.picture()).data, 1e-6),
        );
    }));

  it("pyramids send each one's gradient back to its own levels", () =>
    using(laplacian({ ...options, pictures: 3 }), (it) => sendsBack(it, dy)));

  it("send each one's gradient back to its own numbers, and everyone's to the common ones", () =>
    using(fourier({ ...options, pictures: 3, common: true }), (it) => sendsBack(it, dy)));

  it("have their low frequencies in common and their high ones to themselves", () =>
    using(fourier({ ...options, height: 48, width: 48, pictures: 2, common: true }), async (it) => {
      const before = picturesOf(await it.picture()).map(({ data }) => data.slice());
      const each = it.values.length / 3;
      const change = async (from: number) => {
        const values = it.values.slice();
        it.move(Float32Array.from(values, (_, i) => (i >= from && i < from + each ? 0.05 * Math.sin(i) : 0)));
        const moved = picturesOf(await it.picture()).map(({ data }, p) =>
          data.map((x, i) => unsqueezed(x) - unsqueezed(before[p]![i]!)),
        );
        it.set(values);
        return moved;
      };
      const largest = (data: Float32Array) => data.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
      const [first, second] = await change(0);
      near(first!, second!, 1e-3, "the common spectrum moves both alike");
      // No wave shorter than 16 pixels: neighbours differ by little.
      const steepest = first!.reduce((most, x, i) => (i % 48 ? Math.max(most, Math.abs(x - first![i - 1]!)) : most), 0);
      assert.ok(steepest < ((2 * Math.PI) / 16) * largest(first!), `${steepest} of ${largest(first!)}`);
      const [own, other] = await change(each);
      assert.ok(largest(own!) > 0.01 && largest(other!) < 1e-4);
      // What is each one's own leaves the colour of a large patch alone.
      const patch = own!.subarray(0, 48 * 48).reduce((sum, x) => sum + x, 0) / 48 ** 2;
      assert.ok(Math.abs(patch) < 0.01 * largest(own!), `${patch}`);
    }));
});
