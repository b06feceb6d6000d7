import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import sharp from "sharp";
import { pictureFile, recipeIn } from "../../src/engine/synthesis/recipe-png.ts";
import { synthesisCards } from "../../src/engine/synthesis/synthesize.ts";
import { Film, recipeOf, type Kept } from "../../src/host/dream-film.ts";
import * as requests from "../../src/host/dream-requests.ts";
import { DreamRun } from "../../src/host/dream-run.ts";
import type { Start } from "../../src/host/dream-start.ts";
import { isPlayedFrom } from "../../src/host/dream-stages.ts";
import { DreamStore } from "../../src/host/dream-store.ts";
import type { DreamSettings, StageSettings } from "../../src/shared/dream-panel.ts";
import { folder } from "../fixtures/onnx/writer.ts";
import { frameAt } from "../ui/harness/dream-staged.ts";
import { never, samplesFolder } from "./support/engine.ts";
import { ended, frames, updates } from "./support/dream-runs.ts";
import { makerEngine } from "./support/making.ts";

const image = join(folder(), "small.png");
const model = join(samplesFolder, "squeezenet1.1.onnx");
const cards = synthesisCards();

/** As a panel asks the engine; `changed` says otherwise. */
const start = (changed: { readonly frames?: "all" } = {}): Start =>
  async function* (settings, { pausing, ...more }, signal) {
    const run = `${Math.random()}`;
    pausing.addEventListener("abort", () => void makerEngine.pauseSynthesis({ run }, never), { once: true });
    yield* makerEngine.synthesize({ ...settings, ...more, ...changed, checkpoints: true, run }, signal);
  };
const everyStep = start({ frames: "all" });

const runOf = (settings: DreamSettings, own: Start = everyStep) =>
  new DreamRun(
    settings,
    own,
    () => undefined,
    () => cards,
  );

const dream: DreamSettings = { technique: "deep-dream", model, image, layer: "fire2/concat", parameters: { octaves: 2, steps: 3 }, seed: 0 }; // prettier-ignore
const ofClass: DreamSettings = { technique: "class-visualization", model, target: 3, parameters: { size: 32, steps: 6 }, seed: 0 }; // prettier-ignore

/** The settings that a frame's picture carries into another program. */
async function opened(kept: Kept | undefined): Promise<DreamSettings> {
  const recipe = (kept && recipeOf(kept)) ?? assert.fail("no recipe");
  const read = recipeIn(await pictureFile(kept!.frame.picture, recipe)) ?? assert.fail("it carries none");
  const { before, until, ...settings } = requests.recipeOf(read);
  assert.ok(!("continued" in settings));
  const here = ({ model: name, image: photo, ...given }: requests.RecipeStage): StageSettings => ({
    ...given,
    model: join(samplesFolder, name),
    ...(photo === basename(image) && { image }),
  });
  const stages = before?.map(({ until, leaves, ...stage }) => ({ ...here(stage), until, leaves }));
  return { ...here(settings), ...(stages && { before: stages }), ...(until && { until }) };
}

const picturesOf = (run: DreamRun) => run.film.line(run.newest?.id).map(({ frame }) => frame.picture);

/** What is pressed Start on gives the picture again, and ends as it did. */
async function givesAgain(kept: Kept | undefined, own: Start = everyStep): Promise<DreamRun> {
  const again = runOf(await opened(kept), own);
  again.begin();
  await ended(again, "finished", "stopped", "failed");
  assert.equal(again.failure, undefined);
  assert.deepEqual(again.newest?.frame.picture, kept?.frame.picture);
  assert.deepEqual(recipeOf(again.newest!), recipeOf(kept!));
  return again;
}

/** A dream that was steered in its midst, and branched off an earlier frame when it was through. */
async function branched(own: Start = everyStep): Promise<DreamRun> {
  const run = runOf(dream, own);
  run.begin();
  await frames(run, 2);
  run.change({ ...dream, seed: 1 });
  await ended(run, "finished");
  const at = run.film.line(run.newest?.id).findLast(({ done, frame }) => done < 6 && frame.checkpoint)!;
  run.change({ ...dream, seed: 2, layer: "fire3/concat" });
  run.resume(at.id);
  await ended(run, "finished");
  return run;
}

async function overReload(run: DreamRun, own: Start = everyStep): Promise<DreamRun> {
  const place = await mkdtemp(join(tmpdir(), "glassbox-dreams-"));
  try {
    await new DreamStore(place).keep("one", run.left, true);
    const left = (await new DreamStore(place).read("one")) ?? assert.fail("nothing was left");
    const again = runOf(left.chosen ?? left.settings, own);
    again.restore(left);
    return again;
  } finally {
    await rm(place, { recursive: true });
  }
}

describe("the recipe of a dream's frame", function () {
  this.timeout(60_000);
  before(() => sharp(join(samplesFolder, "cat-chelsea.png")).resize(90, 60, { fit: "fill" }).toFile(image));

  it("gives a picture again that was steered and branched, with each frame on the way", async () => {
    const run = await branched();
    const { before = [] } = run.recipe!;
    assert.deepEqual(before.map(({ seed }) => seed).slice(0, 1), [0]);
    const again = await givesAgain(run.newest);
    assert.deepEqual(picturesOf(again), picturesOf(run));
    assert.deepEqual(
      again.film.all.map(({ settings }) => settings?.seed),
      run.film.line(run.newest?.id).map(({ settings }) => settings?.seed),
    );
    assert.equal(again.phase, "finished");
    await givesAgain(run.film.line(run.newest?.id)[4]);
  });

  it("gives it again where few frames had what it takes to go on", async () => {
    const run = await branched(start());
    await givesAgain(run.newest, start());
  });

  it("is that of an undisturbed picture where it was paused, stopped, handed to another window, or its engine ended", async () => {
    const whole = runOf(ofClass);
    whole.begin();
    await ended(whole, "finished");
    let asked = 0;
    const mortal: Start = async function* (settings, more, signal) {
      const dies = ++asked === 3;
      for await (const update of everyStep(settings, more, signal)) {
        yield update;
        if (dies && update.kind === "frame") throw new Error("The engine crashed.");
      }
    };
    const run = runOf(ofClass, mortal);
    run.begin();
    await frames(run, 1);
    run.pause();
    run.resume(undefined, "one step");
    await ended(run, "paused");
    run.resume();
    await ended(run, "failed");
    const after = await overReload(run);
    after.resume();
    await ended(after, "finished");
    assert.deepEqual(after.newest?.frame.picture, whole.newest?.frame.picture);
    assert.deepEqual(after.recipe, whole.recipe);
    assert.equal(after.recipe?.before, undefined);
  });

  it("tells a branch from a frame of which the picture alone was kept, and from one with all that Adam had learned", async () => {
    const run = runOf(ofClass);
    run.begin();
    await frames(run, 3);
    run.pause();
    await new Promise((resolve) => setTimeout(resolve, 300));
    run.change({ ...ofClass, target: 7 });
    run.resume();
    await ended(run, "finished");
    assert.deepEqual(run.recipe?.before?.map(({ leaves }) => leaves), ["all"]); // prettier-ignore
    await givesAgain(run.newest);
    run.resume(run.film.all[1]?.id);
    await ended(run, "finished");
    assert.deepEqual(run.recipe?.before?.map(({ leaves }) => leaves), ["picture"]); // prettier-ignore
    await givesAgain(run.newest);
  });

  it("gives a picture again that two techniques made, and one that was stopped, from which it goes on", async () => {
    const run = runOf(ofClass);
    run.begin();
    await frames(run, 4);
    run.stop();
    await new Promise((resolve) => setTimeout(resolve, 300));
    const stopped = await givesAgain(run.newest);
    assert.equal(stopped.phase, "stopped");
    assert.ok(stopped.recipe?.until);
    const whole = runOf(ofClass);
    whole.begin();
    await ended(whole, "finished");
    stopped.resume();
    await ended(stopped, "finished");
    assert.deepEqual(stopped.newest?.frame.picture, whole.newest?.frame.picture);
    assert.deepEqual(stopped.recipe, whole.recipe);
    run.change(dream);
    run.resume();
    await ended(run, "finished");
    assert.deepEqual([run.recipe?.technique, run.recipe?.before?.length], ["deep-dream", 1]);
    await givesAgain(run.newest);
  });
});

describe("a recipe that is played", function () {
  this.timeout(60_000);
  before(() => sharp(join(samplesFolder, "cat-chelsea.png")).resize(90, 60, { fit: "fill" }).toFile(image));
  let run: DreamRun;
  before(async () => {
    run = await branched();
  });
  const isThere = (again: DreamRun) => {
    assert.deepEqual(again.newest?.frame.picture, run.newest?.frame.picture);
    assert.deepEqual(again.recipe, run.recipe);
  };

  for (const stage of [0, 1, 2])
    it(`goes on with what is left of it after a pause in stage ${stage}, also in another window`, async () => {
      for (const move of [async (one: DreamRun) => Promise.resolve(one), overReload]) {
        const first = runOf(await opened(run.newest));
        first.begin();
        while (first.newest?.played?.stage !== stage) await new Promise((resolve) => setTimeout(resolve, 2));
        first.pause();
        await new Promise((resolve) => setTimeout(resolve, 200));
        const again = await move(first);
        again.resume();
        await ended(again, "finished", "failed");
        isThere(again);
        first.dispose();
      }
    });

  it("goes on with it where the engine began anew in its midst, and where a window was lost while it grew", async () => {
    let asked = 0;
    const restarted = (at: "a step" | "a stage's start"): Start =>
      async function* (settings, more, signal) {
        const dies = ++asked === 1;
        let count = 0;
        for await (const update of everyStep(settings, more, signal)) {
          yield update;
          const isWhen =
            at === "a step" ? update.kind === "frame" && ++count === 3 : update.kind === "begun" && update.stage;
          if (dies && isWhen) return yield* everyStep(settings, more, signal);
        }
      };
    for (const at of ["a step", "a stage's start"] as const) {
      asked = 0;
      const again = runOf(await opened(run.newest), restarted(at));
      again.begin();
      await ended(again, "finished", "failed");
      assert.equal(asked, 2);
      isThere(again);
      assert.equal(again.film.all.length, run.film.line(run.newest?.id).length, "nothing is there twice");
    }
    const growing = runOf(await opened(run.newest));
    growing.begin();
    await frames(growing, 3);
    const { film: _, ...left } = growing.left; // while it grows the strip is not written
    growing.dispose();
    const after = runOf(growing.settings);
    after.restore(left);
    after.resume();
    await ended(after, "finished", "failed");
    isThere(after);
  });

  it("is played no more once a setting is changed, which is said until another recipe is opened", async () => {
    const settings = await opened(run.newest);
    const again = runOf(settings);
    const said = async () => (await updates(again, 1))[0]!.notes.some(({ key }) => key === "played-no-more");
    again.begin();
    await frames(again, 2);
    again.pause();
    const { before: _, ...alone } = settings;
    again.change({ ...alone, seed: 9 });
    assert.ok(await said());
    again.resume();
    await ended(again, "finished");
    const { seed, before = [] } = again.recipe!;
    assert.deepEqual([seed, before.length], [9, 1]);
    again.change(settings);
    assert.ok(!(await said()));
    again.begin();
    await ended(again, "finished");
    isThere(again);
  });
});

describe("what is left of a recipe", () => {
  const settings = { ...dream, before: [{ ...dream, until: { done: 2 }, leaves: "all" as const }], until: { done: 4 } };
  const at = (done: number, stage: number, recipe: DreamSettings = settings) =>
    new Film().add(frameAt(done, 2, 3), undefined, undefined, dream, { recipe, stage });

  it("is played from its own frames on, but for where it ends", () => {
    assert.ok(isPlayedFrom(settings, undefined) && !isPlayedFrom(dream, undefined));
    assert.ok(isPlayedFrom(settings, at(4, 0)) && isPlayedFrom(settings, at(3, 1)));
    assert.ok(isPlayedFrom(settings, structuredClone(at(2, 0))), "in another window");
    assert.ok(!isPlayedFrom(settings, at(4, 1)), "on from there is beyond it");
    assert.ok(!isPlayedFrom(settings, at(3, 1, { ...settings, seed: 4 })), "another one's");
    assert.ok(!isPlayedFrom(settings, new Film().add(frameAt(3, 2, 3), undefined, undefined, dream)));
  });
});

describe("a recipe of stages that comes from a file", () => {
  const preparation = { size: [224, 224], fit: "crop", color: "RGB", range: [0, 1], mean: [0.5, 0.5, 0.5], deviation: [0.2, 0.2, 0.2], layout: "NCHW" } as const; // prettier-ignore
  const one = { technique: "deep-dream", model: "a.onnx", preparation, parameters: {}, seed: 1 };
  const before = [{ ...one, until: { done: 3, returns: 1 }, leaves: "picture" as const }];
  const whole = { ...one, before, until: { done: 7 } };

  it("is taken with all that it says, as is a panel's state of one that is played", () => {
    assert.deepEqual(requests.recipeOf(whole), whole);
    assert.deepEqual(requests.stateOf({ panel: { id: "x", settings: whole } })?.settings, whole);
  });

  it("is refused where a stage is none", () => {
    const [stage] = before;
    for (const wrong of [
      { ...whole, before: {} },
      { ...whole, before: [{ ...stage, until: undefined }] },
      { ...whole, before: [{ ...stage, until: { done: -1 } }] },
      { ...whole, before: [{ ...stage, until: { done: 1, returns: 0.5 } }] },
      { ...whole, before: [{ ...stage, leaves: "nothing" }] },
      { ...whole, before: [{ ...stage, seed: "1" }] },
      { ...whole, until: 7 },
      { ...whole, before: Array<unknown>(10_001).fill(stage) },
    ])
      assert.throws(() => requests.recipeOf(wrong as never), { name: "Refused" }, JSON.stringify(wrong).slice(0, 200));
  });

  it("is no part of what a page changes", () => {
    const change = requests.changeRequest({ ...one, before, until: { done: 7 } });
    assert.deepEqual(Object.keys(change).sort(), ["parameters", "seed", "technique"]);
  });
});
