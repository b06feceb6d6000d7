import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { appendFileSync, chmodSync, readFileSync, renameSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { Unreadable } from "../../src/engine/formats/unreadable.ts";
import { isModelUnchanged, loadTensor, readModel } from "../../src/engine/formats/onnx/structure.ts";
import * as w from "../fixtures/onnx/writer.ts";

const sample = fileURLToPath(new URL("../fixtures/onnx/torchscript.onnx", import.meta.url));

const refused = (path: string, pattern: RegExp) =>
  assert.throws(
    () => readModel(path),
    (error: unknown) => {
      assert.ok(error instanceof Unreadable, String(error));
      assert.match(error.message, pattern);
      assert.ok(error.message.includes(path), error.message);
      assert.ok(!error.message.includes("\n"), "one line");
      return true;
    },
  );

describe("the ONNX reader, on files that are something else", () => {
  const zip = Buffer.from("PK\x03\x04 and the rest of an archive", "latin1");
  const contents: Readonly<Record<string, readonly [content: Uint8Array | string, pattern: RegExp]>> = {
    "an empty file": ["", /it is empty/],
    "a Git LFS pointer": [
      "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 12\n",
      /Git LFS pointer.*git lfs pull/,
    ],
    "a web page": ["\n<!DOCTYPE html><html><body>404</body></html>", /web page.*fetch it again/],
    "a gzip file": [gzipSync("x"), /compressed by gzip/],
    "a zip archive": [zip, /zip archive.*PyTorch.*Export the model to ONNX/],
    "a pickle": [Buffer.from("\x80\x02}q\x00.", "latin1"), /Python pickle/],
    "an HDF5 file": [Buffer.from("\x89HDF\r\n\x1a\n\0\0\0", "latin1"), /HDF5.*Keras/],
    "a TensorFlow Lite model": [Buffer.from("\x1c\0\0\0TFL3\0\0", "latin1"), /TensorFlow Lite/],
    "a safetensors file": [Buffer.from('\x40\0\0\0\0\0\0\0{"w":{}}', "latin1"), /safetensors/],
    "an .ort file": [Buffer.from("\x1c\0\0\0ORTM\0\0", "latin1"), /\.ort.*\.onnx file it was made from/],
    "Python source": ["# a net\nimport torch\n\nnet = torch.nn.Identity()\n", /Python source/],
    JSON: ['{"format": "layers-model"}', /JSON/],
    "other text": ["Dear reader,\nthis is not a network.\n", /a text file/],
    zeros: [new Uint8Array(5000), /filled with zeros/],
    noise: [Uint8Array.from({ length: 5000 }, (_, i) => (i * 7919 + 200) % 251), /byte \d+/],
    "another protobuf": [w.all(w.text(90, "a")), /no network in it/],
  };
  for (const [what, [content, pattern]] of Object.entries(contents))
    it(`says that it is ${what}`, () => refused(w.file(content), pattern));

  it("refuses what is missing, a folder, a pipe, a device", function () {
    const path = join(w.folder(), "none.onnx");
    refused(path, /no such file/);
    refused(dirname(path), /a folder/);
    if (process.platform === "win32") return;
    execFileSync("mkfifo", [path]);
    refused(path, /a pipe/);
    refused("/dev/zero", /a device/);
  });

  it("refuses a file that may not be read, and a link to itself", function () {
    const loop = join(w.folder(), "loop.onnx");
    symlinkSync(loop, loop);
    refused(loop, /link that leads back/);
    if (process.platform === "win32" || process.getuid?.() === 0) this.skip();
    const path = w.file(w.small());
    chmodSync(path, 0);
    refused(path, /no permission/);
  });
});

describe("the ONNX reader, on damaged files", () => {
  it("says how many bytes are missing, wherever the file was cut", () => {
    const whole = readFileSync(sample);
    const graphEnd = whole.length - 4; // then come 4 bytes of opset_import
    for (const length of [30, 500, 1500, graphEnd - 1])
      refused(
        w.file(whole.subarray(0, length)),
        new RegExp(`ends ${graphEnd - length} bytes early, while reading graph`),
      );
  });

  it("survives a cut at any byte with an answer or an Unreadable", () => {
    const whole = readFileSync(sample);
    for (let length = 1; length < whole.length; length += 7) {
      const path = w.file(whole.subarray(0, length));
      assert.throws(() => readModel(path), Unreadable, `cut at ${length}`);
    }
  }).timeout(20_000);

  it("survives any byte being wrong with an answer or an Unreadable", () => {
    const whole = readFileSync(sample);
    const path = w.file(whole);
    let refusals = 0;
    for (let at = 0; at < whole.length; at += 5) {
      const broken = Uint8Array.from(whole);
      broken[at] = (broken[at] ?? 0) ^ 0xff;
      writeFileSync(path, broken);
      try {
        readModel(path);
      } catch (error) {
        assert.ok(error instanceof Unreadable, `byte ${at}: ${String(error)}`);
        refusals++;
      }
    }
    assert.ok(refusals > 10, "nothing was noticed");
  }).timeout(20_000);

  it("names the byte and the field where a length is wrong", () => {
    const node = Uint8Array.from([0x0a, 0x7f, 0x78]); // input: 127 bytes, of which one is there
    refused(w.file(w.model(w.all(w.bytes(1, node)))), /byte \d+, in graph › node: input is 126 bytes longer/);
  });

  it("stops at nesting that is too deep", () => {
    const nested = (depth: number): Uint8Array =>
      Array.from({ length: depth }).reduce<Uint8Array>(
        (inner) =>
          w.graph({ nodes: [w.node("If", ["x"], ["y"], { attributes: [w.attribute("g", 5, w.bytes(6, inner))] })] }),
        w.graph({ nodes: [w.node("Relu", ["x"], ["y"])] }),
      );
    assert.equal(readModel(w.file(w.model(nested(20)))).graph.nodes.length, 1);
    refused(w.file(w.model(nested(300))), /nested more than 100 deep/);
  });

  it("is not fooled by endless numbers and groups", () => {
    refused(w.file(Uint8Array.from([0x08, ...Array<number>(20).fill(0xff)])), /longer than 64 bits/);
    refused(
      w.file(w.message((m) => Array.from({ length: 1e5 }).reduce<typeof m>((all) => all.uint32((90 << 3) | 3), m))),
      /group does not end/,
    );
  });
});

describe("the ONNX reader, on files that change", () => {
  const weights = { initializers: [w.tensor("w", 1, [1000], w.floats(9, Array<number>(1000).fill(1)))] };

  it("notices a touched, a replaced and a deleted file", () => {
    const path = w.file(w.small(weights));
    const model = readModel(path);
    assert.equal(isModelUnchanged(model), true);
    writeFileSync(`${path}.new`, readFileSync(path));
    renameSync(`${path}.new`, path);
    assert.equal(isModelUnchanged(model), false);
    const again = readModel(path);
    appendFileSync(path, "");
    assert.equal(isModelUnchanged(again), true);
    appendFileSync(path, "x");
    assert.equal(isModelUnchanged(again), false);
    renameSync(path, `${path}.gone`);
    assert.equal(isModelUnchanged(again), false);
  });

  it("refuses to load a weight from a file that became too short", () => {
    const path = w.file(w.small(weights));
    const stored = readModel(path).graph.initializers.get("w");
    assert.equal(stored?.kind, "place");
    assert.equal(loadTensor(stored).data.length, 1000);
    truncateSync(path, 2000);
    assert.throws(() => loadTensor(stored), /tensor "w".*4000 bytes should follow.*open it again/);
  });
});
