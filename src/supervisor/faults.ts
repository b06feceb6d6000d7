import { overMemory } from "../shared/engine-process.ts";
import type { Failure } from "../shared/rpc.ts";
import type { FaultName } from "./types.ts";

/** How an engine ended that we did not end. */
export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** The end of what it wrote to stdout and stderr. */
  readonly lastWords: string;
}

const fault = (name: FaultName, message: string): Failure => ({ name, message });

/** Windows ends a process with a status in place of a signal. */
const statuses: Readonly<Record<number, string>> = {
  0xc0000005: "access violation",
  0xc000001d: "illegal instruction",
  0xc0000094: "division by zero",
  0xc00000fd: "stack overflow",
  0xc0000409: "stack damaged",
};

/** The bytes that an engine held which ended itself over its memory limit. */
export function heldBytes({ lastWords }: Ending): number | undefined {
  const line = lastWords.split("\n").find((line) => line.startsWith(overMemory));
  return line === undefined ? undefined : Number(line.slice(overMemory.length));
}

/** V8's words for a full heap and for one that cannot even grow to its limit, and the C++ library's for the same. */
const memoryEnded = ({ lastWords }: Ending): boolean =>
  /^FATAL ERROR: .*(heap out of memory|heap limit)|^# Fatal .*out of memory|^terminate called .*bad_alloc/m.test(
    lastWords,
  );

/** "SIGSEGV", "exit code 1: Error: Cannot find module 'x'". */
function causeOf({ code, signal, lastWords }: Ending): string {
  if (signal) return signal;
  const status = statusOf(code);
  if (status) return status;
  const thrown = /^\w*Error\b.{0,200}/m.exec(lastWords)?.[0];
  return `exit code ${code}${thrown ? `: ${thrown}` : ""}`;
}

/** "access violation, 0xC0000005" */
function statusOf(code: number | null): string | undefined {
  const unsigned = (code ?? 0) >>> 0;
  const words = statuses[unsigned];
  return words && `${words}, 0x${unsigned.toString(16).toUpperCase()}`;
}

const bySystem = "Something else ended it: the system does that when memory runs out.";
const byPerson = "Something else ended it.";
const outside: Partial<Record<NodeJS.Signals, string>> = {
  SIGKILL: bySystem,
  SIGTERM: byPerson,
  SIGINT: byPerson,
  SIGHUP: byPerson,
};

/** Whether something outside ended it, which need not be the fault of what it was at. */
export const fromOutside = ({ signal }: Ending): boolean => signal !== null && outside[signal] !== undefined;

export function crashed(ending: Ending, doing: string, before: boolean): Failure {
  const { code, signal } = ending;
  if (memoryEnded(ending)) {
    return fault("OutOfMemory", `The engine ran out of memory while ${doing}. A smaller model or photo may work.`);
  }
  const faulted = signal ? !outside[signal] : statusOf(code) !== undefined;
  const what = `The ${faulted ? "runtime crashed" : "engine ended"} (${causeOf(ending)}) while ${doing}.`;
  return fault("EngineCrashed", `${what} ${before ? again : adviceFor(signal)}`);
}

const again =
  "The same crashed before with this model: trying it again will hardly help, another model or technique may.";

function adviceFor(signal: NodeJS.Signals | null): string {
  if (signal === "SIGBUS")
    return "A file that is cut short while it is in use does that: try again when it is complete.";
  return (signal && outside[signal]) ?? "Other models and techniques go on working; the log says more.";
}

export const overLimit = (held: number, limit: number, doing: string): Failure =>
  fault(
    "OutOfMemory",
    `The engine was stopped while ${doing}: it held ${size(held)} of memory, and the limit is ${size(limit)}. ` +
      "A smaller model or photo may work, and the setting glassbox.engine.memoryLimit raises the limit.",
  );

export const tooSilent = (seconds: number, doing: string): Failure =>
  fault(
    "DeadlineExceeded",
    `The engine was stopped while ${doing}: it gave no sign of life for ${seconds} s. ` +
      "The setting glassbox.engine.deadline allows it more.",
  );

export const notStarted = (command: string, reason: string): Failure =>
  fault("EngineNotStarted", `The engine could not be started with ${command}: ${reason}.`);

/** Callers have buttons of their own to try again, or to go on. */
export const restarted = (doing: string, setting: string | undefined): Failure => {
  const why = setting === undefined ? "" : `, since the setting ${setting} was changed`;
  return fault("EngineRestarted", `The engine was restarted while ${doing}${why}. It is ready again.`);
};

/** Why the engine stays down, as SupervisorState.reason says it. */
export const downReason = (last: string): string =>
  `The engine crashed three times within five minutes and stays off until it is restarted. Last: ${last}`;

/** For every question about a model that the engine died of again and again; other models go on working. */
export const modelDown = (doing: string): Failure =>
  fault(
    "ModelCrashed",
    `Not tried again while ${doing}: opening this model crashed the engine three times within five minutes. ` +
      "Restart the engine to try it once more; other models go on working.",
  );

export const down = (reason: string): Failure => fault("EngineDown", reason);

const size = (bytes: number): string =>
  bytes < 2 ** 30 ? `${Math.round(bytes / 2 ** 20)} MB` : `${(bytes / 2 ** 30).toFixed(1)} GB`;

/** The line of the log that tells of an end, its last words with it. */
export function story(pid: number | undefined, ending: Ending, doing: string): string {
  const words = ending.lastWords.trimEnd();
  const during = doing && ` while ${doing}`;
  return `Engine ${pid} ended (${causeOf(ending)})${during}.${words && ` Its last words:\n${words}`}`;
}
