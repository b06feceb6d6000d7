import assert from "node:assert/strict";
import { openOnnx } from "../../src/engine/formats/onnx/index.ts";
import { pictureInput } from "../../src/engine/formats/onnx/picture.ts";
import { readModel } from "../../src/engine/formats/onnx/structure.ts";
import type { OpenModel } from "../../src/engine/model.ts";
import { float32 } from "../../src/shared/tensor.ts";
import * as w from "../fixtures/onnx/writer.ts";
import { ask, near } from "./support/asking.ts";
import { never, newEngine, npy } from "./support/engine.ts";
import {
  bytes,
  float,
  integers,
  node,
  onnxBytes,
  onnxFile,
  openModel,
  releaseModels,
  value,
  weight,
  type Parts,
} from "./support/onnx-nets.ts";
import { random } from "./support/random.ts";

const photo = float32([1, 3, 8, 8], random(9, 192));
const kernel = weight("k", [4, 3, 3, 3], random(1, 108));
const matrix = weight("m", [4, 3], random(2, 12));
const conv = node("Conv", ["x", "k"], "c", { pads: [1, 1, 1, 1] });
const head = (from: string) => [
  node("GlobalAveragePool", [from], "p"),
  node("Flatten", ["p"], "flat"),
  node("Gemm", ["flat", "m"], "scores"),
];

/** A classifier of [N, 3, 8, 8]: a convolution, the given nodes from "c" to "y", a head. */
const classifier = (between: readonly Uint8Array[], { weights = [], ...more }: Partial<Parts> = {}): string =>
  onnxFile({
    nodes: [conv, ...between, ...head("y")],
    weights: [kernel, matrix, ...weights],
    inputs: [value("x", ["N", 3, 8, 8])],
    outputs: [value("scores", ["N", 3])],
    ...more,
  });

const opsOf = async (model: OpenModel) => (await model.bound(1)).network.graph.nodes.map(({ op }) => op);
const problemsOf = async (model: OpenModel) => (await model.bound(1)).network.problems;

async function same(file: string, plain: string): Promise<OpenModel> {
  const [one, other] = [await openModel(file), await openModel(plain)];
  assert.deepEqual(await problemsOf(one), []);
  near((await one.scores(photo)).data, (await other.scores(photo)).data);
  return one;
}

const relu = () => classifier([node("Relu", ["c"], "y")]);

describe("binding a network to the size of its picture", () => {
  afterEach(releaseModels);

  it("puts the chosen branch in place of an If whose condition is constant", async () => {
    const branch = (op: string) => ({
      graph: w.graph({ nodes: [node(op, ["c"], "inside")], outputs: [w.value("inside")] }),
    });
    const condition = (yes: number) => bytes("yes", "bool", [yes], []);
    const branches = { then_branch: branch("Relu"), else_branch: branch("Tanh") };
    for (const [yes, op] of [
      [1, "Relu"],
      [0, "Tanh"],
    ] as const) {
      const file = classifier([node("If", ["yes"], "y", branches)], { weights: [condition(yes)] });
      const model = await same(file, classifier([node(op, ["c"], "y")]));
      const ops = await opsOf(model);
      assert.ok(ops.includes(op) && !ops.includes("If"), ops.join());
      assert.ok((await ask("saliency", { model, image: photo })).map().raw.data.some((slope) => slope !== 0));
    }
  });

  it("folds a condition that is computed of shapes, too", async () => {
    const branch = (op: string) => ({
      graph: w.graph({ nodes: [node(op, ["c"], "inside")], outputs: [w.value("inside")] }),
    });
    const file = classifier(
      [
        node("Shape", ["c"], "dims"),
        node("Gather", ["dims", "one"], "channels"),
        node("Equal", ["channels", "four"], "yes"),
        node("If", ["yes"], "y", { then_branch: branch("Relu"), else_branch: branch("Tanh") }),
      ],
      { weights: [integers("one", [1], []), integers("four", [4], [])] },
    );
    assert.ok(!(await opsOf(await same(file, relu()))).includes("If"));
  });

  it("runs an If that depends on the picture as it stands", async () => {
    const branch = (op: string) => ({
      graph: w.graph({ nodes: [node(op, ["c"], "inside")], outputs: [w.value("inside")] }),
    });
    const file = classifier([
      node("ReduceMax", ["c"], "most", { keepdims: 0 }),
      node("Cast", ["most"], "yes", { to: 9 }),
      node("If", ["yes"], "y", { then_branch: branch("Relu"), else_branch: branch("Tanh") }),
    ]);
    const model = await same(file, relu());
    await assert.rejects(ask("saliency", { model, image: photo }), /has to pass through If \(node y\)/);
  });

  it("knows the shapes that exporters compute: x.view(x.size(0), -1)", async () => {
    const file = onnxFile({
      nodes: [
        conv,
        node("Relu", ["c"], "y"),
        node("GlobalAveragePool", ["y"], "p"),
        node("Shape", ["p"], "dims"),
        node("Gather", ["dims", "zero"], "n"),
        node("Unsqueeze", ["n", "axes"], "n1"),
        node("Concat", ["n1", "rest"], "target", { axis: 0 }),
        node("Reshape", ["p", "target"], "flat"),
        node("Gemm", ["flat", "m"], "scores"),
      ],
      weights: [kernel, matrix, integers("zero", [0], []), integers("axes", [0]), integers("rest", [-1])],
      inputs: [value("x", ["N", 3, 8, 8])],
      outputs: [value("scores", ["N", 3])],
    });
    const model = await same(file, relu());
    assert.equal(model.batch, 4, "its batch is free");
    const layers = (await model.bound(1)).layers.map(({ name }) => name);
    assert.deepEqual(layers, ["c", "p", "flat", "scores"], "arithmetic on shapes is nobody's layer");
  });

  it("knows shapes that hang on constant arithmetic: a resize to twice the size", async () => {
    const file = classifier(
      [
        node("Shape", ["c"], "dims"),
        node("Slice", ["dims", "two", "four"], "sides"),
        node("Slice", ["dims", "zero", "two"], "front"),
        node("Mul", ["sides", "two"], "twice"),
        node("Concat", ["front", "twice"], "sizes", { axis: 0 }),
        node("Resize", ["c", "", "", "sizes"], "y"),
      ],
      { weights: [integers("zero", [0]), integers("two", [2]), integers("four", [4])] },
    );
    const model = await openModel(file);
    assert.deepEqual(await problemsOf(model), []);
    const { network } = await model.bound(1);
    assert.deepEqual(network.values.get("y")?.shape, [1, 4, 16, 16]);
    assert.ok((await ask("saliency", { model, image: photo })).map().raw.data.some((slope) => slope !== 0));
  });

  it("takes an unknown operator of another domain as the end of what can be computed, and says where it is", async () => {
    const file = classifier(
      [node("Relu", ["c"], "r"), node("Magic", ["r"], "y", {}, { name: "deep/magic", domain: "acme" })],
      {
        domains: { acme: 1 },
      },
    );
    const engine = newEngine();
    const card = await engine.open({ model: file }, never);
    assert.deepEqual(
      card.layers.map(({ name, kind }) => [name, kind]),
      [["c", "Conv + Relu"], ["deep", "Magic"], ["p", "GlobalAveragePool"], ["flat", "Flatten"], ["scores", "Gemm"]], // prettier-ignore
    );
    assert.deepEqual(card.layers.map(({ trouble }) => trouble?.startsWith("Magic (node deep/magic)") ?? false), [false, true, true, true, true]); // prettier-ignore
    assert.equal(card.classes, undefined);
    assert.equal(card.problems.length, 1);
    assert.match(card.problems[0]!, /^Magic \(node deep\/magic\) could not be understood: .*acme/);

    const asked = { model: file, image: npy(photo), parameters: {} };
    const early = {
      ...asked,
      technique: "deconvnet",
      layer: "c",
      parameters: { from: "unit", channel: 1, row: 2, column: 2 },
    };
    assert.deepEqual((await engine.raw(early, never)).shape, photo.shape);
    await assert.rejects(engine.raw({ ...asked, technique: "grad-cam" }, never), /Magic \(node deep\/magic\)/);
    await assert.rejects(
      engine.raw({ ...early, layer: "scores" }, never),
      /scores cannot be computed: Magic \(node deep\/magic\)/,
    );
  });

  it("runs quantized networks, and shows their layers once", async () => {
    const file = classifier(
      [
        node("QuantizeLinear", ["c", "step", "zero"], "q"),
        node("DequantizeLinear", ["q", "step", "zero"], "d"),
        node("Relu", ["d"], "y"),
      ],
      { weights: [weight("step", [], [1 / 20]), bytes("zero", "uint8", [128], [])] },
    );
    const model = await openModel(file);
    assert.deepEqual(await problemsOf(model), []);
    const plain = await openModel(relu());
    near((await model.scores(photo)).data, (await plain.scores(photo)).data, 0.05);
    const { layers } = await model.bound(1);
    const ops = layers.flatMap(({ nodes }) => nodes.map(({ op }) => op));
    assert.deepEqual(ops, [
      "Conv",
      "QuantizeLinear",
      "DequantizeLinear",
      "Relu",
      "GlobalAveragePool",
      "Flatten",
      "Gemm",
    ]);
    assert.equal(model.batch, 4);
    assert.deepEqual((await ask("cam", { model, image: photo })).map().raw.shape, [1, 1, 8, 8]);
    await assert.rejects(ask("saliency", { model, image: photo }), /through DequantizeLinear \(node d\)/);
  });

  it("dequantizes weights", async () => {
    const small = Array.from({ length: 108 }, (_, i) => ((i * 37) % 255) - 127);
    const quantized = onnxFile({
      nodes: [node("DequantizeLinear", ["k8", "step"], "k"), conv, node("Relu", ["c"], "y"), ...head("y")],
      weights: [bytes("k8", "int8", small, [4, 3, 3, 3]), weight("step", [], [1 / 128]), matrix],
      inputs: [value("x", ["N", 3, 8, 8])],
      outputs: [value("scores", ["N", 3])],
    });
    const plain = classifier([node("Relu", ["c"], "y")], {
      weights: [],
      nodes: [conv, node("Relu", ["c"], "y"), ...head("y")],
    });
    const model = await openModel(quantized);
    assert.deepEqual(await problemsOf(model), []);
    assert.notDeepEqual((await model.scores(photo)).data, (await (await openModel(plain)).scores(photo)).data);
    const floats = onnxFile({
      nodes: [conv, node("Relu", ["c"], "y"), ...head("y")],
      weights: [
        weight(
          "k",
          [4, 3, 3, 3],
          small.map((n) => n / 128),
        ),
        matrix,
      ],
      inputs: [value("x", ["N", 3, 8, 8])],
      outputs: [value("scores", ["N", 3])],
    });
    near((await model.scores(photo)).data, (await (await openModel(floats)).scores(photo)).data);
    const map = (await ask("saliency", { model, image: photo })).map().raw.data;
    near(map, (await ask("saliency", { model: await openModel(floats), image: photo })).map().raw.data);
    assert.equal((await model.bound(1)).layers[0]?.parameters, 108);
  });

  it("gives zeros to the inputs beside the photo's, and says so", async () => {
    const file = onnxFile({
      nodes: [conv, node("Relu", ["c"], "y"), ...head("y").slice(0, 2), node("Gemm", ["flat", "m", "shift"], "scores")],
      weights: [kernel, matrix],
      inputs: [value("x", ["N", 3, 8, 8]), value("shift", ["N", 3]), value("mode", [1], "int64")],
      outputs: [value("scores", ["N", 3])],
    });
    const model = await openModel(file);
    assert.deepEqual(await problemsOf(model), ["Only x is given the photo; the input shift is given zeros."]);
    const plain = await openModel(relu());
    near((await model.scores(photo)).data, (await plain.scores(photo)).data);
  });

  it("says of two pictures which one the photo is put into", async () => {
    const pair = (side: number | string) =>
      onnxFile({
        nodes: [node("Sub", ["left", "right"], "x"), conv, node("Relu", ["c"], "y"), ...head("y")],
        weights: [kernel, matrix],
        inputs: [value("left", ["N", 3, 8, 8]), value("right", ["N", 3, side, side])],
        outputs: [value("scores", ["N", 3])],
      });
    assert.deepEqual(await problemsOf(await openModel(pair(8))), ["Only left is given the photo; the input right is given zeros."]); // prettier-ignore
    assert.deepEqual(await problemsOf(await openModel(pair("S"))), ["It needs the input right, and only left is given the photo."]); // prettier-ignore
  });

  it("gives up what needs an input that it cannot make up", async () => {
    const file = classifier([node("Reshape", ["c", "mode"], "y")], {
      inputs: [value("x", ["N", 3, 8, 8]), value("mode", [4], "int64")],
    });
    const model = await openModel(file);
    assert.match((await problemsOf(model)).join(), /It needs the input mode, and only x is given the photo/);
    await assert.rejects(
      model.scores(photo),
      /The scores of .* cannot be computed: it needs the input mode, and only x is given the photo\./,
    );
  });

  it("makes no tensor out of nothing that no computer holds", async () => {
    const file = classifier([node("ConstantOfShape", ["huge"], "z"), node("Add", ["c", "z"], "y")], {
      weights: [integers("huge", [2 ** 20, 2 ** 20])],
    });
    const model = await openModel(file);
    assert.match((await problemsOf(model)).join(), /ConstantOfShape \(node z\) .* asks for 1099511627776 elements/);
    const expanded = await openModel(
      classifier([node("Expand", ["c", "huge"], "z"), node("ReduceMean", ["z"], "y", { axes: [0, 1] })], {
        weights: [integers("huge", [2 ** 20, 2 ** 20, 4, 8, 8])],
      }),
    ).catch((error: Error) => error);
    assert.ok(expanded instanceof RangeError);
    assert.match(expanded.message, /Expand \(node z\) .* GB .*glassbox\.engine\.memoryLimit/);
  });

  it("reads WinML's first operators: ImageScaler, Crop and Affine", async () => {
    const file = classifier([node("Crop", ["c"], "cut", { border: [1, 2, 3, 1] }), node("Relu", ["cut"], "y")], {
      opset: 7,
      nodes: [
        node("ImageScaler", ["x"], "scaled", { scale: float(0.5) }),
        node("Conv", ["scaled", "k"], "c", { pads: [1, 1, 1, 1] }),
        node("Crop", ["c"], "cut", { border: [1, 2, 3, 1] }),
        node("Affine", ["cut"], "line", { alpha: float(2), beta: float(-0.5) }),
        node("Relu", ["line"], "y"),
        ...head("y"),
      ],
    });
    const model = await openModel(file);
    assert.deepEqual(await problemsOf(model), []);
    const { network, layers } = await model.bound(1);
    assert.deepEqual(network.values.get("cut")?.shape, [1, 4, 5, 4]);
    assert.deepEqual(
      ["scaled", "line"].map((name) => network.values.get(name)?.name),
      ["scaled", "line"],
    );
    assert.deepEqual(
      layers.filter(({ name, output }) => /glassbox/.test(name + output.name)),
      [],
    );
    const sliced = classifier([], {
      weights: [integers("from", [2, 1]), integers("to", [7, 5]), integers("axes", [2, 3]), weight("half", [], [0.5])],
      nodes: [
        node("Mul", ["x", "half"], "scaled"),
        node("Conv", ["scaled", "k"], "c", { pads: [1, 1, 1, 1] }),
        node("Slice", ["c", "from", "to", "axes"], "cut"),
        node("Div", ["cut", "half"], "twice"),
        node("Sub", ["twice", "half"], "line"),
        node("Relu", ["line"], "y"),
        ...head("y"),
      ],
    });
    near((await model.scores(photo)).data, (await (await openModel(sliced)).scores(photo)).data);
  });

  it("keeps apart its own names and those of a file that it wrote itself", async () => {
    const file = classifier([
      node("Neg", ["c"], "glassbox:v0"),
      node("Neg", ["glassbox:v0"], "glassbox:v1"),
      node("Relu", ["glassbox:v1"], "y"),
    ]);
    const model = await same(file, relu());
    const plain = await openModel(relu());
    near(
      (await ask("saliency", { model, image: photo })).map().raw.data,
      (await ask("saliency", { model: plain, image: photo })).map().raw.data,
    );
  });

  it("leaves out outputs that nobody asked for, in the middle of several", async () => {
    const file = classifier(
      [node("TopK", ["c", "two"], ["best", ""], { axis: 1 }), node("Concat", ["best", "best"], "y", { axis: 1 })],
      { weights: [integers("two", [2])] },
    );
    const model = await openModel(file);
    assert.deepEqual(await problemsOf(model), []);
    assert.equal((await model.scores(photo)).shape[1], 3);
  });
});

describe("finding the picture among a network's inputs", () => {
  const input = (...inputs: Uint8Array[]) =>
    pictureInput(
      readModel(
        w.file(
          onnxBytes({
            nodes: [conv, ...head("c")],
            weights: [kernel, matrix],
            inputs,
            outputs: [value("scores", [1, 3])],
          }),
        ),
      ).graph,
    );

  it("takes NCHW with fixed, symbolic or absent sides", () => {
    const { name, layout, channels, height, width } = input(value("x", ["N", 3, "h", 640]))!;
    assert.deepEqual([name, layout, channels, height, width], ["x", "NCHW", 3, undefined, 640]);
  });

  it("takes NHWC by its last axis", () => {
    const { layout, channels, height, width } = input(value("x", ["N", 480, 640, 3]))!;
    assert.deepEqual([layout, channels, height, width], ["NHWC", 3, 480, 640]);
  });

  it("takes what the first convolution reads where no axis says it", () => {
    const found = input(value("x", ["N", "c", "h", "w"]))!;
    assert.deepEqual([found.layout, found.channels], ["NCHW", 3]);
  });

  it("passes over inputs that are no pictures", () => {
    assert.equal(input(value("length", [1], "int64"), value("x", [1, 3, 8, 8]))?.name, "x");
    assert.equal(input(value("tokens", [1, 77], "int64")), undefined);
  });

  it("takes no four-dimensional input that no convolution reads and that has no channels of a picture", () => {
    assert.equal(input(value("memory", [1, 12, 64, 64])), undefined);
    assert.throws(() => openOnnx(w.file("version https://git-lfs.github.com/spec/v1\n")), /Git LFS pointer/);
  });
});
