import assert from "node:assert/strict";
import { Builder } from "../../src/engine/graph/builder.ts";
import { Graph, type Value } from "../../src/engine/graph/graph.ts";
import { deconvnet } from "../../src/engine/propagation/deconvnet.ts";
import { differentiate, NotDifferentiable } from "../../src/engine/propagation/differentiate.ts";
import { guided } from "../../src/engine/propagation/guided.ts";
import { plain } from "../../src/engine/propagation/plain.ts";
import { float32, size, type Shape, type Tensor } from "../../src/shared/tensor.ts";
import { closeTo, floats, withSession } from "./support/derivatives.ts";
import {
  convolution,
  convolutionBack,
  linear,
  linearBack,
  maps,
  pooled,
  rectified,
  unpooled,
  type Kernel,
  type Maps,
} from "./support/loops.ts";
import { random } from "./support/random.ts";

const exact = 1e-5; // of the largest element: the loops compute in doubles, the runtime in floats

// What each paper makes of a signal g that comes back to a ReLU whose input was z.
const methods = [
  { method: plain, through: (g: number, z: number) => (z > 0 ? g : 0) },
  { method: guided, through: (g: number, z: number) => (z > 0 && g > 0 ? g : 0) },
  { method: deconvnet, through: (g: number, _z: number) => (g > 0 ? g : 0) },
] as const;
type Through = (typeof methods)[number]["through"];

const first: Kernel = { data: random(1, 4 * 2 * 9), outs: 4, side: 3, stride: 1, pad: 1 };
const second: Kernel = { data: random(2, 5 * 4 * 9), outs: 5, side: 3, stride: 2, pad: 1 };
const biases = [random(3, 4), random(4, 5), random(5, 3)] as const;
const weights = random(6, 3 * 20);
const photo = random(7, 2 * 8 * 8);

/** The network in loops: all that each layer gave. */
function forwards() {
  const x = maps([2, 8, 8], photo);
  const z1 = convolution(x, first, biases[0]);
  const a1 = rectified(z1);
  const pool = pooled(a1);
  const z2 = convolution(pool, second, biases[1]);
  const a2 = rectified(z2);
  return { x, z1, a1, pool, z2, a2, scores: linear(a2, weights, biases[2]) };
}

/** What comes back from `signal`, which stands at the second ReLU's output. */
function backwards(signal: Maps, through: Through) {
  const { x, z1, a1, pool, z2 } = forwards();
  const stopped = (d: Maps, z: Maps): Maps => ({ ...d, data: d.data.map((v, i) => through(v, z.data[i]!)) });
  const atPool = convolutionBack(pool, second, stopped(signal, z2));
  const atPhoto = convolutionBack(x, first, stopped(unpooled(a1, atPool), z1));
  return { atPool, atPhoto };
}

/** The same network as a graph. */
function network() {
  const graph = new Graph();
  const g = new Builder(graph);
  const constant = (shape: Shape, data: Float32Array) => g.constant(float32(shape, data));
  const conv = (x: Value, { data, outs, side, stride, pad }: Kernel, bias: Float32Array) =>
    g.one("Conv", [x, constant([outs, x.shape[1]!, side, side], Float32Array.from(data)), constant([outs], bias)], {
      strides: [stride, stride],
      pads: [pad, pad, pad, pad],
    });
  const x = graph.input("photo", { dtype: "float32", shape: [1, 2, 8, 8] });
  const pool = g.one("MaxPool", [g.relu(conv(x, first, biases[0]))], { kernel_shape: [2, 2], strides: [2, 2] });
  const a2 = g.relu(conv(pool, second, biases[1]));
  const scores = g.one("Gemm", [g.one("Flatten", [a2]), constant([3, 20], weights), constant([3], biases[2])], {
    transB: 1,
  });
  return { graph, g, x, pool, a2, scores };
}

const run = (g: Builder, outputs: readonly Value[], more: readonly (readonly [Value, Tensor])[] = []) =>
  withSession(g, outputs, (run) =>
    run(new Map([[g.graph.inputs[0]!, float32([1, 2, 8, 8], photo)] as const, ...more])),
  );
const onehot = (length: number, at: number) => Float32Array.from({ length }, (_, i) => Number(i === at));

describe("the network that the methods are tried on", () => {
  it("computes in loops what it computes as a graph", async () => {
    const { g, pool, a2, scores } = network();
    const here = forwards();
    const [p, a, y] = await run(g, [pool, a2, scores]);
    closeTo(floats(p), here.pool.data, "pool", exact);
    closeTo(floats(a), here.a2.data, "second layer", exact);
    closeTo(floats(y), here.scores, "scores", exact);
  });

  it("tells the methods apart", () => {
    const signal = linearBack(forwards().a2, weights, [0, 1, 0]);
    const [p, u, d] = methods.map(({ through }) => backwards(signal, through).atPhoto.data.join());
    assert.equal(new Set([p, u, d]).size, 3);
  });
});

for (const { method, through } of methods) {
  describe(`propagation: ${method.name}, as loops over its paper's rule`, () => {
    for (const target of [0, 1, 2])
      it(`from the score of class ${target}, to the photo and to a layer`, async () => {
        const { graph, g, x, pool, scores } = network();
        const dy = g.constant(float32([1, 3], onehot(3, target)));
        const found = await run(g, differentiate(graph, scores, dy, [x, pool], method));
        const signal = linearBack(forwards().a2, weights, [...onehot(3, target)]);
        const { atPhoto, atPool } = backwards(signal, through);
        closeTo(floats(found[0]), atPhoto.data, "photo", exact);
        closeTo(floats(found[1]), atPool.data, "pool", exact);
      });

    it("from one unit", async () => {
      const { graph, g, x, a2 } = network();
      const unit = forwards().a2.data.findLastIndex((v) => v > 0);
      assert.ok(unit >= 0);
      const [found] = await run(
        g,
        differentiate(graph, a2, g.constant(float32(a2.shape, onehot(20, unit))), [x], method),
      );
      closeTo(floats(found), backwards(maps([5, 2, 2], onehot(20, unit)), through).atPhoto.data, "photo", exact);
    });

    it("from a layer's strongest map, seeded with its activations", async () => {
      const { graph, g, x, a2 } = network();
      const { data } = forwards().a2;
      const totals = Array.from({ length: 5 }, (_, c) => data.slice(c * 4, c * 4 + 4).reduce((a, b) => a + b));
      const strongest = totals.indexOf(Math.max(...totals));
      const mask = Float32Array.from({ length: 20 }, (_, i) => Number(Math.floor(i / 4) === strongest));
      const dy = g.mul(a2, g.constant(float32(a2.shape, mask)));
      const [found] = await run(g, differentiate(graph, a2, dy, [x], method));
      const signal = maps(
        [5, 2, 2],
        data.map((v, i) => v * mask[i]!),
      );
      closeTo(floats(found), backwards(signal, through).atPhoto.data, "photo", exact);
    });

    it("through a Clip that is a ReLU6, and not through other Clips", async () => {
      const g = new Builder();
      const x = g.graph.input("x", { dtype: "float32", shape: [6] });
      const dy = g.constant(float32([6], [1, -1, 1, -1, 1, -1]));
      const at = (min: number) => differentiate(g.graph, g.one("Clip", [x], { min, max: 6 }), dy, [x], method)[0]!;
      const z = [-2, -2, 3, 3, 7, 7];
      const [relu6, other] = await withSession(g, [at(0), at(-1)], (run) => run(new Map([[x, float32([6], z)]])));
      const passes = (v: number) => (method === deconvnet ? true : v > 0 && v < 6);
      const sign = (v: number) => (method === plain || v > 0 ? v : 0);
      assert.deepEqual(
        [...floats(relu6)].map((v) => v + 0),
        z.map((v, i) => (passes(v) ? sign(i % 2 ? -1 : 1) : 0)),
      );
      assert.deepEqual([...floats(other)], [0, 0, 1, -1, 0, 0]);
    });
  });
}

describe("differentiate", () => {
  it("gives zeros for what the score does not depend on", async () => {
    const { graph, g, x, scores } = network();
    const aside = g.relu(x);
    const [found] = await run(g, differentiate(graph, scores, g.full([1, 3], 1), [aside]));
    assert.deepEqual(floats(found), new Float32Array(128));
  });

  it("gives the seed for the score itself", async () => {
    const { graph, g, scores } = network();
    const [found] = await run(g, differentiate(graph, scores, g.constant(float32([1, 3], [1, 2, 3])), [scores]));
    assert.deepEqual([...floats(found)], [1, 2, 3]);
  });

  it("adds up what comes back over several ways", async () => {
    const g = new Builder();
    const x = g.graph.input("x", { dtype: "float32", shape: [3] });
    const twice = g.mul(x, 2);
    const y = g.add(g.mul(twice, twice), g.add(x, twice));
    const found = differentiate(g.graph, y, g.full([3], 1), [x, twice]);
    const [dx, dtwice] = await withSession(g, found, (run) => run(new Map([[x, float32([3], [1, 2, -3])]])));
    assert.deepEqual([...floats(dx)], [11, 19, -21]); // 8x + 3
    assert.deepEqual([...floats(dtwice)], [5, 9, -11]); // 2 · 2x + 1
  });

  it("a second time on the same graph leaves the first as it was", async () => {
    const { graph, g, x, pool, scores } = network();
    const seed = graph.input("seed", { dtype: "float32", shape: [1, 3] });
    const feeds = [[seed, float32([1, 3], [1, -2, 0.5])] as const];
    const [before] = differentiate(graph, scores, seed, [x], guided);
    const alone = await run(g, [before!], feeds);
    const others = [
      ...differentiate(graph, scores, seed, [x, pool], plain),
      ...differentiate(graph, pool, g.full(pool.shape, 1), [x], deconvnet),
      ...differentiate(graph, scores, seed, [x], guided),
    ];
    const [again, , , , same] = await run(g, [before!, ...others], feeds);
    assert.deepEqual(floats(again), floats(alone[0]));
    assert.deepEqual(floats(same), floats(alone[0]));
    const { atPhoto } = backwards(linearBack(forwards().a2, weights, [1, -2, 0.5]), methods[1].through);
    closeTo(floats(again), atPhoto.data, "photo", exact);
  });

  it("takes a gradient as what the next one is asked of", async () => {
    const g = new Builder();
    const x = g.graph.input("x", { dtype: "float32", shape: [4] });
    const y = g.mul(g.mul(x, x), x);
    const [slope] = differentiate(g.graph, y, g.full([4], 1), [x]);
    const [curve] = differentiate(g.graph, slope!, g.full([4], 1), [x]);
    const [found] = await withSession(g, [curve!], (run) => run(new Map([[x, float32([4], [1, -2, 0.5, 3])]])));
    assert.deepEqual([...floats(found)], [6, -12, 3, 18]); // (x³)″ = 6x
  });
});

describe("an operator without a rule", () => {
  const unknown = { domain: "com.example", attributes: [], captured: [] };

  it("on the way is named, with its node", () => {
    const g = new Builder();
    const x = g.graph.input("x", { dtype: "float32", shape: [1, 3] });
    const [odd] = g.graph.addOpaque("Wavelet", [g.relu(x)], unknown, [x], { name: "features/wavelet" });
    const y = g.sum(odd!, [1]);
    assert.throws(
      () => differentiate(g.graph, y, g.full(y.shape, 1), [x]),
      (error: unknown) =>
        error instanceof NotDifferentiable &&
        error.op === "Wavelet" &&
        error.node === "features/wavelet" &&
        /Wavelet.*features\/wavelet/.test(error.message),
    );
  });

  it("that reads the way by name, in a sub-graph of its own, is named too", () => {
    const g = new Builder();
    const x = g.graph.input("x", { dtype: "float32", shape: [1, 3] });
    const captured = g.relu(x);
    const constant = g.full([1], 1);
    const [odd] = g.graph.addOpaque("Loop", [constant], { ...unknown, captured: [captured] }, [x], { name: "loop" });
    assert.throws(() => differentiate(g.graph, odd!, g.full([1, 3], 1), [x]), {
      name: "NotDifferentiable",
      op: "Loop",
    });
  });

  it("of the catalogue is named like any other", () => {
    const g = new Builder();
    const x = g.graph.input("x", { dtype: "float32", shape: [2, 3] });
    const [y] = g.graph.add("ReduceProd", [x], { axes: [1] }, { name: "head/product" });
    assert.throws(() => differentiate(g.graph, y!, g.full(y!.shape, 1), [x]), {
      name: "NotDifferentiable",
      op: "ReduceProd",
      node: "head/product",
    });
  });

  it("beside the way is no obstacle", async () => {
    const g = new Builder();
    const x = g.graph.input("x", { dtype: "float32", shape: [1, 3] });
    const before = g.graph.addOpaque("Wavelet", [g.full([1, 3], 2)], unknown, [x], {})[0]!;
    g.graph.addOpaque("Wavelet", [x], unknown, [x], {});
    const inner = g.mul(x, x);
    assert.doesNotThrow(() => differentiate(g.graph, g.mul(x, before), g.full([1, 3], 1), [x]));
    const [after] = g.graph.addOpaque("Wavelet", [inner], unknown, [x], {});
    assert.ok(after);
    const [dx] = differentiate(g.graph, inner, g.full([1, 3], 1), [x]);
    const [found] = await withSession(g, [dx!], (run) => run(new Map([[x, float32([1, 3], [1, 2, -3])]])));
    assert.deepEqual([...floats(found)], [2, 4, -6]);
  });

  it("before the layer that is asked for is no obstacle", () => {
    const g = new Builder();
    const x = g.graph.input("x", { dtype: "float32", shape: [1, 3] });
    const [layer] = g.graph.addOpaque("Wavelet", [x], unknown, [x], {});
    assert.doesNotThrow(() => differentiate(g.graph, g.sum(layer!, [1]), g.full([1, 1], 1), [layer!]));
  });

  it("is one whose weights come from the photo, where the rule knows of constant weights only", () => {
    const g = new Builder();
    const x = g.graph.input("x", { dtype: "float32", shape: [1, 1, 3, 3] });
    const [y] = g.graph.add("Conv", [x, g.relu(x)], {}, { name: "dynamic" });
    assert.throws(() => differentiate(g.graph, y!, g.full(y!.shape, 1), [x]), {
      name: "NotDifferentiable",
      op: "Conv",
      node: "dynamic",
    });
  });
});

describe("what reaches a node", () => {
  it("is told to the rule as first or not", () => {
    const { graph, g, x, scores } = network();
    const seen: (readonly [boolean, number])[] = [];
    differentiate(graph, scores, g.full([1, 3], 1), [x], {
      name: "recording",
      rules: {
        weighted: ({ first, dy, gradient }) => {
          seen.push([first, size(dy.shape)]);
          return gradient(dy);
        },
      },
    });
    assert.deepEqual(seen, [
      [false, 3],
      [false, 20],
      [true, 256],
    ]);
  });

  it("can be replayed on other inputs", async () => {
    const g = new Builder();
    const x = g.graph.input("x", { dtype: "float32", shape: [1, 2] });
    const w = g.constant(float32([2, 2], [1, -2, 3, -4]));
    const y = g.matmul(x, w);
    // The z⁺ rule of layer-wise relevance: positive weights only, shares of what each input gave.
    const [r] = differentiate(g.graph, y, y, [x], {
      name: "positive shares",
      rules: {
        weighted: ({ inputs: [a, b], dy, replay, g }) => {
          const { output, pullback } = replay([g.relu(a), g.relu(b!)]);
          return [g.mul(a, pullback(g.div(dy, g.add(output, 1e-9)))[0]!)];
        },
      },
    });
    const [found] = await withSession(g, [r!], (run) => run(new Map([[x, float32([1, 2], [2, 1])]])));
    // y = [5, −8]; positive parts of the first column: 2 · 1 and 1 · 3 of 5; the second column has none.
    closeTo(floats(found), [2, 3], "shares", exact);
  });
});

describe("a hard swish that is written out", () => {
  const net = (gated: boolean) => {
    const g = new Builder();
    const x = g.graph.input("x", { dtype: "float32", shape: [1, 6] });
    const clipped = g.one("Clip", [gated ? g.add(x, 3) : x], { min: 0, max: 6 });
    return { g, x, y: gated ? g.mul(x, g.div(clipped, 6)) : clipped };
  };
  const backwards = async (gated: boolean, method: typeof plain) => {
    const { g, x, y } = net(gated);
    const dy = g.graph.input("dy", { dtype: "float32", shape: y.shape });
    const [dx] = differentiate(g.graph, y, dy, [x], method);
    const at = float32([1, 6], [-4, -2, -0.5, 0.5, 2, 4]);
    const seed = float32([1, 6], [1, -1, 1, -1, 1, -1]);
    const feeds = new Map<Value, Tensor>([
      [x, at],
      [dy, seed],
    ]);
    return withSession(g, [dx!], async (run) => floats((await run(feeds))[0]));
  };

  it("is no ReLU6: guided backpropagation and deconvnet pass it as the gradient does", async () => {
    const gradient = await backwards(true, plain);
    assert.ok(gradient.some((value) => value < 0));
    assert.deepEqual(await backwards(true, guided), gradient);
    assert.deepEqual(await backwards(true, deconvnet), gradient);
    assert.notDeepEqual(await backwards(false, guided), await backwards(false, plain));
  });
});
