// Makes the pictures of docs/gallery.md anew by the command lines that stand there; with words, those that hold one of them.
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./paths.mjs";

const blocks = readFileSync(join(root, "docs/gallery.md"), "utf8").matchAll(/^```sh\n(.*?)^```/gms);
const lines = [...blocks].flatMap(([, block]) => block.split("\n")).filter((line) => line.startsWith("glassbox "));
const words = process.argv.slice(2);
const wanted = lines.filter((line) => !words.length || words.some((word) => line.includes(word)));

mkdirSync(join(root, "media/gallery"), { recursive: true });
for (const line of wanted) {
  console.log(line);
  const [, ...args] = line.split(" ");
  const { status } = spawnSync(process.execPath, ["dist/cli.js", ...args], { cwd: root, stdio: "inherit" });
  if (status !== 0) process.exitCode = 1;
}
