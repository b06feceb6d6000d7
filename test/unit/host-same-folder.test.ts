import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isSameFolder } from "../../src/host/same-folder.ts";

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
});
