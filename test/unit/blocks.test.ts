import assert from "node:assert/strict";
import { Builder } from "../../src/engine/graph/builder.ts";
import type { Value } from "../../src/engine/graph/graph.ts";
import type { Attributes } from "../../src/engine/ops/op.ts";
import { isInBlocks } from "../../src/engine/ops/blocks.ts";
import { differentiate } from "../../src/engine/propagation/differentiate.ts";
import { float32, size } from "../../src/shared/tensor.ts";
import { floats, withSession } from "./support/derivatives.ts";
import { random } from "./support/random.ts";

let seed = 0;
const weights = (g: Builder, shape: readonly number[]) => g.constant(float32(shape, random(++seed, size(shape))));
const conv = (g: Builder, x: Value, outs: number, more: Attributes = {}) =>
  g.one("Conv", [x, weights(g, [outs, x.shape[1]!, 1, 1])], more);

const dot = (a: Float32Array, b: Float32Array) => a.reduce((sum, x, i) => sum + x * b[i]!, 0);

describe("the layout in blocks of channels", () => {
  it("is what convolutions make, what keeps it, and nothing that is made of anything else", () => {
    const g = new Builder();
    const picture = g.graph.input("x", { dtype: "float32", shape: [1, 3, 8, 8] });
    const first = conv(g, picture, 32);
    const ones = g.full(first.shape, 1);
    const grouped = g.one("Conv", [first, weights(g, [32, 1, 3, 3])], { group: 32 });
    for (const [value, expected] of [
      [picture, false],
      [first, true],
      [conv(g, first, 20), false],
      [grouped, true],
      [g.one("Conv", [first, weights(g, [32, 8, 1, 1])], { group: 4 }), false],
      [g.relu(first), true],
      [g.add(first, g.relu(first)), true],
      [g.add(first, ones), false],
      [g.mul(first, 2), false],
      [g.concat([first, first], 1), true],
      [g.concat([first, ones], 1), false],
      [g.concat([first, first], 2), false],
      [g.one("MaxPool", [ones], { kernel_shape: [2, 2] }), true],
      [g.reshape(first, [1, 32, 64]), false],
      [g.exp(first), false],
    ] as const)
      assert.equal(isInBlocks(g.graph, value), expected, g.graph.producer(value)?.op);
  });

  /** Without biases such networks are homogeneous (Euler): ⟨∂⟨dy, y⟩/∂x, x⟩ = ⟨dy, y⟩, for any dy. */
  async function demandGradient(g: Builder, x: Value, y: Value) {
    const dy = g.graph.input("dy", { dtype: "float32", shape: y.shape });
    const [dx] = differentiate(g.graph, y, dy, [x]);
    const at = random(21, size(x.shape));
    await withSession(g, [y, dx!], async (run) => {
      for (const seed of [22, 23, 24]) {
        const signal = random(seed, size(y.shape));
        const [there, back] = await run(
          new Map([
            [x, float32(x.shape, at)],
            [dy, float32(y.shape, signal)],
          ]),
        );
        const [ahead, behind] = [dot(signal, floats(there)), dot(at, floats(back))];
        assert.ok(Math.abs(ahead - behind) < 1e-4 * Math.abs(ahead), `${ahead}, ${behind}`);
      }
    });
  }

  it("is kept on the way back through what residual blocks add up", async () => {
    const g = new Builder();
    const x = g.graph.input("x", { dtype: "float32", shape: [1, 3, 6, 5] });
    let trunk = g.relu(conv(g, x, 16));
    const before = g.graph.nodes.length;
    for (let block = 0; block < 3; block++) trunk = g.relu(g.add(conv(g, g.relu(conv(g, trunk, 16)), 16), trunk));
    const forward = g.graph.nodes.length;
    await demandGradient(g, x, trunk);
    const back = g.graph.nodes.slice(forward).filter(({ op }) => op === "Add");
    assert.equal(back.length, 3, "what comes back along the trunk and from the block");
    for (const { outputs } of back) assert.ok(isInBlocks(g.graph, outputs[0]!));
    assert.ok(forward > before);
  });

  it("is kept where what was joined comes apart, by a convolution for each part", async () => {
    const g = new Builder();
    const x = g.graph.input("x", { dtype: "float32", shape: [1, 3, 6, 5] });
    const stem = g.relu(conv(g, x, 16));
    const joined = g.concat([g.relu(conv(g, stem, 16)), g.relu(conv(g, stem, 32))], 1);
    await demandGradient(g, x, conv(g, joined, 16));
    assert.ok(!g.graph.nodes.some(({ op }) => op === "Split"));
  });

  it("is kept where a single filter reads what was joined, and sends it back as one channel", async () => {
    const g = new Builder();
    const x = g.graph.input("x", { dtype: "float32", shape: [1, 3, 6, 5] });
    const joined = g.concat([g.relu(conv(g, x, 16)), g.relu(conv(g, x, 32))], 1);
    await demandGradient(g, x, conv(g, joined, 1));
    assert.ok(!g.graph.nodes.some(({ op }) => op === "Split"));
  });

  it("is kept where what was joined was pooled", async () => {
    const g = new Builder();
    const x = g.graph.input("x", { dtype: "float32", shape: [1, 3, 9, 9] });
    const stem = g.relu(conv(g, x, 16));
    const joined = g.concat([g.relu(conv(g, stem, 16)), g.relu(conv(g, stem, 32))], 1);
    await demandGradient(g, x, conv(g, g.one("MaxPool", [joined], { kernel_shape: [3, 3], strides: [2, 2] }), 16));
    const parts = g.graph.nodes.find(({ op }) => op === "Split")?.outputs ?? [];
    assert.equal(parts.length, 2);
    for (const part of parts) {
      const reader = g.graph.nodes.find(({ inputs }) => inputs[0] === part);
      assert.equal(reader?.op, "Conv", "what is split is not in blocks yet");
    }
  });

  it("is left where the parts are no whole blocks, or come from no convolution", async () => {
    for (const [one, other] of [
      [8, 24],
      [16, 16],
    ] as const) {
      const g = new Builder();
      const x = g.graph.input("x", { dtype: "float32", shape: [1, 3, 6, 5] });
      const joined = g.concat([conv(g, x, one), conv(g, x, other)], 1);
      await demandGradient(g, x, one === 8 ? conv(g, joined, 16) : g.add(joined, joined));
      assert.ok(g.graph.nodes.some(({ op }) => op === "Split"));
    }
  });
});
