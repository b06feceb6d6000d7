import { existsSync, readdirSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { root, vsix } from "../../scripts/paths.mjs";
import type { Table } from "../table.ts";

const pages = () =>
  readdirSync(join(root, "dist/webview"))
    .filter((name) => /\.(js|css)$/.test(name))
    .map((name) => `dist/webview/${name}`);

export default async function bundles(): Promise<Table> {
  const kilobytes = (path: string) => (statSync(path).size / 1000).toFixed(1);
  return {
    title: "What is loaded",
    columns: ["file", "kB"],
    rows: [
      ...["dist/extension.cjs", "dist/engine.js", "dist/cli.js", ...pages()].map((file) => [
        file,
        kilobytes(join(root, file)),
      ]),
      ...(existsSync(vsix) ? [[basename(vsix), kilobytes(vsix)]] : []),
    ],
    notes: [
      "Wanted: less than 300 kB for the extension host (dist/extension.cjs).",
      "An engine process loads dist/engine.js; a panel loads the page of its name, and the graph the layout worker.",
    ],
  };
}
