import assert from "node:assert/strict";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { surelyNone } from "../../src/host/surely-none.ts";
import { folder } from "../fixtures/onnx/writer.ts";

describe("whether folders hold no file of an ending, for sure", () => {
  const tree = (...files: readonly string[]) => {
    const root = folder();
    for (const file of files) {
      mkdirSync(join(root, file, ".."), { recursive: true });
      writeFileSync(join(root, file), "");
    }
    return root;
  };
  const none = (...folders: readonly string[]) => surelyNone(folders, ".onnx");

  it("is known of folders that were read to their last file", async () => {
    assert.equal(await none(), true);
    assert.equal(await none(tree()), true);
    assert.equal(await none(tree("photo.png", "a/b/c/notes.onnx.txt")), true);
  });

  it("is not so where one lies, however deep and in whatever letters", async () => {
    assert.equal(await none(tree("net.onnx")), false);
    assert.equal(await none(tree("a.png"), tree("a/b/c/NET.ONNX")), false);
  });

  it("counts no packages: nobody's own models lie there", async () =>
    assert.equal(await none(tree("node_modules/a/net.onnx", ".git/net.onnx")), true));

  it("is left open where there is too much to read, a link, or a folder that cannot be read", async () => {
    assert.equal(await none(tree(...Array.from({ length: 4001 }, (_, i) => `${i % 50}/${i}.txt`))), false);
    const linked = tree("a.png");
    symlinkSync(tree("net.onnx"), join(linked, "elsewhere"));
    assert.equal(await none(linked), false);
    assert.equal(await none(join(tree(), "gone")), false);
  });
});
