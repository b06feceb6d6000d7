import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { cardOf } from "../../src/engine/card.ts";
import { kindText, type Layer } from "../../src/engine/graph/layers.ts";
import { UnknownLayer } from "../../src/engine/model.ts";
import { Library } from "../../src/engine/library.ts";
import { samplesIn } from "../../src/engine/samples.ts";
import * as w from "../fixtures/onnx/writer.ts";
import { flatten, kernel, layersIn, picture, same, scores } from "./support/layered.ts";
import { node, onnxFile, openModel, releaseModels, value, weight } from "./support/onnx-nets.ts";
import { random } from "./support/random.ts";
import { transformer } from "./support/small-transformer.ts";

const samples = fileURLToPath(new URL("../../samples/", import.meta.url));

const vector = (name: string, length: number) => weight(name, [length], random(2, length));
const halving = { kernel_shape: [2, 2], strides: [2, 2] };

const kinds = (layers: readonly Layer[]) => layers.map(kindText);

/** One residual block and a head, named as an exporter names them. `n`: a node's name and its output's. */
function residual(n: (scope: string, op: string) => { name: string; output: string }, weightNames: string[]): string {
  const outs = new Map<string, string>();
  const add = (scope: string, op: string, inputs: string[], attributes = {}) => {
    const { name, output } = n(scope, op);
    outs.set(scope, output);
    return node(op, inputs, output, attributes, { name });
  };
  const at = (scope: string) => outs.get(scope) ?? "";
  const [w1 = "", b1 = "", w2 = "", w3 = "", fc = "", fcBias = ""] = weightNames;
  const nodes = [
    add("conv1", "Conv", ["x", w1, b1], same),
    add("relu", "Relu", [at("conv1")]),
    add("maxpool", "MaxPool", [at("relu")], halving),
    add("layer1.0.conv1", "Conv", [at("maxpool"), w2], same),
    add("layer1.0.relu", "Relu", [at("layer1.0.conv1")]),
    add("layer1.0.conv2", "Conv", [at("layer1.0.relu"), w3], same),
    add("layer1.0", "Add", [at("layer1.0.conv2"), at("maxpool")]),
    add("layer1.0.relu_1", "Relu", [at("layer1.0")]),
    add("avgpool", "GlobalAveragePool", [at("layer1.0.relu_1")]),
    add("", "Flatten", [at("avgpool")]),
    add("fc", "Gemm", [at(""), fc, fcBias], { transB: 1 }),
  ];
  return onnxFile({
    nodes,
    weights: [
      kernel(w1, 4, 3),
      vector(b1, 4),
      kernel(w2, 4, 4),
      kernel(w3, 4, 4),
      weight(fc, [4, 4], random(3, 16)),
      vector(fcBias, 4),
    ],
    inputs: picture,
    outputs: scores(at("fc")),
  });
}

const torchWeights = [
  "conv1.weight",
  "conv1.bias",
  "layer1.0.conv1.weight",
  "layer1.0.conv2.weight",
  "fc.weight",
  "fc.bias",
];
const folded = ["onnx::Conv_1", "onnx::Conv_2", "onnx::Conv_3", "onnx::Conv_4", "fc.weight", "fc.bias"];

/** layer1.0.conv1 → /layer1/layer1.0/conv1: torch repeats the path of each module. */
function torchPath(scope: string): string {
  if (!scope.startsWith("layer1.0")) return scope ? `/${scope}` : "";
  return `/layer1/layer1.0${scope.slice("layer1.0".length).replace(".", "/")}`;
}

describe("the layers of a network", () => {
  afterEach(releaseModels);

  it("are torch's modules, by the scopes that its exporter writes", async () => {
    const file = residual((scope, op) => {
      const name = `${torchPath(scope)}/${op}`;
      return { name, output: `${name}_output_0` };
    }, folded);
    const { names, layers, main } = await layersIn(file);
    assert.deepEqual(names, [
      "conv1",
      "maxpool",
      "layer1.0.conv1",
      "layer1.0.conv2",
      "layer1.0",
      "avgpool",
      "Flatten",
      "fc",
    ]);
    assert.deepEqual(kinds(layers).slice(0, 5), ["Conv + Relu", "MaxPool", "Conv + Relu", "Conv", "Add + Relu"]);
    assert.equal(main, "layer1.0");
    assert.deepEqual(
      layers.map(({ parameters }) => parameters),
      [3 * 4 * 9 + 4, 0, 144, 144, 0, 0, 0, 20],
    );
  });

  it("are torch's modules, by their weights' names where nodes and values are only numbered", async () => {
    let count = 0;
    const file = residual((_, op) => ({ name: `${op}_${count}`, output: String(100 + count++) }), torchWeights);
    const { names, main } = await layersIn(file);
    assert.deepEqual(
      names.filter((name) => !/^[A-Z]/.test(name)),
      ["conv1", "layer1.0.conv1", "layer1.0.conv2", "fc"],
    );
    assert.deepEqual(
      names.filter((name) => /^[A-Z]/.test(name)),
      ["MaxPool_2", "Add_6", "GlobalAveragePool_8", "Flatten_9"],
    );
    assert.equal(main, "Add_6");
  });

  it("are torch's modules as its newer exporter writes them", async () => {
    const words: Record<string, string> = { Conv: "conv2d", Relu: "relu", MaxPool: "max_pool2d", Add: "add" };
    const seen = new Map<string, number>();
    const file = residual((_, op) => {
      const word = words[op] ?? (op === "Gemm" ? "linear" : op === "Flatten" ? "view" : "mean");
      const times = seen.get(word) ?? 0;
      seen.set(word, times + 1);
      const output = times ? `${word}_${times}` : word;
      return { name: `node_${output}`, output };
    }, torchWeights);
    const { names, main } = await layersIn(file);
    assert.deepEqual(names, ["conv1", "max_pool2d", "layer1.0.conv1", "layer1.0.conv2", "add", "mean", "view", "fc"]);
    assert.equal(main, "add");
  });

  it("keep torch's dots where modules have names instead of numbers", async () => {
    const file = onnxFile({
      nodes: [
        node("Conv", ["x", "onnx::Conv_1"], "a", same, { name: "/inception3a/branch1/conv/Conv" }),
        node("Relu", ["a"], "b", {}, { name: "/inception3a/branch1/Relu" }),
        node("Conv", ["x", "onnx::Conv_2"], "c", same, { name: "/inception3a/branch2/branch2.0/conv/Conv" }),
        node("Concat", ["b", "c"], "d", { axis: 1 }, { name: "/inception3a/Concat" }),
        node("GlobalAveragePool", ["d"], "e", {}, { name: "/avgpool/GlobalAveragePool" }),
        node("Flatten", ["e"], "f", {}, { name: "/Flatten" }),
      ],
      weights: [kernel("onnx::Conv_1", 2, 3), kernel("onnx::Conv_2", 2, 3)],
      inputs: picture,
      outputs: scores("f"),
    });
    const { names, main } = await layersIn(file);
    assert.deepEqual(names, [
      "inception3a.branch1.conv",
      "inception3a.branch2.0.conv",
      "inception3a",
      "avgpool",
      "Flatten",
    ]);
    assert.equal(main, "inception3a");
  });

  it("are Keras' layers, by TensorFlow's scopes; the model's own name is left out", async () => {
    const at = (scope: string) => ({ name: `StatefulPartitionedCall/resnet/${scope}` });
    const file = onnxFile({
      nodes: [
        node(
          "Transpose",
          ["x"],
          "t",
          { perm: [0, 3, 1, 2] },
          { name: "StatefulPartitionedCall/resnet/conv1_conv/Conv2D__6" },
        ),
        node("Conv", ["t", "k1", "b1"], "c", same, at("conv1_conv/Conv2D")),
        node("BatchNormalization", ["c", "s", "s", "s", "v"], "n", {}, at("conv1_bn/FusedBatchNormV3")),
        node("Relu", ["n"], "r", {}, at("conv1_relu/Relu")),
        node("MaxPool", ["r"], "p", halving, at("pool1_pool/MaxPool")),
        node("Conv", ["p", "k2"], "d", same, at("conv2_conv/Conv2D")),
        node("Add", ["d", "b2"], "e", {}, at("conv2_conv/BiasAdd")),
        node("Relu", ["e"], "g", {}, at("conv2_relu/Relu")),
        node("ReduceMean", ["g"], "m", { axes: [2, 3], keepdims: 0 }, at("avg_pool/Mean")),
        node("MatMul", ["m", "w"], "h", {}, at("predictions/MatMul")),
        node("Add", ["h", "b"], "i", {}, at("predictions/BiasAdd")),
        node("Softmax", ["i"], "predictions", {}, at("predictions/Softmax")),
      ],
      weights: [
        kernel("k1", 4, 3),
        vector("b1", 4),
        vector("s", 4),
        weight("v", [4], [1, 1, 1, 1]),
        kernel("k2", 4, 4),
        weight("b2", [1, 4, 1, 1], [1, 2, 3, 4]),
        weight("w", [4, 4], random(3, 16)),
        vector("b", 4),
      ],
      inputs: [value("x", ["unk__1", 8, 8, 3])],
      outputs: scores("predictions"),
    });
    const { names, layers, main } = await layersIn(file);
    assert.deepEqual(names.slice(-5), ["conv1_conv", "pool1_pool", "conv2_conv", "avg_pool", "predictions"]);
    assert.equal(kindText(layers.find(({ name }) => name === "conv1_conv")!), "Conv + BatchNormalization + Relu");
    assert.equal(kindText(layers.find(({ name }) => name === "conv2_conv")!), "Conv + Add + Relu");
    assert.equal(main, "conv2_conv");
  });

  it("are Caffe2's blobs, by their values' names", async () => {
    const card = await sample("squeezenet1.1.onnx");
    const names = card.layers.map(({ name }) => name);
    assert.deepEqual(names.slice(0, 7), [
      "conv1",
      "pool1",
      "fire2/squeeze1x1",
      "fire2/expand1x1",
      "fire2/expand3x3",
      "fire2/concat",
      "fire3/squeeze1x1",
    ]);
    assert.deepEqual(names.slice(-4), ["fire9/concat", "conv10", "pool10", "softmaxout"]);
    assert.equal(new Set(names).size, names.length);
    assert.equal(card.defaultLayer, "conv10");
    assert.equal(card.score, "pool10_1");
    assert.equal(card.parameters, 1_235_496); // as the paper's authors count them
    assert.deepEqual(card.layers[0]?.shape, [1, 64, 111, 111]);
    assert.match(card.notCam ?? "", /one map per class/);
  });

  it("are our own built-in model's stages", async () => {
    const card = await sample("efficientnet-lite0.onnx");
    const names = card.layers.map(({ name }) => name);
    assert.deepEqual(names.slice(0, 3), ["stem", "stage1/block1/depthwise", "stage1/block1/project"]);
    assert.deepEqual(names.slice(-4), ["head", "pool", "flatten", "classifier"]);
    assert.equal(card.defaultLayer, "head");
    assert.equal(card.notCam, undefined);
  });

  it("of a vision transformer leave attention out: where maps are asked for, its patches are meant", async () => {
    const { main, names } = await layersIn(onnxFile(transformer));
    assert.ok(names.includes("attention"), names.join());
    assert.equal(main, "patches");
    const entry = await new Library().open(onnxFile(transformer));
    const { layers, defaultLayer } = await cardOf(entry, samplesIn(samples));
    assert.equal(defaultLayer, "patches");
    assert.deepEqual(layers.filter(({ spatial }) => spatial).map(({ name }) => name), ["patches"]); // prettier-ignore
  });

  it("keep an activation that is written as several nodes under its convolution's roof", async () => {
    const swish = [node("Sigmoid", ["c"], "s"), node("Mul", ["c", "s"], "a")];
    const hardSwish = [
      node("Add", ["c", "three"], "t"),
      node("Clip", ["t", "zero", "six"], "k"),
      node("Mul", ["c", "k"], "m"),
      node("Div", ["m", "six"], "a"),
    ];
    for (const [nodes, kind] of [
      [swish, "Conv + Sigmoid + Mul"],
      [hardSwish, "Conv + Add + Clip + Mul + Div"],
    ] as const) {
      const file = onnxFile({
        nodes: [node("Conv", ["x", "w"], "c", same), ...nodes, flatten("a")],
        weights: [
          kernel("w", 3, 3),
          ...[
            ["zero", 0],
            ["three", 3],
            ["six", 6],
          ].map(([name, n]) => weight(String(name), [], [Number(n)])),
        ],
        inputs: picture,
        outputs: scores("flat", 192),
      });
      const { layers } = await layersIn(file);
      assert.deepEqual(kinds(layers), [kind, "Flatten"]);
      assert.deepEqual(layers[0]!.parameters, 81);
    }
  });

  it("end where somebody else reads on, and leave out what no picture reaches", async () => {
    const file = onnxFile({
      nodes: [
        node("Conv", ["x", "w"], "c", same),
        node("Relu", ["c"], "r"),
        node("Add", ["r", "c"], "sum"), // the convolution's own output goes on as well
        node("Exp", ["w"], "unrelated"),
        flatten("sum"),
      ],
      weights: [kernel("w", 3, 3)],
      inputs: picture,
      outputs: scores("flat", 192),
    });
    assert.deepEqual((await layersIn(file)).names, ["c", "r", "sum", "flat"]);
  });

  /** A module that splits in two, pools one half within itself and joins both: as Inception's blocks and DenseNet's. */
  function block(named: (op: Uint8Array, scope: string) => Uint8Array, prefix: string): string {
    const name = (path: string) => ({ name: prefix && `/${path}` });
    const steps: [Uint8Array, string][] = [
      [node("Conv", ["x", "stem.w"], "stem", same, name("stem/Conv")), "stem"],
      [node("MaxPool", ["stem"], "pooled", { kernel_shape: [3, 3], ...same }, name("mixed/MaxPool")), "mixed"],
      [node("Conv", ["pooled", "left.w"], "left", same, name("mixed/mixed.left/Conv")), "mixed.left"],
      [node("Conv", ["stem", "right.w"], "right", same, name("mixed/mixed.right/Conv")), "mixed.right"],
      [node("Concat", ["left", "right"], "joined", { axis: 1 }, name("mixed/Concat")), "mixed"],
      [node("GlobalAveragePool", ["joined"], "mean", {}, name("pool/GlobalAveragePool")), "pool"],
      [node("Flatten", ["mean"], "flat", {}, name("Flatten")), ""],
    ];
    return onnxFile({
      nodes: steps.map(([step, scope]) => named(step, scope)),
      weights: [kernel("stem.w", 2, 3), kernel("left.w", 2, 2), kernel("right.w", 2, 2)],
      inputs: picture,
      outputs: scores("flat"),
    });
  }
  const plainly = (step: Uint8Array) => step;
  const asDynamo = (step: Uint8Array, scope: string) =>
    Buffer.concat([
      step,
      w.all(w.entry(9, "pkg.torch.onnx.name_scopes", `['', ${scope ? `'${scope}', ` : ""}'conv2d_1']`)),
    ]);

  for (const [exporter, file] of [
    ["TorchScript", () => block(plainly, "/")],
    ["dynamo", () => block(asDynamo, "")],
  ] as const) {
    it(`give a module's name to what leaves it, not to its first step (${exporter})`, async () => {
      const { layers } = await layersIn(file());
      assert.equal(layers.find(({ name }) => name === "mixed")?.output.name, "joined");
      assert.ok(layers.some(({ name }) => name === "mixed.left"));
    });

    it(`find what leaves a module that has no layer of its own (${exporter})`, async () => {
      const model = await openModel(file());
      const bound = await model.bound(1);
      assert.equal(model.value(bound, "mixed").name, "joined");
      assert.throws(() => model.value(bound, "mix"), UnknownLayer);
    });
  }

  it("have different names even where the exporter's are the same", async () => {
    const file = onnxFile({
      nodes: [
        node("Conv", ["x", "w"], "a", same, { name: "block/conv" }),
        node("Conv", ["a", "w"], "b", same, { name: "block/conv" }),
        node("Conv", ["b", "w"], "c", same, { name: "block/conv" }),
        flatten("c"),
      ],
      weights: [kernel("w", 3, 3)],
      inputs: picture,
      outputs: scores("flat", 192),
    });
    const { names } = await layersIn(file);
    assert.equal(names.length, 4);
  });
});

const sample = async (name: string) => cardOf(await new Library().open(`${samples}${name}`), samplesIn(samples));
