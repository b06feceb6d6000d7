import assert from "node:assert/strict";
import { Builder } from "../../src/engine/graph/builder.ts";
import type { Value } from "../../src/engine/graph/graph.ts";
import { differentiate } from "../../src/engine/propagation/differentiate.ts";
import { float32, size } from "../../src/shared/tensor.ts";
import { floats, withSession } from "./support/derivatives.ts";
import { random } from "./support/random.ts";

const channels = 16;
type Size = readonly [height: number, width: number];
type Shape = readonly number[];

/** What a max pooling with that window sends back, between two convolutions, as in a network; and by which ops. */
async function unpooled(
  kernel: number,
  shape: Shape,
  x: Float32Array<ArrayBuffer>,
  more: object = {},
  between = (_: Builder, maps: Value) => maps,
) {
  const g = new Builder();
  const identity = g.constant(
    float32(
      [channels, channels, 1, 1],
      Float32Array.from({ length: channels ** 2 }, (_, i) => Number(i % (channels + 1) === 0)),
    ),
  );
  const input = g.graph.input("x", { dtype: "float32", shape });
  const pooled = g.one("MaxPool", [between(g, g.one("Conv", [input, identity]))], {
    kernel_shape: [kernel, kernel],
    strides: [2, 2],
    ...more,
  });
  const y = g.one("Conv", [pooled, identity]);
  const dy = g.graph.input("dy", { dtype: "float32", shape: y.shape });
  const dx = differentiate(g.graph, y, dy, [input]);
  const signal = random(7, size(y.shape));
  const [found] = await withSession(g, dx, (run) =>
    run(
      new Map([
        [input, float32(shape, x)],
        [dy, float32(y.shape, signal)],
      ]),
    ),
  );
  const { nodes } = g.graph;
  return { found: floats(found), signal, windows: y.shape.slice(2), nodes, ops: nodes.map(({ op }) => op) };
}

/** Place by place: to the first of the largest, row by row. */
function byHand(
  kernel: number,
  shape: Shape,
  x: Float32Array,
  signal: Float32Array,
  windows: Shape,
  [above = 0, before = 0]: Shape = [],
  stride = 2,
) {
  const [n = 1, c = 1, h = 1, w = 1] = shape;
  const [rows = 1, columns = 1] = windows;
  const dx = new Float64Array(x.length);
  for (let plane = 0; plane < n * c; plane++)
    for (let i = 0; i < rows * columns; i++) {
      let largest = -1;
      for (let tap = 0; tap < kernel ** 2; tap++) {
        const row = stride * Math.floor(i / columns) + Math.floor(tap / kernel) - above;
        const column = stride * (i % columns) + (tap % kernel) - before;
        if (row < 0 || row >= h || column < 0 || column >= w) continue;
        const at = (plane * h + row) * w + column;
        if (largest < 0 || x[at]! > x[largest]!) largest = at;
      }
      dx[largest]! += signal[plane * rows * columns + i]!;
    }
  return dx;
}

const noise = (count: number) => random(3, count).map((x) => 4 * x);
const pictures: Record<string, (count: number) => Float32Array<ArrayBuffer>> = {
  noise,
  "noise of few levels": (count) => noise(count).map(Math.round),
  "one color": (count) => new Float32Array(count).fill(0.7),
  "nothing but what a rectifier left": (count) => noise(count).map((x) => Math.max(0, x - 1)),
  "numbers that hardly differ": (count) => noise(count).map((x) => 1 + x * 1e-7),
};

describe("what a max pooling sends back, in blocks of channels", () => {
  for (const kernel of [2, 3])
    for (const [height, width] of [
      [7, 9],
      [8, 7],
      [9, 8],
      [4, 4],
      [3, 3],
    ] satisfies Size[])
      it(`reaches the first of the largest of ${kernel} × ${kernel}, ${height} × ${width}`, async () => {
        const shape = [2, channels, height, width];
        for (const [name, make] of Object.entries(pictures)) {
          const x = make(size(shape));
          const { found, signal, windows, ops } = await unpooled(kernel, shape, x);
          assert.ok(!ops.includes("ScatterElements"), "it is this way that is tested");
          const wanted = byHand(kernel, shape, x, signal, windows);
          wanted.forEach((value, i) => assert.ok(Math.abs(found[i]! - value) < 1e-5, `${name}, at ${i}`));
        }
      });

  for (const [name, kernel, [height, width], more] of [
    ["padded all around (ResNet)", 3, [8, 10], { pads: [1, 1, 1, 1] }],
    ["padded all around, of an odd size", 3, [7, 9], { pads: [1, 1, 1, 1] }],
    ["padded all around, of a single row", 3, [1, 8], { pads: [1, 1, 1, 1] }],
    ["padded at the far edge (TensorFlow)", 3, [8, 8], { pads: [0, 0, 1, 1] }],
    ["padded at the near edge", 3, [9, 8], { pads: [1, 1, 0, 1] }],
    ["padded by as much as fits", 3, [8, 8], { pads: [2, 2, 2, 2] }],
    ["padded pairs", 2, [7, 8], { pads: [1, 0, 0, 1] }],
    ["hanging over the edge", 3, [8, 8], { ceil_mode: 1 }],
  ] satisfies [string, number, Size, { pads?: Shape; ceil_mode?: number }][])
    it(`reaches it in windows ${name}`, async () => {
      const shape = [2, channels, height, width];
      for (const [picture, make] of Object.entries({
        ...pictures,
        "all below zero": (count: number) => noise(count).map((x) => x - 20),
        "large numbers": (count: number) => noise(count).map((x) => 1e7 * x),
      })) {
        const x = make(size(shape));
        const { found, signal, windows, ops } = await unpooled(kernel, shape, x, more);
        assert.ok(!ops.includes("ScatterElements"), "it is this way that is tested");
        const wanted = byHand(kernel, shape, x, signal, windows, more.pads);
        wanted.forEach((value, i) => assert.ok(Math.abs(found[i]! - value) < 1e-5, `${picture}, at ${i}`));
      }
    });

  for (const [name, more] of Object.entries({
    "windows of another stride": { strides: [1, 1] },
    "windows with gaps": { dilations: [2, 2] },
  }))
    it(`is left to the places that the runtime tells: ${name}`, async () => {
      const shape = [1, channels, 8, 8];
      const { ops } = await unpooled(3, shape, noise(size(shape)), more);
      assert.ok(ops.includes("ScatterElements"));
    });

  // PyTorch's way to pad a pooling to "same"; what the graph has between it and the pooling hands it on.
  const beyond = { pads: [0, 0, 0, 0, 0, 0, 1, 1], value: -Infinity };
  for (const [name, between] of Object.entries({
    "a border of −∞": (g, maps) => g.one("Pad", [maps], beyond),
    "a border of −∞ behind others": (g, maps) =>
      g.concat(
        [g.relu(maps), g.one("Identity", [g.one("Pad", [maps], beyond)])].map((v) =>
          g.one("Slice", [v], { starts: [0, 0], ends: [8, 8], axes: [2, 3] }),
        ),
        1,
      ),
    "a constant with −∞": (g, maps) => g.add(maps, g.constant(float32([1, 1, 1, 8], [-Infinity, 0, 0, 0, 0, 0, 0, 0]))),
    "what nobody can tell of": (g, maps) => g.exp(maps),
  } satisfies Record<string, (g: Builder, maps: Value) => Value>))
    it(`is left to them where infinity may come in: ${name}`, async () => {
      const shape = [1, channels, 8, 8];
      const toOwn = (g: Builder, maps: Value) => {
        const made = between(g, maps);
        return g.one("Slice", [made], { starts: [0], ends: [channels], axes: [1] });
      };
      const { found, ops } = await unpooled(3, shape, noise(size(shape)), {}, toOwn);
      assert.ok(ops.includes("ScatterElements"));
      assert.ok(found.every(Number.isFinite));
    });

  it("is this way behind a border of numbers, as those of rectified maps are", async () => {
    const shape = [1, channels, 8, 8];
    const zeros = { ...beyond, value: 0 };
    const between = (g: Builder, maps: Value) => g.one("Pad", [g.relu(maps)], zeros);
    const { ops } = await unpooled(3, shape, noise(size(shape)), {}, between);
    assert.ok(!ops.includes("ScatterElements"));
  });
});

describe("a rectifier before a max pooling", () => {
  const six = { min: 0, max: 6 };
  for (const [name, rectify, bound] of [
    ["ReLU", (g, maps) => g.relu(maps), Infinity],
    ["ReLU6", (g, maps) => g.one("Clip", [maps], six), 6],
  ] satisfies [string, (g: Builder, maps: Value) => Value, number][])
    for (const [way, strides] of [
      ["in blocks of channels", [2, 2]],
      ["by places", [1, 1]],
    ] satisfies [string, Shape][])
      it(`${name} is asked at the largest of each window, not at every place: ${way}`, async () => {
        const shape = [1, channels, 9, 8];
        const x = noise(size(shape)).map((n) => 4 * n);
        const { found, signal, windows, nodes } = await unpooled(3, shape, x, { strides }, rectify);
        const rectified = x.map((n) => Math.min(bound, Math.max(0, n)));
        const wanted = byHand(3, shape, rectified, signal, windows, [], strides[0]);
        const passes = (i: number) => rectified[i]! > 0 && rectified[i]! < bound;
        found.forEach((n, i) => assert.ok(Math.abs(n - (passes(i) ? wanted[i]! : 0)) < 1e-5, `at ${i}`));
        assert.ok(rectified.some((n) => n === (bound === 6 ? 6 : 0)) && found.some((n) => n !== 0));
        const masking = nodes.filter(({ op, outputs: [y] }) => ["Mul", "Where"].includes(op) && y!.shape[2] === 9);
        assert.deepEqual(masking, []);
        assert.equal(
          nodes.some(({ op }) => op === "ScatterElements"),
          way === "by places",
        );
      });

  it("is asked everywhere where something else reads its maps, too", async () => {
    const shape = [1, channels, 9, 8];
    const x = noise(size(shape));
    const g = new Builder();
    const input = g.graph.input("x", { dtype: "float32", shape });
    const maps = g.relu(input);
    const pooled = g.one("MaxPool", [maps], { kernel_shape: [3, 3], strides: [2, 2] });
    const total = (v: Value) => g.sum(v, [0, 1, 2, 3]);
    const score = g.add(total(pooled), total(g.mul(maps, maps)));
    const dx = differentiate(g.graph, score, g.full(score.shape, 1), [input]);
    const [found] = await withSession(g, dx, (run) => run(new Map([[input, float32(shape, x)]])));
    const rectified = x.map((n) => Math.max(0, n));
    const windows = [4, 3];
    const ones = new Float32Array(channels * 12).fill(1);
    const wanted = byHand(3, shape, rectified, ones, windows).map((n, i) => (x[i]! > 0 ? n + 2 * rectified[i]! : 0));
    floats(found).forEach((n, i) => assert.ok(Math.abs(n - wanted[i]!) < 1e-5, `at ${i}`));
  });
});
