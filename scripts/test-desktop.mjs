// `npm run test:desktop`: the suites of test/host in desktop VS Code, where it can be downloaded and has a display.
import { downloadAndUnzipVSCode, runTests } from "@vscode/test-electron";
import { join } from "node:path";
import { writeCatalogues } from "./catalogues.mjs";
import { bundleHostSuite, results } from "./host-suite.mjs";
import { root } from "./paths.mjs";
import { run } from "./processes.mjs";
import { cache, oldest } from "./vscode-server.mjs";

if (process.platform === "linux" && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) {
  giveUp("Desktop VS Code needs a display. Under Xvfb: xvfb-run -a npm run test:desktop");
}
const vscodeExecutablePath = await downloadAndUnzipVSCode({ version: `${oldest}.3`, cachePath: cache }).catch((error) =>
  giveUp(`Desktop VS Code can't be downloaded here (${error.message}). The same suites: npm test -- --only host`),
);

writeCatalogues();
await run(process.execPath, ["esbuild.mjs"], { cwd: root });
const { env, collect } = results();
const failure = await runTests({
  vscodeExecutablePath,
  extensionDevelopmentPath: root,
  extensionTestsPath: await bundleHostSuite(),
  extensionTestsEnv: env,
  launchArgs: [join(root, "samples"), "--disable-extensions", "--disable-gpu"],
}).then(
  () => undefined,
  (error) => error,
);
const { output, counts } = collect();
console.log(output);
if (!counts) giveUp(`The suites did not run: ${failure?.message ?? "VS Code said nothing"}.`);
console.log(`${counts.passed} passed, ${counts.failed} failed`);
process.exit(counts.failed ? 1 : 0);

function giveUp(why) {
  console.error(why);
  process.exit(1);
}
