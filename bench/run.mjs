// `npm run bench`, `npm run bench -- --only NAME`: builds what is measured, and measures it. Works from a fresh clone.
import { join } from "node:path";
import { installPackages } from "../scripts/set-up.mjs";
import { root } from "../scripts/paths.mjs";
import { run } from "../scripts/processes.mjs";

await installPackages();
await run(process.execPath, [join(root, "esbuild.mjs")], { cwd: root });
try {
  const measuring = ["--import", "tsx", join(root, "bench/main.ts"), ...process.argv.slice(2)];
  await run(process.execPath, measuring, { cwd: root, show: true, seconds: Infinity }); // it limits each measure itself
} catch {
  process.exitCode = 1; // what failed has said so
}
