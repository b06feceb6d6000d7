import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { synthesisCards } from "../../src/engine/synthesis/synthesize.ts";
import { recipeOf, pointsOf } from "../../src/host/dream-film.ts";
import { DreamRun } from "../../src/host/dream-run.ts";
import type { Start } from "../../src/host/dream-start.ts";
import { DreamStore, type Left } from "../../src/host/dream-store.ts";
import type { DreamSettings } from "../../src/shared/dream-panel.ts";
import type { Note } from "../../src/shared/updates.ts";
import { picture, staged } from "../ui/harness/dream-staged.ts";
import { doneOf, ended, frames, settings, updates } from "./support/dream-runs.ts";

const cards = synthesisCards();
const runOf = (given: DreamSettings, start: Start, noted?: (run: DreamRun) => void) =>
  new DreamRun(given, start, noted, () => cards);

/** The same, and with which settings it was asked to go on from which step. */
function recorded(start: Start) {
  const asked: { readonly settings: DreamSettings; readonly from: number | undefined }[] = [];
  const own: Start = (given, more, signal) => {
    asked.push({ settings: given, from: more.from?.values[0] });
    return start(given, more, signal);
  };
  return { start: own, asked };
}

const verdict: Note = { kind: "note", key: "verdict", title: "", level: "good", text: "It is a tabby." };
const remark: Note = { kind: "note", key: "remark-1", title: "", level: "info", text: "It is small." };
const beside = [{ key: "change", title: "The change", picture: picture(1, 2, 0) }];

const notesOf = async (run: DreamRun) => (await updates(run, 1))[0]!.notes.map(({ key }) => key);
const textsOf = async (run: DreamRun) => (await updates(run, 1))[0]!.notes.map(({ text }) => text).join(" ");

/** What a window that ends leaves, as the next one finds it. */
async function overReload(run: DreamRun): Promise<Left> {
  const folder = await mkdtemp(join(tmpdir(), "glassbox-dreams-"));
  try {
    await new DreamStore(folder).keep("one", run.left, true);
    return (await new DreamStore(folder).read("one")) ?? assert.fail("nothing was left");
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function againOf(run: DreamRun, start: Start): Promise<DreamRun> {
  const again = runOf(run.settings, start);
  again.restore(await overReload(run));
  return again;
}

async function pausedAt(run: DreamRun, count: number): Promise<void> {
  run.begin();
  await frames(run, count);
  run.pause();
  assert.equal(run.phase, "paused");
}

describe("a dream's run that goes on with another photo", () => {
  const other = { ...settings, image: "/cup.png" };

  it("begins anew and says so, as the picture of the one before is none of the other", async () => {
    const { start, asked } = recorded(staged({ step: 2 }));
    const run = runOf(settings, start);
    await pausedAt(run, 3);
    run.change(other);
    run.resume();
    await ended(run, "finished");
    assert.deepEqual(asked.map(({ settings, from }) => [settings.image, from]), [["/p.png", undefined], ["/cup.png", undefined]]); // prettier-ignore
    assert.equal(pointsOf(run.newest).length, 10, "from its first step on");
    assert.ok(run.film.all.length > 10, "the picture of the other photo is still in the strip");
    assert.match(await textsOf(run), /The picture so far is of p\.png: with another photo it begins anew/);
    run.change(settings);
    run.resume(run.film.all[1]?.id);
    await ended(run, "finished");
    assert.equal(asked.at(-1)?.from, 2, "a frame of this photo is gone on from");
  });

  it("does so after a reload, too", async () => {
    const run = runOf(settings, staged({ step: 2 }));
    await pausedAt(run, 3);
    run.change(other);
    const { start, asked } = recorded(staged({ step: 1 }));
    const again = await againOf(run, start);
    again.resume();
    await ended(again, "finished");
    assert.deepEqual(asked.map(({ from }) => from), [undefined]); // prettier-ignore
    assert.match(await textsOf(again), /begins anew/);
  });

  it("goes on where its technique does not start from the photo, or the other one did not", async () => {
    const { start, asked } = recorded(staged({ step: 2 }));
    const ofClass = { ...settings, technique: "class-visualization", target: 281 };
    const run = runOf(ofClass, start);
    await pausedAt(run, 3);
    const at = run.newest?.done;
    run.change({ ...ofClass, image: "/cup.png" });
    run.resume(undefined, "one step");
    await ended(run, "paused", "finished");
    run.change({ ...other, technique: "caricature" });
    run.resume();
    await ended(run, "finished");
    assert.deepEqual(asked.map(({ from }) => from), [undefined, at, at! + 1]); // prettier-ignore
  });
});

describe("what stands of a dream while another begins", () => {
  /** Makes one picture; this comes of the next, once it may. */
  const once = (then: "fails" | "ends" | "is cancelled" | "waits" | "is made", may?: Promise<void>): Start => {
    let asked = 0;
    const first = staged({ step: 1, notes: [remark], beside });
    return async function* (given, more, signal) {
      if (++asked > 1) {
        yield { kind: "begun", recipe: {} as never };
        yield { ...remark, key: "other", text: "Something else." };
        await may;
        if (then === "ends") return;
        if (then === "is made") return yield* staged({ step: 1 })(given, more, signal);
        if (then === "waits") return void (await new Promise((resolve) => signal.addEventListener("abort", resolve)));
        throw Object.assign(new Error("Choose the picture whose style is wanted."), {
          name: then === "fails" ? "NotApplicable" : "Canceled",
        });
      }
      for await (const update of first(given, more, signal)) {
        if (update.kind === "finished") yield verdict;
        yield update;
      }
    };
  };
  const finished = async (start: Start, noted?: (run: DreamRun) => void) => {
    const run = runOf(settings, start, noted);
    run.begin();
    await ended(run, "finished");
    assert.deepEqual(await notesOf(run), ["remark-1", "verdict"]);
    return run;
  };
  const stands = async (run: DreamRun, phase: string) => {
    assert.equal(run.phase, phase);
    assert.deepEqual(doneOf(run), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    assert.equal(run.newest?.done, 10);
    assert.equal(recipeOf(run.newest)?.until, undefined, "its recipe is that of a whole picture");
    assert.ok(run.recipe);
    assert.equal(run.beside.length, 1);
    const [update] = await updates(run, 1);
    assert.equal(update?.picture?.frame, run.newest.id);
    assert.equal(update.curve.points.length, 10);
  };

  it("stays where that fails before its first frame, also in the next window, and can be gone on from", async () => {
    const run = await finished(once("fails"));
    run.change({ ...settings, technique: "style-transfer" });
    run.begin();
    await ended(run, "failed");
    await stands(run, "failed");
    assert.deepEqual(await notesOf(run), ["remark-1", "verdict"]);
    const again = await againOf(run, staged({ step: 1 }));
    await stands(again, "failed");
    assert.equal(again.failure?.message, "Choose the picture whose style is wanted.");
    again.change(settings);
    again.resume(again.film.all[2]?.id);
    await ended(again, "finished");
  });

  it("stays where that is cancelled or stopped before its first frame", async () => {
    const cancelled = await finished(once("is cancelled"));
    cancelled.begin();
    assert.equal(cancelled.phase, "waiting");
    await ended(cancelled, "finished", "stopped", "idle");
    await stands(cancelled, "finished");
    const canceledIn = async (run: DreamRun) => (await updates(run, 1))[0]?.canceled;
    assert.equal(await canceledIn(cancelled), true, "and is said");
    cancelled.begin();
    assert.equal(await canceledIn(cancelled), undefined);
    cancelled.dispose();
    const stopped = await finished(once("waits"));
    stopped.begin();
    await new Promise((resolve) => setTimeout(resolve, 5));
    stopped.pause();
    assert.equal(stopped.phase, "paused");
    stopped.stop();
    await stands(stopped, "finished");
    assert.equal(await canceledIn(stopped), undefined, "who stops it knows");
    const left = await finished(once("waits"));
    left.begin();
    assert.equal(left.left.phase, "finished", "a window that ends now leaves it");
    await stands(await againOf(left, staged()), "finished");
  });

  it("is said to be cancelled only where no step of it came, until another picture is wanted", async () => {
    const cancels = (afterSteps: number) =>
      runOf(settings, async function* (...asked) {
        let frames = 0;
        for await (const update of staged({ step: 1 })(...asked)) {
          if (frames === afterSteps) throw Object.assign(new Error("Canceled."), { name: "Canceled" });
          yield update;
          if (update.kind === "frame") frames++;
        }
      });
    const canceledIn = async (run: DreamRun) => (await updates(run, 1))[0]?.canceled;
    const waiting = cancels(0);
    waiting.begin();
    await ended(waiting, "idle");
    assert.equal(await canceledIn(waiting), true);
    waiting.change({ ...settings, seed: 3 });
    assert.equal(await canceledIn(waiting), true);
    waiting.change({ ...settings, image: "/cup.png" });
    assert.equal(await canceledIn(waiting), undefined);
    const growing = cancels(2);
    growing.begin();
    await ended(growing, "stopped");
    assert.equal(await canceledIn(growing), undefined);
  });

  it("goes with the first frame of the other, and not before", async () => {
    let bring: () => void = () => undefined;
    const noted: string[] = [];
    const start = once("is made", new Promise((resolve) => (bring = resolve)));
    const run = await finished(start, ({ phase }) => noted.push(phase));
    noted.splice(0);
    const old = run.newest!.id;
    run.begin();
    await new Promise((resolve) => setTimeout(resolve, 5));
    assert.deepEqual([run.phase, run.newest?.id, run.film.all.length], ["waiting", old, 10]);
    assert.deepEqual(noted, [], "with its strip it is kept for the next window as it was");
    bring();
    await ended(run, "finished");
    assert.equal(run.film.all.length, 10);
    assert.ok(run.film.all.every(({ id }) => id > old), "of the film before nothing is left"); // prettier-ignore
    assert.deepEqual([run.beside, await notesOf(run)], [[], ["other"]]);
  });

  it("is what it was where going on finds nothing left to do", async () => {
    const run = await finished(once("ends"));
    run.resume();
    await ended(run, "finished");
    await stands(run, "finished");
    assert.deepEqual(await notesOf(run), ["remark-1", "verdict", "nothing-left"]);
    assert.equal(run.left.recipe?.until, undefined);
  });

  it("loses the verdict where another picture grows from an earlier frame", async () => {
    const run = await finished(once("waits"));
    run.change({ ...settings, seed: 4 });
    run.resume(run.film.all[1]?.id);
    assert.deepEqual(await notesOf(run), ["remark-1"]);
    assert.deepEqual(run.beside, []);
    assert.equal(recipeOf(run.film.last!)?.until, undefined, "the finished one is still saved as what it is");
    assert.deepEqual(recipeOf(run.newest!)?.until, { done: 2 });
    run.dispose();
  });
});

describe("a dream that comes back in another window", () => {
  const phaseAfter = async (run: DreamRun) => (await againOf(run, staged({ step: 1 }))).phase;

  it("is interrupted only where it grew", async () => {
    const run = runOf(settings, staged({ step: 5 }));
    run.begin();
    await frames(run, 2);
    assert.equal(await phaseAfter(run), "interrupted");
    run.pause();
    assert.equal(await phaseAfter(run), "paused");
    run.stop();
    assert.equal(await phaseAfter(run), "stopped");
    run.resume();
    assert.equal(run.phase, "waiting");
    assert.equal(await phaseAfter(run), "interrupted");
    run.dispose();
    const failing = runOf(settings, staged({ step: 1, failsAt: 4 }));
    failing.begin();
    await ended(failing, "failed");
    const failed = await againOf(failing, staged({ step: 1 }));
    assert.deepEqual([failed.phase, failed.failure?.name, failed.newest?.done], ["failed", "EngineCrashed", 3]);
    failed.resume();
    await ended(failed, "finished");
    assert.equal(failed.failure, undefined);
  });

  it("says that it was interrupted before its first frame, and begins", async () => {
    const run = runOf(settings, staged({ waits: new Promise(() => undefined) }));
    run.begin();
    const again = await againOf(run, staged({ step: 1 }));
    assert.deepEqual([again.phase, again.newest], ["interrupted", undefined]);
    again.begin();
    await ended(again, "finished");
    run.stop();
    assert.equal(await phaseAfter(run), "idle", "one that was given up is not");
  });
});

describe("what counts from a dream's start on", () => {
  it("stays while the picture grows, which is said, and is another from the next start on", async () => {
    const { start, asked } = recorded(staged({ step: 5 }));
    const run = runOf(settings, start);
    run.begin();
    await frames(run, 2);
    run.change({ ...settings, parameters: { octaves: 6, jitter: 3 } });
    await ended(run, "finished", "failed");
    const [, second] = asked;
    assert.deepEqual(second?.settings.parameters, { octaves: 4, jitter: 3 });
    assert.ok(second.from);
    assert.match(await textsOf(run), /While this picture grows, “Octaves” stays 4: what is chosen now counts from the next start on/); // prettier-ignore
    assert.equal(run.settings.parameters.octaves, 6, "what was chosen is still chosen");
    run.begin();
    await ended(run, "finished");
    assert.equal(asked.at(-1)?.settings.parameters.octaves, 6);
    assert.deepEqual(await notesOf(run), []);
  });

  it("stays after a reload, too, and no longer is spoken of when it is chosen again", async () => {
    const run = runOf({ ...settings, parameters: { octaves: 3 } }, staged({ step: 2 }));
    await pausedAt(run, 3);
    run.change({ ...settings, parameters: { octaves: 5, "octave-scale": 1.4 } });
    const { start, asked } = recorded(staged({ step: 2 }));
    const again = await againOf(run, start);
    again.resume(undefined, "one step");
    await ended(again, "paused", "finished");
    assert.equal(asked[0]?.settings.parameters.octaves, 3);
    assert.match(await textsOf(again), /“Octaves” stays 3:/);
    again.change({ ...settings, parameters: { octaves: 3 } });
    again.resume(undefined, "one step");
    await ended(again, "paused", "finished");
    assert.deepEqual(await notesOf(again), []);
  });

  it("is several layers in a row, too, where the picture is of one: it goes on as it is", async () => {
    const { start, asked } = recorded(staged({ step: 5 }));
    const layers = ["fire3/concat", "fire5/concat"].map((name) => ({ name, weight: 1 }));
    const run = runOf({ ...settings, technique: "inversion", layer: "fire3/concat" }, start);
    run.begin();
    await frames(run, 2);
    run.change({ ...run.settings, layers: layers.slice(0, 1) });
    await frames(run, 4);
    run.change({ ...run.settings, layer: "fire8/concat", layers });
    await ended(run, "finished", "failed");
    const { settings: went, from } = asked.at(-1)!;
    assert.deepEqual([went.layer, went.layers], ["fire3/concat", layers.slice(0, 1)]);
    assert.ok(from);
    assert.match(await textsOf(run), /“Layers in a row” stays fire8\/concat alone: what is chosen now counts from the next start on/); // prettier-ignore
    run.begin();
    await ended(run, "finished");
    assert.deepEqual(asked.at(-1)?.settings.layers, layers);
    assert.deepEqual(await notesOf(run), []);
    // Several layers of a dream are climbed together: they need no start.
    const dream = recorded(staged({ step: 5 }));
    const other = runOf(settings, dream.start);
    await pausedAt(other, 2);
    other.change({ ...settings, layers });
    other.resume();
    await ended(other, "finished");
    assert.deepEqual(dream.asked.at(-1)?.settings.layers, layers);
  });

  for (const [technique, before, now, said] of [
    ["style-transfer", {}, { size: 64, octaves: 1 }, /“Longer side, pixels” stays 512, “Sizes, each twice the one before” stays 2:/], // prettier-ignore
    ["style-transfer", { size: "photo" }, {}, /stays “The photo's own”:/],
    ["texture-synthesis", { size: 64 }, { size: 128 }, /“Size, pixels” stays 64:/],
    ["inversion", {}, { row: "all" }, /“Layers in a row” stays 1:/],
    ["neuron-visualization", {}, { pictures: 3 }, /“Pictures” stays 1:/],
    ["neuron-visualization", {}, { sign: "both" }, /“The picture that it likes” stays “Best”:/],
    ["class-reconstruction", { prior: "generator", generator: "/a/g.onnx" }, { prior: "generator", generator: "/h.onnx" }, /“Generator” stays g\.onnx:/], // prettier-ignore
    ["class-reconstruction", { folder: "/f", generator: "/g.onnx" }, { folder: "/f", generator: "/h.onnx" }, /^$/],
    ["deep-dream", {}, { octaves: 4, zoom: 3, steps: 90 }, /^$/],
  ] as const)
    it(`is known of each technique: ${technique}, ${JSON.stringify(now)}`, async () => {
      const { start, asked } = recorded(staged({ step: 2 }));
      const run = runOf({ ...settings, technique, parameters: before }, start);
      await pausedAt(run, 2);
      run.change({ ...run.settings, parameters: now });
      run.resume();
      await ended(run, "finished");
      assert.match(await textsOf(run), said);
      assert.ok(asked[1]?.from, "it goes on");
    });
});
