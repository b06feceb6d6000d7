import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path/posix";
import ts from "typescript";

// What each folder may import besides itself; the longest name that fits a file counts. The table is the architecture.
const engine = "src/engine";
const allowed: Readonly<Record<string, readonly string[]>> = {
  "src/shared": [],
  "src/supervisor": ["src/shared"],
  "src/engine": ["src/shared"],
  "src/engine/graph": ["src/shared", "src/engine/ops"],
  "src/engine/ops": ["src/shared", "src/engine/graph"],
  "src/engine/analysis": ["src/shared", "src/engine/graph", "src/engine/ops"],
  "src/engine/propagation": ["src/shared", "src/engine/graph", "src/engine/ops"],
  "src/engine/runtime": ["src/shared", "src/engine/graph", "src/engine/ops"],
  "src/engine/formats": ["src/shared", "src/engine/graph", "src/engine/ops/op.ts"],
  "src/engine/images": ["src/shared"],
  "src/engine/preparation": ["src/shared", "src/engine/images"],
  "src/engine/synthesis": ["src/shared", "src/engine"],
  "src/engine/inside": ["src/shared", "src/engine"],
  "src/engine/techniques": ["src/shared", "src/engine/images", "src/engine/propagation"],
  "src/host": ["src/shared", "src/supervisor"],
  "src/cli.ts": ["src/shared", "src/supervisor", "src/cli"],
  "src/cli": ["src/shared", "src/supervisor"],
  webview: ["src/shared"],
};

/** Packages that have one home; the others may be imported by whoever may have Node. */
const homes: Readonly<Record<string, string>> = {
  vscode: "src/host",
  "onnxruntime-node": "src/engine/runtime",
  sharp: "src/engine/images",
  "@vscode/webview-ui-toolkit": "webview/shared/toolkit.ts",
  elkjs: "webview/model/graph/elk.ts",
};

const largest = 400;

const catalogues: readonly { readonly folder: string; readonly isEntry: (file: string) => boolean }[] = [
  { folder: "src/engine/ops", isEntry: (file) => /^[A-Z]/.test(file) },
  {
    folder: "src/engine/techniques",
    isEntry: (file) => /^[a-z-]+\.ts$/.test(file) && !["index.ts", "technique.ts"].includes(file),
  },
  {
    folder: "src/engine/synthesis/techniques",
    isEntry: (file) => /^[a-z-]+\.ts$/.test(file) && file !== "index.ts",
  },
];

const isWithin = (path: string, root: string) => path === root || path.startsWith(`${root}/`);
const list = (folder: string) => readdirSync(folder, { recursive: true, encoding: "utf8", withFileTypes: true });
const sources = ["src", "webview"].flatMap((root) =>
  list(root)
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map((entry) => join(entry.parentPath.replaceAll("\\", "/"), entry.name)),
);
const read = (path: string) => readFileSync(path, "utf8");

/** Everything that a file imports, types and dynamic imports included: paths from the repository's root, or packages. */
const importsOf = (path: string): string[] =>
  ts
    .preProcessFile(read(path), true, true)
    .importedFiles.map(({ fileName }) => (fileName.startsWith(".") ? join(dirname(path), fileName) : fileName));

const folderOf = (path: string): string | undefined =>
  Object.keys(allowed)
    .filter((folder) => isWithin(path, folder))
    .sort((a, b) => b.length - a.length)[0];

describe("the architecture", () => {
  it("is of files that have a place in it", () => {
    assert.ok(sources.length > 100);
    assert.deepEqual(
      sources.filter((path) => folderOf(path) === undefined),
      [],
    );
    const folders = list(engine).filter((entry) => entry.isDirectory() && entry.parentPath === engine);
    assert.deepEqual(
      folders.map(({ name }) => `${engine}/${name}`).filter((folder) => !(folder in allowed)),
      [],
    );
  });

  for (const [folder, may] of Object.entries(allowed))
    it(`${folder} imports ${may.length ? `itself and ${may.join(", ")}` : "only itself"}`, () => {
      const wrong = sources
        .filter((path) => folderOf(path) === folder)
        .flatMap((path) =>
          importsOf(path)
            .filter((target) => isWithin(target, "src") || isWithin(target, "webview"))
            .filter((target) => ![folder, ...may].some((root) => isWithin(target, root)))
            .map((target) => `${path} imports ${target}`),
        );
      assert.deepEqual(wrong, []);
    });

  it("has no imports that leave src and webview", () => {
    const outside = sources.flatMap((path) =>
      importsOf(path)
        .filter((target) => target.startsWith("..") || /^(test|bench|scripts|dist|node_modules)\//.test(target))
        .map((target) => `${path} imports ${target}`),
    );
    assert.deepEqual(outside, []);
  });

  it("keeps Node and its packages out of src/shared and the webview", () => {
    const may = (path: string, target: string) =>
      isWithin(target, "src") ||
      isWithin(target, "webview") ||
      (isWithin(path, "webview/shared/toolkit.ts") && /^@(vscode|microsoft)\//.test(target)) ||
      (isWithin(path, "webview/model/graph/elk.ts") && isWithin(target, "elkjs"));
    const wrong = sources
      .filter((path) => isWithin(path, "src/shared") || isWithin(path, "webview"))
      .flatMap((path) => importsOf(path).flatMap((target) => (may(path, target) ? [] : [`${path} imports ${target}`])));
    assert.deepEqual(wrong, []);
  });

  for (const [name, home] of Object.entries(homes))
    it(`imports ${name} in ${home} and nowhere else`, () => {
      const users = sources.filter((path) => importsOf(path).some((target) => isWithin(target, name)));
      assert.ok(users.length > 0);
      assert.deepEqual(
        users.filter((path) => !isWithin(path, home)),
        [],
      );
    });

  for (const { folder, isEntry } of catalogues)
    it(`lists every entry of ${folder}, each a default export`, () => {
      const entries = readdirSync(folder).filter(isEntry);
      assert.ok(entries.length > 0);
      assert.deepEqual(
        entries.filter((file) => !/^export default /m.test(read(join(folder, file)))),
        [],
      );
      const others = readdirSync(folder).filter(
        (file) => file.endsWith(".ts") && !isEntry(file) && file !== "index.ts",
      );
      assert.deepEqual(
        others.filter((file) => /^export default /m.test(read(join(folder, file)))),
        [],
      );
      assert.deepEqual(
        importsOf(join(folder, "index.ts"))
          .map((path) => basename(path))
          .sort(),
        entries.sort(),
      );
    });

  it(`has no source file of more than ${largest} lines`, () => {
    assert.deepEqual(
      sources.filter((path) => read(path).trimEnd().split("\n").length > largest),
      [],
    );
  });
});
