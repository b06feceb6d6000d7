import assert from "node:assert/strict";
import { asPaused, closedWords } from "../../src/host/dream-closed.ts";
import { DreamRun } from "../../src/host/dream-run.ts";
import type { DreamPhase, DreamSettings } from "../../src/shared/dream-panel.ts";
import { inStages, staged } from "../ui/harness/dream-staged.ts";
import { ended, frames, settings } from "./support/dream-runs.ts";

const title = "DeepDream: p.png";

describe("what is said of a Dream panel that was closed", () => {
  const pausedAt = async (steps: number, given: DreamSettings = settings) => {
    const run = new DreamRun(given, inStages(staged({ octaves: 1, steps: 6, step: 5 })));
    run.begin();
    await frames(run, steps);
    run.pause();
    return run;
  };

  it("is where its picture was paused, which comes back so", async () => {
    const run = await pausedAt(2);
    const { done } = run.newest!;
    assert.equal(
      closedWords({ title, left: run.left, seconds: 0 }),
      `${title} was closed, paused at step ${done} of 6.`,
    );
    const again = new DreamRun(settings, staged({ octaves: 1, steps: 6, step: 1 }));
    again.restore(asPaused(run.left));
    assert.deepEqual([again.phase, again.newest?.done], ["paused", done]);
    again.resume();
    await ended(again, "finished");
    assert.equal(again.newest?.done, 6);
  });

  it("names the stage of a recipe", async () => {
    const before = [{ ...settings, until: { done: 6 }, leaves: "all" as const }];
    const run = await pausedAt(8, { ...settings, before });
    const words = closedWords({ title, left: run.left, seconds: 0 });
    assert.equal(words, `${title} was closed, paused at step ${run.newest!.done} of 6 of stage 2 of 2.`);
  });

  it("is nothing of one that is through, was ended, has no frame or was begun a moment ago", async () => {
    const run = await pausedAt(2);
    const wordsOf = (phase: DreamPhase, seconds = 60) => closedWords({ title, left: { ...run.left, phase }, seconds });
    const words = `${title} was closed at step ${run.newest!.done} of 6.`;
    for (const phase of ["running", "waiting", "interrupted", "failed"] as const) assert.equal(wordsOf(phase), words);
    for (const phase of ["finished", "stopped", "idle"] as const) assert.equal(wordsOf(phase), undefined);
    assert.equal(wordsOf("running", 5), undefined);
    assert.equal(closedWords({ title, left: { settings, phase: "paused" }, seconds: 60 }), undefined);
  });

  it("leaves a failure behind", async () => {
    const left = {
      ...(await pausedAt(2)).left,
      phase: "failed",
      failure: { name: "Error", message: "Gone." },
    } as const;
    const again = new DreamRun(settings, staged());
    again.restore(asPaused(left));
    assert.deepEqual([again.phase, again.failure], ["paused", undefined]);
  });
});
