import type { engine } from "../shared/protocol.ts";
import type { Client } from "../shared/rpc.ts";

export interface SupervisorOptions {
  /** The engine's bundle, `dist/engine.js`, run by this very Node where `nodePath` says no other; a new one counts from its next start. */
  readonly entry: string;
  readonly nodePath?: () => string | undefined;
  /** Seconds without any sign of life from a call before its process is killed; 0 for no end. */
  readonly deadline: () => number;
  /** Bytes of resident memory above which the engine is ended; 0 for no limit. A new one counts in full from the engine's next start. */
  readonly memoryLimit: () => number;
  /** Where the engine computes ("cpu", "webgpu"); a new one counts from its next start. */
  readonly device?: () => string;
  /** What a technique is called in messages; by its id where left out. */
  readonly titleOf?: (technique: string) => string;
  /** A line of the engine's stdout or stderr, or of the supervisor's own story (several lines where it tells of a crash). */
  readonly log: (line: string) => void;
}

/** A job as a person sees it in the status bar. */
export interface Job {
  /** No other job has it: two may be called the same. */
  readonly id: number;
  /** What was asked, the very object that the caller gave. */
  readonly params: unknown;
  /** "occlusion of kitten.png by squeezenet1.1.onnx" */
  readonly title: string;
  readonly state: "waiting" | "running";
  /** Of `total`, which is 0 until the job has said how much there is to do. */
  readonly done: number;
  readonly total: number;
}

export interface SupervisorState {
  readonly engine: "off" | "running" | "down";
  /** Process id of the engine, while there is one. */
  readonly pid: number | undefined;
  /** Why it stays down: it crashed too often. */
  readonly reason: string | undefined;
  /** In the order in which they will run; those cancelled are gone at once. */
  readonly jobs: readonly Job[];
}

/** What calls fail with that did not fail in the engine: the `name` of the error. A cancelled call's is "Canceled". */
export type FaultName =
  | "EngineCrashed"
  | "ModelCrashed"
  | "OutOfMemory"
  | "DeadlineExceeded"
  | "EngineNotStarted"
  | "EngineRestarted"
  | "EngineDown";

/** Owns the engine's process. Callers use `client` as if it never died: only the call that it died of fails. */
export interface Supervisor {
  readonly client: Client<typeof engine>;
  readonly state: SupervisorState;
  /** Tells of changes a moment after they happen, several at once. Returns the way to stop listening. */
  onChange(listener: (state: SupervisorState) => void): () => void;
  /**
   * Ends the process, if any, with what it is at; forgets its crashes, and starts a new one when something is asked.
   * `setting` is the one that was changed, where nobody asked for it.
   */
  restart(setting?: string): void;
  /** Starts the process before anyone asks, so that the first answer comes sooner. */
  warm(): void;
  /** Cancels this job, where it has not ended yet. */
  cancel(id: number): void;
  /** Cancels everything that waits or runs. */
  cancelAll(): void;
  /** Kills the process before it returns. What waits fails, and so does every later call. */
  dispose(): void;
}
