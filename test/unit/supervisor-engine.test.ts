import assert from "node:assert/strict";
import { fork, spawn, type ChildProcess } from "node:child_process";
import { readFileSync } from "node:fs";
import { getPriority } from "node:os";
import { setTimeout as pause } from "node:timers/promises";
import { memoryLimitVariable, overMemory } from "../../src/shared/engine-process.ts";
import { createSupervisor } from "../../src/supervisor/supervisor.ts";
import { bundled, isAlive } from "./supervisor-engines.ts";

// The engine's own half: its port and its watchdog, bundled and minified as they are shipped.

const wellBehaved = `
  import { processPort } from "glassbox/engine/port.ts";
  import { startWatchdog } from "glassbox/engine/watchdog.ts";
  import { request, serve, stream } from "glassbox/shared/rpc.ts";

  startWatchdog();
  const hoard: Buffer[] = [];
  serve(
    { open: request<any, any>(), run: stream<any, any>() },
    {
      async open({ model }) {
        if (model === "hang") for (;;);
        if (model === "allocate") for (;;) hoard.push(Buffer.alloc(1 << 20, 1));
        if (model === "function") return () => undefined;
        return process.pid;
      },
      async *run() {
        for (let done = 0; ; done++) yield { kind: "progress", done, total: 0 };
      },
    },
    processPort(),
  );
`;

const parent = (entry: string) => `
  import { createSupervisor } from "glassbox/supervisor/supervisor.ts";
  const supervisor = createSupervisor({
    entry: ${JSON.stringify(entry)},
    deadline: () => 60,
    memoryLimit: () => 0,
    log: () => undefined,
  });
  void supervisor.client.open({ model: "fine" }).then((pid) => {
    void supervisor.client.open({ model: "hang" });
    setTimeout(() => console.log(pid), 50);
  });
`;

async function goneWithin(limit: number, pid: number): Promise<void> {
  for (const end = Date.now() + limit; isAlive(pid); await pause(10)) assert.ok(Date.now() < end, "it is still there");
}

const output = (child: ChildProcess): Promise<string> =>
  new Promise((resolve) => child.stdout?.once("data", (bytes: Buffer) => resolve(String(bytes))));

describe("engine process", function () {
  this.timeout(8000);
  let entry: string;
  before(async () => {
    entry = await bundled("well-behaved.mjs", wellBehaved);
  });

  const supervise = (lines: string[] = []) => {
    const log = (line: string) => void lines.push(line);
    return createSupervisor({ entry, deadline: () => 60, memoryLimit: () => 0, log });
  };

  it("reads a cancel though its generator waits for nothing but the port", async () => {
    const supervisor = supervise();
    try {
      await supervisor.client.open({ model: "fine" });
      const { pid } = supervisor.state;
      let updates = 0;
      for await (const _ of supervisor.client.run({ technique: "x", image: "x", model: "x", parameters: {} }))
        if (++updates === 20) break;
      await pause(450);
      assert.equal(supervisor.state.pid, pid, "it was killed for not letting go");
    } finally {
      supervisor.dispose();
    }
  });

  it("fails a call whose answer cannot be sent", async () => {
    const supervisor = supervise();
    try {
      await assert.rejects(supervisor.client.open({ model: "function" }), /could not be cloned/);
    } finally {
      supervisor.dispose();
    }
  });

  it("ends with its parent though it is in a busy loop", async () => {
    const host = spawn(process.execPath, [await bundled("parent.mjs", parent(entry))], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const pid = Number(await output(host));
    assert.ok(isAlive(pid));
    host.kill("SIGKILL");
    try {
      await goneWithin(1000, pid);
    } finally {
      if (isAlive(pid)) process.kill(pid, "SIGKILL");
    }
  });

  it("ends itself over its memory limit though it is in a busy loop, and is reported so", async () => {
    const lines: string[] = [];
    process.env[memoryLimitVariable] = String(300 * 2 ** 20); // as the supervisor sets it where it cannot look
    const supervisor = supervise(lines);
    try {
      await assert.rejects(supervisor.client.open({ model: "allocate" }), {
        name: "OutOfMemory",
        message: /while opening allocate: it held \d+/,
      });
      assert.ok(lines.some((line) => line.startsWith(overMemory)));
      assert.equal(supervisor.state.engine, "off");
    } finally {
      delete process.env[memoryLimitVariable];
      supervisor.dispose();
    }
  });

  it("offers itself first when memory runs out, and steps back for others", async function () {
    if (process.platform !== "linux") this.skip();
    const engine = fork(entry, [], { serialization: "advanced", stdio: ["ignore", "inherit", "inherit", "ipc"] });
    try {
      await new Promise((resolve) => engine.once("message", resolve));
      const pid = engine.pid ?? 0;
      assert.equal(readFileSync(`/proc/${pid}/oom_score_adj`, "utf8").trim(), "900");
      assert.ok(getPriority(pid) > getPriority());
    } finally {
      engine.kill("SIGKILL");
    }
  });
});
