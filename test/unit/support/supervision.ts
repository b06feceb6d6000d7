import assert from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";
import type { RunRequest } from "../../../src/shared/protocol.ts";
import { createSupervisor } from "../../../src/supervisor/supervisor.ts";
import type { Supervisor, SupervisorOptions } from "../../../src/supervisor/types.ts";
import { behavingEngine } from "../supervisor-engines.ts";

/** What the test's engine answers. */
export interface Answer {
  readonly pid: number;
  readonly answered: number;
  readonly env: Readonly<Record<string, string>>;
  readonly argv: readonly string[];
}

export async function until(condition: () => boolean, limit = 1000): Promise<void> {
  for (const end = Date.now() + limit; !condition(); await pause(5))
    assert.ok(Date.now() < end, `not within ${limit} ms`);
}

export async function milliseconds(work: Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work;
  return performance.now() - start;
}

/** A new supervisor for each test, of an engine that misbehaves on request. */
export function supervision() {
  let supervisor: Supervisor | undefined;
  let lines: string[] = [];

  const supervise = (options: Partial<SupervisorOptions> = {}): void => {
    supervisor?.dispose();
    lines = [];
    supervisor = createSupervisor({
      entry: behavingEngine,
      deadline: () => 60,
      memoryLimit: () => 4e9,
      log: (line) => lines.push(line),
      ...options,
    });
  };
  const current = (): Supervisor => {
    assert.ok(supervisor);
    return supervisor;
  };
  beforeEach(() => supervise());
  afterEach(() => supervisor?.dispose());

  const openAt = (model: string, signal?: AbortSignal) =>
    current().client.open({ model }, signal) as unknown as Promise<Answer>; // what the test's engine answers
  const open = (how = "fine", signal?: AbortSignal) => openAt(`/models/${how}.onnx`, signal);
  const request = (technique: string, parameters = {}): RunRequest => {
    return { technique, image: "/photos/kitten.png", model: "/models/fine.onnx", parameters };
  };
  return {
    get supervisor() {
      return current();
    },
    get lines() {
      return lines;
    },
    supervise,
    open,
    openAt,
    run: async (technique: string, parameters = {}, signal?: AbortSignal) => {
      let updates = 0;
      for await (const _ of current().client.run(request(technique, parameters), signal)) updates++;
      return updates;
    },
    jobs: () => current().state.jobs.map(({ title, state }) => `${title.split(" ")[0]} ${state}`),
    crash: (how = "crash") => assert.rejects(open(how), { name: "EngineCrashed" }),
  };
}
