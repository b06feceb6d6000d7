import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { written } from "./supervisor-engines.ts";
import { milliseconds, supervision } from "./support/supervision.ts";

describe("supervisor, when the engine crashes", function () {
  this.timeout(8000);
  const the = supervision();
  const { supervise, open, openAt, run, crash } = the;

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
    assert.equal(the.supervisor.state.engine, "off");
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
    await assert.rejects(run("crash"));
    await assert.rejects(run("crash"));
    const waiting = [
      assert.rejects(run("crash"), { name: "EngineCrashed" }),
      assert.rejects(run("next"), { name: "EngineDown" }),
    ];
    await Promise.all(waiting);
    assert.deepEqual([the.supervisor.state.engine, the.supervisor.state.pid], ["down", undefined]);
    assert.match(the.supervisor.state.reason ?? "", /crashed three times within five minutes.*restarted.*SIGSEGV/);
    the.supervisor.warm();
    await assert.rejects(open(), { name: "EngineDown", message: the.supervisor.state.reason ?? "" });
    assert.equal(the.supervisor.state.pid, undefined);

    the.supervisor.restart();
    assert.equal(the.supervisor.state.engine, "off");
    assert.ok((await open()).pid);
    await assert.rejects(run("crash"));
    assert.equal(the.supervisor.state.engine, "off");
  });

  it("in opening a model holds it against that model alone, until its file is another one", async () => {
    const model = join(mkdtempSync(join(tmpdir(), "glassbox-crashes-")), "crash.onnx");
    writeFileSync(model, "as it is");
    const crashing = () => assert.rejects(openAt(model), { name: "EngineCrashed" });
    await crashing();
    await crashing();
    await crashing();
    assert.equal(the.supervisor.state.engine, "off", "it is not down");
    assert.ok((await open()).pid, "other models are opened");
    assert.equal(await run("count"), 3);
    const { pid } = the.supervisor.state;
    await assert.rejects(openAt(model), {
      name: "ModelCrashed",
      message: /while opening crash\.onnx: .*three times within five minutes.*other models go on working/,
    });
    assert.equal(the.supervisor.state.pid, pid, "nothing was tried");
    writeFileSync(model, "written anew");
    await crashing();
    the.supervisor.restart();
    await crashing();
    rmSync(dirname(model), { recursive: true });
  });

  it("beside other requests finds out who it was before it counts", async () => {
    for (let i = 0; i < 3; i++) {
      const other = open("slow");
      await crash();
      assert.ok((await other).pid);
    }
    assert.notEqual(the.supervisor.state.engine, "down");
    assert.ok((await open()).pid);
  });

  it("three times while it loads keeps it down: no model is to blame for that", async () => {
    supervise({ entry: written("never.mjs", "throw new Error('no')") });
    for (let i = 0; i < 3; i++) await crash("fine");
    assert.equal(the.supervisor.state.engine, "down");
  });

  it("of a full heap is told as that, not as a crash", async () => {
    supervise({ memoryLimit: () => 300 * 2 ** 20 });
    await assert.rejects(open("heap"), {
      name: "OutOfMemory",
      message: /^The engine ran out of memory while opening heap\.onnx/,
    });
    assert.match(the.lines.at(-1) ?? "", /heap out of memory/, "V8's own words are in the log");
    assert.ok((await open()).pid);
  });

  it("is told with the last 64 kB of what it said", async () => {
    await crash("flood");
    const story = the.lines.at(-1) ?? "";
    const words = story.slice(story.indexOf("Its last words:\n") + 16);
    assert.ok(words.length > 60_000 && words.length <= 64 * 1024, `${words.length} characters`);
    assert.ok(words.endsWith("line 20000"));
    assert.ok(the.lines.includes("line 1"), "the log has all of it");
  });
});
