import assert from "node:assert/strict";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createSupervisor } from "../../src/supervisor/supervisor.ts";
import type { Supervisor, SupervisorOptions } from "../../src/supervisor/types.ts";
import * as w from "../fixtures/onnx/writer.ts";
import { near } from "./support/asking.ts";
import { built } from "./support/cli.ts";
import { npy, samplesFolder } from "./support/engine.ts";
import { writeVgg } from "./support/large-file.ts";
import { bytes, node, onnxFile, value, weight } from "./support/onnx-nets.ts";
import { random } from "./support/random.ts";
import { picture, referenceFile, scoresOf } from "./support/reference-net.ts";

// Faults of the whole engine process, as it is shipped: dist/engine.js and the native packages beside it.

const dist = fileURLToPath(new URL("../../dist", import.meta.url));
const image = picture(7);

describe("the engine's process", function () {
  this.timeout(30_000);
  let supervisor: Supervisor | undefined;
  let lines: string[];
  before(function () {
    this.timeout(60_000);
    built();
  });
  afterEach(() => supervisor?.dispose());

  function engineOf(options: Partial<SupervisorOptions> = {}) {
    lines = [];
    supervisor = createSupervisor({
      entry: join(dist, "engine.js"),
      deadline: () => 60,
      memoryLimit: () => 4e9,
      log: (line) => lines.push(line),
      ...options,
    });
    return supervisor.client;
  }
  const asked = () => ({ model: referenceFile(), image: npy(image) });

  it("opens a file of 553 MB and stays below 150 MB: it reads structure, not weights (12)", async function () {
    if (process.platform !== "linux") return this.skip();
    const path = join(w.folder(), "vgg16.onnx");
    const size = writeVgg(path);
    assert.ok(size > 553e6 && size < 554e6, `${size} bytes`);
    const client = engineOf();
    const card = await client.open({ model: path });
    assert.deepEqual([card.bytes, card.classes, card.parameters], [size, 1000, 138_357_544]);
    assert.deepEqual([card.layers.length, card.problems], [22, []]);
    const status = readFileSync(`/proc/${supervisor?.state.pid}/status`, "latin1");
    const most = Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024;
    rmSync(path);
    assert.ok(most < 150 * 2 ** 20, `${(most / 2 ** 20).toFixed(0)} MB at most`);
  });

  it("refuses what needs more than its limit before it runs, on every system (15)", async () => {
    const client = engineOf({ memoryLimit: () => 500 * 2 ** 20 });
    const huge = onnxFile({
      nodes: [
        node("Resize", ["x", "", "scales"], "r", {}, { name: "enlarge" }),
        node("GlobalAveragePool", ["r"], "p"),
        node("Flatten", ["p"], "y"),
      ],
      weights: [weight("scales", [4], [1, 1, 1024, 1024])],
      inputs: [value("x", [1, 3, 12, 10])],
      outputs: [value("y", [1, 3])],
    });
    await assert.rejects(client.open({ model: huge }), /enlarge.* needs 1\.5 GB .* more than the 0\.5 GB/);
  });

  it("is ended where a network never ends, and answers the next question (23)", async () => {
    const endless = w.graph({
      nodes: [node("Identity", ["go"], "on"), node("Relu", ["v"], "w")],
      inputs: [value("i", [], "int64"), value("go", [], "bool"), value("v", [1, 3, 12, 10])],
      outputs: [value("on", [], "bool"), value("w", [1, 3, 12, 10])],
    });
    const model = onnxFile({
      nodes: [
        node("Loop", ["", "yes", "x"], "y", { body: { graph: endless } }),
        node("GlobalAveragePool", ["y"], "p"),
        node("Flatten", ["p"], "scores"),
      ],
      weights: [bytes("yes", "bool", [1], [])],
      inputs: [value("x", [1, 3, 12, 10])],
      outputs: [value("scores", [1, 3])],
    });
    let deadline = 1;
    const client = engineOf({ deadline: () => deadline });
    await assert.rejects(client.open({ model }), { name: "DeadlineExceeded", message: /while opening model\.onnx/ });
    deadline = 60; // a busy machine may take more than a second to start the next engine
    near((await client.predict(asked())).scores, scoresOf(image.data));
  });

  it("survives weights that are cut short while they are mapped, and says what is missing (26)", async () => {
    const data = Float32Array.from(random(1, 360 * 30));
    const model = onnxFile({
      nodes: [node("Flatten", ["x"], "flat"), node("Gemm", ["flat", "m"], "scores")],
      weights: [w.tensor("m", 1, [360, 30], w.external("weights.bin"))],
      inputs: [value("x", ["N", 3, 12, 10])],
      outputs: [value("scores", ["N", 30])],
    });
    const weights = model.replace("model.onnx", "weights.bin");
    writeFileSync(weights, new Uint8Array(data.buffer));
    const client = engineOf();
    assert.equal((await client.predict({ model, image: npy(image) })).scores.length, 30);
    const pid = supervisor?.state.pid;
    truncateSync(weights, 100);
    await assert.rejects(
      client.raw({ model, image: npy(image), technique: "saliency", parameters: {} }),
      /weights\.bin.* ends at 100/,
    );
    assert.equal(supervisor?.state.pid, pid);
  });

  describe("without its native packages (38)", () => {
    const alone = () => {
      const folder = w.folder();
      mkdirSync(join(folder, "dist"));
      copyFileSync(join(dist, "engine.js"), join(folder, "dist", "engine.js"));
      symlinkSync(samplesFolder, join(folder, "samples"), "junction");
      return engineOf({ entry: join(folder, "dist", "engine.js") });
    };

    it("opens models and lists techniques all the same", async () => {
      const client = alone();
      const card = await client.open({ model: join(samplesFolder, "squeezenet1.1.onnx") });
      assert.deepEqual([card.classes, card.problems], [1000, []]);
      assert.ok(card.layers.length > 30);
      assert.ok((await client.techniques()).length >= 10);
    });

    it("says of every question that has to run why it cannot be answered and what to do", async () => {
      const client = alone();
      const runtime = new RegExp(
        `ONNX Runtime cannot be loaded on ${process.platform} ${process.arch} \\(.*onnxruntime-node.*` +
          "Install Glassbox's package for such a machine\\. Here models can be looked into, not run\\.$",
      );
      const tensor = asked();
      const request = { ...tensor, technique: "saliency", parameters: {} };
      const run = async () => {
        for await (const update of client.run(request)) assert.notEqual(update.kind, "heatmap");
      };
      for (const question of [
        () => client.predict(tensor),
        run,
        () => client.raw(request),
        () => client.render(request),
      ])
        await assert.rejects(question(), { name: "RuntimeMissing", message: runtime });
      const photo = join(samplesFolder, "coffee.png");
      for (const question of [
        () => client.photo({ image: photo, largest: 100 }),
        () => client.predict({ ...tensor, image: photo }),
        () => client.preparations({ ...tensor, image: photo }),
      ])
        await assert.rejects(question(), /coffee\.png: photos cannot be read .*sharp.*Install Glassbox's package/);
      assert.equal(supervisor?.state.engine, "running", "and nothing crashed");
    });
  });

  describe("on a GPU (39)", () => {
    const environment = (values: Readonly<Record<string, string>>) => {
      const before = Object.keys(values).map((name) => [name, process.env[name]] as const);
      Object.assign(process.env, values);
      return () => {
        for (const [name, value] of before)
          if (value === undefined) delete process.env[name];
          else process.env[name] = value;
      };
    };

    it("that there is not goes on without it, and says so in the log and beside the prediction", async function () {
      const restore = environment({ VK_ICD_FILENAMES: "/nowhere/at/all.json" });
      try {
        const client = engineOf({ device: () => "webgpu" });
        const { scores, remarks } = await client.predict(asked());
        near(scores, scoresOf(image.data));
        if (remarks.length === 1) return this.skip(); // this machine has one that needs no Vulkan
        assert.deepEqual(remarks, ["a tensor, taken as it is", "computed on the processor: the GPU (WebGPU) failed"]);
        const said = lines.filter((line) => line.startsWith("the GPU (WebGPU) failed; the processor takes its place."));
        assert.equal(said.length, 1, "once, and not for every program");
        assert.match(said[0] ?? "", /ONNX Runtime could not prepare this network: .*(adapter|backend)/i);
      } finally {
        restore();
      }
    });

    it("gives the scores and the gradient that the processor gives", async function () {
      this.timeout(60_000);
      // Debian's Chromium brings a Vulkan driver that needs no GPU.
      const chromium = "/usr/lib/chromium";
      const driver = join(chromium, "vk_swiftshader_icd.json");
      if (!existsSync(driver)) return this.skip();
      const restore = environment({ VK_ICD_FILENAMES: driver, LD_LIBRARY_PATH: chromium });
      try {
        const tensor = asked();
        const request = { ...tensor, technique: "saliency", target: 1, parameters: {} };
        const client = engineOf({ device: () => "webgpu" });
        const [prediction, map] = [await client.predict(tensor), await client.raw(request)];
        supervisor?.dispose();
        assert.deepEqual(prediction.remarks, ["a tensor, taken as it is"], lines.join("\n"));
        near(prediction.scores, scoresOf(image.data));
        near(map.data, (await engineOf().raw(request)).data, 1e-5);
      } finally {
        restore();
      }
    });
  });

  it("computes on the processor unless told otherwise (39)", async () => {
    assert.deepEqual((await engineOf().predict(asked())).remarks, ["a tensor, taken as it is"]);
    assert.deepEqual(
      lines.filter((line) => /GPU|Vulkan/i.test(line)),
      [],
    );
  });

  it("names the model's file and the node that the runtime fails in", async () => {
    const model = onnxFile({
      nodes: [
        node("Gather", ["x", "beyond"], "c", { axis: 1 }, { name: "layer1/pick" }),
        node("GlobalAveragePool", ["c"], "p"),
        node("Flatten", ["p"], "y"),
      ],
      weights: [
        weight("unused", [1], random(1, 1)),
        w.tensor("beyond", 7, [1], w.bytes(9, new Uint8Array(BigInt64Array.of(77n).buffer))),
      ],
      inputs: [value("x", [1, 3, 12, 10])],
      outputs: [value("y", [1, 1])],
    });
    await assert.rejects(engineOf().predict({ model, image: npy(image) }), (error: Error) => {
      assert.equal(error.name, "RuntimeFailure");
      assert.ok(
        error.message.startsWith(`${model}: ONNX Runtime could not run Gather (node layer1/pick): `),
        error.message,
      );
      assert.match(error.message, /77/);
      return true;
    });
  });
});
