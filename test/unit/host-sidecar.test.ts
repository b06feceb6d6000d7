import assert from "node:assert/strict";
import { lstat, mkdtemp, readFile, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { keepPreparation, merged, sidecarOf } from "../../src/host/sidecar.ts";
import type { Preparation } from "../../src/shared/preparation.ts";

const preparation: Preparation = {
  size: [224, 192],
  fit: "crop",
  color: "BGR",
  range: [0, 255],
  mean: [104, 117, 123],
  deviation: [1],
  layout: "NCHW",
};

describe("The file beside a model", () => {
  let folder: string;
  beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), "glassbox-sidecar-"))));
  afterEach(() => rm(folder, { recursive: true }));

  it("is named after the model", () => {
    assert.equal(sidecarOf(join("models", "resnet.v2.onnx")), join("models", "resnet.v2.glassbox.json"));
    assert.equal(sidecarOf("NET.ONNX"), "NET.glassbox.json");
  });

  it("is written when there is none", async () => {
    const path = join(folder, "net.glassbox.json");
    await keepPreparation(path, preparation);
    assert.deepEqual(JSON.parse(await readFile(path, "utf8")), { input: preparation });
    assert.deepEqual(await readdir(folder), ["net.glassbox.json"], "no draft is left behind");
  });

  it("keeps every other field, and its indentation", () => {
    const before = '{\n\t"name": "Mine, with [ 1, 2 ]",\n\t"labels": ["cat", "dog"],\n\t"input": { "fit": "pad" }\n}\n';
    const after = merged(before, preparation, "net.glassbox.json");
    assert.deepEqual(JSON.parse(after), { name: "Mine, with [ 1, 2 ]", labels: ["cat", "dog"], input: preparation });
    assert.match(after, /^\t"name"/m);
  });

  it("has lists of numbers on one line", () => {
    const text = merged(undefined, { ...preparation, deviation: [1e-7, -2.5, 3] }, "net.glassbox.json");
    assert.match(text, /"size": \[224, 192\]/);
    assert.match(text, /"deviation": \[1e-7, -2.5, 3\]/);
  });

  it("is left alone when it is not JSON", async () => {
    const path = join(folder, "net.glassbox.json");
    await writeFile(path, '{ "name": ');
    await assert.rejects(
      keepPreparation(path, preparation),
      /net\.glassbox\.json was left as it is: it is not valid JSON/,
    );
    assert.equal(await readFile(path, "utf8"), '{ "name": ');
    assert.throws(() => merged("[1]", preparation, "x"), /one object/);
  });

  it("stays a link when it is one", async () => {
    const [path, target] = [join(folder, "net.glassbox.json"), join(folder, "shared.json")];
    await writeFile(target, "{}");
    await symlink(target, path);
    await keepPreparation(path, preparation);
    assert.ok((await lstat(path)).isSymbolicLink());
    assert.deepEqual(JSON.parse(await readFile(target, "utf8")), { input: preparation });
  });
});
