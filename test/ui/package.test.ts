import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../scripts/paths.mjs";
import { extensionsOf, version } from "./driver/launch.ts";

describe("the package", () => {
  let folder: string;
  before(async () => {
    const extensions = await extensionsOf(version);
    const name = readdirSync(extensions).find((entry) => entry.startsWith("glassbox.glassbox"));
    assert.ok(name, "VS Code has not unpacked it");
    folder = join(extensions, name);
  });

  it("holds the extension and nothing of how it is made", () => {
    const expected = ["changelog.md", "dist", "license.txt", "media", "package.json", "package.nls.json", "readme.md"];
    const others = [".vsixmanifest", "samples", "schemas", "docs", "bench"];
    const found = readdirSync(folder).map((name) => name.toLowerCase());
    const unexpected = found.filter((name) => ![...expected, ...others].includes(name));
    assert.deepEqual(unexpected, []);
    // Of the bench only the figures that the README leads to.
    assert.deepEqual(readdirSync(join(folder, "bench")), ["results.md"]);
    const { main, icon } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    for (const file of [main, icon].filter(Boolean)) assert.ok(readFileSync(join(folder, file)).length);
  });

  it("holds the native files of this platform and of no other", () => {
    const natives = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) =>
      /\.(node|dll|dylib)$|\.so(\.|$)/.test(file),
    );
    const here = new RegExp(`${process.platform}[-/\\\\]${process.arch}`);
    assert.ok(natives.length >= 4, `only ${natives.join(", ")}`);
    assert.deepEqual(
      natives.filter((file) => !here.test(file)),
      [],
    );
  });

  it("names the packages that it is made of, with their licences", () => {
    const notices = readFileSync(join(folder, "dist/THIRD-PARTY.txt"), "utf8");
    for (const name of ["elkjs", "protobufjs", "@vscode/webview-ui-toolkit"]) assert.ok(notices.includes(name), name);
    assert.match(notices, /Eclipse Public License/);
  });

  it("runs its engine with what it holds", () => {
    const args = [join(folder, "dist/cli.js"), "info", join(root, "samples/squeezenet1.1.onnx")];
    assert.match(execFileSync(process.execPath, args, { encoding: "utf8" }), /conv10/);
  });
});
