// `npm test`: sets up what is missing, runs every check, and says in one last line what came of it.
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { writeCatalogues } from "./catalogues.mjs";
import { installChromium } from "./chromium.mjs";
import { root, vsix } from "./paths.mjs";
import { onPath, run } from "./processes.mjs";
import { installPackages } from "./set-up.mjs";
import { closingLines, nothing, secondTry, stageWords, together } from "./tally.mjs";
import { install, installExtension, newest, oldest } from "./vscode-server.mjs";

const usage = `npm test                          everything
npm test -- --only unit,ui        only these stages, and what they need
npm test -- --grep "Grad-CAM"     only tests whose names contain this

Stages: types, lint, build, unit, host (inside VS Code's extension host), ui (the packaged extension, in a browser).`;

/** In this order. A stage resolves to its counts, or to nothing where it is a single check that has passed. */
const stages = { build, types, lint, package: pack, unit, host, ui };

/** They keep a processor busy and heed no clock: beside the tests of the extension host, which wait for most of the time. */
const meanwhile = ["types", "lint"];

/** These say something only when they fail. */
const silent = [...meanwhile, "package"];

/** What must have run before. */
const needs = { unit: ["build"], host: ["build"], package: ["build"], ui: ["build", "package"] };

/** What is driven on the newest VS Code too: the main job, and what later versions show differently. */
const newestToo = [
  "smoke",
  "explain",
  "explain-window",
  "restricted-mode",
  "model-sidebar",
  "model-revisions",
  "package",
  "models",
  "getting-started",
].map((name) => `test/ui/${name}.test.ts`);

const { only, grep } = options();
let total = nothing;
const chosen = new Set(only.flatMap((name) => [name, ...(needs[name] ?? [])]));
const inVSCode = chosen.has("host") || chosen.has("ui");

/** The VS Codes, which are fetched while the unit tests run. */
const fetched = {};

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
    if (inVSCode) await installChromium();
    return true;
  } catch (error) {
    console.log(error.message);
    total = together(total, { failed: 1 });
    return false;
  }
}

/** Whoever needs one waits for it, and says why it can't be had. */
function fetchVSCode() {
  for (const version of [oldest, ...(chosen.has("ui") ? [newest] : [])]) {
    fetched[version] = install(version);
    fetched[version].catch(() => undefined);
  }
}

async function stage(name) {
  const shows = !silent.includes(name);
  if (shows) console.log(`\n── ${name}`);
  const start = performance.now();
  const counts = together(
    (await stages[name]().catch((error) => {
      console.log(error.message);
      return { failed: 1 };
    })) ?? { passed: 1 },
  );
  total = together(total, counts);
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  console.log(`${shows ? "" : "\n"}── ${name}: ${stageWords(counts)}, ${seconds} s`);
}

async function inTurn(names) {
  for (const name of names) if (chosen.has(name)) await stage(name);
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
  // Most tests keep one processor busy; some start and kill processes by the clock.
  return twice(["--timeout", "30000", "--retries", "1"], ["test/unit/**/*.test.ts"], { GLASSBOX_BRIEF: "1" });
}

async function host() {
  await fetched[oldest];
  return again(async (files) => {
    const { runHostSuite } = await import("./host-suite.mjs");
    const { output, counts } = await runHostSuite({ grep, files });
    console.log(output);
    if (!counts) throw new Error("The suites did not run in the extension host.");
    return counts;
  });
}

/** The pages alone; all in the oldest VS Code, and what matters most in the newest where it can be had. */
async function ui() {
  await fetched[oldest];
  // What a browser shows depends on how busy the machine is: a test that fails is tried once more, and named at the end.
  const waiting = ["--require", "test/ui/driver/hooks.ts", "--timeout", "60000", "--retries", "1"];
  const pages = await twice(waiting, ["test/ui/harness/*.test.ts"]);
  console.log(`VS Code ${oldest}`);
  const counts = together(pages, await drive(oldest, waiting, ["test/ui/*.test.ts"]));
  try {
    await fetched[newest];
  } catch (error) {
    console.log(`VS Code ${newest} can't be had here; its tests are skipped. ${error.message}`);
    return together(counts, { skipped: 1 });
  }
  console.log(`VS Code ${newest}`);
  return together(counts, await drive(newest, waiting, newestToo));
}

/** Each file has windows and folders of its own, and all have the packaged extension, which is installed once. */
async function drive(version, args, files) {
  const extensions = await installExtension(version, vsix);
  try {
    // A window waits for most of the time, where a page of `harness` is drawn by a processor.
    return await twice(args, files, { GLASSBOX_VSCODE: version, GLASSBOX_EXTENSIONS: extensions }, 3);
  } finally {
    rmSync(extensions, { recursive: true, force: true });
  }
}

/** Runs a program of node_modules, which lets everything else go first; silent unless it fails. */
function program(path, ...args) {
  const [first, ...rest] = [...(onPath("nice") ? ["nice", "-n", "19"] : []), process.execPath];
  return run(first, [...rest, join(root, "node_modules", path), ...args], { cwd: root });
}

/** Several files at once, and those that are run once more one at a time. */
function twice(args, files, env, jobs = 2) {
  const beside = ["--parallel", "--jobs", String(jobs)];
  return again((fell) => mocha([...(fell ? [] : beside), ...args, ...(fell ?? files)], env));
}

/**
 * Runs all files, and those in which something failed once more, whole: a test that fails may leave its window in a state
 * that the tests after it, and its own second try, do not expect.
 */
async function again(run) {
  const counts = await run();
  const fell = counts.fell.map(({ file }) => file);
  if (!fell.length) return counts;
  console.log(`Once more, alone: ${fell.join(", ")}`);
  const second = await run(fell).catch((error) => console.log(error.message)); // then what the first run counted stands
  return second ? secondTry(counts, second) : counts;
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
  await inTurn(["build"]);
  if (inVSCode) fetchVSCode();
  await Promise.all([inTurn(["package"]), inTurn(["unit"])]);
  await Promise.all([inTurn(meanwhile), inTurn(["host"])]);
  await inTurn(["ui"]);
}
for (const line of closingLines(total)) console.log(line);
process.exit(total.failed ? 1 : 0);
