import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isSameFolder, placeIn } from "../../src/host/same-folder.ts";

describe("Two paths of folders", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "glassbox-folders-"));
    for (const name of ["samples", "others"]) mkdirSync(join(folder, name));
    symlinkSync(folder, join(folder, "link"), "junction");
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it("are the same over a link, from either side, and with another spelling", () => {
    const [real, linked] = [join(folder, "samples"), join(folder, "link", "samples")];
    assert.ok(isSameFolder(real, linked));
    assert.ok(isSameFolder(linked, real));
    assert.ok(isSameFolder(`${real}/../samples/`, real));
  });

  it("are not the same because their names are alike, or because neither is there", () => {
    assert.equal(isSameFolder(join(folder, "samples"), join(folder, "others")), false);
    assert.equal(isSameFolder(join(folder, "one"), join(folder, "two")), false);
    assert.equal(isSameFolder(join(folder, "samples"), join(folder, "samples", "none")), false);
  });

  it("tell where one lies in the other, as that one spells it, but not where tools keep what they installed", () => {
    const [samples, linked] = [join(folder, "samples"), join(folder, "link", "samples")];
    assert.equal(placeIn([samples], linked), samples);
    assert.equal(placeIn([join(folder, "others"), join(folder, "link")], samples), linked);
    assert.equal(placeIn([join(folder, "others")], samples), undefined);
    for (const tools of [[".vscode", "extensions"], ["node_modules"]]) {
      const installed = join(folder, ...tools, "samples");
      mkdirSync(installed, { recursive: true });
      assert.equal(placeIn([folder], installed), undefined);
    }
  });
});
