// Lays the packages that can't be bundled into dist/node_modules, for this platform only: there Node finds them from
// dist/engine.js, in a checkout as in an installed extension.
import {
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/** Packages with native code: external for esbuild. */
export const nativePackages = ["onnxruntime-node", "sharp"];

/** Dependencies of onnxruntime-node that only its install script uses. */
const installOnly = new Set(["adm-zip", "global-agent"]);

/** What a package needs at run time, and the licence and credits that must travel with it. */
const wanted = /(\.([cm]?js|json|node|dylib|dll)|\.so(\.[\d.]+)?|^(licen[cs]e|notice|readme|thirdpartynotices)[^/]*)$/i;
const unwantedFolders = new Set(["install", "script", "src", "include", "node_modules"]);

export function layNatives(root) {
  const target = join(root, "dist/node_modules");
  const packages = closure(root);
  const stamp = JSON.stringify(packages.map(({ name, version }) => `${name}@${version}`));
  const stampFile = join(target, ".packages.json");
  if (existsSync(stampFile) && readFileSync(stampFile, "utf8") === stamp) return;

  rmSync(target, { recursive: true, force: true });
  for (const { name, folder } of packages) {
    for (const file of filesOf(folder)) place(join(folder, file), join(target, name, file));
  }
  writeFileSync(stampFile, stamp);
}

/** The native packages and all that they need. npm installs an optional dependency only where it fits the platform. */
function closure(root) {
  const found = new Map();
  const visit = (name, from, optional) => {
    if (found.has(name) || installOnly.has(name)) return;
    const folder = folderOf(name, from);
    if (!folder && optional) return;
    if (!folder) throw new Error(`${name} is not installed. Run npm install.`);
    const {
      version,
      dependencies = {},
      optionalDependencies = {},
    } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    found.set(name, { name, version, folder });
    for (const needed of Object.keys(dependencies)) visit(needed, folder, needed in optionalDependencies);
    for (const needed of Object.keys(optionalDependencies)) visit(needed, folder, true);
  };
  for (const name of nativePackages) visit(name, root, false);
  return [...found.values()];
}

/** Where Node would find the package from `from`; asked by path, because `exports` may hide its package.json. */
function folderOf(name, from) {
  const places = createRequire(join(from, "package.json")).resolve.paths(name) ?? [];
  return places.map((place) => join(place, name)).find((folder) => existsSync(join(folder, "package.json")));
}

function filesOf(folder, inside = "") {
  return readdirSync(join(folder, inside), { withFileTypes: true }).flatMap((entry) => {
    const path = join(inside, entry.name);
    if (entry.isDirectory()) return unwantedFolders.has(entry.name) || foreign(path) ? [] : filesOf(folder, path);
    return wanted.test(entry.name) && !twin.test(entry.name) ? [path] : [];
  });
}

/** onnxruntime-node brings every platform's binaries: bin/napi-v6/<platform>/<arch>. */
function foreign(path) {
  const [bin, , platform, arch] = path.split(/[\\/]/);
  if (bin !== "bin" || platform === undefined) return false;
  return platform !== process.platform || (arch !== undefined && arch !== process.arch);
}

/** For macOS it brings its library twice; only libonnxruntime.1.dylib is loaded. */
const twin = /^libonnxruntime\.\d+\.\d+\.\d+\.dylib$/;

/** A hard link where the disk allows it: free, and 60 MB of binaries exist once. */
function place(from, to) {
  mkdirSync(dirname(to), { recursive: true });
  try {
    linkSync(from, to);
  } catch {
    copyFileSync(from, to);
  }
}
