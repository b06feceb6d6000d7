// The Python that exports the networks: GLASSBOX_PYTHON, or an environment of its own in .cache/conformance/python.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../paths.mjs";
import { onPath, run } from "../processes.mjs";

const folder = join(root, ".cache", "conformance", "python");
const requirements = join(root, "scripts", "conformance", "requirements.txt");
const script = join(root, "scripts", "conformance", "export.py");
const oneHour = 3600;
// The scripts' folder belongs to the repository: no compiled files in it.
const env = { ...process.env, PYTHONDONTWRITEBYTECODE: "1" };

/** Exports what is missing of the networks named, or of all. */
export async function exporter(models, only) {
  const python = process.env.GLASSBOX_PYTHON ?? (await ownPython());
  const chosen = only.flatMap((name) => ["--only", name]);
  const names = JSON.parse(await run(python, [script, models, "--list", ...chosen], { env }));
  // A network that its package no longer exports is a row that failed, not the end.
  await run(python, [script, models, ...chosen], { env, show: true, seconds: 3 * oneHour }).catch(() => undefined);
  return { names, exported: new Set(names.filter((name) => existsSync(join(models, name, "expected.json")))) };
}

async function ownPython() {
  const python = process.platform === "win32" ? join(folder, "Scripts", "python.exe") : join(folder, "bin", "python");
  const done = join(folder, "installed.txt");
  const wanted = readFileSync(requirements, "utf8");
  if (existsSync(done) && readFileSync(done, "utf8") === wanted) return python;
  const system = onPath("python3") ?? onPath("python");
  if (!system)
    throw new Error("Python 3 is needed to export networks, and none was found. Install it, or set GLASSBOX_PYTHON.");
  console.log("Installing PyTorch and what else exports networks: several minutes, once.");
  await run(system, ["-m", "venv", "--clear", folder]);
  await run(python, ["-m", "pip", "install", "--quiet", "-r", requirements], { seconds: oneHour });
  writeFileSync(done, wanted);
  return python;
}
