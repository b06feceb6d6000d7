import assert from "node:assert/strict";
import { DreamRun } from "../../src/host/dream-run.ts";
import { progressWords } from "../../src/host/job-title.ts";
import { isPlayedFrom } from "../../src/host/dream-stages.ts";
import type { DreamSettings, DreamUpdate } from "../../src/shared/dream-panel.ts";
import { inStages, staged } from "../ui/harness/dream-staged.ts";
import { ended, frames, settings, updates } from "./support/dream-runs.ts";

const first = { ...settings, seed: 1, until: { done: 4 }, leaves: "all" as const };
const played: DreamSettings = { ...settings, before: [first], opened: { of: "dream.png" } };

describe("a recipe of several stages", () => {
  const keysOf = ({ notes }: DreamUpdate) => notes.map(({ key }) => key);
  const now = async (run: DreamRun) => (await updates(run, 1))[0] ?? assert.fail("nothing is told");

  it("tells on its way, and of each frame, which stage it is", async () => {
    const run = new DreamRun(played, inStages(staged({ octaves: 1, steps: 4, step: 5 })));
    assert.equal(run.playing, undefined);
    run.begin();
    assert.equal(run.playing, undefined, "it waits for its turn");
    await frames(run, 1);
    assert.deepEqual(run.playing, { stage: 1, stages: 2 });
    assert.deepEqual((await now(run)).progress?.playing, { stage: 1, stages: 2 });
    await frames(run, 5);
    assert.deepEqual(run.playing, { stage: 2, stages: 2 });
    await ended(run, "finished");
    const { progress, strip } = await now(run);
    assert.deepEqual(progress?.playing, { stage: 2, stages: 2 });
    assert.deepEqual(
      strip.added.map(({ playing }) => playing?.stage),
      [1, 1, 1, 1, 2, 2, 2, 2],
    );
  });

  it("is said to be played as long as that is so, from its start on", async () => {
    const run = new DreamRun(played, inStages(staged({ octaves: 1, steps: 4, step: 5 })));
    assert.deepEqual(keysOf(await now(run)), [], "until then there is what was said when it was opened");
    run.begin();
    await frames(run, 1);
    const [note] = (await now(run)).notes;
    assert.equal(
      note?.text,
      "By the recipe of dream.png, in 2 stages: the same picture comes of it, as long as no setting is changed.",
    );
    await ended(run, "finished");
    assert.deepEqual(keysOf(await now(run)), ["played-recipe"]);
    run.change({ ...settings, seed: 9 });
    assert.deepEqual(keysOf(await now(run)), ["played-no-more"]);
  });

  it("says where it ends, and where another picture comes of it", async () => {
    const textOf = async (given: Partial<DreamSettings>) => {
      const run = new DreamRun({ ...settings, ...given }, staged({ step: 1 }));
      run.begin();
      const [note] = (await now(run)).notes;
      run.dispose();
      return note?.text.split(", as long")[0];
    };
    const opened = { of: "a.png" };
    const same = "the same picture comes of it";
    assert.equal(await textOf({ opened }), `By the recipe of a.png: ${same}`);
    assert.equal(
      await textOf({ opened, until: { done: 1 } }),
      `By the recipe of a.png, which ends after one step: ${same}`,
    );
    assert.equal(
      await textOf({ ...played, opened, until: { done: 7 } }),
      `By the recipe of a.png, in 2 stages, the last of which ends after 7 steps: ${same}`,
    );
    assert.equal(
      await textOf({ opened: { of: "a.png", makesAnother: true } }),
      "By the recipe of a.png: not all of it can be followed here, and another picture comes of it.",
    );
    assert.equal(await textOf({}), undefined);
  });

  it("goes on where the same one was opened from a file of another name", async () => {
    const run = new DreamRun(played, inStages(staged({ octaves: 1, steps: 4, step: 5 })));
    run.begin();
    await frames(run, 2);
    run.pause();
    assert.ok(isPlayedFrom({ ...played, opened: { of: "copy.png" } }, run.newest));
    assert.equal(isPlayedFrom({ ...played, seed: 7 }, run.newest), false);
  });
});

describe("how far a job is", () => {
  it("is a count of steps, of the stage that they are of where there are several", () => {
    assert.equal(progressWords({ done: 7.5, total: 20 }), " 7/20");
    assert.equal(progressWords({ done: 0, total: 0 }), "");
    const playing = { stage: 1, stages: 2 };
    assert.equal(progressWords({ done: 7, total: 20, playing }), ", stage 1 of 2: 7/20");
    assert.equal(progressWords({ done: 0, total: 0, playing }), ", stage 1 of 2");
    assert.equal(progressWords({ done: 7, total: 20 }), " 7/20");
  });
});
