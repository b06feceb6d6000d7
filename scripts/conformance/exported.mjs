// The networks of the conformance table, as the frameworks' own exporters write them.
import { join } from "node:path";
import { root } from "../paths.mjs";
import { run } from "../processes.mjs";
import { pythonFor, pythons } from "../python.mjs";

const here = join(root, "scripts", "conformance");
const hour = 3600;
// The scripts' folder belongs to the repository: no compiled files in it.
const env = { ...process.env, PYTHONDONTWRITEBYTECODE: "1" };

const exporters = [
  { script: "export.py", needs: pythons.pytorch },
  { script: "export_tf.py", needs: pythons.tensorflow },
];

/** Exports what is missing of the networks named, or of all. Says which there are, and by which versions of what. */
export async function exported(models, only) {
  const names = [];
  const versions = {};
  for (const exporter of exporters) {
    const python = await pythonFor(exporter.needs);
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
