import assert from "node:assert/strict";
import { Builder } from "../../src/engine/graph/builder.ts";
import { differentiate } from "../../src/engine/propagation/differentiate.ts";
import { float32 } from "../../src/shared/tensor.ts";
import { floats, withSession } from "./support/derivatives.ts";
import { random } from "./support/random.ts";

const shape = [1, 16, 5, 7];
const count = 16 * 5 * 7;

/** What passes back through a rectifier between two convolutions, as in a network: its own layout all the way. */
async function passed(
  rectify: (g: Builder, x: ReturnType<Builder["relu"]>) => ReturnType<Builder["relu"]>,
  at: Float32Array,
) {
  const g = new Builder();
  const identity = g.constant(
    float32(
      [16, 16, 1, 1],
      Float32Array.from({ length: 256 }, (_, i) => Number(i % 17 === 0)),
    ),
  );
  const x = g.graph.input("x", { dtype: "float32", shape });
  const y = g.one("Conv", [rectify(g, g.one("Conv", [x, identity])), identity]);
  const dy = g.graph.input("dy", { dtype: "float32", shape });
  const dx = differentiate(g.graph, y, dy, [x]);
  const signal = random(7, count);
  const [found] = await withSession(g, dx, (run) =>
    run(
      new Map([
        [x, float32(shape, at)],
        [dy, float32(shape, signal)],
      ]),
    ),
  );
  return { found: floats(found), signal, ops: g.graph.nodes.map(({ op }) => op) };
}

describe("a rectifier's mask in blocks of channels", () => {
  const edges = [0, -0, 1e-37, -1e-37, 1e-30, -1e-30, 5.9999995, 6, 6.0000005, 1e8, -1e8, 1e37, -1e37];
  const values = random(3, count).map((x, i) => edges[i] ?? 8 * x);

  it("lets through to the bit what a comparison lets through", async () => {
    const { found, signal, ops } = await passed((g, x) => g.relu(x), values);
    assert.ok(!ops.includes("Where"), "it is the mask that is tested");
    values.forEach((x, i) => {
      if (Math.abs(x) < 1e-29 && x !== 0) return; // such numbers count as 0 in part
      assert.equal(Math.abs(found[i]!), x > 0 ? Math.abs(signal[i]!) : 0, `at ${x}`);
    });
  });

  it("stops at both bounds of a clip", async () => {
    const { found, signal } = await passed((g, x) => g.one("Clip", [x], { min: 0, max: 6 }), values);
    values.forEach((x, i) => {
      if (Math.abs(x) < 1e-29 && x !== 0) return;
      assert.equal(Math.abs(found[i]!), x > 0 && x < 6 ? Math.abs(signal[i]!) : 0, `at ${x}`);
    });
  });

  it("makes no NaN where the gradient is infinite", async () => {
    const g = new Builder();
    const x = g.graph.input("x", { dtype: "float32", shape });
    const dx = differentiate(g.graph, g.sqrt(g.relu(x)), g.full(shape, 1), [x]);
    const [found] = await withSession(g, dx, (run) =>
      run(new Map([[x, float32(shape, new Float32Array(count).fill(-1))]])),
    );
    assert.ok(floats(found).every((value) => value === 0));
  });
});
