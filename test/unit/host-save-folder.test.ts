import assert from "node:assert/strict";
import { homedir } from "node:os";
import { join } from "node:path";
import type { Uri } from "vscode";
import { ownOrigin, saveFolder } from "../../src/host/save-folder.ts";

describe("a new file", () => {
  const folder = (scheme: string, fsPath: string) => ({ uri: { scheme, fsPath } as Uri }); // as far as it is read

  it("is suggested beside what it comes from, else in the workspace, else in the person's own folder", () => {
    const open = [folder("file", "/projects/here"), folder("file", "/projects/there")];
    assert.equal(saveFolder("/photos/cat.png", open), "/photos");
    assert.equal(saveFolder(undefined, open), "/projects/here");
    assert.equal(saveFolder(undefined, undefined), homedir());
    assert.equal(saveFolder(undefined, []), homedir());
  });

  it("is suggested in the model's folder of the workspace, where it has one there", () => {
    const open = [folder("file", "/projects/a"), folder("file", "/projects/b")];
    assert.equal(saveFolder(undefined, open, "/projects/b/deep/model.onnx"), "/projects/b");
    assert.equal(saveFolder(undefined, open, "/projects/b-other/model.onnx"), "/projects/a");
    assert.equal(saveFolder("/photos/cat.png", open, "/projects/b/model.onnx"), "/photos");
    const others = ["/extensions/glassbox/samples/model.onnx", "/projects/b/notes.md", "/projects/a/train.py"];
    assert.equal(saveFolder(undefined, open, ...others), "/projects/b", "else in that of what else is open");
  });

  it("is not suggested beside what comes with the extension", () => {
    const extension = join("/home", "me", ".vscode", "extensions", "glassbox-1.0.0");
    assert.equal(ownOrigin(join(extension, "samples", "cat.png"), extension), undefined);
    for (const own of [join("/photos", "cat.png"), `${extension}-photos/cat.png`, join(extension, "..", "..cat.png")])
      assert.equal(ownOrigin(own, extension), own);
    assert.equal(ownOrigin(undefined, extension), undefined);
  });

  it("is not suggested in a workspace that is on no disk", () => {
    const [remote, local] = [folder("vscode-vfs", "/github/repo"), folder("file", "/projects/here")];
    assert.equal(saveFolder(undefined, [remote]), homedir());
    assert.equal(saveFolder(undefined, [remote, local]), "/projects/here");
  });
});
