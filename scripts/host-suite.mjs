// The suites that run inside VS Code's extension host: how they are bundled, and run in VS Code's server build.
import { build } from "esbuild";
import { copyFileSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { chromium } from "playwright-core";
import { chromiumFlags, findChromium } from "./chromium.mjs";
import { nativePackages } from "./natives.mjs";
import { root } from "./paths.mjs";
import { oldest, start } from "./vscode-server.mjs";

const photos = ["cat-chelsea.png", "coffee.png", "rocket.jpg"];

/** Bundles test/host. Resolves to what VS Code calls `extensionTestsPath`. */
export async function bundleHostSuite() {
  const outdir = join(root, ".cache/host-suite");
  rmSync(outdir, { recursive: true, force: true });
  const names = readdirSync(join(root, "test/host")).filter((name) => name === "index.ts" || name.endsWith(".test.ts"));
  await build({
    absWorkingDir: root,
    entryPoints: names.map((name) => `test/host/${name}`),
    outdir,
    outExtension: { ".js": ".cjs" },
    bundle: true,
    platform: "node",
    target: "node20",
    format: "cjs",
    sourcemap: "inline",
    external: ["vscode", "mocha", ...nativePackages],
    logLevel: "warning",
  });
  return join(outdir, "index.cjs");
}

/** Where the run leaves what it has to say; `collect` reads it. */
export function results() {
  const folder = mkdtempSync(join(tmpdir(), "glassbox-results-"));
  const output = join(folder, "output.txt");
  const counts = join(folder, "counts.json");
  return {
    env: {
      GLASSBOX_OUTPUT: output,
      GLASSBOX_COUNTS: counts,
      GLASSBOX_REPORTER: join(root, "scripts/mocha-reporter.cjs"),
    },
    collect: () => {
      const read = (file) => (existsSync(file) ? readFileSync(file, "utf8") : undefined);
      const collected = { output: read(output) ?? "", counts: JSON.parse(read(counts) ?? "null") };
      rmSync(folder, { recursive: true });
      return collected;
    },
  };
}

/**
 * Runs the suites in the extension host of VS Code's server build, with the extension loaded from this folder. `files`: those
 * of an earlier run's counts; all when left out.
 */
export async function runHostSuite({ version = oldest, grep = "", files, seconds = 900 } = {}) {
  const testsPath = await bundleHostSuite();
  const { env, collect } = results();
  // The photos alone: of models that lie in the workspace those that are built in would be its own.
  const folder = mkdtempSync(join(tmpdir(), "glassbox-photos-"));
  for (const name of photos) copyFileSync(join(root, "samples", name), join(folder, name));
  const server = await start({
    version,
    folder,
    developmentPath: root,
    testsPath,
    env: { ...env, GLASSBOX_GREP: grep, ...(files && { GLASSBOX_FILES: files.map((file) => basename(file)).join() }) },
  });
  const browser = await chromium.launch({ executablePath: findChromium(), args: chromiumFlags });
  const said = [];
  try {
    const page = await browser.newPage({ viewport: { width: 1400, height: 900 }, reducedMotion: "reduce" });
    page.on("console", (message) => said.push(message.text()));
    const finished = new Promise((resolve, reject) => {
      setTimeout(() => reject(new Error(`The suites were not through after ${seconds} s.`)), seconds * 1000).unref();
      // VS Code looks for these two in the page that runs it under test.
      void page.exposeFunction("codeAutomationLog", (_type, text) => said.push(String(text)));
      void page.exposeFunction("codeAutomationExit", resolve);
    });
    await page.goto(server.url);
    await finished;
  } catch (error) {
    said.push(error.message);
  } finally {
    await browser.close();
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
  const { output, counts } = collect();
  // Without counts the suites never ran: what the page said last tells why.
  return { output: counts ? output : [output, ...said.slice(-30)].join("\n"), counts };
}
