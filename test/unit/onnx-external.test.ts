import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { copyFileSync, linkSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { numbers } from "../../src/shared/tensor.ts";
import { isModelUnchanged, loadTensor, readModel } from "../../src/engine/formats/onnx/structure.ts";
import * as w from "../fixtures/onnx/writer.ts";

const fixtures = fileURLToPath(new URL("../fixtures/onnx/", import.meta.url));
const expected = JSON.parse(readFileSync(join(fixtures, "expected.json"), "utf8")) as Record<string, number[]>; // as make.py wrote it

const bytes = new Uint8Array(Float32Array.from({ length: 1000 }, (_, i) => i).buffer);

/** A folder with a model whose tensor "w", 1,000 floats, is at the location. */
function modelAt(location: string, more: Readonly<Record<string, string>> = {}): string {
  const path = join(w.folder(), "model.onnx");
  writeFileSync(path, w.small({ initializers: [w.tensor("w", 1, [1000], w.external(location, more))] }));
  return path;
}
const beside = (model: string, name: string) => join(model, "..", name);

function problemOf(model: string): string {
  const { graph, problems } = readModel(model);
  assert.equal(graph.initializers.get("w")?.kind, "broken");
  assert.equal(problems.length, 1);
  return problems.join();
}
function readsIt(model: string): void {
  const { graph, problems } = readModel(model);
  assert.deepEqual(problems, []);
  const stored = graph.initializers.get("w");
  assert.ok(stored);
  assert.equal(numbers(loadTensor(stored))[999], 999);
}

describe("the ONNX reader, on weights in other files", () => {
  it("reads several files, with and without offset and length", () => {
    const model = readModel(join(fixtures, "external.onnx"));
    assert.deepEqual(model.problems, []);
    for (const name of ["w0", "w1", "w2"]) {
      const stored = model.graph.initializers.get(name);
      assert.equal(stored?.kind, "place");
      assert.deepEqual(numbers(loadTensor(stored)), expected[`${name} in external.onnx`]);
    }
    const shape = model.graph.initializers.get("shape");
    assert.ok(shape?.kind === "inline", "shapes are needed at once");
    assert.deepEqual([...shape.data], [1n, -1n]);
    assert.equal(model.files.length, 3);
  });

  it("notices when one of them changes", () => {
    const model = modelAt("w.bin");
    writeFileSync(beside(model, "w.bin"), bytes);
    const record = readModel(model);
    assert.equal(isModelUnchanged(record), true);
    writeFileSync(beside(model, "w.bin"), new Uint8Array(5000));
    assert.equal(isModelUnchanged(record), false);
  });

  it("names tensor, file and expected bytes when the file is missing", () => {
    assert.match(problemOf(modelAt("gone.bin")), /Tensor "w" needs the file "gone.bin".*not there.*4000 bytes/);
  });

  it("names both when the file is too short, or numbers are wrong", () => {
    const short = modelAt("w.bin", { offset: "8" });
    writeFileSync(beside(short, "w.bin"), bytes);
    assert.match(problemOf(short), /"w" needs bytes 8 to 4008 of "w.bin", which ends at 4000/);
    for (const [more, pattern] of [
      [{ length: "12" }, /should have 4000 bytes .* and has 12/],
      [{ offset: "-4" }, /gives "-4" as the offset/],
      [{ offset: "99999999999999999999" }, /as the offset/],
      [{ length: "0x10" }, /gives "0x10" as the length/],
    ] as const) {
      const model = modelAt("w.bin", more);
      writeFileSync(beside(model, "w.bin"), bytes);
      assert.match(problemOf(model), pattern);
    }
  });

  const escapes: Readonly<Record<string, RegExp>> = {
    "": /names no file/,
    "/etc/passwd": /not a path relative/,
    "\\\\server\\share\\w.bin": /not a path relative/,
    "C:\\w.bin": /not a path relative/,
    "c:w.bin": /not a path relative/,
    "../w.bin": /leads out of/,
    "sub/../../w.bin": /leads out of/,
    "sub\\..\\..\\w.bin": /leads out of/,
    "w.bin\0.txt": /zero byte/,
  };
  for (const [location, pattern] of Object.entries(escapes))
    it(`refuses ${JSON.stringify(location)}`, () => {
      const model = modelAt(location);
      writeFileSync(beside(model, "../w.bin"), bytes);
      assert.match(problemOf(model), pattern);
    });

  it("refuses a link that leads out of the folder, also by a folder in between", function () {
    if (process.platform === "win32") this.skip();
    const outside = w.file(bytes, "w.bin");
    const direct = modelAt("w.bin");
    symlinkSync(outside, beside(direct, "w.bin"));
    assert.match(problemOf(direct), /link that leads out/);
    const between = modelAt("sub/w.bin");
    symlinkSync(join(outside, ".."), beside(between, "sub"));
    assert.match(problemOf(between), /link that leads out/);
    // A folder whose name begins like the model's is not inside it.
    const twin = modelAt("w.bin");
    mkdirSync(`${join(twin, "..")}-twin`);
    writeFileSync(join(`${join(twin, "..")}-twin`, "w.bin"), bytes);
    symlinkSync(join(`${join(twin, "..")}-twin`, "w.bin"), beside(twin, "w.bin"));
    assert.match(problemOf(twin), /link that leads out/);
  });

  it("refuses a pipe without waiting for it", function () {
    if (process.platform === "win32") this.skip();
    const model = modelAt("w.bin");
    execFileSync("mkfifo", [beside(model, "w.bin")]);
    assert.match(problemOf(model), /a pipe/);
  });

  it("follows Hugging Face's links, where model and weights both lead to a folder of blobs", function () {
    if (process.platform === "win32") this.skip();
    const blobs = w.folder();
    const snapshot = w.folder();
    const model = modelAt("model.onnx_data");
    copyFileSync(model, join(blobs, "aaaa"));
    writeFileSync(join(blobs, "bbbb"), bytes);
    symlinkSync(join(blobs, "aaaa"), join(snapshot, "model.onnx"));
    symlinkSync(join(blobs, "bbbb"), join(snapshot, "model.onnx_data"));
    readsIt(join(snapshot, "model.onnx"));
  });

  it("finds weights beside the model that a link leads to, in sub-folders, and behind hard links", function () {
    if (process.platform === "win32") this.skip();
    const model = modelAt("sub\\w.bin");
    mkdirSync(beside(model, "sub"));
    linkSync(w.file(bytes, "w.bin"), beside(model, "sub/w.bin"));
    readsIt(model);
    const link = join(w.folder(), "link.onnx");
    symlinkSync(model, link);
    readsIt(link);
  });

  it("notices a file that was missing wherever it is put: beside the link, or beside what it leads to", function () {
    if (process.platform === "win32") this.skip();
    for (const place of ["link", "model"] as const) {
      const model = modelAt("later.bin");
      const link = join(w.folder(), "link.onnx");
      symlinkSync(model, link);
      const record = readModel(link);
      assert.equal(record.problems.length, 1);
      assert.equal(isModelUnchanged(record), true);
      writeFileSync(beside({ link, model }[place], "later.bin"), bytes);
      assert.equal(isModelUnchanged(record), false, place);
      readsIt(link);
    }
  });
});
