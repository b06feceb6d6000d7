import assert from "node:assert/strict";
import { realpathSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { goalOf } from "../../src/host/link-goal.ts";
import { folder } from "../fixtures/onnx/writer.ts";

describe("where a picture is written", () => {
  const place = () => realpathSync(folder());

  it("is the file itself, there or not", async () => {
    const at = place();
    writeFileSync(join(at, "old.png"), "");
    assert.equal(await goalOf(join(at, "old.png")), join(at, "old.png"));
    assert.equal(await goalOf(join(at, "new.png")), join(at, "new.png"));
    assert.equal(await goalOf(join(at, "gone", "new.png")), join(at, "gone", "new.png"));
  });

  it("is what links lead to, one after the other, also where nothing is there yet", async function () {
    if (process.platform === "win32") this.skip(); // links take a right there that few have
    const [at, other] = [place(), place()];
    writeFileSync(join(other, "kept.png"), "");
    symlinkSync(join(other, "kept.png"), join(at, "second.png"));
    symlinkSync("second.png", join(at, "first.png"));
    assert.equal(await goalOf(join(at, "first.png")), join(other, "kept.png"));
    symlinkSync(join(other, "to-come.png"), join(at, "dangling.png"));
    assert.equal(await goalOf(join(at, "dangling.png")), join(other, "to-come.png"));
    symlinkSync(other, join(at, "folder"));
    symlinkSync("folder/to-come.png", join(at, "through.png"));
    assert.equal(await goalOf(join(at, "through.png")), join(at, "folder", "to-come.png"));
  });

  it("is found though links lead in a circle", async function () {
    if (process.platform === "win32") this.skip(); // as above
    const at = place();
    symlinkSync("b.png", join(at, "a.png"));
    symlinkSync("a.png", join(at, "b.png"));
    assert.match(await goalOf(join(at, "a.png")), /[ab]\.png$/);
  });
});
