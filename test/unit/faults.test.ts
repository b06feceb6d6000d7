import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
  mkdirSync,
  openSync,
  readFileSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
  writeSync,
  closeSync,
} from "node:fs";
import { dirname, join } from "node:path";
import * as w from "../fixtures/onnx/writer.ts";
import { near, oneHot } from "./support/asking.ts";
import { never, newEngine, npy, rawOf, samplesFolder } from "./support/engine.ts";
import { elementTypes, node, onnxFile, value, weight } from "./support/onnx-nets.ts";
import { random } from "./support/random.ts";
import { classCount, gradientOf, picture, referenceFile, scoresOf } from "./support/reference-net.ts";

// What the reader makes of damaged files is tested beside it; here is what a person gets to see of them, and that the
// engine lives on.
const image = picture(7);
const engine = newEngine();
const open = (model: string) => engine.open({ model }, never);

/** The engine still answers, and rightly. */
async function alive(): Promise<void> {
  near((await engine.predict({ model: referenceFile(), image: npy(image) }, never)).scores, scoresOf(image.data));
}

async function refused(model: string, reason: RegExp): Promise<void> {
  await assert.rejects(open(model), (error: Error) => {
    assert.match(error.message, reason);
    assert.ok(error.message.includes(model.split("/").at(-1)!), `${error.message} names the file`);
    return true;
  });
  await alive();
}

const kernel = weight("k", [4, 3, 3, 3], random(1, 108));
const classifier = (nodes: readonly Uint8Array[], weights: readonly Uint8Array[] = []) =>
  onnxFile({
    nodes: [...nodes, node("GlobalAveragePool", ["y"], "p"), node("Flatten", ["p"], "scores")],
    weights: [kernel, ...weights],
    inputs: [value("x", ["N", 3, 12, 10])],
    outputs: [value("scores", ["N", 4])],
  });
const conv = node("Conv", ["x", "k"], "c");

describe("bad models", () => {
  it("cut short anywhere are refused, or open with their problems said, and never hurt (1)", async () => {
    const whole = readFileSync(referenceFile());
    for (let end = 1; end < whole.length; end += 97) {
      const said = await open(w.file(whole.subarray(0, end))).then(
        ({ problems }) => problems.join(),
        ({ message }: Error) => message,
      );
      assert.ok(said.length > 0, `${end} bytes of ${whole.length}`);
    }
    await alive();
  });

  it("nested beyond measure are refused (2)", async () => {
    let inner = w.graph({ nodes: [node("Relu", ["x"], "r")], outputs: [w.value("r")] });
    for (let depth = 0; depth < 400; depth++)
      inner = w.graph({
        nodes: [node("If", ["yes"], "r", { then_branch: { graph: inner } })],
        outputs: [w.value("r")],
      });
    await refused(w.file(w.model(inner)), /deep|nest/);
  });

  for (const [what, content, reason] of [
    [
      "a Git LFS pointer",
      "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 5\n",
      /Git LFS pointer.*git lfs pull/,
    ],
    ["a web page", "<!DOCTYPE html><html>Sign in</html>", /a web page/],
    ["Python", "import torch\n", /Python source/],
    ["gzip", Buffer.from("\x1f\x8b\x08 ", "latin1"), /gzip/],
    ["nothing", "", /empty/],
    ["noise", Uint8Array.from({ length: 500 }, (_, i) => (i * 89) % 256), /./],
  ] as const)
    it(`that are ${what} are refused in those words (3)`, () => refused(w.file(content), reason));

  it("with weights beyond the first two gigabytes of their file run (12)", async function () {
    this.timeout(30_000);
    const place = 2 ** 31 + 2 ** 12;
    const data = Float32Array.from(random(1, 108));
    const model = onnxFile({
      nodes: [conv, node("Relu", ["c"], "y"), node("GlobalAveragePool", ["y"], "p"), node("Flatten", ["p"], "scores")],
      weights: [
        w.tensor(
          "k",
          1,
          [4, 3, 3, 3],
          w.external("weights.bin", { offset: String(place), length: String(data.byteLength) }),
        ),
      ],
      inputs: [value("x", ["N", 3, 12, 10])],
      outputs: [value("scores", ["N", 4])],
    });
    const weights = join(dirname(model), "weights.bin");
    writeFileSync(weights, "");
    truncateSync(weights, place); // a hole, which takes no room
    const file = openSync(weights, "r+");
    writeSync(file, new Uint8Array(data.buffer), 0, data.byteLength, place);
    closeSync(file);
    const far = await engine.predict({ model, image: npy(image) }, never);
    const close = await engine.predict(
      { model: classifier([conv, node("Relu", ["c"], "y")]), image: npy(image) },
      never,
    );
    near(far.scores, close.scores);
  });

  it("without their external weights open, and say which file is missing (6)", async () => {
    for (const [location, reason] of [
      ["gone.bin", /gone\.bin/],
      ["../../../etc/passwd", /passwd|outside|folder/],
    ] as const) {
      const model = onnxFile({
        nodes: [conv, node("GlobalAveragePool", ["c"], "p"), node("Flatten", ["p"], "scores")],
        weights: [w.tensor("k", 1, [4, 3, 3, 3], w.external(location))],
        inputs: [value("x", ["N", 3, 12, 10])],
        outputs: [value("scores", ["N", 4])],
      });
      const card = await open(model);
      assert.match(card.problems.join(), reason);
      // Shapes are in the model's own file: all is known of its layers but what they compute.
      assert.equal(card.classes, undefined);
      assert.deepEqual(card.layers.map(({ shape }) => shape), [[1, 4, 10, 8], [1, 4, 1, 1], [1, 4]]); // prettier-ignore
      for (const { trouble } of card.layers) assert.match(trouble ?? "", reason);
      await assert.rejects(rawOf(engine, { model, image: npy(image), technique: "saliency" }), reason);
    }
    await alive();
  });

  it("of absurd dimensions are refused or left out, whatever asks for them (14)", async () => {
    const absurd = await open(
      onnxFile({
        nodes: [conv, node("GlobalAveragePool", ["c"], "p"), node("Flatten", ["p"], "scores")],
        weights: [w.tensor("k", 1, [2 ** 30, 2 ** 30, 16], w.floats(4, [1]))],
        inputs: [value("x", ["N", 3, 12, 10])],
        outputs: [value("scores", ["N", 4])],
      }),
    );
    assert.match(absurd.problems.join(), /impossible shape/);
    const huge = onnxFile({
      nodes: [node("GlobalAveragePool", ["x"], "p"), node("Flatten", ["p"], "scores")],
      inputs: [value("x", [1, 3, 2 ** 20, 2 ** 20])],
      outputs: [value("scores", [1, 3])],
    });
    await assert.rejects(open(huge), /GB.*glassbox\.engine\.memoryLimit/);
    const negative = await open(
      classifier([conv, node("Reshape", ["c", "shape"], "y")], [int64("shape", [-7, 4, 1, 1])]),
    );
    assert.match(negative.problems.join(), /Reshape \(node y\) could not be understood/);
    await alive();
  });

  it("with a cycle are refused, and the cycle named (17)", () =>
    refused(
      classifier([
        conv,
        node("Add", ["c", "b"], "a", {}, { name: "here" }),
        node("Relu", ["a"], "b"),
        node("Relu", ["b"], "y"),
      ]),
      /here/,
    ));

  it("with dangling inputs, operators of no name or unknown ones open as far as they go (18)", async () => {
    for (const [nodes, reason] of [
      [[conv, node("Add", ["c", "nowhere"], "y")], /nowhere/],
      [[conv, node("Frobnicate", ["c"], "y", {}, { name: "odd" })], /Frobnicate \(node odd\)/],
      [[conv, node("Relu", ["c"], "y", {}, { domain: "never.heard.of" })], /never\.heard\.of/],
      [[conv, node("Conv", ["c", "k"], "y", {}, { name: "misfit" })], /Conv \(node misfit\).*does not fit/],
    ] as const) {
      const card = await open(classifier(nodes));
      assert.match(card.problems.join(), reason);
      const [first, ...others] = card.layers;
      assert.deepEqual([first?.name, first?.trouble], ["c", undefined]);
      assert.ok(others.length > 0, "what follows is listed");
      for (const { trouble } of others) assert.match(trouble ?? "", reason);
    }
    await alive();
  });

  it("with weights of a type that cannot be computed with say so (19)", async () => {
    const eightBits = 17; // FLOAT8E4M3FN
    const model = onnxFile({
      nodes: [conv, node("GlobalAveragePool", ["c"], "p"), node("Flatten", ["p"], "scores")],
      weights: [w.tensor("k", eightBits, [4, 3, 3, 3], w.bytes(9, new Uint8Array(108)))],
      inputs: [value("x", ["N", 3, 12, 10])],
      outputs: [value("scores", ["N", 4])],
    });
    assert.match((await open(model)).problems.join(), /tensor k holds elements of a type/i);
  });

  it("with symbolic sides take those of the sidecar, else the usual (20)", async () => {
    const model = onnxFile({
      nodes: [conv, node("GlobalAveragePool", ["c"], "p"), node("Flatten", ["p"], "scores")],
      weights: [kernel],
      inputs: [value("x", ["N", 3, "high", "wide"])],
      outputs: [value("scores", ["N", 4])],
    });
    assert.deepEqual((await open(model)).layers[0]?.shape, [1, 4, 222, 222]);
    writeFileSync(model.replace(/onnx$/, "glassbox.json"), JSON.stringify({ dimensions: { high: 20, wide: 30 } }));
    assert.deepEqual((await open(model)).layers[0]?.shape, [1, 4, 18, 28]);
    // A tensor is taken at its own size.
    const raw = await rawOf(engine, { model, image: npy(image), technique: "saliency" });
    assert.deepEqual(raw.shape, [1, 3, 12, 10]);
  });

  it("that are no regular files are refused unopened; links are followed (28)", async function () {
    if (process.platform === "win32") return this.skip();
    const folder = w.folder();
    mkdirSync(join(folder, "folder.onnx"));
    await refused(join(folder, "folder.onnx"), /folder|regular/);
    execFileSync("mkfifo", [join(folder, "pipe.onnx")]);
    await refused(join(folder, "pipe.onnx"), /pipe|regular/);
    symlinkSync(referenceFile(), join(folder, "link.onnx"));
    assert.equal((await open(join(folder, "link.onnx"))).classes, classCount);
  });

  it("of any name and with any names in them work (29, 30)", async () => {
    const names = { name: "<script>alert(1)</script>\u202Egnp" };
    const parts = {
      nodes: [
        node("Conv", ["x", "k"], "c", {}, names),
        node("GlobalAveragePool", ["c"], "p"),
        node("Flatten", ["p"], "scores"),
      ],
      weights: [kernel],
      inputs: [value("x", ["N", 3, 12, 10])],
      outputs: [value("scores", ["N", 4])],
    };
    const model = onnxFile(parts, "mödel ☃ 模型.onnx");
    const card = await open(model);
    assert.equal(card.title, "mödel ☃ 模型.onnx");
    assert.equal(card.layers.length, 3);
    const raw = await rawOf(engine, { model, image: npy(image), technique: "grad-cam", layer: card.layers[0]!.name });
    assert.deepEqual(raw.shape, [1, 1, 10, 8]);
  });
});

describe("bad photos", () => {
  it("are refused by name and reason", async () => {
    const model = join(samplesFolder, "squeezenet1.1.onnx");
    for (const [content, name, reason] of [
      ["", "empty.png", /empty\.png: .*empty/],
      ["not a photo", "text.jpg", /text\.jpg: /],
      [readFileSync(join(samplesFolder, "cat-chelsea.png")).subarray(0, 5000), "cut.png", /cut\.png: /],
      [Buffer.from("\x93NUMPY\x01\x00", "latin1"), "short.npy", /short\.npy: the file ends inside its header/],
    ] as const)
      await assert.rejects(engine.predict({ model, image: w.file(content, name) }, never), reason);
    await assert.rejects(
      engine.predict({ model, image: "/nowhere/photo.png" }, never),
      /photo\.png: there is no such file/,
    );
    await assert.rejects(
      rawOf(engine, { model, image: "/nowhere/photo.png", technique: "saliency" }),
      /photo\.png: there is no such file/,
    );
    await alive();
  });

  it("of other channels than the network's are prepared for it or refused, never guessed silently (36)", async () => {
    const gray = onnxFile({
      nodes: [node("Flatten", ["x"], "flat"), node("Gemm", ["flat", "m"], "scores")],
      weights: [weight("m", [64, 3], random(4, 192))],
      inputs: [value("x", [1, 1, 8, 8])],
      outputs: [value("scores", [1, 3])],
    });
    const { preparation, preparationFrom } = await engine.predict(
      { model: gray, image: join(samplesFolder, "coffee.png") },
      never,
    );
    assert.deepEqual([preparation.color, preparation.size, preparationFrom], ["gray", [8, 8], "guess"]);
  });

  it("of three colours are refused by a network of four channels, which is said (36)", async () => {
    const four = onnxFile({
      nodes: [node("Flatten", ["x"], "flat"), node("Gemm", ["flat", "m"], "scores")],
      weights: [weight("m", [256, 3], random(4, 768))],
      inputs: [value("x", [1, 4, 8, 8])],
      outputs: [value("scores", [1, 3])],
    });
    await assert.rejects(
      engine.predict({ model: four, image: join(samplesFolder, "coffee.png") }, never),
      /coffee\.png cannot be prepared for .*model\.onnx, which takes 4 channels: photos have 3/,
    );
  });
});

describe("several questions at once", () => {
  it("each get their own answer (40)", async () => {
    const asked = { model: referenceFile(), image: npy(image), technique: "saliency" };
    const all = await Promise.all([0, 1, 2, 3].map((target) => rawOf(engine, { ...asked, target })));
    for (const [target, raw] of all.entries()) near(raw.data, gradientOf(image.data, oneHot(classCount, target)));
  });
});

const int64 = (name: string, values: readonly number[]) =>
  w.tensor(
    name,
    elementTypes.int64,
    [values.length],
    w.bytes(9, new Uint8Array(BigInt64Array.from(values, BigInt).buffer)),
  );
