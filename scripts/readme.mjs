// Writes the README's table of techniques from the catalogue. `--check` only says whether it is fresh.
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { format } from "prettier";
import { root } from "./paths.mjs";

const path = join(root, "README.md");
const [start, end] = ["<!-- techniques -->", "<!-- /techniques -->"];

const cards = JSON.parse(
  execFileSync(process.execPath, [join(root, "dist/cli.js"), "techniques", "--json"], { encoding: "utf8" }),
);
const rows = cards.map(
  ({ id, title, summary, convention, citation: { authors, venue, year, url } }) =>
    `| **${title}** \`${id}\` | ${summary} _${convention}_ | [${authors.split(",")[0]} et al., ${venue} ${year}](${url}) |`,
);
const table = ["| technique | what it shows, and the convention taken | paper |", "| --- | --- | --- |", ...rows].join(
  "\n",
);

const text = readFileSync(path, "utf8");
const [before] = text.split(start);
const [, after] = text.split(end);
const fresh = await format(`${before}${start}\n\n${table}\n\n${end}${after}`, { parser: "markdown", printWidth: 120 });
if (process.argv.includes("--check")) {
  if (fresh !== text) {
    console.error("README.md does not have the techniques as they are. Run: node scripts/readme.mjs");
    process.exitCode = 1;
  }
} else writeFileSync(path, fresh);
