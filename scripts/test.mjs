// `npm test`: sets up what is missing, runs every check, and says in one last line what came of it.
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { writeCatalogues } from "./catalogues.mjs";
import { installChromium } from "./chromium.mjs";
import { root } from "./paths.mjs";
import { run } from "./processes.mjs";
import { installPackages } from "./set-up.mjs";
import { install, newest, oldest } from "./vscode-server.mjs";

const usage = `npm test                          everything
npm test -- --only unit,ui        only these stages, and what they need
npm test -- --grep "Grad-CAM"     only tests whose names contain this

Stages: types, lint, build, unit, host (inside VS Code's extension host), ui (the packaged extension, in a browser).`;

/** In this order. A stage resolves to its counts, or to nothing where it is a single check that has passed. */
const stages = { types, lint, build, unit, host, package: pack, ui };

/** What must have run before. */
const needs = { unit: ["build"], host: ["build"], package: ["build"], ui: ["build", "package"] };

/** What is driven on the newest VS Code too: the main job, and what later versions show differently. */
const newestToo = ["smoke", "explain", "restricted-mode", "model-sidebar"].map((name) => `test/ui/${name}.test.ts`);

const { only, grep } = options();
const total = { passed: 0, failed: 0, skipped: 0 };
const chosen = new Set(only.flatMap((name) => [name, ...(needs[name] ?? [])]));
const inVSCode = chosen.has("host") || chosen.has("ui");

function options() {
  const known = Object.keys(stages);
  try {
    const { values } = parseArgs({
      options: { only: { type: "string" }, grep: { type: "string" }, help: { type: "boolean", short: "h" } },
    });
    if (values.help) {
      console.log(usage);
      process.exit(0);
    }
    const wanted = values.only?.split(",") ?? known;
    const unknown = wanted.find((name) => !known.includes(name));
    if (unknown !== undefined) throw new Error(`There is no stage ${unknown}.`);
    return { only: wanted, grep: values.grep };
  } catch (error) {
    console.error(`${error.message}\n\n${usage}`);
    process.exit(2);
  }
}

/** False where nothing can be tested, which counts as one failure. */
async function setUp() {
  try {
    await installPackages();
    writeCatalogues();
    if (inVSCode) {
      await installChromium();
      await install(oldest);
    }
    return true;
  } catch (error) {
    console.log(error.message);
    total.failed++;
    return false;
  }
}

async function stage(name, check) {
  console.log(`\n── ${name}`);
  const start = performance.now();
  const counts = await check().catch((error) => {
    console.log(error.message);
    return { passed: 0, failed: 1, skipped: 0 };
  });
  const { passed, failed, skipped } = counts ?? { passed: 1, failed: 0, skipped: 0 };
  total.passed += passed;
  total.failed += failed;
  total.skipped += skipped;
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  console.log(`── ${name}: ${inWords({ passed, failed, skipped })}, ${seconds} s`);
}

function inWords({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ""}`;
}

async function types() {
  await Promise.all([program("typescript/bin/tsc", "-p", "."), program("typescript/bin/tsc", "-p", "webview")]);
}

async function lint() {
  await Promise.all([
    program("eslint/bin/eslint.js", "."),
    program("prettier/bin/prettier.cjs", "--check", "--log-level", "warn", "."),
  ]);
}

async function build() {
  await run(process.execPath, ["esbuild.mjs"], { cwd: root });
}

async function pack() {
  await run(process.execPath, ["scripts/package.mjs"], { cwd: root });
}

function unit() {
  return mocha(["test/unit/**/*.test.ts"], { GLASSBOX_BRIEF: "1" });
}

async function host() {
  const { runHostSuite } = await import("./host-suite.mjs");
  const { output, counts } = await runHostSuite({ grep });
  console.log(output);
  if (!counts) throw new Error("The suites did not run in the extension host.");
  return counts;
}

/** The pages alone, two files at a time; all in the oldest VS Code, and what matters most in the newest where it can be had. */
async function ui() {
  // What a browser shows depends on how busy the machine is: a test that fails is tried once more.
  const waiting = ["--timeout", "60000", "--retries", "1"];
  const drive = (version, ...words) =>
    mocha(["--require", "test/ui/driver/hooks.ts", ...waiting, ...words], { GLASSBOX_VSCODE: version });
  const pages = await drive(oldest, "--parallel", "--jobs", "2", "test/ui/harness/*.test.ts");
  console.log(`VS Code ${oldest}`);
  const counts = together(pages, await drive(oldest, "test/ui/*.test.ts"));
  try {
    await install(newest);
  } catch (error) {
    console.log(`VS Code ${newest} can't be had here; its tests are skipped. ${error.message}`);
    return { ...counts, skipped: counts.skipped + 1 };
  }
  console.log(`VS Code ${newest}`);
  return together(counts, await drive(newest, ...newestToo));
}

const together = (a, b) => ({
  passed: a.passed + b.passed,
  failed: a.failed + b.failed,
  skipped: a.skipped + b.skipped,
});

/** Runs a program of node_modules; silent unless it fails. */
function program(path, ...args) {
  return run(process.execPath, [join(root, "node_modules", path), ...args], { cwd: root });
}

/** Runs Mocha, whose report is shown as it comes, and resolves to its counts. */
async function mocha(args, env) {
  const folder = mkdtempSync(join(tmpdir(), "glassbox-results-"));
  const countsFile = join(folder, "counts.json");
  const filter = grep === undefined ? [] : ["--grep", grep];
  const command = ["node_modules/mocha/bin/mocha.js", "--reporter", "scripts/mocha-reporter.cjs", ...filter, ...args];
  try {
    const failure = await run(process.execPath, command, {
      cwd: root,
      env: { ...process.env, GLASSBOX_COUNTS: countsFile, ...env },
      show: true,
      seconds: 900,
    }).then(
      () => undefined,
      (error) => error,
    );
    const counts = existsSync(countsFile) ? JSON.parse(readFileSync(countsFile, "utf8")) : undefined;
    // A run that failed without a failed test has crashed, or never began.
    if (failure && !counts?.failed) throw failure;
    return counts;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

// Last: what is above has to be there when it is called.
if (await setUp()) {
  for (const [name, check] of Object.entries(stages)) if (chosen.has(name)) await stage(name, check);
}
console.log(inWords(total));
process.exit(total.failed ? 1 : 0);
