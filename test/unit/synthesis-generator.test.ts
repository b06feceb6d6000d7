import assert from "node:assert/strict";
import { openGenerator, type GeneratorFile, type Range } from "../../src/engine/synthesis/generator-file.ts";
import { generated } from "../../src/engine/synthesis/parameterizations/generator.ts";
import { withNormalPrior } from "../../src/engine/synthesis/parameterizations/prior.ts";
import { normal } from "../../src/engine/images/arithmetic.ts";
import { float32 } from "../../src/shared/tensor.ts";
import { near } from "./support/asking.ts";
import { integers, node, onnxFile, value, weight } from "./support/onnx-nets.ts";
import { random } from "./support/random.ts";

const [length, side] = [5, 4];
const matrix = random(3, length * 8 * side * side).map((x) => x / 2);
const kernel = random(4, 8 * 3 * 4).map((x) => x / 2);

/** DCGAN in small: a matrix product, a map, a transposed convolution, an end. */
function file(end: readonly string[] = ["Tanh"], latent: readonly (number | string)[] = ["N", length]): string {
  const ends = end.map((op, i) => node(op, [`d${i}`], `d${i + 1}`));
  return onnxFile({
    nodes: [
      node("MatMul", ["z", "m"], "a"),
      node("Reshape", ["a", "shape"], "b"),
      node("ConvTranspose", ["b", "k"], "d0", { strides: [2, 2] }),
      ...ends,
    ],
    weights: [
      weight("m", [length, 8 * side * side], matrix),
      weight("k", [8, 3, 2, 2], kernel),
      integers("shape", [1, 8, side, side]),
    ],
    inputs: [value("z", latent)],
    outputs: [value(`d${ends.length}`, [1, 3, 2 * side, 2 * side])],
  });
}

/** The same in loops: Σ over the latent, then each map's number spread by the kernel; kernel and stride are of one size. */
function drawn(z: ArrayLike<number>): number[] {
  const maps = Array.from({ length: 8 * side * side }, (_, j) =>
    Array.from({ length }, (_, i) => z[i]! * matrix[i * 8 * side * side + j]!).reduce((a, b) => a + b, 0),
  );
  return Array.from({ length: 3 * 4 * side * side }, (_, at) => {
    const [c, y, x] = [Math.floor(at / (4 * side * side)), Math.floor(at / (2 * side)) % (2 * side), at % (2 * side)];
    let sum = 0;
    for (let m = 0; m < 8; m++)
      sum += maps[(m * side + (y >> 1)) * side + (x >> 1)]! * kernel[((m * 3 + c) * 2 + (y & 1)) * 2 + (x & 1)]!;
    return sum;
  });
}
const tanh = (z: ArrayLike<number>) => drawn(z).map((x) => (255 * (Math.tanh(x) + 1)) / 2);

const opened = (path: string, range: Range = "auto"): Promise<GeneratorFile> => openGenerator(path, range, 1e9);

describe("a picture by a generator's latent", () => {
  it("is what the generator draws, on the scale of a picture", async () => {
    const generator = await opened(file());
    assert.deepEqual(generator.size, { height: 8, width: 8 });
    const latent = await generated(generator, { threads: 1, seed: 7 });
    try {
      const next = normal(7);
      near(latent.values, Float32Array.from({ length }, next), 1e-6);
      const picture = await latent.picture();
      assert.deepEqual(picture.shape, [1, 3, 8, 8]);
      near(picture.data, tanh(latent.values), 1e-3);
      latent.move(Float32Array.from({ length }, (_, i) => i / 10));
      near((await latent.picture()).data, tanh(latent.values), 1e-3);
    } finally {
      await latent.release();
    }
  });

  it("sends gradients back through the generator as central differences find them", async () => {
    const latent = await generated(await opened(file()), { threads: 1, seed: 2 });
    try {
      const dy = float32([1, 3, 8, 8], random(6, 3 * 64));
      await latent.picture();
      const worth = (z: Float32Array) => tanh(z).reduce((sum, x, i) => sum + x * dy.data[i]!, 0);
      const slopes = Array.from(latent.values, (_, i) => {
        const moved = (by: number) => worth(latent.values.map((x, k) => (k === i ? x + by : x)));
        return (moved(1e-3) - moved(-1e-3)) / 2e-3;
      });
      near(await latent.pullBack(dy), slopes, 1e-3);
      const held = withNormalPrior(latent, 40);
      near(
        await held.pullBack(dy),
        slopes.map((x, i) => x - (40 * latent.values[i]!) / length),
        1e-3,
      );
      near([held.losses().prior!], [(40 * latent.values.reduce((sum, x) => sum + x * x, 0)) / length / 2], 1e-3);
    } finally {
      await latent.release();
    }
  });

  it("moves nothing further beyond black and white, and everything back", async () => {
    const path = onnxFile({
      nodes: [node("Reshape", ["z", "shape"], "y")],
      weights: [integers("shape", [1, 3, 1, 1])],
      inputs: [value("z", [1, 3])],
      outputs: [value("y", [1, 3, 1, 1])],
    });
    const latent = await generated(await opened(path, "0..1"), {
      threads: 1,
      seed: 0,
      start: Float32Array.from([-1, 2, 0.5]),
    });
    try {
      assert.deepEqual([...(await latent.picture()).data], [0, 255, 127.5]);
      const back = async (...slopes: number[]) => [...(await latent.pullBack(float32([1, 3, 1, 1], slopes)))];
      assert.deepEqual(await back(-1, 1, 1), [0, 0, 255]);
      assert.deepEqual(await back(1, -1, -1), [255, -255, -255]);
    } finally {
      await latent.release();
    }
  });

  it("knows the scale by what the generator ends with, or by what it draws, and says which", async () => {
    const found = async (end: readonly string[], range?: Range) => {
      const { range: scale, remarks } = await opened(file(end), range);
      return [scale, remarks[0]] as const;
    };
    const [tanhs, why] = await found(["Tanh", "Identity"]);
    assert.deepEqual(tanhs, [-1, 1]);
    assert.match(why!, /draws 8 × 8 pixels from 5 numbers, on a scale of -1 to 1 \(it ends in Tanh\)/);
    assert.deepEqual((await found(["Sigmoid"]))[0], [0, 1]);
    assert.match((await found(["Relu", "Tanh", "Abs"]))[1]!, /scale of 0 to 1 \(it drew numbers from 0/);
    assert.deepEqual((await found(["Exp", "Exp"]))[0], [0, 255]);
    assert.deepEqual((await found(["Tanh"], "0..255"))[0], [0, 255]);
  });

  it("is refused by name where the file is none", async () => {
    const refused = (path: string, why: RegExp) => assert.rejects(opened(path), why);
    const net = (input: readonly (number | string)[], output: readonly (number | string)[], shape: readonly number[]) =>
      onnxFile({
        nodes: [node("Reshape", ["x", "shape"], "y")],
        weights: [integers("shape", shape)],
        inputs: [value("x", input)],
        outputs: [value("y", output)],
      });
    await refused(
      net([1, 3, 8, 8], [1, 3, 8, 8], [1, 3, 8, 8]),
      /is no generator: its input x is a picture, \[1, 3, 8, 8\]/,
    );
    await refused(net(["N", "Z"], [1, 3, 8, 8], [1, 3, 8, 8]), /does not say how long its input x is, \[1, Z\]/);
    await refused(net([1, 64], [1, 64], [1, 64]), /none of its outputs is a picture in colour.*y is 1 × 64/);
    await refused(net([4, 48], [4, 3, 4, 4], [4, 3, 4, 4]), /is 4 × 48: several at once/);
    await refused(
      onnxFile({
        nodes: [node("Reshape", ["w", "shape"], "y")],
        weights: [weight("w", [48], random(1, 48)), integers("shape", [1, 3, 4, 4])],
        inputs: [value("x", [1, 2])],
        outputs: [value("y", [1, 3, 4, 4])],
      }),
      /its picture does not depend on its input x/,
    );
    await assert.rejects(openGenerator(file(), "auto", 100), /glassbox\.engine\.memoryLimit/);
  });

  it("takes a latent of several axes, colours that come last, and fills in what is no latent", async () => {
    const { size, remarks, latent } = await opened(
      onnxFile({
        nodes: [node("Add", ["z", "condition"], "s"), node("Reshape", ["s", "shape"], "y")],
        weights: [integers("shape", [1, 2, 4, 3])],
        inputs: [value("condition", [1, 24, 1, 1]), value("z", ["N", 24, 1, 1])],
        outputs: [value("y", [1, 2, 4, 3])],
      }),
    );
    assert.deepEqual([size, latent.shape], [{ height: 2, width: 4 }, [1, 24, 1, 1]]);
    assert.match(remarks.join(" "), /The input condition is given zeros/);
  });
});
