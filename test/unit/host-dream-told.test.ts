import assert from "node:assert/strict";
import { synthesisCards } from "../../src/engine/synthesis/synthesize.ts";
import { DreamRun } from "../../src/host/dream-run.ts";
import type { Start } from "../../src/host/dream-start.ts";
import { shown } from "../../src/host/dream-watch.ts";
import type { SynthesisCard } from "../../src/shared/synthesis.ts";
import { sixChannels, staged } from "../ui/harness/dream-staged.ts";
import { Session, type Host } from "../../webview/dream/session.ts";
import { ended, inTurn, settings, updates } from "./support/dream-runs.ts";

/** As many steps as are chosen; DeepDream finds its layer by itself, and so does any other. */
const byChoice: Start = async function* (asked, ...more) {
  const { steps } = asked.parameters;
  const layer = asked.technique === "deep-dream" ? "fire8/concat" : "fire4/concat";
  for await (const update of staged({ step: 5, ...(typeof steps === "number" && { steps }) })(asked, ...more))
    yield "recipe" in update ? { ...update, recipe: { ...update.recipe, layer } } : update;
};

describe("what a page is told of a dream", () => {
  const now = async (run: DreamRun) => (await updates(run, 1))[0]!;

  it("is each frame's own recipe, technique and place, whatever the run goes on with", async () => {
    const run = new DreamRun({ ...settings, target: 281 }, byChoice);
    run.begin();
    await ended(run, "finished");
    run.change({ ...settings, target: 1, technique: "class-visualization", parameters: { steps: 3 } });
    run.resume(run.film.all[1]!.id);
    await ended(run, "finished");
    const { strip, curve, picture } = await now(run);
    const first = strip.added[9]!;
    const last = strip.added.at(-1)!;
    const placeOf = ({ octave, octaves, step, steps, done, total }: typeof first) =>
      [octave, octaves, step, steps, done, total].join();
    assert.deepEqual([first, last].map(placeOf), ["2,2,5,5,10,10", "2,2,3,3,6,6"]);
    assert.deepEqual([first.technique, last.technique], ["deep-dream", "class-visualization"]);
    assert.deepEqual(
      curve.points.map(({ technique, steps, total }) => [technique, steps, total].join()),
      [...Array<string>(2).fill("deep-dream,5,10"), ...Array<string>(4).fill("class-visualization,3,6")],
    );
    assert.equal(picture?.recipe?.target, 1);
    assert.equal(shown(run.film.get(first.id)!).recipe?.target, 281);
  });

  it("is whether a frame is several pictures in one", async () => {
    for (const more of [{}, { sheet: sixChannels }]) {
      const run = new DreamRun(settings, staged({ step: 1, ...more }));
      run.begin();
      await ended(run, "finished");
      assert.equal((await now(run)).strip.added[0]?.isSheet, "sheet" in more);
    }
  });

  it("is which of several pictures a frame belongs to, also of one that is looked back at", async () => {
    const run = new DreamRun(settings, inTurn(staged({ step: 1 })));
    run.begin();
    await ended(run, "finished");
    const update = await now(run);
    const { added } = update.strip;
    const session = new Session({ frame: () => new Promise(() => {}) } as unknown as Host); // no more is asked of it
    session.take(update);
    void session.choose(added[2]!.id);
    assert.deepEqual([session.progress?.making?.picture, update.progress?.making?.picture], [1, 2]);
    assert.deepEqual(
      added.map(({ making, step }) => [making?.picture, step].join()),
      ["1,1", "1,2", "1,3", "1,4", "1,5", "2,1", "2,2", "2,3", "2,4", "2,5"],
    );
    assert.deepEqual(
      added.map(({ isResult }) => isResult === true),
      Array<boolean>(10).fill(false),
    );
  });

  it("is the layer that the technique found by itself, until another is chosen", async () => {
    const run = new DreamRun(settings, byChoice);
    run.begin();
    await ended(run, "finished");
    assert.equal((await now(run)).layerUsed, "fire8/concat");
    run.change({ ...settings, technique: "style-transfer" });
    assert.equal((await now(run)).layerUsed, undefined);
    const again = new DreamRun({ ...settings, technique: "style-transfer" }, byChoice);
    again.restore(run.left);
    assert.equal((await now(again)).layerUsed, undefined, "nor in the next window");
    run.begin();
    await ended(run, "finished");
    assert.equal((await now(run)).layerUsed, "fire4/concat");
  });

  it("is the rate from the second step on, and the time left by what was seen of smaller octaves before a change", async () => {
    const growing: Start = async function* (asked, ...more) {
      for await (const update of staged({ octaves: 3, step: 15 })(asked, ...more)) {
        if (update.kind !== "frame") yield update;
        else {
          const side = 30 * 2 ** update.octave;
          yield { ...update, picture: { width: side, height: side, pixels: new Uint8Array(3 * side * side) } };
        }
      }
    };
    const inFirst = async (known: readonly SynthesisCard[]) => {
      const first = new DreamRun(settings, growing, undefined, () => known);
      first.begin();
      while ((first.newest?.done ?? 0) < 2) await new Promise((resolve) => setTimeout(resolve, 2));
      const { progress } = await now(first);
      first.dispose();
      assert.deepEqual([progress?.octave, (progress?.perSecond ?? 0) > 0], [1, true]);
      return progress?.secondsLeft;
    };
    assert.ok(((await inFirst(synthesisCards())) ?? 0) > 0, "as its settings have the octaves grow");
    assert.equal(await inFirst([]), undefined);
    const run = new DreamRun(settings, growing);
    run.begin();
    while ((run.newest?.done ?? 0) < 7) await new Promise((resolve) => setTimeout(resolve, 2));
    run.change({ ...settings, seed: 5 });
    while ((run.newest?.done ?? 0) < 9) await new Promise((resolve) => setTimeout(resolve, 2));
    const { progress } = await now(run);
    assert.equal(progress?.octave, 2);
    assert.ok((progress.secondsLeft ?? 0) > 0, JSON.stringify(progress));
    run.dispose();
  });
});
