// What is bundled of others' packages, with their licences: a file that goes with the product.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** "node_modules/@a/b/node_modules/c/x.js": the innermost package's folder. */
const packageFolder = /^.*node_modules\/(?:@[^/]+\/)?[^/]+/;

/** Writes the notices of all packages that these bundles were made of (`metafiles`: esbuild's). */
export function writeNotices(root, metafiles, file) {
  const inputs = metafiles.flatMap(({ inputs }) => Object.keys(inputs));
  const folders = new Set(inputs.flatMap((input) => packageFolder.exec(input)?.[0] ?? []));
  const notices = [...folders].sort().map((folder) => noticeOf(join(root, folder)));
  const intro = "Glassbox is made of the following packages besides its own code. Each is used as it was published.";
  writeFileSync(file, [intro, ...notices].join(`\n\n${"-".repeat(80)}\n\n`) + "\n");
}

function noticeOf(folder) {
  const { name, version, license, repository } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const source = typeof repository === "string" ? repository : repository?.url;
  const texts = readdirSync(folder).filter((entry) => /^(licen[cs]e|copying|notice)/i.test(entry));
  const text = texts.map((entry) => readFileSync(join(folder, entry), "utf8").trim()).join("\n\n");
  return [`${name} ${version}, ${license ?? "licence in its package"}`, `Source: ${source ?? "the npm registry"}`, text]
    .filter((part) => part !== "")
    .join("\n\n");
}
