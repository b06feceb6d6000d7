import { fork } from "node:child_process";
import { once } from "node:events";
import { readdirSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus, loadavg, totalmem } from "node:os";
import { basename, join } from "node:path";
import { parseArgs } from "node:util";
import { env } from "onnxruntime-node";
import { format } from "prettier";
import { root } from "../scripts/paths.mjs";
import { markdown, type Table } from "./table.ts";

const results = "bench/results.md";
/** Minutes that one measure may take. */
const patience = 15;
const known = readdirSync(join(root, "bench/measures")).map((file) => basename(file, ".ts"));

async function main(): Promise<void> {
  const { only = [] } = parseArgs({ options: { only: { type: "string", multiple: true } } }).values;
  const unknown = only.find((name) => !known.includes(name));
  if (unknown !== undefined) throw new Error(`There is no measure ${unknown}, only ${known.join(", ")}.`);

  const sections = [machine()];
  console.log(sections[0]);
  const names = only.length ? only : known;
  for (const [i, name] of names.entries()) {
    const table = await measured(name);
    const section = table ? markdown(table) : `## ${name}\n\nCould not be measured; what it said is on the terminal.`;
    if (!table) process.exitCode = 1;
    sections.push(section);
    console.log(`\n${await tidy(section)}`);
    if (!only.length) await write(sections, names.slice(i + 1)); // what is written down comes from one run
  }
  if (!only.length) console.log(`Written to ${results}.`);
}

/** After each measure: a run that is cut short leaves what it has, and says what it has not. */
async function write(sections: readonly string[], missing: readonly string[]): Promise<void> {
  const rest = missing.length ? [`**Cut short: ${missing.join(", ")} not measured in this run.**`] : [];
  writeFileSync(
    join(root, results),
    await tidy(["# What `npm run bench` measured", ...sections, ...rest].join("\n\n")),
  );
}

function machine(): string {
  const [load = 0] = loadavg();
  const cores = availableParallelism();
  const facts = [
    `${new Date().toISOString().slice(0, 10)}, ${process.platform} ${process.arch}, ${cpus()[0]?.model.trim() ?? "unknown processor"}, ` +
      `${cores} cores, ${(totalmem() / 1e9).toFixed(0)} GB; Node ${process.version}, ONNX Runtime ${env.versions.node ?? "?"}.`,
    "Medians, with the least and the greatest reading in brackets. Times in milliseconds.",
  ];
  if (load > cores / 4)
    facts.push(
      `**The machine was busy before this began (load ${load.toFixed(1)}): times are longer than they need be.**`,
    );
  return facts.join("\n");
}

/** In a process of its own: no measure meets another one's memory and threads. One that hangs does not take the others' time. */
async function measured(name: string): Promise<Table | undefined> {
  const child = fork(join(root, "bench/child.ts"), [name], { timeout: 60_000 * patience });
  const start = performance.now();
  let table: Table | undefined;
  child.on("message", (message) => (table = message as Table)); // child.ts sends nothing else
  const [code, signal] = (await once(child, "close")) as [number | null, string | null];
  const late = performance.now() - start >= 60_000 * patience;
  const how = signal === null ? `ended with code ${code}` : `was ended by ${signal}`;
  // A library may catch the signal and leave with a code of its own.
  if (code !== 0) console.error(`bench: ${name} ${how}${late ? `: it may take ${patience} minutes` : ""}.`);
  return code === 0 ? table : undefined;
}

const tidy = (text: string) => format(text, { parser: "markdown", printWidth: 120 });

try {
  await main();
} catch (error) {
  console.error(`bench: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
