import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import * as w from "../fixtures/onnx/writer.ts";
import { anatomy } from "../../src/engine/inside/anatomy.ts";
import { features } from "../../src/engine/inside/features.ts";
import { dead } from "../../src/engine/inside/dead.ts";
import { fields } from "../../src/engine/inside/fields.ts";
import { filters } from "../../src/engine/inside/filters.ts";
import { overview } from "../../src/engine/inside/overview.ts";
import { structure } from "../../src/engine/inside/structure.ts";
import type { DeadReport } from "../../src/shared/dead.ts";
import type { LayerOverview } from "../../src/shared/inside.ts";
import { float32 } from "../../src/shared/tensor.ts";
import { near } from "./support/asking.ts";
import { never, newEngine, npy } from "./support/engine.ts";
import { integers, node, onnxFile, openModel, releaseModels, value, weight } from "./support/onnx-nets.ts";
import { random } from "./support/random.ts";
import { looking } from "./support/samples.ts";

const image = npy(float32([1, 3, 16, 16], random(5, 768)));
const [first, second] = [random(1, 4 * 3 * 9), random(2, 5 * 4 * 9)];

interface Kept {
  readonly k1?: string;
  readonly k2?: string;
  readonly sizes?: string;
}

/** conv1, relu1, conv2, flat, with each weight in the file or in the one beside it that is named. */
function twoConvolutions({ k1, k2, sizes }: Kept = {}): string {
  const floats = (name: string, dims: readonly number[], values: Float32Array, file: string | undefined) =>
    file === undefined ? weight(name, dims, values) : w.tensor(name, 1, dims, w.external(file));
  return onnxFile({
    nodes: [
      node("Conv", ["x", "k1"], "a", { strides: [2, 2] }, { name: "conv1" }),
      node("Relu", ["a"], "r", {}, { name: "relu1" }),
      node("Conv", ["r", "k2"], "b", {}, { name: "conv2" }),
      node("Reshape", ["b", "sizes"], "y", {}, { name: "flat" }),
    ],
    weights: [
      floats("k1", [4, 3, 3, 3], first, k1),
      floats("k2", [5, 4, 3, 3], second, k2),
      sizes === undefined ? integers("sizes", [1, 125]) : w.tensor("sizes", 7, [2], w.external(sizes)),
    ],
    inputs: [value("x", [1, 3, 16, 16])],
    outputs: [value("y", [1, 125])],
  });
}

async function lines(model: string): Promise<readonly LayerOverview[]> {
  const found: LayerOverview[] = [];
  for await (const step of overview(looking(), { model, image }, never))
    if (step.kind === "layer") found.push(step.overview);
  return found;
}

describe("a model without the file of its weights", () => {
  afterEach(releaseModels);
  const { library } = looking();

  it("has the layers, shapes, costs and reach that it has with them", async () => {
    const engine = newEngine();
    const [sound, bare] = [twoConvolutions(), twoConvolutions({ k1: "gone.bin", k2: "gone.bin" })];
    const [whole, card] = [await engine.open({ model: sound }, never), await engine.open({ model: bare }, never)];
    const plain = card.layers.map(({ trouble: _, ...layer }) => layer);
    assert.deepEqual(plain, whole.layers);
    assert.equal(card.parameters, whole.parameters);
    assert.deepEqual([card.classes, whole.classes], [undefined, 125], "no scores can be had");
    assert.deepEqual(await anatomy(library, { model: bare }), await anatomy(library, { model: sound }));
    assert.deepEqual(await fields(looking(), { model: bare }), await fields(looking(), { model: sound }));
    assert.deepEqual(
      (await structure(library, { model: bare })).nodes.map(({ layer, trouble }) => [layer, trouble]),
      (await structure(library, { model: sound })).nodes.map(({ layer }) => [layer, undefined]),
    );
  });

  it("names the file once, beside which it belongs, and what to do; and so does whatever needs the numbers", async () => {
    const model = twoConvolutions({ k1: "gone.bin", k2: "gone.bin" });
    const card = await newEngine().open({ model }, never);
    assert.equal(card.problems.length, 1);
    assert.match(
      card.problems[0]!,
      /^The file "gone\.bin", which has the numbers of 2 tensors \("k1", "k2"; 1,152 bytes\), .*put it into the model's folder/,
    );
    assert.ok(card.files.includes(join(dirname(model), "gone.bin")), "it is watched for");
    for (const { trouble } of card.layers) assert.match(trouble ?? "", /^Tensor k1 needs the file "gone\.bin"/);
    const asked = { model, image, layer: "conv1" };
    await assert.rejects(features(looking(), asked, never), (error: Error) => {
      assert.match(error.message, /cannot be run: tensor k1 needs the file "gone\.bin" beside the model/);
      assert.ok(error.message.startsWith(model), error.message);
      return true;
    });
    await assert.rejects(filters(looking(), asked, never), /tensor k1 needs the file "gone\.bin"/i);
  });

  it("shows what needs none of them", async () => {
    const model = twoConvolutions({ k2: "gone.bin" });
    const [conv1, conv2, flat] = await lines(model);
    assert.deepEqual([conv1?.layer, conv1?.trouble, conv1?.channels], ["conv1", undefined, 4]);
    for (const line of [conv2, flat]) assert.match(line?.trouble ?? "", /k2 needs the file "gone\.bin"/);
    assert.equal((await features(looking(), { model, image, layer: "conv1" }, never)).channels.length, 4);
    const { norms } = await filters(looking(), { model, layer: "conv1" }, never);
    near([norms[0]!], [Math.hypot(...first.subarray(0, 27))], 1e-5, "the first filter");
  });

  it("loses only what hangs on sizes that are missing", async () => {
    const model = twoConvolutions({ sizes: "gone.bin" });
    const { layers } = await newEngine().open({ model }, never);
    assert.deepEqual(layers.map(({ name, shape }) => [name, shape?.join()]), [["conv1", "1,4,7,7"], ["conv2", "1,5,5,5"], ["flat", undefined]]); // prettier-ignore
    assert.match(layers[2]?.trouble ?? "", /sizes needs the file "gone\.bin"/);
    assert.equal(layers[1]?.trouble, undefined);
  });

  it("learns shapes from the runtime with zeros in the weights' place, and takes none of its numbers for theirs", async () => {
    const mix = (inputs: readonly string[], output: string, equation: string) =>
      node("Einsum", inputs, output, { equation });
    const model = onnxFile({
      nodes: [
        node("Conv", ["x", "k1"], "a"),
        mix(["a", "mixing"], "b", "bchw,oc->bohw"),
        mix(["mixing", "mixing"], "square", "oc,pc->op"),
        mix(["b", "square"], "y", "bohw,op->bphw"),
      ],
      weights: [weight("k1", [4, 3, 3, 3], first), w.tensor("mixing", 1, [5, 4], w.external("gone.bin"))],
      inputs: [value("x", [1, 3, 16, 16])],
      outputs: [value("y", [1, 5, 14, 14])],
    });
    const { layers } = await newEngine().open({ model }, never);
    assert.deepEqual(layers.map(({ name, shape }) => [name, shape?.join()]), [["a", "1,4,14,14"], ["b", "1,5,14,14"], ["y", undefined]]); // prettier-ignore
    for (const { trouble } of layers.slice(1)) assert.match(trouble ?? "", /mixing needs the file "gone\.bin"/);
    await assert.rejects(features(looking(), { model, image, layer: "b" }, never), /cannot be run: tensor mixing/);
  });

  it("says on the card why there are no scores, and names the layers whose dead filters cannot be told", async () => {
    const model = twoConvolutions({ k2: "gone.bin" });
    const card = await newEngine().open({ model }, never);
    assert.equal(card.classes, undefined);
    assert.match(card.scoreTrouble ?? "", /^tensor k2 needs the file "gone\.bin"/);
    assert.match(card.notCam ?? "", /its scores cannot be computed: tensor k2/);
    assert.equal((await newEngine().open({ model: twoConvolutions() }, never)).scoreTrouble, undefined);
    let uncomputed: DeadReport["uncomputed"];
    for await (const step of dead(looking(), { model, images: [image] }, never))
      if (step.kind === "report") ({ uncomputed } = step);
    assert.deepEqual(
      uncomputed?.map(({ layer }) => layer),
      card.layers.filter(({ trouble }) => trouble !== undefined).map(({ name }) => name),
    );
    assert.match(uncomputed?.[0]?.why ?? "", /gone\.bin/);
  });

  it("needs memory for what it can run, and blames no GPU for the rest", async () => {
    const path = twoConvolutions({ k2: "gone.bin" });
    await assert.rejects(openModel(path, { memory: 4000 }), /Conv \(node conv1\) .* needs .*memoryLimit/);
    const model = await openModel(path, { device: "webgpu" });
    await assert.rejects(
      model.activations(float32([1, 3, 16, 16], random(5, 768)), "conv2"),
      /cannot be run: tensor k2/,
    );
    assert.equal(model.note, undefined);
  });

  it("is whole as soon as the file is there", async () => {
    const model = twoConvolutions({ k1: "later.bin" });
    const engine = newEngine();
    assert.equal((await engine.open({ model }, never)).problems.length, 1);
    writeFileSync(join(dirname(model), "later.bin"), new Uint8Array(first.buffer, first.byteOffset, first.byteLength));
    const card = await engine.open({ model }, never);
    assert.deepEqual(card.problems, []);
    assert.ok(card.layers.every(({ trouble }) => trouble === undefined));
  });
});

describe("a model with an operator that nobody knows in its middle", () => {
  const ones = (name: string) =>
    weight(
      name,
      [5],
      Float32Array.from({ length: 5 }, () => 1),
    );
  const broken = () =>
    onnxFile({
      nodes: [
        node("Conv", ["x", "k1"], "a", {}, { name: "conv1" }),
        node("Magic", ["a"], "m", {}, { name: "magic", domain: "acme" }),
        node("Conv", ["m", "k2"], "b", {}, { name: "conv2" }),
        node("BatchNormalization", ["b", "s", "t", "u", "v"], "n", {}, { name: "bn2" }),
        node("Relu", ["n"], "r", {}, { name: "relu2" }),
        node("GlobalAveragePool", ["r"], "y", {}, { name: "pool" }),
      ],
      weights: [
        weight("k1", [4, 3, 3, 3], first),
        weight("k2", [5, 4, 3, 3], second),
        ...["s", "t", "u", "v"].map(ones),
      ],
      inputs: [value("x", [1, 3, 16, 16])],
      outputs: [value("y", [1, 5, 1, 1])],
      domains: { acme: 1 },
    });
  const why = /^Magic \(node magic\) could not be understood: it is an operator of acme that neither/;

  it("lists the layers behind it, grouped and counted as any others, and says why they cannot be computed", async () => {
    const model = broken();
    const card = await newEngine().open({ model }, never);
    assert.deepEqual(card.layers.map(({ name, kind, parameters }) => [name, kind, parameters]), [["conv1", "Conv", 108], ["magic", "Magic", 0], ["conv2", "Conv + BatchNormalization + Relu", 190], ["pool", "GlobalAveragePool", 0]]); // prettier-ignore
    assert.equal(card.layers[0]?.trouble, undefined);
    for (const { trouble, shape, spatial } of card.layers.slice(1)) {
      assert.match(trouble ?? "", why);
      assert.deepEqual([shape, spatial], [undefined, false]);
    }
    const { library } = looking();
    const { nodes } = await structure(library, { model });
    assert.deepEqual(nodes.map(({ layer }) => layer), [0, 1, 2, 2, 2, 3]); // prettier-ignore
    assert.deepEqual(nodes.map(({ trouble }) => trouble !== undefined), [false, true, true, true, true, true]); // prettier-ignore
    assert.deepEqual((await anatomy(library, { model })).map(({ layer, weights }) => [layer, weights.join()]), [["conv1", "k1"], ["magic", ""], ["conv2", "k2,s,t,u,v"], ["pool", ""]]); // prettier-ignore
    assert.deepEqual((await lines(model)).map(({ layer }) => layer), card.layers.map(({ name }) => name)); // prettier-ignore
  });

  it("says the same by a layer's, a node's and a value's name, whatever is asked", async () => {
    const model = broken();
    for (const layer of ["conv2", "relu2", "n", "pool"]) {
      const reason = new RegExp(`${layer} cannot be computed: Magic \\(node magic\\)`);
      await assert.rejects(features(looking(), { model, image, layer }, never), reason);
      await assert.rejects(fields(looking(), { model, layer }), reason);
    }
    const module = onnxFile({
      nodes: [
        node("Conv", ["x", "k1"], "a", {}, { name: "/block/first/Conv" }),
        node("Magic", ["a"], "m", {}, { name: "/block/last/Magic", domain: "acme" }),
      ],
      weights: [weight("k1", [4, 3, 3, 3], first)],
      inputs: [value("x", [1, 3, 16, 16])],
      outputs: [value("m", [1, 4, 14, 14])],
      domains: { acme: 1 },
    });
    const leaves = { model: module, image, layer: "block" };
    await assert.rejects(features(looking(), leaves, never), /^UnknownLayer: block cannot be computed: Magic/);
    await assert.rejects(
      fields(looking(), { model, layer: "conv9" }),
      /no layer conv9.*It has conv1, magic, conv2, pool/,
    );
  });

  it("shows the filters of layers that cannot be run: they are in the file", async () => {
    const model = broken();
    for (const layer of ["conv2", "k2"]) {
      const { shape, norms, weight } = await filters(looking(), { model, layer }, never);
      assert.deepEqual([weight, shape], ["k2", [5, 4, 3, 3]]);
      near(
        [...norms],
        [0, 1, 2, 3, 4].map((o) => Math.hypot(...second.subarray(36 * o, 36 * o + 36))),
        1e-5,
        layer,
      );
    }
    await assert.rejects(filters(looking(), { model, layer: "pool" }, never), /pool has no filters: no convolution/);
  });
});
