import { spawn, spawnSync } from "node:child_process";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseNpy } from "../../../src/engine/images/npy.ts";
import { engine } from "../../../src/shared/protocol.ts";
import { connect, serve, type Client, type Packet, type Port } from "../../../src/shared/rpc.ts";
import type { FloatTensor } from "../../../src/shared/tensor.ts";
import { newEngine } from "./engine.ts";

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
export function glassbox(words: readonly string[], { closing = false } = {}): Promise<Ended> {
  const child = spawn(process.execPath, [program, ...words], { stdio: ["ignore", "pipe", "pipe"] });
  const text = { out: "", error: "" };
  child.stdout.setEncoding("utf8").on("data", (piece: string) => (text.out += piece));
  child.stderr.setEncoding("utf8").on("data", (piece: string) => (text.error += piece));
  if (closing) child.stdout.destroy();
  return new Promise((resolve) => child.once("close", (code) => resolve({ code, ...text })));
}

/** The engine in this very process, reached as the program reaches its own. */
export function client(): Client<typeof engine> {
  const [near, far] = pair();
  serve(engine, newEngine(), far);
  return connect(engine, near);
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
