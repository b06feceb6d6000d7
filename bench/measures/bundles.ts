import { existsSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { root, vsix } from "../../scripts/paths.mjs";
import type { Table } from "../table.ts";

const files = [
  "dist/extension.cjs",
  "dist/engine.js",
  "dist/cli.js",
  "dist/webview/explain.js",
  "dist/webview/explain.css",
];

export default async function bundles(): Promise<Table> {
  const kilobytes = (path: string) => (statSync(path).size / 1000).toFixed(1);
  return {
    title: "What is loaded",
    columns: ["file", "kB"],
    rows: [
      ...files.map((file) => [file, kilobytes(join(root, file))]),
      ...(existsSync(vsix) ? [[basename(vsix), kilobytes(vsix)]] : []),
    ],
    notes: ["Wanted: less than 300 kB for the extension host (dist/extension.cjs)."],
  };
}
