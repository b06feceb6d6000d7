// Compares whole networks with PyTorch: npm run conformance [-- --only NAME]...
// Exports them with random weights into .cache/conformance, asks the engine for scores, gradients, guided backprop, deconvnet and
// Grad-CAM, and writes docs/conformance.md. Exits 1 where a number is off by more than the tolerance.
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { format } from "prettier";
import { tsImport } from "tsx/esm/api";
import { compared, engineEntry } from "./conformance/compare.mjs";
import { exported } from "./conformance/exported.mjs";
import { page, passed, tableOf } from "./conformance/table.mjs";
import { root } from "./paths.mjs";
import { npm } from "./processes.mjs";

const only = process.argv.slice(2).filter((word, i, words) => words[i - 1] === "--only");
const models = join(root, ".cache", "conformance", "models");

await npm(["run", "build"], { cwd: root });
mkdirSync(models, { recursive: true });
const { names, versions } = await exported(models, only);

const { createSupervisor } = await tsImport("../src/supervisor/supervisor.ts", import.meta.url);
const supervisor = createSupervisor({
  entry: engineEntry,
  deadline: () => 600,
  memoryLimit: () => 0,
  log: () => undefined,
});
const rows = [];
try {
  for (const name of names) {
    const row = existsSync(join(models, name, "expected.json"))
      ? await compared(supervisor.client, join(models, name))
      : { name, problem: "was not exported" };
    rows.push(row);
    console.log(tableOf([row]).at(-1));
    // Each network gets a process of its own: none leaves its weights in memory for the next.
    supervisor.restart();
  }
} finally {
  supervisor.dispose();
}

const failed = rows.filter((row) => !passed(row));
console.log(`\n${rows.length - failed.length} of ${rows.length} networks agree.`);
if (!only.length) {
  mkdirSync(join(root, "docs"), { recursive: true });
  writeFileSync(
    join(root, "docs", "conformance.md"),
    await format(page(rows, versions), { parser: "markdown", printWidth: 120 }),
  );
}
process.exitCode = failed.length ? 1 : 0;
