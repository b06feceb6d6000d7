import assert from "node:assert/strict";
import { inputLine } from "../../src/engine/synthesis/input-line.ts";
import { energy } from "../../src/engine/synthesis/objectives.ts";
import { Program } from "../../src/engine/synthesis/program.ts";
import { beginnings, inTiles, weightsOf } from "../../src/engine/synthesis/tiles.ts";
import { float32, type FloatTensor } from "../../src/shared/tensor.ts";
import { near } from "./support/asking.ts";
import { never } from "./support/engine.ts";
import { node, onnxFile, openModel, releaseModels, value, weight } from "./support/onnx-nets.ts";
import { untouched } from "./support/pictures.ts";
import { random } from "./support/random.ts";

/** Three convolutions: of the layer a unit sees 13 pixels, and its tile's edge within 6 of that. */
function deep(): string {
  const [channels, kernel] = [4, 5];
  const layer = (i: number) =>
    weight(`k${i}`, [channels, i ? channels : 3, kernel, kernel], random(i + 1, channels * (i ? channels : 3) * kernel ** 2)); // prettier-ignore
  const pads = { pads: [2, 2, 2, 2] };
  return onnxFile({
    nodes: [
      node("Conv", ["x", "k0"], "c0", pads),
      node("Relu", ["c0"], "r0"),
      node("Conv", ["r0", "k1"], "c1", pads),
      node("Relu", ["c1"], "r1"),
      node("Conv", ["r1", "k2"], "c2", pads),
      node("Relu", ["c2"], "r2"),
    ],
    weights: [layer(0), layer(1), layer(2)],
    inputs: [value("x", [1, 3, "H", "W"])],
    outputs: [value("r2", [1, channels, "H", "W"])],
  });
}

describe("where tiles meet", () => {
  afterEach(releaseModels);

  it("each has the less to say, the nearer its edge, and together they say everything once", () => {
    for (const [length, tile] of [
      [175, 100],
      [233, 100],
      [1000, 224],
      [90, 16],
    ] as const) {
      const starts = beginnings(length, tile);
      assert.ok(starts.length > 1);
      const weights = weightsOf(starts, length, tile);
      const sums = new Float32Array(length);
      weights.forEach((own, t) => own.forEach((w, i) => (sums[starts[t]! + i]! += w)));
      near(sums, new Float32Array(length).fill(1), 1e-5);
      weights.forEach((own, t) => {
        const within = (at: number) => own[at]!;
        const before = t > 0 ? starts[t - 1]! + tile - starts[t]! : 0;
        const after = t + 1 < starts.length ? starts[t]! + tile - starts[t + 1]! : 0;
        // Near an inner edge next to nothing is said, and each pixel inwards more.
        if (before) assert.ok(within(0) < 0.15, `${within(0)}`);
        for (let i = 1; i < before; i++) assert.ok(within(i) > within(i - 1));
        const end = own.length - 1;
        if (after) assert.ok(within(end) < 0.15, `${within(end)}`);
        for (let i = 1; i < after; i++) assert.ok(within(end - i) > within(end - i + 1));
        // At the picture's own edges everything.
        if (!before) assert.equal(within(0), 1);
        if (!after) assert.equal(within(end), 1);
      });
    }
  });

  it("there is no seam: the gradient is the whole picture's, there as anywhere", async () => {
    const [height, width, side] = [64, 150, 64];
    const model = await openModel(deep());
    const line = inputLine({ ...untouched, size: [side, side] });
    const picture = float32([1, 3, height, width], random(9, 3 * height * width).map((x) => 128 + 100 * x)); // prettier-ignore
    const size = { height, width };
    assert.ok(beginnings(width, side).length > 2);
    const tile = { height: side, width: side };
    const [whole, part] = [
      await Program.open(model, size, line, energy("r2")),
      await Program.open(model, tile, line, energy("r2")),
    ];
    try {
      const of = ({ data }: FloatTensor) => {
        const length = Math.hypot(...data);
        return data.map((x) => x / length);
      };
      const expected = of((await whole.evaluate(picture)).gradient);
      const found = of((await inTiles(picture, tile, (each) => part.evaluate(each), never)).gradient);
      const cosine = expected.reduce((sum, x, i) => sum + x * found[i]!, 0);
      const inColumn = (of: (i: number) => number) => {
        const sums = new Float64Array(width);
        for (let i = 0; i < expected.length; i++) sums[i % width]! += of(i);
        return sums;
      };
      const [errors, squares] = [inColumn((i) => (expected[i]! - found[i]!) ** 2), inColumn((i) => expected[i]! ** 2)];
      const apart = errors.map((error, x) => Math.sqrt(error / squares[x]!));
      const jumps = apart.slice(1).map((error, x) => Math.abs(error - apart[x]!));
      assert.ok(cosine > 0.998, `${cosine}`);
      assert.ok(Math.max(...apart) < 0.2, apart.join());
      assert.ok(Math.max(...jumps) < 0.1, jumps.join());
    } finally {
      await whole.release();
      await part.release();
    }
  });
});
