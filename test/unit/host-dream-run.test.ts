import assert from "node:assert/strict";
import { asPicture, Film } from "../../src/host/dream-film.ts";
import { Pace } from "../../src/host/dream-pace.ts";
import { reduced } from "../../src/host/dream-reduced.ts";
import { DreamRun, type Start } from "../../src/host/dream-run.ts";
import type { DreamSettings, DreamUpdate } from "../../src/shared/dream-panel.ts";
import type { Checkpoint, Recipe } from "../../src/shared/synthesis.ts";
import { frameAt, sixChannels, staged } from "../ui/harness/dream-staged.ts";

const settings: DreamSettings = { technique: "deep-dream", model: "/m.onnx", image: "/p.png", parameters: {}, seed: 0 };
const ended = async (run: DreamRun, ...phases: readonly string[]) => {
  while (!phases.includes(run.phase)) await new Promise((resolve) => setTimeout(resolve, 5));
};
const frames = async (run: DreamRun, count: number) => {
  while (run.film.all.length < count) await new Promise((resolve) => setTimeout(resolve, 2));
};
const doneOf = (run: DreamRun) => run.film.all.map(({ done }) => done);

const recipe = { ...settings, layer: "fire8/concat" } as unknown as Recipe; // as far as a run reads it

/** The same, and what it was asked to go on from. */
function watched(start: Start): {
  readonly start: Start;
  readonly asked: { from: number; seed: number; frames: string }[];
} {
  const asked: { from: number; seed: number; frames: string }[] = [];
  return {
    asked,
    start(settings, more, signal) {
      asked.push({ from: more.from?.values[0] ?? 0, seed: settings.seed, frames: more.frames });
      return start(settings, more, signal);
    },
  };
}

describe("a dream's run", () => {
  it("goes to its end and keeps the frames, the curve and the recipe", async () => {
    const run = new DreamRun(settings, staged({ step: 1 }));
    run.begin();
    assert.equal(run.phase, "waiting");
    await ended(run, "finished");
    assert.deepEqual(doneOf(run), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    assert.equal(run.recipe?.layer, "fire8/concat");
    assert.equal(run.newest?.points.length, 10);
  });

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
      assert.deepEqual(run.newest?.points.map(({ done }) => done), steps); // prettier-ignore
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
    assert.deepEqual(run.newest?.points.map(({ done }) => done), [1, 2]); // prettier-ignore
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
      run.newest?.points.map(({ done }) => done),
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
    assert.equal(run.newest?.points.length, 10);
  });

  it("begins a sheet anew with other settings, on its way and by hand; its pace may change", async () => {
    const { start, asked } = watched(staged({ step: 5, sheet: sixChannels }));
    const sheet = { ...settings, technique: "feature-grid", layer: "a", parameters: { first: 0, steps: 5 } };
    const run = new DreamRun(sheet, start);
    run.begin();
    await frames(run, 3);
    run.change({ ...sheet, parameters: { first: 0, steps: 9, rate: 1 } });
    run.change({ ...sheet, layer: "b" });
    assert.deepEqual(run.film.all, [], "nothing of the other layer is left");
    await frames(run, 2);
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
    assert.deepEqual(run.newest?.points.map(({ done }) => done), doneOf(run)); // prettier-ignore
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
    const seeds = run.film.all.map((kept) => run.recipeOf(kept)?.seed);
    assert.deepEqual(seeds, [...Array<number>(10).fill(0), ...Array<number>(6).fill(9)]);
    assert.match(run.recipeOf(run.film.all[2]!)?.continued ?? "", /^stopped at octave 1, step 3$/);
    assert.equal(run.recipeOf(run.newest!), run.recipe);
    const old = new DreamRun(settings, staged());
    old.restore(frameAt(3, 2, 5));
    assert.equal(old.recipeOf(old.newest!), undefined, "an earlier version kept none");
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
    again.restore(run.newest!.frame);
    assert.equal(again.phase, "interrupted");
    const whole = new DreamRun(settings, nothing);
    whole.restore(run.newest!.frame, recipe, true);
    assert.deepEqual([whole.phase, whole.recipe], ["finished", recipe], "what was finished is not interrupted");
    again.resume();
    await ended(again, "finished");
    const [update] = await updates(again, 1);
    assert.match(update?.notes[0]?.text ?? "", /All steps are done/);
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

async function updates(run: DreamRun, count: number): Promise<DreamUpdate[]> {
  const end = new AbortController();
  const got: DreamUpdate[] = [];
  for await (const update of run.watch(end.signal)) {
    got.push(update);
    if (got.length >= count) break;
  }
  return got;
}

describe("a film", () => {
  const grow = (film: Film, count: number, steps: number) => {
    let last: ReturnType<Film["add"]> | undefined;
    for (let done = 1; done <= count; done++) last = film.add(frameAt(done, Math.ceil(count / steps), steps), last);
    return last;
  };

  it("keeps the first, the last and the ends of octaves when it is thinned", () => {
    const film = new Film(12);
    const last = grow(film, 40, 10);
    const kept = film.all.map(({ done }) => done);
    assert.ok(kept.length <= 12, String(kept));
    for (const done of [1, 10, 20, 30, 40]) assert.ok(kept.includes(done), `${done} of ${kept.join()}`);
    assert.deepEqual(
      film.line(last?.id).map(({ done }) => done),
      kept,
    );
    assert.equal(film.all.at(-1)?.points.length, 40, "the curve stays whole");
  });

  it("holds no more memory than it may", () => {
    const one = frameAt(1, 1, 100);
    const bytes = one.picture.pixels.byteLength + (one.checkpoint as Checkpoint).values.byteLength;
    const film = new Film(1000, 10 * bytes);
    grow(film, 100, 100);
    assert.ok(film.all.length <= 10 && film.all.length > 3, String(film.all.length));
  });

  it("of large frames keeps what it takes to go on from the newest alone", () => {
    const large = (done: number) => {
      const frame = frameAt(done, 1, 100);
      return { ...frame, checkpoint: { ...(frame.checkpoint as Checkpoint), values: new Float32Array(1e5) } };
    };
    const film = new Film(1000, 6e5);
    let last: ReturnType<Film["add"]> | undefined;
    for (let done = 1; done <= 5; done++) last = film.add(large(done), last);
    assert.deepEqual(
      film.all.map(({ done, frame }) => [done, frame.checkpoint?.step]),
      [
        [1, undefined],
        [5, 5],
      ],
    );
    assert.equal(last?.frame.checkpoint?.step, 5);
    assert.deepEqual(film.all[0]?.frame.picture, large(1).picture);
  });

  it("keeps what a pause needs beside the picture for the newest alone, which is never thinned out", () => {
    const learned = (done: number, hasCheckpoint = true) => {
      const frame = frameAt(done, 1, 100);
      const values = new Float32Array(5e4);
      const state = { parameterization: "fourier", shape: [1], values };
      return hasCheckpoint ? { ...frame, checkpoint: { ...frame.checkpoint!, state } } : asPicture(frame);
    };
    const film = new Film(1000, 4e5);
    let last: ReturnType<Film["add"]> | undefined;
    for (let done = 1; done <= 40; done++) last = film.add(learned(done, done < 20), last);
    const kept = film.all.filter(({ frame }) => frame.checkpoint?.state).map(({ done }) => done);
    assert.deepEqual(kept, [19]);
    assert.equal(film.resumable(last?.id)?.done, 19);
    assert.ok(film.all.length < 40);
  });

  it("goes on when a frame of it is to be gone on from that has nothing to go on from: anew, which is said", async () => {
    const run = new DreamRun(settings, staged({ step: 1, octaves: 1, steps: 3 }));
    const { checkpoint: _, ...bare } = frameAt(7, 1, 9);
    run.restore(bare);
    assert.equal(run.phase, "interrupted");
    const [update] = await updates(run, 1);
    assert.match(update?.notes.map(({ text }) => text).join() ?? "", /going on starts anew/);
    run.resume();
    await ended(run, "finished");
    assert.deepEqual(
      run.film.all.map(({ done, parent }) => [done, parent]),
      [
        [7, undefined],
        [1, undefined],
        [2, 1],
        [3, 2],
      ],
    );
  });
});

describe("the pace of a run", () => {
  const picture = (side: number) => ({ width: side, height: side });
  it("counts larger octaves by their area", () => {
    let now = 0;
    const pace = new Pace(() => now);
    const step = (octave: number, step: number, side: number) =>
      pace.step({
        octave,
        octaves: 3,
        step,
        steps: 10,
        done: (octave - 1) * 10 + step,
        total: 30,
        picture: picture(side),
      });
    for (let i = 1; i <= 10; i++, now += 100) step(1, i, 100);
    assert.deepEqual(pace.read(), { perSecond: 10 }, "how much larger the next is, nobody knows yet");
    for (let i = 1; i <= 10; i++, now += 400) step(2, i, 200);
    const { perSecond, secondsLeft } = pace.read();
    assert.equal(perSecond, 2.5);
    assert.equal(secondsLeft, (10 * 4) / 2.5);
  });

  it("counts the steps that later octaves have, where each has fewer than the one before", () => {
    let now = 0;
    const pace = new Pace(() => now);
    // 40, 20, 10 steps of which each takes as long as the area is large.
    const step = (octave: number, step: number, done: number) =>
      pace.step({ octave, octaves: 3, step, steps: 80 / 2 ** octave, done, total: 70, picture: picture(2 ** octave) });
    for (let i = 1; i <= 40; i++, now += 100) step(1, i, i);
    for (let i = 1; i <= 20; i++, now += 400) step(2, i, 40 + i);
    assert.equal(pace.read().secondsLeft, 10 * 1.6);
  });

  it("of several pictures goes by those that are whole", () => {
    let now = 0;
    const pace = new Pace(() => now);
    // Five pictures of two octaves of 10 steps, the second of which takes four times as long: 5 seconds each.
    const make = (made: number) => {
      for (const octave of [1, 2])
        for (let step = 1; step <= 10; step++) {
          now += octave === 1 ? 100 : 400;
          const making = { picture: made, pictures: 5, isWhole: octave === 2 && step === 10 };
          const done = (made - 1) * 20 + (octave - 1) * 10 + step;
          pace.step({ octave, octaves: 2, step, steps: 10, done, total: 100, making, picture: picture(100 * octave) });
          if (made === 1 && !making.isWhole) assert.equal(pace.read().secondsLeft, undefined, "none is whole yet");
        }
    };
    make(1);
    const { secondsLeft = 0 } = pace.read();
    assert.ok(Math.abs(secondsLeft - 20) < 1, String(secondsLeft));
    make(2);
    assert.ok(Math.abs((pace.read().secondsLeft ?? 0) - 15) < 1e-9);
    make(3);
    make(4);
    make(5);
    assert.equal(pace.read().secondsLeft, 0);
  });
});

describe("a picture reduced", () => {
  it("keeps its means, its shape, and its size where that is small enough", () => {
    const pixels = Uint8Array.from({ length: 8 * 4 * 3 }, (_, i) => (i * 37) % 251);
    const small = reduced({ width: 8, height: 4, pixels }, 4);
    assert.deepEqual([small.width, small.height], [4, 2]);
    const at = (x: number, y: number, c: number) => pixels[(y * 8 + x) * 3 + c]!;
    const mean = Math.round((at(2, 2, 1) + at(3, 2, 1) + at(2, 3, 1) + at(3, 3, 1)) / 4);
    assert.equal(small.pixels[(1 * 4 + 1) * 3 + 1], mean);
    assert.equal(reduced({ width: 8, height: 4, pixels }, 8).pixels, pixels);
  });
});
