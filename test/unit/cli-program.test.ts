import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { explain } from "../../src/cli/explain.ts";
import { helpOf } from "../../src/cli/help.ts";
import { built, client, glassbox, labelled, said } from "./support/cli.ts";
import { npy, samplesFolder } from "./support/engine.ts";
import { picture, referenceFile } from "./support/reference-net.ts";

const image = picture(7);

describe("the command line's program", function () {
  this.timeout(30_000);
  before(function () {
    this.timeout(60_000);
    built();
  });

  it("ends with 0, its answer on stdout and nothing on stderr", async () => {
    const { code, out, error } = await glassbox(["explain", labelled(), npy(image), "--target", "1"]);
    assert.deepEqual([code, error], [0, ""]);
    const lines = out.trimEnd().split("\n");
    assert.equal(lines[0], "picture.npy seen by Small: a tensor, taken as it is");
    assert.match(lines[1]!, /^ +\d+\.\d+ % {2}\w.* \(\d\)$/);
    assert.match(lines[5]!, /^ {2}grad-cam of "tiger cat" at conv2: 1 × 1 × 6 × 5, \S+ to \S+$/);
  });

  it("shows how it is used, and ends with 2, when it is asked nothing", async () => {
    for (const words of [[], ["--device", "cpu"]]) {
      const { code, out, error } = await glassbox(words);
      assert.deepEqual([code, out], [2, ""]);
      assert.match(error, /^Glassbox: [^]*glassbox explain MODEL IMAGE[^]*Exit status/);
    }
  });

  it("refuses what needs more memory than its flag allows, and names the flag", async () => {
    const words = ["explain", join(samplesFolder, "squeezenet1.1.onnx"), join(samplesFolder, "coffee.png")];
    const { code, error } = await glassbox([...words, "--memory", "0.005"]);
    assert.equal(code, 1);
    assert.match(error, /^glassbox: [^\n]*option --memory[^\n]*\n$/);
    assert.doesNotMatch(error, /setting/);
  });

  it("computes where its flag says, and says where it could not", async function () {
    if (process.platform !== "linux") return this.skip();
    const words = ["explain", referenceFile(), npy(image), "--device", "webgpu"];
    const environment = { ...process.env, VK_ICD_FILENAMES: "/nowhere/at/all.json" }; // no Vulkan, no GPU
    const { code, out, error } = await glassbox(words, { environment });
    assert.deepEqual([code, error], [0, ""]);
    assert.match(out, /^ {2}computed on the processor: the GPU \(WebGPU\) failed$/m);
  });

  it("fails at once where nothing can be written", async function () {
    if (process.platform !== "linux") return this.skip();
    const words = ["explain", referenceFile(), npy(image), "--out"];
    const { code, error } = await glassbox([...words, "/proc/x.png"]);
    assert.equal(code, 1);
    assert.match(error, /^glassbox: \/proc\S* was not written: [^\n]+\n$/);
    for (const target of ["/proc/x", "/proc"])
      await assert.rejects(said(explain, ...words.slice(1), target), /^\w+: \/proc\S* was not written: [^\n]+$/);
  });

  it("ends with 2 and one line when it was used wrongly", async () => {
    for (const [help, ...words] of [
      ["glassbox --help", "explode"],
      ["glassbox --help", "dreem"],
      ["glassbox explain --help", "explain", "only-a-model.onnx"],
      ["glassbox info --help", "info", "--fast", "m.onnx"],
      ["glassbox explain --help", "explain", join(samplesFolder, "coffee.png"), npy(image)],
    ]) {
      const { code, out, error } = await glassbox(words);
      assert.deepEqual([code, out], [2, ""], words.join(" "));
      assert.match(error, /^glassbox: [^\n]+\n$/);
      const end = words[0] === "dreem" ? "; did you mean dream?" : ".";
      assert.ok(error.endsWith(`${end} "${help}" says how.\n`), error);
    }
  });

  it("ends with 1 and one line that names file and reason, without a stack, when it is refused", async () => {
    const model = referenceFile();
    const whole = readFileSync(model);
    writeFileSync(`${model}.short.onnx`, whole.subarray(0, 700));
    for (const [words, reason] of [
      [["info", "missing.onnx"], /missing\.onnx.*no such file/],
      [["info", `${model}.short.onnx`], /model\.onnx\.short\.onnx.*ends/],
      [["info", `${model}/below.onnx`], /below\.onnx: there is no such file/],
      [["explain", model, "missing.png"], /missing\.png.*no such file/],
    ] as const) {
      const { code, out, error } = await glassbox(words);
      assert.deepEqual([code, out], [1, ""], words.join(" "));
      assert.match(error, /^glassbox: [^\n]+\n$/);
      assert.match(error, reason);
      assert.doesNotMatch(error, /\bat .*:\d+:\d+/);
    }
  });

  it("ends with 1 and one line when its engine is killed in the middle of a job", async function () {
    if (process.platform !== "linux") return this.skip();
    const words = ["explain", join(samplesFolder, "squeezenet1.1.onnx"), join(samplesFolder, "coffee.png")];
    let program = 0;
    const ending = glassbox([...words, "--technique", "smoothgrad", "--samples", "500"], {
      started: (pid) => (program = pid),
    });
    const engine = await busyChild(program);
    process.kill(engine, "SIGKILL");
    const { code, error } = await ending;
    assert.equal(code, 1);
    assert.match(error, /^glassbox: [^\n]*engine[^\n]*\n$/);
    assert.match(error, /coffee\.png|squeezenet1\.1\.onnx/);
    assert.doesNotMatch(error, /\bat .*:\d+:\d+/);
  });

  it("ends with 1 when a part failed, after the rest is done", async () => {
    const model = referenceFile();
    const { code, out, error } = await glassbox(["explain", model, "missing.png", npy(image)]);
    assert.equal(code, 1);
    assert.match(out, /^picture\.npy seen by /);
    assert.match(error, /^glassbox: [^\n]*missing\.png[^\n]*no such file[^\n]*\n$/);
  });

  it("ends quietly when nobody reads on: | head -1", async () => {
    for (const words of [["techniques"], ["info", referenceFile(), "--json"]]) {
      const { code, error } = await glassbox(words, { closing: true });
      assert.deepEqual([code, error], [0, ""]);
    }
  });

  it("helps, and says its version", async () => {
    const help = await glassbox(["--help"]);
    assert.equal(help.code, 0);
    assert.match(help.out, /glassbox explain MODEL IMAGE/);
    assert.match(help.out, /--against INDEX\|LABEL\]/);
    assert.deepEqual(await glassbox(["-h"]), help);
    const named = await glassbox(["info", "--", "-h"]);
    assert.match(named.error, /-h: there is no such file/);
    assert.match((await glassbox(["--version"])).out, /^\d+\.\d+\.\d+\n$/);
  });

  it("helps with one command: how it is called, and what the parameters of its techniques are", async () => {
    const dream = await glassbox(["dream", "--steps", "5", "--help"]);
    assert.equal(dream.code, 0);
    assert.match(dream.out, /^ {2}glassbox dream MODEL IMAGE/m);
    assert.match(dream.out, /^ {2}--seed N/m);
    assert.match(dream.out, /^ {2}--zoom N/m);
    assert.match(dream.out, /^ +--octaves +1 to 12 \(4\) +Octaves$/m);
    assert.doesNotMatch(dream.out, /glassbox info MODEL|--against|class-visualization/);
    // The others' need no program of their own.
    const engine = client();
    const fool = await helpOf("fool", engine);
    assert.match(fool, /^fooling-image: /m);
    assert.doesNotMatch(fool, /^ +--photo /m, "a word gives it");
    const visualize = await helpOf("visualize", engine);
    for (const id of ["class-visualization", "neuron-visualization", "feature-grid", "activation-atlas", "caricature"])
      assert.match(visualize, new RegExp(`^${id}: `, "m"));
    assert.match(await helpOf("explain", engine), /^integrated-gradients: /m);
    const info = await helpOf("info", engine);
    assert.match(info, /^ {2}glassbox info MODEL/m);
    assert.doesNotMatch(info, /glassbox explain|--seed/);
    assert.match(info, /^every command$/m);
  });
});

/** A process that this one started, once it has computed for longer than opening a model takes. */
async function busyChild(parent: number): Promise<number> {
  for (;;) {
    const [child] = readFileSync(`/proc/${parent}/task/${parent}/children`, "utf8").trim().split(" ");
    if (child && ticksOf(child) > 100) return Number(child);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Hundredths of a second that all threads of a process have computed. */
function ticksOf(pid: string): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
    .replace(/^.*\) /, "")
    .split(" ");
  return Number(fields[11]) + Number(fields[12]);
}
