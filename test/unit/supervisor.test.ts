import assert from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";
import type { RunRequest } from "../../src/shared/protocol.ts";
import { createSupervisor } from "../../src/supervisor/supervisor.ts";
import { seesMemory } from "../../src/supervisor/memory.ts";
import type { Supervisor, SupervisorOptions, SupervisorState } from "../../src/supervisor/types.ts";
import { behavingEngine, isAlive, lateToLoad, written } from "./supervisor-engines.ts";

interface Answer {
  readonly pid: number;
  readonly answered: number;
  readonly env: Readonly<Record<string, string>>;
  readonly argv: readonly string[];
}

async function until(condition: () => boolean, limit = 1000): Promise<void> {
  for (const end = Date.now() + limit; !condition(); await pause(5))
    assert.ok(Date.now() < end, `not within ${limit} ms`);
}

async function milliseconds(work: Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work;
  return performance.now() - start;
}

describe("supervisor", function () {
  this.timeout(8000);
  let supervisor: Supervisor;
  let lines: string[];

  const supervise = (options: Partial<SupervisorOptions> = {}) => {
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
  beforeEach(() => supervise());
  afterEach(() => supervisor.dispose());

  const open = (how = "fine", signal?: AbortSignal) =>
    supervisor.client.open({ model: `/models/${how}.onnx` }, signal) as unknown as Promise<Answer>; // what the test's engine answers
  const request = (technique: string, parameters = {}): RunRequest => {
    return { technique, image: "/photos/kitten.png", model: "/models/fine.onnx", parameters };
  };
  const run = async (technique: string, parameters = {}, signal?: AbortSignal) => {
    let updates = 0;
    for await (const _ of supervisor.client.run(request(technique, parameters), signal)) updates++;
    return updates;
  };
  const jobs = () => supervisor.state.jobs.map(({ title, state }) => `${title.split(" ")[0]} ${state}`);
  const crash = (how = "crash") => assert.rejects(open(how), { name: "EngineCrashed" });

  describe("the process", () => {
    it("starts with the first call, cleaned of what belongs to the host", async () => {
      process.env["VSCODE_TEST"] = process.env["ELECTRON_RUN_AS_NODE"] = "1";
      const options = process.env["NODE_OPTIONS"];
      process.env["NODE_OPTIONS"] = "--no-warnings";
      try {
        assert.equal(supervisor.state.engine, "off");
        const { env, argv, pid } = await open();
        assert.deepEqual([env["VSCODE_TEST"], env["NODE_OPTIONS"]], [undefined, undefined]);
        assert.equal(env["ELECTRON_RUN_AS_NODE"], "1");
        assert.deepEqual(argv, []);
        assert.deepEqual([supervisor.state.engine, supervisor.state.pid], ["running", pid]);
      } finally {
        delete process.env["VSCODE_TEST"];
        delete process.env["ELECTRON_RUN_AS_NODE"];
        if (options === undefined) delete process.env["NODE_OPTIONS"];
        else process.env["NODE_OPTIONS"] = options;
      }
    });

    it("can be started before anyone asks, and serves the first call then", async () => {
      supervisor.warm();
      const { pid } = supervisor.state;
      assert.ok(pid);
      assert.equal((await open()).pid, pid);
    });

    it("passes failures of the engine on", async () => {
      await assert.rejects(open("throw"), { name: "RangeError", message: "no such layer" });
    });

    it("fails a call that cannot be sent, and that alone", async () => {
      const odd = { total: () => 3 };
      const other = open("slow");
      await assert.rejects(run("count", odd), /could not be cloned/);
      assert.ok((await other).pid);
    });

    it("says so when it cannot be started", async () => {
      supervise({ nodePath: "/nowhere/node" });
      await assert.rejects(Promise.all([open(), open()]), {
        name: "EngineNotStarted",
        message: /^The engine could not be started with \/nowhere\/node: .*ENOENT/,
      });
      assert.equal(supervisor.state.engine, "off");
    });

    it("says what an engine said that ends while it loads", async () => {
      supervise({ entry: written("broken.mjs", 'import "./nothing-here.mjs";') });
      await assert.rejects(open(), {
        name: "EngineCrashed",
        message: /exit code 1: Error.*Cannot find module.*nothing-here/,
      });
      assert.match(lines.join("\n"), /Its last words:\n[^]*nothing-here/);
    });

    it("logs its lines, the last one without an end and the colours left out", async () => {
      await open("chatter");
      await crash();
      for (const line of ["one", "two", "red"]) assert.ok(lines.includes(line), line);
      assert.match(lines.at(-1) ?? "", /SIGSEGV.*while opening crash\.onnx.*last words:\none\ntwo\nred/s);
    });

    it("is killed when the supervisor is disposed of, and what waits fails", async () => {
      const { pid } = await open();
      const hanging = assert.rejects(open("hang"), { name: "Disconnected" });
      await pause(20);
      supervisor.dispose();
      await hanging;
      await until(() => !isAlive(pid));
      await assert.rejects(open(), { name: "Disconnected" });
    });
  });

  describe("jobs", () => {
    it("run one at a time, in order, while requests pass", async () => {
      const order: string[] = [];
      const all = ["slow", "first", "second"].map((name) => run(name).then(() => order.push(name)));
      await until(() => supervisor.state.jobs.length === 3);
      assert.deepEqual(jobs(), ["slow running", "first waiting", "second waiting"]);
      await open();
      order.push("request");
      await Promise.all(all);
      assert.deepEqual(order, ["request", "slow", "first", "second"]);
      assert.deepEqual(jobs(), []);
    });

    it("are shown with their titles and progress", async () => {
      const seen: SupervisorState[] = [];
      const stop = supervisor.onChange((state) => seen.push(state));
      await run("occlusion", { total: 5, ms: 40 });
      await pause(50);
      const shown = seen.flatMap(({ jobs }) => jobs);
      assert.equal(shown[0]?.title, "occlusion of kitten.png by fine.onnx");
      assert.ok(shown.some(({ done, total }) => done === 4 && total === 5));
      assert.deepEqual(seen.at(-1)?.jobs, []);
      stop();
      const count = seen.length;
      await run("occlusion");
      await pause(50);
      assert.equal(seen.length, count);
    });

    it("that wait can be cancelled without touching the engine", async () => {
      const first = run("slow");
      const abort = new AbortController();
      const second = run("second", {}, abort.signal);
      await until(() => jobs().length === 2);
      const { pid } = supervisor.state;
      abort.abort();
      await assert.rejects(second, { name: "Canceled" });
      assert.deepEqual(jobs(), ["slow running"]);
      assert.equal(await first, 3);
      assert.equal(supervisor.state.pid, pid);
    });
  });

  describe("cancelling", () => {
    it("lets an engine live that lets go of the call", async () => {
      const { pid } = await open();
      const abort = new AbortController();
      const job = run("silent", {}, abort.signal);
      await until(() => jobs().length === 1);
      abort.abort();
      await assert.rejects(job, { name: "Canceled" });
      await run("next");
      await pause(450);
      assert.equal(supervisor.state.pid, pid);
    });

    it("ends a busy loop within 500 ms, sends the others' calls again and goes on with the queue", async () => {
      const { pid } = await open();
      const abort = new AbortController();
      const job = run("hang", {}, abort.signal);
      await until(() => supervisor.state.jobs[0]?.done === 1);
      const next = run("next");
      const asked = open();
      const released = milliseconds(assert.rejects(job, { name: "Canceled" }));
      const gone = milliseconds(until(() => !isAlive(pid)));
      abort.abort();
      assert.ok((await released) < 50);
      assert.deepEqual(jobs(), ["next waiting"]);
      assert.ok((await gone) < 500);
      assert.notEqual((await asked).pid, pid);
      assert.equal(await next, 3);
    });

    it("of a request does not throw away a job that is wanted", async () => {
      const job = run("busy");
      await until(() => supervisor.state.jobs[0]?.done === 1);
      const { pid } = supervisor.state;
      await assert.rejects(open("fine", AbortSignal.timeout(20)), { name: "Canceled" });
      assert.equal(await job, 3);
      assert.equal(supervisor.state.pid, pid);
    });

    it("waits for an engine that is still loading, which would only have to load again", async () => {
      supervise({ entry: written("late.mjs", lateToLoad) });
      const abort = new AbortController();
      const job = run("count", {}, abort.signal);
      await until(() => jobs().length === 1);
      const { pid } = supervisor.state;
      abort.abort();
      await assert.rejects(job, { name: "Canceled" });
      assert.equal((await open()).pid, pid);
    });

    it("of everything ends what runs and what waits", async () => {
      const all = [run("silent"), run("second"), open("silent")].map((call) =>
        assert.rejects(call, { name: "Canceled" }),
      );
      await until(() => jobs().length === 2);
      supervisor.cancelAll();
      assert.deepEqual(jobs(), []);
      await Promise.all(all);
      assert.equal(await run("next"), 3);
    });
  });

  describe("deadline", () => {
    it("ends a job that is silent, in words that name the setting, and goes on with the queue", async () => {
      supervise({ deadline: () => 0.5 });
      const hanging = run("hang");
      const next = run("next");
      await assert.rejects(hanging, {
        name: "DeadlineExceeded",
        message: /while running hang of kitten\.png by fine\.onnx: .* 0\.5 s\. .*glassbox\.engine\.deadline/,
      });
      assert.equal(await next, 3);
      assert.equal(supervisor.state.engine, "running");
    });

    it("ends a request that is silent, though its engine is well", async () => {
      supervise({ deadline: () => 0.5 });
      await assert.rejects(open("silent"), { name: "DeadlineExceeded", message: /while opening silent\.onnx/ });
    });

    it("does not count while there are signs of life", async () => {
      supervise({ deadline: () => 0.5 });
      assert.equal(await run("count", { total: 4, ms: 300 }), 4);
    });
  });

  describe("crash", () => {
    it("fails the job in words, and the next answer comes within a second", async () => {
      await open();
      await assert.rejects(run("crash"), {
        name: "EngineCrashed",
        message: /^The runtime crashed \(SIGSEGV\) while running crash of kitten\.png by fine\.onnx\. /,
      });
      assert.ok((await milliseconds(open())) < 1000);
    });

    it("leaves the queue as it was", async () => {
      const crashing = assert.rejects(run("crash"), { name: "EngineCrashed" });
      const order: string[] = [];
      const waiting = ["first", "second"].map((name) => run(name).then(() => order.push(name)));
      await crashing;
      await Promise.all(waiting);
      assert.deepEqual(order, ["first", "second"]);
    });

    it("of a job sends the requests beside it again", async () => {
      const asked = open("slow");
      const other = open("slow");
      await pause(100);
      await assert.rejects(run("crash"), { name: "EngineCrashed" });
      const answers = await Promise.all([asked, other]);
      assert.deepEqual(
        answers.map(({ answered }) => answered),
        [1, 2],
      );
    });

    it("of one of several requests fails that one, and counts once", async () => {
      const [one, bad, other] = [open("slow"), open("crash"), open("slow")];
      await assert.rejects(bad, { name: "EngineCrashed", message: /while opening crash\.onnx/ });
      assert.notEqual((await one).pid, undefined);
      assert.notEqual((await other).pid, undefined);
      await crash("leave");
      assert.equal(supervisor.state.engine, "off");
    });

    it("is remembered: the same call may be made again, and is told so when it crashes again", async () => {
      await assert.rejects(run("crash"), ({ message }: Error) => !message.includes("before"));
      await assert.rejects(run("crash"), /The same crashed before/);
    });

    it("is not blamed on a call that came when the engine was being killed by somebody else", async () => {
      const { pid } = await open();
      process.kill(pid, "SIGKILL");
      const again = await open();
      assert.notEqual(again.pid, pid);
    });

    it("three times keeps the engine down until it is restarted", async () => {
      await crash();
      await crash();
      const waiting = [
        assert.rejects(run("crash"), { name: "EngineCrashed" }),
        assert.rejects(run("next"), { name: "EngineDown" }),
      ];
      await Promise.all(waiting);
      assert.deepEqual([supervisor.state.engine, supervisor.state.pid], ["down", undefined]);
      assert.match(supervisor.state.reason ?? "", /crashed three times within five minutes.*restarted.*SIGSEGV/);
      supervisor.warm();
      await assert.rejects(open(), { name: "EngineDown", message: supervisor.state.reason ?? "" });
      assert.equal(supervisor.state.pid, undefined);

      supervisor.restart();
      assert.equal(supervisor.state.engine, "off");
      assert.ok((await open()).pid);
      await crash();
      assert.equal(supervisor.state.engine, "off");
    });
  });

  it("restarts: what the engine is at fails, what waits goes to a new one", async () => {
    const hanging = assert.rejects(run("hang"), { name: "EngineRestarted" });
    const next = run("next");
    await until(() => supervisor.state.jobs[0]?.done === 1);
    const { pid } = supervisor.state;
    supervisor.restart();
    await hanging;
    assert.equal(await next, 3);
    assert.notEqual(supervisor.state.pid, pid);
  });

  it("ends an engine that is over its memory limit, and says so", async function () {
    if (!seesMemory) this.skip();
    supervise({ memoryLimit: () => 150 * 2 ** 20 });
    const next = run("allocate").catch((error: Error) => {
      assert.equal(error.name, "OutOfMemory");
      assert.match(
        error.message,
        /while running allocate of .* held \d+ MB .* limit is 150 MB\..*glassbox\.engine\.memoryLimit/,
      );
      return open();
    });
    assert.ok(((await next) as Answer).pid);
    assert.equal(supervisor.state.engine, "running");
  });
});
