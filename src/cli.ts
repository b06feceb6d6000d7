import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { engineOptionsOf } from "./cli/engine-options.ts";
import { adversarial } from "./cli/adversarial.ts";
import { dead } from "./cli/dead.ts";
import { diff } from "./cli/diff.ts";
import { dream } from "./cli/dream.ts";
import { explain } from "./cli/explain.ts";
import { features } from "./cli/features.ts";
import { filters } from "./cli/filters.ts";
import { fires } from "./cli/fires.ts";
import { fool } from "./cli/fool.ts";
import { info } from "./cli/info.ts";
import { invert } from "./cli/invert.ts";
import { receptiveField } from "./cli/receptive-field.ts";
import { style } from "./cli/style.ts";
import { techniques } from "./cli/techniques.ts";
import { texture } from "./cli/texture.ts";
import { visualize } from "./cli/visualize.ts";
import { helpOf } from "./cli/help.ts";
import { isCommand, usage, type Command } from "./cli/usage.ts";
import { inTerminal, meantWords, WrongUse } from "./cli/words.ts";
import { alikeTo } from "./shared/alike.ts";
import { createSupervisor } from "./supervisor/supervisor.ts";

const commands = {
  explain,
  info,
  features,
  filters,
  "receptive-field": receptiveField,
  dead,
  fires,
  diff,
  techniques,
  dream,
  visualize,
  invert,
  style,
  texture,
  adversarial,
  fool,
} satisfies Record<Command, unknown>;

const bundle = dirname(fileURLToPath(import.meta.url));

async function main(all: readonly string[]): Promise<void> {
  const { options, rest } = engineOptionsOf(all);
  const [command, ...words] = rest;
  if (command === undefined) {
    process.stderr.write(usage);
    process.exitCode = 2;
    return;
  }
  if (["help", "--help", "-h"].includes(command)) return print(usage);
  if (command === "--version") return print(`${version()}\n`);
  if (!isCommand(command)) {
    const known = Object.keys(commands);
    const alike = alikeTo(command, known).map((at) => known[at] ?? "");
    throw new WrongUse(`there is no command ${command}${meantWords(alike)}`);
  }
  const supervisor = createSupervisor({
    entry: join(bundle, "engine.js"),
    deadline: () => options.deadline,
    memoryLimit: () => options.memory,
    device: () => options.device,
    log: () => undefined,
  });
  try {
    if (asksForHelp(words)) return print(await helpOf(command, supervisor.client));
    await commands[command](words, supervisor.client, print, complain);
  } catch (error) {
    if (error instanceof WrongUse) error.command ??= command;
    throw error;
  } finally {
    supervisor.dispose();
  }
}

function print(text: string): void {
  process.stdout.write(text);
}

/** Something failed, but not all: the program goes on, and its exit status tells. */
function complain(problem: string): void {
  process.stderr.write(`glassbox: ${inTerminal(problem)}\n`);
  process.exitCode = 1;
}

/** What stands after "--" is the name of a file, whatever it looks like. */
function asksForHelp(words: readonly string[]): boolean {
  const end = words.indexOf("--");
  return words.slice(0, end < 0 ? words.length : end).some((word) => word === "--help" || word === "-h");
}

const version = (): string =>
  (JSON.parse(readFileSync(join(bundle, "..", "package.json"), "utf8")) as { version: string }).version;

// Who reads may have seen enough: "| head" closes the pipe.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") process.stderr.write(`glassbox: the output could not be written: ${error.message}\n`);
  process.exit(error.code === "EPIPE" ? 0 : 1);
});

try {
  await main(process.argv.slice(2));
} catch (error) {
  const wrong = error instanceof WrongUse;
  const message = error instanceof Error ? error.message : String(error);
  const how = wrong
    ? `${message.endsWith("?") ? "" : "."} "${["glassbox", error.command, "--help"].filter(Boolean).join(" ")}" says how.`
    : "";
  process.stderr.write(`glassbox: ${inTerminal(message)}${how}\n`);
  process.exitCode = wrong ? 2 : 1;
}
