// Pythons for what is compared with other tools: each an environment of its own in .cache, or one that a variable names.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./paths.mjs";
import { onPath, run } from "./processes.mjs";

const hour = 3600;
const folderOf = join(root, "scripts", "conformance");

/** PyTorch with what its exporters need, and TensorFlow. */
export const pythons = {
  pytorch: { requirements: "requirements.txt", variable: "GLASSBOX_PYTHON", folder: "python" },
  tensorflow: {
    requirements: "requirements-tf.txt",
    variable: "GLASSBOX_TENSORFLOW_PYTHON",
    folder: "python-tf",
  },
};

/** The program to call; installs what is missing, which takes minutes the first time. */
export async function pythonFor({ requirements, variable, folder }) {
  const named = process.env[variable];
  if (named !== undefined) return named;
  const environment = join(root, ".cache", "conformance", folder);
  const windows = process.platform === "win32";
  const python = windows ? join(environment, "Scripts", "python.exe") : join(environment, "bin", "python");
  const done = join(environment, "installed.txt");
  const wanted = readFileSync(join(folderOf, requirements), "utf8");
  if (existsSync(done) && readFileSync(done, "utf8") === wanted) return python;
  const system = onPath("python3") ?? onPath("python");
  if (!system) throw new Error(`Python 3 is needed for this, and none was found. Install it, or set ${variable}.`);
  console.log(`Installing ${wanted.trim().split("\n").join(", ")}: several minutes, once.`);
  await run(system, ["-m", "venv", "--clear", environment]);
  const install = ["-m", "pip", "install", "--quiet", "--requirement", join(folderOf, requirements)];
  await run(python, install, { seconds: hour });
  writeFileSync(done, wanted);
  return python;
}
