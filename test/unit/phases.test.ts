import assert from "node:assert/strict";
import { Builder } from "../../src/engine/graph/builder.ts";
import { differentiate } from "../../src/engine/propagation/differentiate.ts";
import { float32, size } from "../../src/shared/tensor.ts";
import { floats, withSession } from "./support/derivatives.ts";
import { random } from "./support/random.ts";

interface Given {
  readonly channels?: number;
  readonly outs?: number;
  readonly side: readonly [height: number, width: number];
  readonly kernel: readonly [height: number, width: number];
  readonly strides: readonly [down: number, right: number];
  readonly pads?: readonly number[];
  readonly count?: number;
}

/** What a convolution of a picture sends back to it, by which ops; and the same added up place by place. */
async function sentBack({ channels = 3, outs = 16, side, kernel, strides, pads = [0, 0, 0, 0], count = 1 }: Given) {
  const g = new Builder();
  const shape = [count, channels, ...side];
  const x = g.graph.input("x", { dtype: "float32", shape });
  const weights = random(3, outs * channels * size(kernel));
  const w = g.constant(float32([outs, channels, ...kernel], weights));
  const y = g.one("Conv", [x, w], { strides, pads });
  const dy = g.graph.input("dy", { dtype: "float32", shape: y.shape });
  const dx = differentiate(g.graph, y, dy, [x]);
  const signal = random(7, size(y.shape));
  const [found] = await withSession(g, dx, (run) => run(new Map([[dy, float32(y.shape, signal)]])));

  const byHand = new Float64Array(size(shape));
  const [, , rows = 1, columns = 1] = y.shape;
  const [[height, width], [tall, wide], [top = 0, left = 0]] = [side, kernel, pads];
  signal.forEach((d, at) => {
    const [column, row] = [at % columns, Math.floor(at / columns) % rows];
    const [out, n] = [Math.floor(at / columns / rows) % outs, Math.floor(at / columns / rows / outs)];
    for (let c = 0; c < channels; c++)
      for (let i = 0; i < tall; i++)
        for (let j = 0; j < wide; j++) {
          const [v, u] = [row * strides[0] + i - top, column * strides[1] + j - left];
          if (v < 0 || v >= height || u < 0 || u >= width) continue;
          const weight = weights[((out * channels + c) * tall + i) * wide + j]!;
          byHand[((n * channels + c) * height + v) * width + u]! += d * weight;
        }
  });
  return { found: floats(found), byHand, ops: g.graph.nodes.map(({ op }) => op) };
}

const cases: Readonly<Record<string, Given>> = {
  "3 × 3 / 2 without padding, all reached (SqueezeNet)": { side: [9, 11], kernel: [3, 3], strides: [2, 2] },
  "3 × 3 / 2 without padding, the last row and column left out": { side: [10, 12], kernel: [3, 3], strides: [2, 2] },
  "7 × 7 / 2 with 3 around (ResNet)": { side: [14, 12], kernel: [7, 7], strides: [2, 2], pads: [3, 3, 3, 3] },
  "7 × 7 / 2 of an odd size": { side: [13, 11], kernel: [7, 7], strides: [2, 2], pads: [3, 3, 3, 3] },
  "3 × 3 / 2 padded at the far edge only (TensorFlow)": { side: [8, 8], kernel: [3, 3], strides: [2, 2], pads: [0, 0, 1, 1] }, // prettier-ignore
  "6 × 6 / 2 with 2 around": { side: [12, 16], kernel: [6, 6], strides: [2, 2], pads: [2, 2, 2, 2] },
  "1 × 1 / 2: every other pixel is not seen": { side: [7, 8], kernel: [1, 1], strides: [2, 2] },
  "4 × 4 / 4 of one channel": { channels: 1, side: [12, 9], kernel: [4, 4], strides: [4, 4] },
  "5 × 3 / 3 × 1, three pictures": { side: [11, 7], kernel: [5, 3], strides: [3, 1], pads: [1, 2, 0, 1], count: 3 },
  "2 × 2 / 3: windows with gaps": { channels: 1, side: [11, 10], kernel: [2, 2], strides: [3, 3] },
};

describe("what a convolution with strides sends back to a picture", () => {
  for (const [title, given] of Object.entries(cases))
    it(`is added up by one convolution of its phases: ${title}`, async () => {
      const { found, byHand, ops } = await sentBack(given);
      assert.ok(!ops.includes("ConvTranspose"), "it is the phases that are tested");
      assert.equal(found.length, byHand.length);
      byHand.forEach((d, i) => assert.ok(Math.abs(d - found[i]!) < 1e-4, `${found[i]} instead of ${d} at ${i}`));
    });

  for (const [title, given] of Object.entries({
    "the phases of more channels than a block has": { channels: 8, side: [9, 9], kernel: [3, 3], strides: [2, 2] },
    "filters that are no whole blocks": { outs: 10, side: [9, 9], kernel: [3, 3], strides: [2, 2] },
  } satisfies Record<string, Given>))
    it(`is left to the runtime for ${title}`, async () => {
      const { found, byHand, ops } = await sentBack(given);
      assert.ok(ops.includes("ConvTranspose"));
      byHand.forEach((d, i) => assert.ok(Math.abs(d - found[i]!) < 1e-4, `${found[i]} instead of ${d} at ${i}`));
    });
});
