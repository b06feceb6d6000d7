// Bundles everything into dist/: the host, the engine, the command line and one script and stylesheet per panel.
// `--watch` builds again whenever a source file changes.
import { build, context } from "esbuild";
import { chmodSync, existsSync, readFileSync, readdirSync, rmSync, watch } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { catalogues, writeCatalogues } from "./scripts/catalogues.mjs";
import { writeNotices } from "./scripts/notices.mjs";
import { layNatives, nativePackages } from "./scripts/natives.mjs";

const root = fileURLToPath(new URL(".", import.meta.url));
const watching = process.argv.includes("--watch");

/** VS Code reads the whole host bundle before the extension's first line runs. */
const hostLimit = 300_000;

const common = {
  absWorkingDir: root,
  bundle: true,
  sourcemap: true,
  metafile: true,
  legalComments: "linked",
  logLevel: watching ? "info" : "warning",
};

/** Some bundled packages are CommonJS and ask for `require`, which a module does not have. */
const giveRequire =
  'import { createRequire as requireFrom } from "node:module"; const require = requireFrom(import.meta.url);';

/**
 * As CommonJS writes it: for `import * as vscode`, each of fifty files would make a copy of VS Code's whole API of its own,
 * which took more than half of the time in which the bundle loads.
 */
const plainRequire = {
  name: "plain require of vscode",
  setup({ onLoad }) {
    onLoad({ filter: /src[\\/]host[\\/][^\\/]+\.ts$/ }, ({ path }) => ({
      contents: readFileSync(path, "utf8").replace(
        /^import \* as vscode from "vscode";$/m,
        'import vscode = require("vscode");',
      ),
      loader: "ts",
    }));
  },
};

const host = {
  ...common,
  entryPoints: { extension: "src/host/extension.ts" },
  outdir: "dist",
  outExtension: { ".js": ".cjs" },
  platform: "node",
  target: "node20",
  format: "cjs",
  external: ["vscode"],
  plugins: [plainRequire],
  minify: true,
};

/** Not minified: what goes wrong here is read in error reports. */
const program = (entryPoints, banner) => ({
  ...common,
  entryPoints,
  outdir: "dist",
  platform: "node",
  target: "node20",
  format: "esm",
  external: nativePackages,
  banner: { js: banner },
});

const panels = readdirSync(join(root, "webview")).filter((name) => existsSync(join(root, "webview", name, "main.ts")));

const views = {
  ...common,
  entryPoints: Object.fromEntries(panels.map((panel) => [panel, `webview/${panel}/main.ts`])),
  outdir: "dist/webview",
  platform: "browser",
  target: "chrome132", // VS Code 1.100's
  format: "iife",
  minify: true,
};

/** What the model editor's page runs beside itself, to lay out graphs. It gets the text from its host. */
const worker = {
  ...views,
  entryPoints: { "layout-worker": "webview/model/graph/worker.ts" },
  sourcemap: false,
};

const builds = [
  host,
  program({ engine: "src/engine/main.ts" }, giveRequire),
  program({ cli: "src/cli.ts" }, `#!/usr/bin/env node\n${giveRequire}`),
  views,
  worker,
];

writeCatalogues();
layNatives(root);
if (watching) await watchAll();
else await buildAll();

async function watchAll() {
  for (const { folder } of catalogues) watch(folder, writeCatalogues);
  for (const options of builds) await (await context(options)).watch();
}

async function buildAll() {
  const results = await Promise.allSettled(builds.map((options) => build(options)));
  if (results.some(({ status }) => status === "rejected")) {
    process.exitCode = 1; // esbuild has printed what is wrong, and where
    return;
  }
  const outputs = Object.assign({}, ...results.map(({ value }) => value.metafile.outputs));
  const notices = "dist/THIRD-PARTY.txt";
  removeLeftovers([...Object.keys(outputs), notices]);
  writeNotices(
    root,
    results.map(({ value }) => value.metafile),
    join(root, notices),
  );
  chmodSync(join(root, "dist/cli.js"), 0o755);
  const { bytes } = outputs["dist/extension.cjs"];
  if (bytes >= hostLimit) {
    console.error(`dist/extension.cjs has ${bytes} bytes; the limit is ${hostLimit}. What did the host import?`);
    process.exitCode = 1;
  }
}

/** What an earlier build wrote and this one did not, a panel that has gone, must not be packed. */
function removeLeftovers(outputs) {
  const kept = new Set(outputs.map((output) => join(root, output)));
  for (const folder of ["dist", "dist/webview"]) {
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
      const path = join(root, folder, entry.name);
      if (entry.isFile() && !kept.has(path)) rmSync(path);
    }
  }
}
