import { totalmem } from "node:os";
import { join } from "node:path";
import { readFileSync } from "node:fs";
import { root } from "../scripts/paths.mjs";
import { createSupervisor } from "../src/supervisor/supervisor.ts";
import type { Supervisor } from "../src/supervisor/types.ts";

/** The engine as the extension starts it: the bundle in dist/, in a process of its own. */
export function newEngine(): Supervisor {
  return createSupervisor({
    entry: join(root, "dist/engine.js"),
    deadline: () => 120,
    memoryLimit: () => totalmem() / 2,
    log: () => undefined,
  });
}

export async function withEngine<T>(use: (engine: Supervisor) => Promise<T>): Promise<T> {
  const engine = newEngine();
  try {
    return await use(engine);
  } finally {
    engine.dispose();
  }
}

/** Bytes of memory that the engine holds, and the most that it ever held; undefined where the system does not tell. */
export function memoryOf({ state: { pid } }: Supervisor): { readonly now: number; readonly most: number } | undefined {
  if (process.platform !== "linux" || pid === undefined) return undefined;
  const status = readFileSync(`/proc/${pid}/status`, "latin1");
  const bytes = (field: string) => 1024 * Number(new RegExp(`^${field}:\\s+(\\d+) kB$`, "m").exec(status)?.[1]);
  return { now: bytes("VmRSS"), most: bytes("VmHWM") };
}
