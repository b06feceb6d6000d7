import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { synthesisCards } from "../../src/engine/synthesis/synthesize.ts";
import { asPicture, recipeOf, pointsOf } from "../../src/host/dream-film.ts";
import { DreamRun } from "../../src/host/dream-run.ts";
import type { Start } from "../../src/host/dream-start.ts";
import { DreamStore } from "../../src/host/dream-store.ts";
import type { DreamSettings, DreamUpdate } from "../../src/shared/dream-panel.ts";
import { frameAt, picture, sixChannels, staged } from "../ui/harness/dream-staged.ts";
import { doneOf, ended, frames, recipe, settings, updates, watched } from "./support/dream-runs.ts";

describe("a dream's run", () => {
  it("goes to its end and keeps the frames, the curve and the recipe", async () => {
    const run = new DreamRun(settings, staged({ step: 1 }));
    run.begin();
    assert.equal(run.phase, "waiting");
    await ended(run, "finished");
    assert.deepEqual(doneOf(run), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    assert.equal(run.recipe?.layer, "fire8/concat");
    assert.equal(pointsOf(run.newest).length, 10);
  });

  it("goes on from an earlier frame as a branch, and leaves the other where it is", async () => {
    const run = new DreamRun(settings, staged({ step: 1 }));
    run.begin();
    await ended(run, "finished");
    const third = run.film.all[2]?.id;
    run.resume(third);
    await ended(run, "finished");
    assert.deepEqual(doneOf(run), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 4, 5, 6, 7, 8, 9, 10]);
    const line = run.film.line(run.newest?.id);
    assert.deepEqual(
      line.map(({ done }) => done),
      [1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
    );
    assert.ok(
      line.slice(3).every(({ id }) => id >= 10),
      "the new ones lead to the newest",
    );
    assert.deepEqual(
      pointsOf(run.newest).map(({ done }) => done),
      [1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
    );
  });

  it("goes on with other settings from its last frame when they change on the way", async () => {
    const { start, asked } = watched(staged({ step: 5 }));
    const run = new DreamRun(settings, start);
    run.begin();
    await frames(run, 4);
    const at = run.newest?.done ?? 0;
    run.change({ ...settings, seed: 3 });
    await ended(run, "finished");
    assert.deepEqual(asked.map(({ seed, from }) => [seed, from]), [[0, 0], [3, at]]); // prettier-ignore
    assert.equal(pointsOf(run.newest).length, 10);
  });

  it("begins a sheet anew with other settings, on its way and by hand; its pace may change", async () => {
    const { start, asked } = watched(staged({ step: 5, sheet: sixChannels }));
    const sheet = { ...settings, technique: "feature-grid", layer: "a", parameters: { first: 0, steps: 5 } };
    const run = new DreamRun(sheet, start);
    run.begin();
    await frames(run, 3);
    run.change({ ...sheet, parameters: { first: 0, steps: 9, rate: 1 } });
    run.change({ ...sheet, layer: "b" });
    const before = run.film.last?.id ?? 0;
    await frames(run, 2, before);
    assert.ok(run.film.all[0]!.id > before, "nothing of the other layer is left");
    run.pause();
    run.change({ ...sheet, layer: "b", parameters: { first: 6, steps: 5 } });
    assert.equal(run.phase, "paused");
    run.resume(undefined, "one step");
    await ended(run, "paused");
    assert.equal(doneOf(run).at(-1), 1);
    assert.equal(run.newest?.parent, undefined);
    const [update] = await updates(run, 1);
    assert.match(update?.notes[0]?.text ?? "", /made anew/);
    assert.deepEqual(asked.map(({ from }) => from > 0), [false, true, false, false]); // prettier-ignore
  });

  it("goes on with a sheet where other settings mean the same: a default, or a layer, filled in or left out", async () => {
    const { start, asked } = watched(staged({ step: 5, sheet: sixChannels }));
    const cards = synthesisCards();
    const sheet: DreamSettings = { technique: "feature-grid", model: "/m.onnx", parameters: { first: 0 }, seed: 0 };
    const run = new DreamRun(sheet, start, undefined, () => cards);
    run.begin();
    await frames(run, 2);
    run.change({ ...sheet, channel: 3, parameters: { first: 0, size: 96 } });
    run.change({ ...sheet, layer: "fire8/concat", parameters: {} });
    assert.ok(run.film.all.length >= 2);
    await ended(run, "finished");
    assert.ok(asked.slice(1).every(({ from }) => from > 0));
    const before = run.film.all.length;
    run.change({ ...sheet, parameters: { size: 64 } });
    run.resume(run.film.all[3]?.id);
    await ended(run, "finished");
    assert.deepEqual([asked.at(-1)?.from, run.film.all.length - before], [0, 10]);
    run.dispose();
  });

  it("stops where another photo or technique is chosen, and keeps the picture", async () => {
    const run = new DreamRun(settings, staged({ step: 5 }));
    run.begin();
    await frames(run, 2);
    run.change({ ...settings, image: "/q.png" });
    assert.equal(run.phase, "stopped");
    assert.ok(run.newest);
  });

  it("says why it failed, and goes on from the last frame", async () => {
    const { start, asked } = watched(staged({ step: 1, failsAt: 6 }));
    const run = new DreamRun(settings, start);
    run.begin();
    await ended(run, "failed");
    assert.equal(run.failure?.name, "EngineCrashed");
    run.resume();
    await ended(run, "finished");
    assert.equal(run.failure, undefined);
    assert.equal(asked[1]?.from, 5);
    assert.deepEqual(doneOf(run), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });

  it("goes on by itself from the last frame where an engine that died was asked again from the start", async () => {
    const asked: number[] = [];
    const start: Start = async function* (_settings, { from }) {
      const first = from?.values[0] ?? 0;
      asked.push(first);
      await Promise.resolve();
      for (let done = first + 1; done <= 10; done++) {
        yield frameAt(done, 2, 5);
        if (asked.length === 1 && done === 4) {
          yield { kind: "begun", recipe }; // the next process begins the call anew
          assert.fail("it listened on");
        }
      }
    };
    const run = new DreamRun(settings, start);
    run.begin();
    await ended(run, "finished", "failed");
    assert.deepEqual(asked, [0, 4]);
    assert.deepEqual(doneOf(run), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });

  it("does not double the film back where the engine began anew and few frames had a checkpoint", async () => {
    const asked: number[] = [];
    const start: Start = async function* (_settings, { from }) {
      const first = from?.values[0] ?? 0;
      asked.push(first);
      await Promise.resolve();
      for (let done = first + 1; done <= 10; done++) {
        const frame = frameAt(done, 2, 5);
        yield done % 3 === 1 ? frame : asPicture(frame);
        if (asked.length === 1 && done === 6) {
          yield { kind: "begun", recipe };
          assert.fail("it listened on");
        }
      }
    };
    const run = new DreamRun(settings, start);
    run.begin();
    await ended(run, "finished", "failed");
    assert.deepEqual(asked, [0, 4]);
    assert.deepEqual(doneOf(run), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    assert.deepEqual(pointsOf(run.newest).map(({ done }) => done), doneOf(run)); // prettier-ignore
  });

  /** Five steps, of which the engine gives up all but `left`; then it dies and begins the call anew, or waits. */
  const givingUp = (left: number, then: "dies" | "waits") => {
    const froms: number[] = [];
    const start: Start = async function* (given, more, signal) {
      const from = more.from?.values[0] ?? 0;
      froms.push(from);
      if (froms.length > 1) return yield* staged({ step: 1 })(given, more, signal);
      yield { kind: "begun", recipe };
      for (let done = 1; done <= 5; done++) yield frameAt(done, 2, 5);
      yield { kind: "progress", done: left, total: 10, unit: "steps" };
      if (then === "dies") yield { kind: "begun", recipe };
      await new Promise((resolve) => signal.addEventListener("abort", resolve));
    };
    return { start, froms };
  };
  for (const left of [2, 0])
    it(`goes on from the last frame that was not given up where the engine died then: ${left}`, async () => {
      const { start, froms } = givingUp(left, "dies");
      const run = new DreamRun(settings, start);
      run.begin();
      await ended(run, "finished", "failed");
      assert.deepEqual(froms, [0, left]);
      const after = Array.from({ length: 10 - left }, (_, i) => left + 1 + i);
      assert.deepEqual(doneOf(run), [1, 2, 3, 4, 5, ...after]);
      assert.deepEqual(pointsOf(run.newest).map(({ done }) => done), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]); // prettier-ignore
    });

  for (const left of [2, 0])
    it(`keeps on screen what was given up, and goes on with other settings from what was not: ${left}`, async () => {
      const { start, froms } = givingUp(left, "waits");
      const run = new DreamRun(settings, start);
      run.begin();
      await frames(run, 5);
      while (run.resumable?.done === 5) await new Promise((resolve) => setTimeout(resolve, 2));
      assert.deepEqual([run.newest?.done, run.resumable?.done], [5, left || undefined]);
      run.change({ ...settings, seed: 3 });
      await ended(run, "finished");
      assert.deepEqual(froms, [0, left]);
      assert.equal(doneOf(run).length, 5 + 10 - left, "what was given up is still there to be looked at");
      assert.equal(pointsOf(run.newest).length, 10);
    });

  it("tells how far a step is that takes long", async () => {
    const start: Start = async function* (_settings, _more, signal) {
      yield frameAt(1, 2, 5);
      yield { kind: "progress", done: 1.5, total: 10, unit: "steps" };
      await new Promise((resolve) => signal.addEventListener("abort", resolve));
    };
    const run = new DreamRun(settings, start);
    run.begin();
    const [, last] = await updates(run, 2);
    assert.deepEqual([last?.progress?.done, last?.progress?.step], [1.5, 1]);
    run.pause();
    const [paused] = await updates(run, 1);
    assert.equal(paused?.progress?.done, 1);
  });

  it("takes a last frame that counts no further step: the best of those that were tried", async () => {
    let asked = 0;
    const start: Start = async function* () {
      asked++;
      await Promise.resolve();
      yield { kind: "begun", recipe };
      yield frameAt(9, 2, 5);
      yield frameAt(10, 2, 5);
      yield { ...frameAt(10, 2, 5), objective: 42 };
      yield { kind: "finished", picture: frameAt(10, 2, 5).picture, recipe, objective: [1, 42], steps: 10, seconds: 1, beside: [{ key: "d", title: "The difference", picture: frameAt(1, 2, 5).picture }] }; // prettier-ignore
    };
    const run = new DreamRun(settings, start);
    run.begin();
    await ended(run, "finished", "failed");
    assert.equal(asked, 1);
    assert.equal(run.newest?.objective, 42);
    assert.deepEqual(run.beside.map(({ title }) => title), ["The difference"]); // prettier-ignore
    run.begin();
    assert.deepEqual(run.beside, [], "it belongs to the finished picture alone");
    run.dispose();
  });

  it("says what a picture is made with before its first step, and of each frame afterwards", async () => {
    const run = new DreamRun(settings, staged({ step: 15 }));
    run.begin();
    const [first] = await updates(run, 2).then((all) => all.filter((one) => one.recipe));
    assert.equal(first?.recipe?.layer, "fire8/concat");
    await ended(run, "finished");
    run.change({ ...settings, seed: 9 });
    run.resume(run.film.all[3]?.id);
    await ended(run, "finished");
    const seeds = run.film.all.map((kept) => recipeOf(kept)?.seed);
    assert.deepEqual(seeds, [...Array<number>(10).fill(0), ...Array<number>(6).fill(9)]);
    assert.deepEqual(recipeOf(run.film.all[2]!)?.until, { done: 3 }, "it ends with it");
    assert.equal(recipeOf(run.newest!), run.recipe);
    const old = new DreamRun(settings, staged());
    old.restore({ settings, phase: "running", frame: frameAt(3, 2, 5) });
    assert.equal(recipeOf(old.newest!), undefined, "an earlier version kept none");
  });

  it("says that nothing is left where all steps are done", async () => {
    const run = new DreamRun(settings, staged({ step: 1 }));
    run.begin();
    await ended(run, "finished");
    const nothing: Start = async function* () {
      await Promise.resolve();
      yield* [];
    };
    const again = new DreamRun(settings, nothing);
    const { frame } = run.newest!;
    again.restore({ settings, phase: "running", frame });
    assert.equal(again.phase, "interrupted");
    const whole = new DreamRun(settings, nothing);
    whole.restore({ settings, frame, recipe, phase: "finished" });
    assert.deepEqual([whole.phase, whole.recipe], ["finished", recipe], "what was finished is not interrupted");
    again.resume();
    await ended(again, "finished");
    const [update] = await updates(again, 1);
    assert.match(update?.notes[0]?.text ?? "", /All steps are done/);
  });

  it("comes back in another window as it was: picture, strip, branches, curve, verdict, recipe", async () => {
    const folder = await mkdtemp(join(tmpdir(), "glassbox-dreams-"));
    try {
      const verdict = { kind: "note", key: "verdict", title: "", level: "good", text: "It is espresso." } as const;
      const beside = [{ key: "change", title: "The change", picture: picture(1, 2, 0) }];
      const run = new DreamRun(settings, staged({ step: 1, notes: [verdict], beside }));
      run.begin();
      await ended(run, "finished");
      run.resume(run.film.all[2]?.id);
      await ended(run, "finished");
      const before = await told(run);
      const store = new DreamStore(folder);
      await store.keep("one", run.left, true);

      const again = new DreamRun(settings, staged({ step: 1 }));
      again.restore((await store.read("one"))!);
      const after = await told(again);
      assert.deepEqual(after, before);
      assert.equal(after.strip.frames.length, 17);
      assert.deepEqual([after.phase, after.notes, after.beside], ["finished", [verdict], beside]);
      assert.deepEqual(recipeOf(again.newest!), run.recipe, "it can be saved");
      again.resume(after.strip.frames[1]);
      await ended(again, "finished");
      assert.equal(new Set(again.film.all.map(({ id }) => id)).size, 25, "each frame has a number of its own");
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it("tells a page that comes late everything, and then only what is new", async () => {
    const run = new DreamRun(settings, staged({ step: 30, steps: 4 }));
    run.begin();
    await frames(run, 2);
    const all = await updates(run, 3);
    const [first, second] = all as [DreamUpdate, DreamUpdate, DreamUpdate];
    assert.equal(first.curve.from, 0);
    assert.ok(first.strip.added.length >= 2);
    assert.equal(second.curve.from, first.curve.points.length);
    const ids = all.flatMap(({ strip }) => strip.added.map(({ id }) => id));
    assert.equal(new Set(ids).size, ids.length, "no frame twice");
    assert.equal(all.at(-1)?.picture?.frame, run.newest?.id);
    run.dispose();
  });

  it("sends the newest picture last, however slow the page is", async () => {
    const run = new DreamRun(settings, staged({ step: 15, steps: 3 }));
    run.begin();
    const end = new AbortController();
    let shown: number | undefined;
    for await (const update of run.watch(end.signal)) {
      if (update.picture) shown = update.picture.frame;
      if (update.phase === "finished") break;
      await new Promise((resolve) => setTimeout(resolve, 40)); // frames come while the page draws
    }
    assert.equal(shown, run.newest?.id);
  });
});

/** All that a page is told that has just come. */
async function told(run: DreamRun): Promise<DreamUpdate> {
  const [update] = await updates(run, 1);
  return update!;
}
