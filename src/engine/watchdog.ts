import { writeFileSync } from "node:fs";
import { constants, setPriority } from "node:os";
import { Worker } from "node:worker_threads";
import { memoryLimitVariable, overMemory, supervisorVariable } from "../shared/engine-process.ts";

/**
 * Makes this process a good child: it ends when its supervisor is gone or its memory limit is passed, even while its main
 * thread is blocked in native code; and when the machine runs short of memory or of time, it is the one to suffer.
 */
export function startWatchdog(environment: Readonly<Record<string, string | undefined>> = process.env): void {
  const workerData = {
    supervisor: Number(environment[supervisorVariable] ?? process.ppid),
    limit: Number(environment[memoryLimitVariable] ?? Infinity),
    overMemory,
  };
  // Before the priority goes down: threads inherit it, and the watchdog has to be on time.
  new Worker(watching, { eval: true, execArgv: [], workerData }).unref();
  attempt(() => setPriority(constants.priority.PRIORITY_BELOW_NORMAL));
  if (process.platform === "linux") attempt(() => writeFileSync("/proc/self/oom_score_adj", "900"));
}

/** Courtesies that a sandbox may forbid; the engine works without them. */
function attempt(courtesy: () => void): void {
  try {
    courtesy();
  } catch {
    // Forbidden here.
  }
}

// Source text, so that it is in whatever bundle this module is in. On Windows a process keeps the number of a parent that
// is gone, and elsewhere a wrapper may stand between: so the supervisor itself has to be alive as well.
const watching = `
  const { writeSync } = require("node:fs");
  const { workerData: { supervisor, limit, overMemory } } = require("node:worker_threads");
  const parent = process.ppid;
  const alive = (id) => {
    try {
      return process.kill(id, 0);
    } catch (error) {
      return error.code === "EPERM";
    }
  };
  setInterval(() => {
    const held = limit < Infinity ? process.memoryUsage.rss() : 0;
    const over = held > limit;
    if (!over && process.ppid === parent && alive(supervisor)) return;
    try {
      if (over) writeSync(2, overMemory + " " + held + "\\n");
    } finally {
      process.kill(process.pid, "SIGKILL");
    }
  }, 200);
`;
