// Runs the suites of this folder inside VS Code's extension host. Bundled, so VS Code can load it (scripts/host-suite.mjs).
import Mocha from "mocha";
import { appendFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { format } from "node:util";

/** VS Code calls this in an extension host that has the extension loaded, and ends when it settles. */
export async function run(): Promise<void> {
  const output = process.env["GLASSBOX_OUTPUT"];
  const reporter = process.env["GLASSBOX_REPORTER"];
  if (output === undefined || reporter === undefined) throw new Error("Run these by `npm test -- --only host`.");

  // What the extension host prints ends in VS Code's logs, where nobody looks.
  Mocha.reporters.Base.consoleLog = (...text: unknown[]) => {
    appendFileSync(output, `${format(...text)}\n`);
  };
  Mocha.reporters.Base.useColors = false;

  const grep = process.env["GLASSBOX_GREP"];
  const mocha = new Mocha({ reporter, timeout: 30_000, ...(grep ? { grep } : {}) });
  const wanted = process.env["GLASSBOX_FILES"]?.split(",") ?? readdirSync(__dirname);
  for (const file of wanted) if (file.endsWith(".test.cjs")) mocha.addFile(join(__dirname, file));
  await new Promise((resolve) => mocha.run(resolve));
}
