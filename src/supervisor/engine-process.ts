import { fork } from "node:child_process";
import { StringDecoder } from "node:string_decoder";
import type { Readable } from "node:stream";
import { stripVTControlCharacters } from "node:util";
import { deviceVariable, memoryLimitVariable, supervisorVariable } from "../shared/engine-process.ts";
import type { Packet } from "../shared/rpc.ts";
import type { Ending } from "./faults.ts";
import type { SupervisorOptions } from "./types.ts";

/** One life of the engine. */
export interface EngineProcess {
  readonly pid: number | undefined;
  /** Whether it has loaded and reads what is sent. */
  readonly ready: boolean;
  /** Whether it is gone, though `onEnd` has not told yet: what it sent at last is still being read. */
  readonly gone: boolean;
  /** Throws when the packet cannot be cloned. */
  send(packet: Packet): void;
  /** Ends it at once, and says nothing about it. */
  kill(): void;
}

export interface Listeners {
  readonly onPacket: (packet: Packet) => void;
  /** It ended of its own, and everything that it sent has been heard. Comes once. */
  readonly onEnd: (ending: Ending) => void;
  /** It never began. Comes once, and no `onEnd`. */
  readonly onRefusal: (reason: string) => void;
}

/** How much of the last output is kept for the story of a crash. */
const kept = 64 * 1024;

/** How long after its end the output of a process is waited for, should somebody else hold its pipes open. */
const grace = 300;

/** Throws where the system refuses at once; `onRefusal` tells where it refuses later. */
export function startEngine(options: SupervisorOptions, { onPacket, onEnd, onRefusal }: Listeners): EngineProcess {
  const execPath = options.nodePath?.();
  const child = fork(options.entry, [], {
    ...(execPath !== undefined && { execPath }),
    serialization: "advanced",
    execArgv: [`--max-old-space-size=${heapMegabytes(options.memoryLimit())}`], // and none of the host's own flags
    stdio: ["ignore", "pipe", "pipe", "ipc"],
    env: environment(options),
  });
  let ready = false;
  let gone = false;
  let over = false;
  let lastWords = "";
  const hear = (line: string) => {
    lastWords = (lastWords + line + "\n").slice(-kept);
    options.log(line);
  };
  if (child.stdout) readLines(child.stdout, hear);
  if (child.stderr) readLines(child.stderr, hear);

  const once = (tell: () => void) => {
    if (over) return;
    over = true;
    tell();
  };
  child.on("message", (packet) => {
    ready = true;
    if (!over) onPacket(packet as Packet); // the engine's port sends nothing else
  });
  child.on("error", (error) => {
    if (child.pid === undefined) once(() => onRefusal(error.message));
    else options.log(`Engine ${child.pid}: ${error.message}`);
  });
  const ended = (code: number | null, signal: NodeJS.Signals | null) => once(() => onEnd({ code, signal, lastWords }));
  let waiting: NodeJS.Timeout | undefined;
  child.on("exit", (code, signal) => {
    gone = true;
    if (!over) waiting = setTimeout(ended, grace, code, signal);
  });
  child.on("close", (code, signal) => {
    clearTimeout(waiting);
    ended(code, signal);
  });

  return {
    pid: child.pid,
    get ready() {
      return ready;
    },
    get gone() {
      return gone;
    },
    send: (packet) => void child.send(packet, undefined, undefined, () => undefined),
    kill: () => {
      over = true;
      child.kill("SIGKILL");
    },
  };
}

/** Structures and names live in the heap; weights, photos and maps do not. In VS Code's own Node a heap ends at 4 GB. */
const largestHeap = 2 ** 31;

/** So much that the heap is full before the process is over its limit, and says so itself. */
const heapMegabytes = (memoryLimit: number): number =>
  Math.max(64, Math.floor(Math.min(largestHeap, memoryLimit > 0 ? memoryLimit / 2 : largestHeap) / 2 ** 20));

/** Ours, without what is meant for the extension host alone. Electron's own variable stays: it makes it Node. */
function environment({ memoryLimit, device }: SupervisorOptions): NodeJS.ProcessEnv {
  const limit = memoryLimit();
  const ours = Object.entries(process.env).filter(([name]) => name !== "NODE_OPTIONS" && !name.startsWith("VSCODE_"));
  return {
    ...Object.fromEntries(ours),
    [supervisorVariable]: String(process.pid),
    ...(limit > 0 && { [memoryLimitVariable]: String(limit) }),
    ...(device && { [deviceVariable]: device() }),
  };
}

function readLines(stream: Readable, hear: (line: string) => void): void {
  const decoder = new StringDecoder("utf8");
  let rest = "";
  const tell = (line: string) => hear(stripVTControlCharacters(line.replace(/\r$/, "")));
  stream.on("data", (bytes: Buffer) => {
    const lines = (rest + decoder.write(bytes)).split("\n");
    rest = lines.pop() ?? "";
    lines.forEach(tell);
    if (rest.length > kept) {
      tell(rest);
      rest = "";
    }
  });
  stream.on("end", () => {
    if (rest) tell(rest);
  });
}
