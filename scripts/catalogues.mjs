// Writes the index of each catalogue folder from its listing: one entry per file, keyed by the file's name.
import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));

/** An entry of `ops` is spelled as ONNX spells the operator; of the others, as the id that people type. */
export const catalogues = [
  { folder: join(root, "src/engine/ops"), name: "ops", isEntry: (file) => /^[A-Z]\w*\.ts$/.test(file) },
  {
    folder: join(root, "src/engine/techniques"),
    name: "techniques",
    isEntry: (file) => /^[a-z-]+\.ts$/.test(file) && !["index.ts", "technique.ts"].includes(file),
  },
  {
    folder: join(root, "src/engine/synthesis/techniques"),
    name: "syntheses",
    isEntry: (file) => /^[a-z-]+\.ts$/.test(file) && file !== "index.ts",
  },
];

function indexOf({ folder, name, isEntry }) {
  const files = readdirSync(folder).filter(isEntry).sort();
  const ids = files.map((_, i) => `m${i}`);
  return [
    "// Written by scripts/catalogues.mjs from this folder's listing.",
    ...files.map((file, i) => `import ${ids[i]} from "./${file}";`),
    `export const ${name} = { ${files.map((file, i) => `"${file.slice(0, -3)}": ${ids[i]}`).join(", ")} } as const;`,
    "",
  ].join("\n");
}

export function writeCatalogues() {
  for (const catalogue of catalogues) {
    if (!existsSync(catalogue.folder)) continue;
    const path = join(catalogue.folder, "index.ts");
    const text = indexOf(catalogue);
    // Written only when it changes, so that what watches it is not woken for nothing.
    if (!existsSync(path) || readFileSync(path, "utf8") !== text) writeFileSync(path, text);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeCatalogues();
