import assert from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";
import { seesMemory } from "../../src/supervisor/memory.ts";
import type { SupervisorState } from "../../src/supervisor/types.ts";
import { isAlive, lateToLoad, written } from "./supervisor-engines.ts";
import { milliseconds, supervision, until, type Answer } from "./support/supervision.ts";

describe("supervisor", function () {
  this.timeout(8000);
  const the = supervision();
  const { supervise, open, run, jobs, crash } = the;

  describe("the process", () => {
    it("starts with the first call, cleaned of what belongs to the host", async () => {
      process.env["VSCODE_TEST"] = process.env["ELECTRON_RUN_AS_NODE"] = "1";
      const options = process.env["NODE_OPTIONS"];
      process.env["NODE_OPTIONS"] = "--no-warnings";
      try {
        assert.equal(the.supervisor.state.engine, "off");
        const { env, argv, pid } = await open();
        assert.deepEqual([env["VSCODE_TEST"], env["NODE_OPTIONS"]], [undefined, undefined]);
        assert.equal(env["ELECTRON_RUN_AS_NODE"], "1");
        assert.deepEqual(argv, ["--max-old-space-size=1907"], "none but its heap's: half of its memory");
        assert.deepEqual([the.supervisor.state.engine, the.supervisor.state.pid], ["running", pid]);
      } finally {
        delete process.env["VSCODE_TEST"];
        delete process.env["ELECTRON_RUN_AS_NODE"];
        if (options === undefined) delete process.env["NODE_OPTIONS"];
        else process.env["NODE_OPTIONS"] = options;
      }
    });

    it("can be started before anyone asks, and serves the first call then", async () => {
      the.supervisor.warm();
      const { pid } = the.supervisor.state;
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
      supervise({ nodePath: () => "/nowhere/node" });
      await assert.rejects(Promise.all([open(), open()]), {
        name: "EngineNotStarted",
        message: /^The engine could not be started with \/nowhere\/node: .*ENOENT/,
      });
      assert.equal(the.supervisor.state.engine, "off");
    });

    it("says what an engine said that ends while it loads", async () => {
      supervise({ entry: written("broken.mjs", 'import "./nothing-here.mjs";') });
      await assert.rejects(open(), {
        name: "EngineCrashed",
        message: /exit code 1: Error.*Cannot find module.*nothing-here/,
      });
      assert.match(the.lines.join("\n"), /Its last words:\n[^]*nothing-here/);
    });

    it("logs its lines, the last one without an end and the colours left out", async () => {
      await open("chatter");
      await crash();
      for (const line of ["one", "two", "red"]) assert.ok(the.lines.includes(line), line);
      assert.match(the.lines.at(-1) ?? "", /SIGSEGV.*while opening crash\.onnx.*last words:\none\ntwo\nred/s);
    });

    it("is killed when the supervisor is disposed of, and what waits fails", async () => {
      const { pid } = await open();
      const hanging = assert.rejects(open("hang"), { name: "Disconnected" });
      await pause(20);
      the.supervisor.dispose();
      await hanging;
      await until(() => !isAlive(pid));
      await assert.rejects(open(), { name: "Disconnected" });
    });
  });

  describe("jobs", () => {
    it("run one at a time, in order, while requests pass", async () => {
      const order: string[] = [];
      const all = ["slow", "first", "second"].map((name) => run(name).then(() => order.push(name)));
      await until(() => the.supervisor.state.jobs.length === 3);
      assert.deepEqual(jobs(), ["slow running", "first waiting", "second waiting"]);
      await open();
      order.push("request");
      await Promise.all(all);
      assert.deepEqual(order, ["request", "slow", "first", "second"]);
      assert.deepEqual(jobs(), []);
    });

    it("are shown with their titles and progress", async () => {
      const seen: SupervisorState[] = [];
      const stop = the.supervisor.onChange((state) => seen.push(state));
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
      const { pid } = the.supervisor.state;
      abort.abort();
      await assert.rejects(second, { name: "Canceled" });
      assert.deepEqual(jobs(), ["slow running"]);
      assert.equal(await first, 3);
      assert.equal(the.supervisor.state.pid, pid);
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
      assert.equal(the.supervisor.state.pid, pid);
    });

    it("ends a busy loop within 500 ms, sends the others' calls again and goes on with the queue", async () => {
      const { pid } = await open();
      const abort = new AbortController();
      const job = run("hang", {}, abort.signal);
      await until(() => the.supervisor.state.jobs[0]?.done === 1);
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
      await until(() => the.supervisor.state.jobs[0]?.done === 1);
      const { pid } = the.supervisor.state;
      await assert.rejects(open("fine", AbortSignal.timeout(20)), { name: "Canceled" });
      assert.equal(await job, 3);
      assert.equal(the.supervisor.state.pid, pid);
    });

    it("waits for an engine that is still loading, which would only have to load again", async () => {
      supervise({ entry: written("late.mjs", lateToLoad) });
      const abort = new AbortController();
      const job = run("count", {}, abort.signal);
      await until(() => jobs().length === 1);
      const { pid } = the.supervisor.state;
      abort.abort();
      await assert.rejects(job, { name: "Canceled" });
      assert.equal((await open()).pid, pid);
    });

    it("by its number ends one of several jobs that are called the same", async () => {
      const [first, second, third] = [run("slow"), run("slow"), run("slow")];
      await until(() => jobs().length === 3);
      the.supervisor.cancel(the.supervisor.state.jobs[1]!.id);
      assert.deepEqual(jobs(), ["slow running", "slow waiting"]);
      await assert.rejects(second, { name: "Canceled" });
      assert.deepEqual(await Promise.all([first, third]), [3, 3]);
      the.supervisor.cancel(-1); // one that has ended long since
    });

    it("of everything ends what runs and what waits", async () => {
      const all = [run("silent"), run("second"), open("silent")].map((call) =>
        assert.rejects(call, { name: "Canceled" }),
      );
      await until(() => jobs().length === 2);
      the.supervisor.cancelAll();
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
      assert.equal(the.supervisor.state.engine, "running");
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

  it("restarts: what the engine is at fails, what waits goes to a new one", async () => {
    const hanging = assert.rejects(run("hang"), { name: "EngineRestarted" });
    const next = run("next");
    await until(() => the.supervisor.state.jobs[0]?.done === 1);
    const { pid } = the.supervisor.state;
    the.supervisor.restart();
    await hanging;
    assert.equal(await next, 3);
    assert.notEqual(the.supervisor.state.pid, pid);
  });

  it("says what it was restarted in the midst of, by the technique's title, and which setting did it", async () => {
    supervise({ titleOf: (technique) => technique.toUpperCase() });
    for (const [setting, why] of [
      [undefined, ""],
      ["glassbox.engine.device", ", since the setting glassbox.engine.device was changed"],
    ] as const) {
      const message = `The engine was restarted while running HANG of kitten.png by fine.onnx${why}. It is ready again.`;
      const hanging = assert.rejects(run("hang"), { message });
      await until(() => the.supervisor.state.jobs[0]?.done === 1);
      the.supervisor.restart(setting);
      await hanging;
    }
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
    assert.equal(the.supervisor.state.engine, "running");
  });
});
