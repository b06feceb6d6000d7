// The Pythons that export the networks: each an environment of its own in .cache/conformance, or one that a variable names.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../paths.mjs";
import { onPath, run } from "../processes.mjs";

const here = join(root, "scripts", "conformance");
const hour = 3600;
// The scripts' folder belongs to the repository: no compiled files in it.
const env = { ...process.env, PYTHONDONTWRITEBYTECODE: "1" };

const exporters = [
  { script: "export.py", requirements: "requirements.txt", variable: "GLASSBOX_PYTHON", folder: "python" },
  {
    script: "export_tf.py",
    requirements: "requirements-tf.txt",
    variable: "GLASSBOX_TENSORFLOW_PYTHON",
    folder: "python-tf",
  },
];

/** Exports what is missing of the networks named, or of all. Says which there are, and by which versions of what. */
export async function exported(models, only) {
  const names = [];
  const versions = {};
  for (const exporter of exporters) {
    const python = process.env[exporter.variable] ?? (await ownPython(exporter));
    const call = (...words) => [join(here, exporter.script), models, ...words];
    const there = JSON.parse((await run(python, call("--list"), { env })).trim().split("\n").at(-1));
    const wanted = there.names.filter((name) => !only.length || only.includes(name));
    Object.assign(versions, there.versions);
    names.push(...wanted);
    if (!wanted.length) continue;
    const chosen = wanted.flatMap((name) => ["--only", name]);
    // A network that its package no longer exports is a row that failed, not the end.
    await run(python, call(...chosen), { env, show: true, seconds: 3 * hour }).catch(() => undefined);
  }
  const unknown = only.filter((name) => !names.includes(name));
  if (unknown.length) throw new Error(`There is no network ${unknown.join(", ")}.`);
  return { names, versions };
}

async function ownPython({ requirements, variable, folder }) {
  const environment = join(root, ".cache", "conformance", folder);
  const windows = process.platform === "win32";
  const python = windows ? join(environment, "Scripts", "python.exe") : join(environment, "bin", "python");
  const done = join(environment, "installed.txt");
  const wanted = readFileSync(join(here, requirements), "utf8");
  if (existsSync(done) && readFileSync(done, "utf8") === wanted) return python;
  const system = onPath("python3") ?? onPath("python");
  if (!system)
    throw new Error(`Python 3 is needed to export networks, and none was found. Install it, or set ${variable}.`);
  console.log(`Installing ${wanted.trim().split("\n").join(", ")}: several minutes, once.`);
  await run(system, ["-m", "venv", "--clear", environment]);
  const install = ["-m", "pip", "install", "--quiet", "--requirement", join(here, requirements)];
  await run(python, install, { seconds: hour });
  writeFileSync(done, wanted);
  return python;
}
