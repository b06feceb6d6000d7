import assert from "node:assert/strict";
import { asPicture, pointsOf } from "../../src/host/dream-film.ts";
import { DreamRun } from "../../src/host/dream-run.ts";
import type { Start } from "../../src/host/dream-start.ts";
import type { Frame } from "../../src/shared/synthesis.ts";
import { frameAt, staged } from "../ui/harness/dream-staged.ts";
import { doneOf, ended, frames, inTurn, settings, updates, watched } from "./support/dream-runs.ts";

describe("a pause of a dream's run", () => {
  it("pauses, and goes on from where it was", async () => {
    const { start, asked } = watched(staged({ step: 5 }));
    const run = new DreamRun(settings, start);
    run.begin();
    await frames(run, 3);
    run.pause();
    const at = run.newest?.done ?? 0;
    assert.equal(run.phase, "paused");
    await new Promise((resolve) => setTimeout(resolve, 30));
    assert.equal(run.newest?.done, at, "nothing comes while it is paused");
    run.resume();
    await ended(run, "finished");
    assert.deepEqual(doneOf(run), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    assert.deepEqual(
      asked.map(({ from }) => from),
      [0, at],
    );
  });

  it("goes on from the latest frame of which more than the picture was kept", async () => {
    const { start, asked } = watched(async function* (given, more, signal) {
      for await (const update of staged({ step: 5 })(given, more, signal))
        yield update.kind === "frame" && update.done % 4 !== 1 ? asPicture(update) : update;
    });
    const run = new DreamRun(settings, start);
    run.begin();
    await frames(run, 3);
    run.pause();
    assert.equal(run.newest?.frame.checkpoint, undefined);
    assert.equal(run.resumable?.done, 1);
    run.resume();
    await frames(run, 6);
    run.pause();
    run.resume(run.film.all.find(({ done }) => done === 3)?.id);
    await ended(run, "finished");
    assert.deepEqual(asked.map(({ from }) => from).filter((from) => from !== 1), [0]); // prettier-ignore
    assert.equal(run.newest?.done, 10);
    const [update] = await updates(run, 1);
    assert.match(update?.notes.at(-1)?.text ?? "", /goes on from octave 1, step 1/);
  });

  /** As the engine sends large pictures: what there is to go on from comes now and then. */
  const sparse = (every: number, start = staged({ step: 2 })): Start =>
    async function* (given, more, signal) {
      for await (const update of start(given, more, signal)) {
        const hasCheckpoint = more.frames === "all" || (update.kind === "frame" && update.done % every === 1);
        yield update.kind === "frame" && !hasCheckpoint ? asPicture(update) : update;
      }
    };

  for (const [how, last] of [
    ["one step", 4],
    ["until the end", 10],
  ] as const)
    it(`goes on ${how} after a pause without a checkpoint, from the frame on screen`, async () => {
      const { start, asked } = watched(sparse(8));
      const run = new DreamRun(settings, start);
      run.begin();
      await frames(run, 3);
      run.pause();
      assert.deepEqual([run.newest?.done, run.newest?.frame.checkpoint], [3, undefined]);
      run.resume(undefined, how);
      assert.equal(run.newest?.done, 3, "what was on screen stays there");
      await ended(run, "paused", "finished");
      assert.deepEqual(asked.map(({ from }) => from), [0, 1]); // prettier-ignore
      const steps = Array.from({ length: last }, (_, i) => i + 1);
      assert.deepEqual(doneOf(run), steps);
      assert.deepEqual(pointsOf(run.newest).map(({ done }) => done), steps); // prettier-ignore
      if (how === "one step") assert.ok(run.newest?.frame.checkpoint, "the next step goes on from here");
    });

  it("goes on with other settings from the frame on screen; with fewer steps than were done it ends there", async () => {
    const fewer: Start = (given, more, signal) =>
      staged({ step: 2, octaves: 1, steps: given.seed ? 2 : 10 })(given, more, signal);
    const run = new DreamRun(settings, sparse(9, fewer));
    run.begin();
    await frames(run, 4);
    run.change({ ...settings, seed: 1 });
    await ended(run, "finished");
    assert.deepEqual(doneOf(run).slice(-2), [4, 2]);
    assert.deepEqual(pointsOf(run.newest).map(({ done }) => done), [1, 2]); // prettier-ignore
  });

  it("makes one step", async () => {
    const { start, asked } = watched(staged({ step: 2 }));
    const run = new DreamRun(settings, start);
    run.begin();
    await frames(run, 2);
    run.pause();
    const before = run.film.all.length;
    run.resume(undefined, "one step");
    await ended(run, "paused");
    assert.equal(run.film.all.length, before + 1);
    assert.equal(asked[1]?.frames, "all");
  });

  /** The same, and it ends with a checkpoint where it is asked to pause. */
  const pausable = (every: number): Start => {
    const start = staged({ step: 4 });
    return async function* (given, more, signal) {
      for await (const update of start(given, more, signal)) {
        const isLast = update.kind === "frame" && more.pausing.aborted;
        const hasCheckpoint = isLast || (update.kind === "frame" && update.done % every === 1);
        yield update.kind === "frame" && !hasCheckpoint ? asPicture(update) : update;
        if (isLast) return;
      }
    };
  };

  it("asks for what it takes to go on from there, and computes no step twice", async () => {
    const { start, asked } = watched(pausable(8));
    const run = new DreamRun(settings, start);
    run.begin();
    await frames(run, 3);
    run.pause();
    assert.deepEqual([run.phase, run.newest?.frame.checkpoint], ["paused", undefined]);
    while (!run.newest?.frame.checkpoint) await new Promise((resolve) => setTimeout(resolve, 2));
    const at = run.newest.done;
    assert.ok(at > 3, "the step that was at work");
    await new Promise((resolve) => setTimeout(resolve, 30));
    assert.deepEqual([run.phase, run.newest.done], ["paused", at], "and none after it");
    run.resume();
    await ended(run, "finished");
    assert.deepEqual(asked.map(({ from }) => from), [0, at]); // prettier-ignore
    assert.deepEqual(doneOf(run), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });

  it("takes the frame on screen itself, where the engine is no step further, and shows it once", async () => {
    const start: Start = async function* (given, more, signal) {
      for await (const update of staged({ step: 1 })(given, more, signal)) {
        if (update.kind !== "frame" || update.done !== 3 || more.from) yield update;
        else {
          yield asPicture(update);
          if (!more.pausing.aborted) await new Promise((resolve) => more.pausing.addEventListener("abort", resolve));
          yield update;
          return;
        }
      }
    };
    const run = new DreamRun(settings, start);
    run.begin();
    await frames(run, 3);
    run.pause();
    while (!run.newest?.frame.checkpoint) await new Promise((resolve) => setTimeout(resolve, 2));
    assert.deepEqual([run.phase, ...doneOf(run)], ["paused", 1, 2, 3]);
  });

  it("keeps the first step of the next of several pictures", async () => {
    const start: Start = async function* (given, more, signal) {
      for await (const update of inTurn(staged({ step: 1 }))(given, more, signal)) {
        if (update.kind !== "frame" || update.done !== 5) yield update;
        else {
          yield asPicture(update);
          if (!more.pausing.aborted) await new Promise((resolve) => more.pausing.addEventListener("abort", resolve));
        }
      }
    };
    const run = new DreamRun(settings, start);
    run.begin();
    await frames(run, 5);
    run.pause();
    await frames(run, 6);
    assert.deepEqual([run.phase, ...doneOf(run)], ["paused", 1, 2, 3, 4, 5, 6]);
  });

  it("becomes a stop where that is wanted meanwhile, with what was asked for", async () => {
    const run = new DreamRun(settings, pausable(8));
    run.begin();
    await frames(run, 2);
    run.pause();
    run.stop();
    while (!run.newest?.frame.checkpoint) await new Promise((resolve) => setTimeout(resolve, 2));
    assert.equal(run.phase, "stopped");
  });

  it("stays one where the engine dies before it has answered: it goes on from the checkpoint before", async () => {
    const { start, asked } = watched(async function* (given, more, signal) {
      for await (const update of staged({ step: 2 })(given, more, signal)) {
        if (more.pausing.aborted) throw new Error("The engine crashed.");
        yield update.kind === "frame" && update.done % 8 !== 1 ? asPicture(update) : update;
      }
    });
    const run = new DreamRun(settings, start);
    run.begin();
    await frames(run, 3);
    run.pause();
    await new Promise((resolve) => setTimeout(resolve, 20));
    assert.deepEqual([run.phase, run.failure], ["paused", undefined]);
    run.resume();
    await ended(run, "finished");
    assert.deepEqual(asked.map(({ from }) => from), [0, 1]); // prettier-ignore
  });

  /** What the engine sends when it is asked to pause in the last step, or after it: the run's ending all the same. */
  const endingWhenAsked = (when: "in its last step" | "after it"): Start =>
    async function* (given, more, signal) {
      const asked = () =>
        new Promise<void>((resolve) => {
          if (more.pausing.aborted) resolve();
          more.pausing.addEventListener("abort", () => resolve());
        });
      for await (const update of staged({ step: 1 })(given, more, signal)) {
        const isLast = update.kind === "frame" && update.done === update.total;
        if (isLast && when === "in its last step") await asked();
        if (update.kind === "finished")
          yield { ...update, beside: [{ key: "photo", title: "The photo", picture: update.picture }] };
        else yield update.kind === "frame" && !isLast ? asPicture(update) : update;
        if (isLast && when === "after it") await asked();
        if (isLast) yield { kind: "note", key: "verdict", title: "", level: "good", text: "It is a cat." };
      }
    };
  for (const when of ["in its last step", "after it"] as const)
    it(`that is asked for ${when} loses nothing of what the run ends with`, async () => {
      const run = new DreamRun(settings, endingWhenAsked(when));
      run.begin();
      await frames(run, when === "after it" ? 10 : 9);
      run.pause();
      assert.equal(run.phase, "paused");
      await ended(run, "finished");
      assert.deepEqual([run.newest?.done, run.beside.map(({ key }) => key), !!run.recipe], [10, ["photo"], true]);
      const [update] = await updates(run, 1);
      assert.match(update?.notes.at(-1)?.text ?? "", /It is a cat/);
    });

  /** As a channel that stays dead is tried again in another way, after five steps of the first. */
  const secondWay = (first: (frame: Frame) => Frame): Start =>
    async function* (given, more, signal) {
      if (!more.from) {
        for (let done = 1; done <= 5; done++) yield first(frameAt(done, 1, 9));
        yield { kind: "progress", done: 0, total: 9, unit: "steps" };
      }
      for await (const update of staged({ step: 2, octaves: 1, steps: 9 })(given, more, signal)) {
        if (update.kind === "begun") continue;
        if (update.kind === "frame" && !more.from && !more.pausing.aborted) {
          yield { kind: "progress", done: update.done - 0.5, total: 9, unit: "steps" };
          await new Promise((resolve) => more.pausing.addEventListener("abort", resolve));
        }
        yield update;
        if (update.kind === "frame" && more.pausing.aborted) return;
      }
    };

  for (const [of, first] of Object.entries({ "alone is left": asPicture, "is not all": (frame: Frame) => frame }))
    it(`in a second way, the first one having been given up, keeps where that stands: of the first the picture ${of}`, async () => {
      const { start, asked } = watched(secondWay(first));
      const run = new DreamRun(settings, start);
      run.begin();
      await frames(run, 5);
      await updates(run, 1);
      run.pause();
      assert.equal(run.newest?.done, 5);
      while (doneOf(run).at(-1) !== 1) await new Promise((resolve) => setTimeout(resolve, 2));
      assert.deepEqual([run.phase, run.newest.parent, pointsOf(run.newest).length], ["paused", undefined, 1]);
      assert.ok(run.newest.frame.checkpoint);
      run.resume();
      await ended(run, "finished");
      assert.deepEqual(asked.map(({ from }) => from), [0, 1]); // prettier-ignore
      assert.deepEqual(pointsOf(run.newest).map(({ done }) => done), [1, 2, 3, 4, 5, 6, 7, 8, 9]); // prettier-ignore
    });

  it("that another photo turns into a stop is kept with what its frame was made with, and with what is chosen", async () => {
    const run = new DreamRun(settings, pausable(8));
    run.begin();
    await frames(run, 3);
    run.pause();
    const other = { ...settings, image: "/other.png" };
    run.change(other);
    while (!run.newest?.frame.checkpoint) await new Promise((resolve) => setTimeout(resolve, 2));
    const left = run.left ?? assert.fail("nothing");
    assert.deepEqual([run.phase, left.settings.image, left.chosen?.image], ["stopped", "/p.png", "/other.png"]);
    assert.equal(left.frame?.done, run.newest.done);
    const again = new DreamRun(other, pausable(8));
    again.restore(left);
    assert.deepEqual([again.newest?.settings?.image, again.settings.image], ["/p.png", "/other.png"]);
  });
});
