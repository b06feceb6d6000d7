import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { built } from "./support/cli.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

describe("the README", () => {
  before(function () {
    this.timeout(60_000);
    built();
  });

  it("lists the techniques as they are", function () {
    this.timeout(20_000);
    const { status, stderr } = spawnSync(process.execPath, ["scripts/readme.mjs", "--check"], {
      cwd: root,
      encoding: "utf8",
    });
    assert.equal(status, 0, stderr);
  });
});
