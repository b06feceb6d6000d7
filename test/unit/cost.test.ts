import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { bytesOf, costOf, multiplyAddsOf, type Cost } from "../../src/engine/analysis/cost.ts";
import { Builder } from "../../src/engine/graph/builder.ts";
import type { Value } from "../../src/engine/graph/graph.ts";
import { numbersIn, weightsOf } from "../../src/engine/graph/weights.ts";
import { descendants } from "../../src/engine/propagation/differentiate.ts";
import { wholeCost } from "../../src/shared/amounts.ts";
import { never, newEngine } from "./support/engine.ts";
import { node, onnxFile, openModel, releaseModels, value, weight } from "./support/onnx-nets.ts";
import { random } from "./support/random.ts";
import { architectures, type Net } from "./support/torchvision.ts";

// torchvision 0.2x, "Table of all available classification weights" (https://docs.pytorch.org/vision/stable/models.html),
// whose Params and GFLOPS come from `num_params` and `_ops` in each entry's `meta`. A GFLOP there is 10⁹ multiply-adds.
const published: Partial<Record<keyof typeof architectures, readonly [parameters: number, gigaflops: number]>> = {
  alexnet: [61_100_840, 0.714],
  densenet121: [7_978_856, 2.834],
  efficientnet_b0: [5_288_548, 0.386],
  googlenet: [6_624_904, 1.498],
  inception_v3: [27_161_264, 5.713],
  mobilenet_v2: [3_504_872, 0.301],
  resnet18: [11_689_512, 1.814],
  resnet50: [25_557_032, 4.089],
  resnet101: [44_549_160, 7.801],
  shufflenet_v2_x1_0: [2_278_604, 0.145],
  squeezenet1_1: [1_235_496, 0.349],
  vgg16: [138_357_544, 15.47],
};

const reachedIn = ({ g, x }: Pick<Net, "g" | "x">) => descendants(g.graph.nodes, [x]);
const costIn = (net: Pick<Net, "g" | "x">, of?: Value): Cost =>
  costOf(of ? net.g.graph.leadingTo([of]) : net.g.graph.nodes, reachedIn(net));
const learnedIn = (net: Pick<Net, "g" | "x">): number =>
  numbersIn(weightsOf(net.g.graph.nodes, net.g.graph, reachedIn(net), { learned: true }));

describe("cost, as torchvision publishes it, of", () => {
  for (const [name, [parameters, gigaflops]] of Object.entries(published))
    it(name, () => {
      const net = architectures[name as keyof typeof architectures]();
      assert.equal(learnedIn(net), parameters);
      const { multiplyAdds, uncounted } = costIn(net, net.named.get("score"));
      const digits = String(gigaflops).split(".")[1]!.length;
      assert.equal(Number((multiplyAdds / 1e9).toFixed(digits)), gigaflops);
      assert.deepEqual(uncounted, []);
    });

  after(releaseModels);
  it("the SqueezeNet that comes with Glassbox", async () => {
    const model = await openModel(fileURLToPath(new URL("../../samples/squeezenet1.1.onnx", import.meta.url)));
    const { network, reached, layers } = await model.bound(1);
    const { multiplyAdds } = costOf(network.graph.nodes, reached);
    assert.equal(Number((multiplyAdds / 1e9).toFixed(3)), 0.349);
    const sum = (numbers: readonly number[]) => numbers.reduce((total, n) => total + n, 0);
    assert.equal(sum(layers.map(({ parameters }) => parameters)), 1_235_496);
    assert.equal(sum(layers.map(({ nodes }) => costOf(nodes, reached).multiplyAdds)), multiplyAdds);
  });
});

describe("the cost of a network with several inputs", () => {
  after(releaseModels);
  const cost = async (model: string) => {
    const engine = newEngine();
    const { besideLayers } = await engine.open({ model }, never);
    const layers = await engine.anatomy({ model }, never);
    return {
      besideLayers,
      ofLayers: layers.map(({ multiplyAdds }) => multiplyAdds),
      whole: wholeCost(layers, besideLayers),
    };
  };
  const convolution = 16 * 16 * 4 * 27;

  it("has what runs on two pictures twice: the second time where its result is first read", async () => {
    const tower = (input: string) => [
      node("Conv", [input, "k"], `${input}:c`, { pads: [1, 1, 1, 1] }),
      node("GlobalAveragePool", [`${input}:c`], `${input}:p`),
      node("Flatten", [`${input}:p`], `${input}:f`),
    ];
    const siamese = onnxFile({
      nodes: [
        ...[...tower("left"), ...tower("right")],
        node("Concat", ["left:f", "right:f"], "both", { axis: 1 }),
        node("Concat", ["both", "right:f"], "more", { axis: 1 }),
        node("MatMul", ["more", "fc"], "y"),
        node("MatMul", ["fc", "turned"], "unused"),
      ],
      weights: [
        weight("k", [4, 3, 3, 3], random(1, 108)),
        weight("fc", [12, 3], random(2, 36)),
        weight("turned", [3, 12], random(3, 36)),
      ],
      inputs: [value("left", [1, 3, 16, 16]), value("right", [1, 3, 16, 16])],
      outputs: [value("y", [1, 3])],
    });
    const { besideLayers, ofLayers, whole } = await cost(siamese);
    assert.equal(besideLayers, undefined);
    assert.deepEqual(ofLayers.filter(Boolean), [convolution, convolution, 36]); // the first Concat's is the second
    assert.deepEqual(whole, { multiplyAdds: 2 * convolution + 36, uncounted: [] });
  });

  it("has what no layer reads, where an output comes of it, but nothing that is computed of constants", async () => {
    const file = (reads: string, scale: string) =>
      onnxFile({
        nodes: [
          node("Conv", ["x", "k"], "c", { pads: [1, 1, 1, 1] }),
          node("Einsum", [reads, "m"], "e", { equation: "ab,bc->ac" }),
          node("MatMul", ["e", "m"], "gate"),
          node("ReduceMean", ["gate"], "mean", { keepdims: 0 }),
          node("Mul", ["c", scale], "y"),
        ],
        weights: [
          weight("k", [4, 3, 3, 3], random(1, 108)),
          weight("m", [2, 2], random(2, 4)),
          weight("n", [1, 2], [1, 2]),
          weight("one", [1], [1]),
        ],
        inputs: [value("x", [1, 3, 16, 16]), value("v", [1, 2])],
        outputs: [value("y", [1, 4, 16, 16]), value("mean", [])],
      });
    const gated = await cost(file("v", "mean"));
    assert.deepEqual(gated, {
      besideLayers: undefined,
      ofLayers: [convolution + 4],
      whole: { multiplyAdds: convolution + 4, uncounted: ["Einsum"] },
    });
    const apart = await cost(file("v", "one"));
    assert.deepEqual(apart.besideLayers, { multiplyAdds: 4, uncounted: ["Einsum"] });
    assert.deepEqual(apart.whole, gated.whole);
    const fixed = await cost(file("n", "mean"));
    assert.deepEqual(fixed.whole, { multiplyAdds: convolution, uncounted: [] });
  });
});

describe("the multiply-adds of", () => {
  const weighted = (op: string, x: readonly number[], w: readonly number[], attributes = {}) => {
    const g = new Builder();
    const input = g.graph.input("x", { dtype: "float32", shape: x });
    g.one(op, [input, g.full(w, 1)], attributes);
    return multiplyAddsOf(g.graph.nodes.at(-1)!);
  };
  it("a convolution: every tap of every filter at every place of the output, padding too", () =>
    assert.equal(weighted("Conv", [2, 4, 8, 6], [3, 4, 3, 5], { pads: [1, 2, 1, 2] }), 2 * 3 * 8 * 6 * (4 * 3 * 5)));
  it("a grouped and strided one", () =>
    assert.equal(weighted("Conv", [1, 6, 9, 9], [6, 2, 3, 3], { group: 3, strides: [2, 2] }), 6 * 4 * 4 * (2 * 9)));
  it("a transposed one: every tap of every filter at every place of the input", () =>
    assert.equal(weighted("ConvTranspose", [1, 6, 5, 4], [6, 2, 3, 3], { group: 2, strides: [2, 2] }), 20 * 6 * 2 * 9));
  it("a product of matrices", () => {
    assert.equal(weighted("Gemm", [5, 7], [3, 7], { transB: 1 }), 5 * 7 * 3);
    assert.equal(weighted("Gemm", [7, 5], [7, 3], { transA: 1 }), 5 * 7 * 3);
    assert.equal(weighted("MatMul", [2, 4, 5, 7], [7, 3]), 2 * 4 * 5 * 7 * 3);
    assert.equal(weighted("MatMul", [7], [2, 7, 3]), 2 * 7 * 3);
  });
  it("anything else: none", () => {
    assert.equal(weighted("Add", [5, 7], [7]), 0);
    assert.equal(weighted("BatchNormalization", [1, 4, 8, 8], [4]), 0);
  });
});

describe("cost", () => {
  it("counts shared weights once, and neither running statistics nor settings", () => {
    const g = new Builder();
    const x = g.graph.input("x", { dtype: "float32", shape: [1, 2, 4, 4] });
    const constant = (...shape: number[]) =>
      g.graph.constant({ dtype: "float32", shape, file: "nowhere", offset: 0, length: 0, stored: "float32" });
    const w = constant(2, 2, 3, 3);
    const twice = g.one("Conv", [g.one("Conv", [x, w], { pads: [1, 1, 1, 1] }), w], { pads: [1, 1, 1, 1] });
    const norm = [0, 1, 2, 3].map(() => constant(2));
    const y = g.mul(g.one("BatchNormalization", [twice, ...norm]), 0.5);
    assert.equal(learnedIn({ g, x }), 36 + 4);
    assert.equal(bytesOf(y), 128);
    assert.equal(bytesOf(g.greater(y, 0)), 32);
  });

  it("counts a kernel that is computed of constants, but not what computing it takes", () => {
    const g = new Builder();
    const x = g.graph.input("x", { dtype: "float32", shape: [1, 2, 4, 4] });
    const flat = g.graph.constant({
      dtype: "float32",
      shape: [3, 6],
      file: "nowhere",
      offset: 0,
      length: 0,
      stored: "float32",
    });
    const kernel = g.reshape(g.matmul(flat, g.full([6, 6], 1)), [3, 2, 3, 1]);
    g.one("Conv", [x, kernel]);
    assert.equal(learnedIn({ g, x }), 18);
    assert.equal(costIn({ g, x }).multiplyAdds, 3 * 2 * 4 * 6);
  });

  it("names the operators that it cannot count", () => {
    const g = new Builder();
    const x = g.graph.input("x", { dtype: "float32", shape: [1, 2] });
    g.graph.addOpaque(
      "QLinearConv",
      [x],
      { domain: "", attributes: [], captured: [] },
      [{ dtype: "uint8", shape: [1, 2] }],
      {},
    );
    assert.deepEqual(costIn({ g, x }), { multiplyAdds: 0, uncounted: ["QLinearConv"] });
  });
});
