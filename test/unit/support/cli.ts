import { spawn, spawnSync } from "node:child_process";
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseNpy } from "../../../src/engine/images/npy.ts";
import type { explain } from "../../../src/cli/explain.ts";
import { engine as api } from "../../../src/shared/protocol.ts";
import { connect, serve, type Client, type Packet, type Port } from "../../../src/shared/rpc.ts";
import type { FloatTensor } from "../../../src/shared/tensor.ts";
import { newEngine } from "./engine.ts";
import { referenceFile } from "./reference-net.ts";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const program = join(root, "dist/cli.js");

/** Builds the program unless it is newer than all that it is made of. */
export function built(): void {
  const sources = ["src/cli", "src/engine", "src/shared", "src/supervisor"].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" }).map((name) => join(root, folder, name)),
  );
  const latest = Math.max(...[...sources, join(root, "src/cli.ts")].map((path) => statSync(path).mtimeMs));
  const oldest = ["cli.js", "engine.js"].map(
    (name) => statSync(join(root, "dist", name), { throwIfNoEntry: false })?.mtimeMs ?? 0,
  );
  if (Math.min(...oldest) > latest) return;
  const { status, stderr } = spawnSync(process.execPath, ["esbuild.mjs"], { cwd: root, encoding: "utf8" });
  if (status !== 0) throw new Error(`The build failed: ${stderr}`);
}

export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly error: string;
}

/** Runs the program as a person at a terminal does. `closing` ends the reading of its output after the first piece. */
export function glassbox(
  words: readonly string[],
  { closing = false, environment = process.env, started = (_pid: number): void => undefined } = {},
): Promise<Ended> {
  const child = spawn(process.execPath, [program, ...words], { stdio: ["ignore", "pipe", "pipe"], env: environment });
  if (child.pid !== undefined) started(child.pid);
  const text = { out: "", error: "" };
  child.stdout.setEncoding("utf8").on("data", (piece: string) => (text.out += piece));
  child.stderr.setEncoding("utf8").on("data", (piece: string) => (text.error += piece));
  if (closing) child.stdout.destroy();
  return new Promise((resolve) => child.once("close", (code) => resolve({ code, ...text })));
}

/** The engine in this very process, reached as the program reaches its own. */
export function client(): Client<typeof api> {
  const [near, far] = pair();
  serve(api, newEngine(), far);
  return connect(api, near);
}

function pair(): [Port, Port] {
  const listeners: ((packet: Packet) => void)[] = [() => undefined, () => undefined];
  const port = (own: number, other: number): Port => ({
    send: (packet) => queueMicrotask(() => listeners[other]?.(structuredClone(packet))),
    onPacket: (listener) => (listeners[own] = listener),
    onClose: () => undefined,
  });
  return [port(0, 1), port(1, 0)];
}

export const readRaw = (path: string): FloatTensor => parseNpy(readFileSync(path));

type Command = typeof explain;
const engine = client();

/** What a command prints and what it complains of, without a process of its own. */
export async function said(command: Command, ...words: readonly string[]) {
  let text = "";
  const complaints: string[] = [];
  await command(
    words,
    engine,
    (piece) => (text += piece),
    (problem) => complaints.push(problem),
  );
  return { text, complaints };
}

/** What a command prints that has nothing to complain of. */
export async function printed(command: Command, ...words: readonly string[]): Promise<string> {
  const { text, complaints } = await said(command, ...words);
  if (complaints.length) throw new Error(complaints.join("\n"));
  return text;
}

/** What `explain --json` promises, as far as it is looked at here. */
export interface Answer {
  readonly model: string;
  readonly image: string;
  readonly score: string;
  readonly preparation: unknown;
  readonly top: readonly Readonly<Record<string, unknown>>[];
  readonly target: unknown;
  readonly explanations: readonly {
    readonly technique: string;
    readonly layer?: string;
    readonly parameters: unknown;
    readonly shape: readonly number[];
    readonly low: number;
    readonly high: number;
    readonly notes: readonly { readonly level: string }[];
    readonly raw?: string;
  }[];
}

/** A classifier whose classes have names. */
export function labelled(): string {
  const model = referenceFile();
  const labels = ["tabby, tabby cat", "tiger cat", "golden retriever", "tiger"];
  writeFileSync(model.replace(/onnx$/, "glassbox.json"), JSON.stringify({ name: "Small", labels }));
  return model;
}
