import assert from "node:assert/strict";
import { asPicture, Film, type Kept } from "../../src/host/dream-film.ts";
import { DreamRun } from "../../src/host/dream-run.ts";
import type { Start } from "../../src/host/dream-start.ts";
import { frameAt, staged } from "../ui/harness/dream-staged.ts";
import { ended, frames, settings } from "./support/dream-runs.ts";

/** Frames of the technique that is asked for; from a frame of another one it begins at its own first step, as the engine does. */
function ofEach(own: (technique: string) => Start, checkpoints: (step: number) => boolean = () => true): Start {
  return async function* (given, { from, ...more }, signal) {
    const { technique } = given;
    const begun = from && (from.technique === technique ? from : { ...from, octave: 1, step: 0 });
    for await (const update of own(technique)(given, { ...more, ...(begun && { from: begun }) }, signal))
      if (update.kind === "frame" && update.checkpoint) {
        const frame = { ...update, checkpoint: { ...update.checkpoint, technique } };
        yield checkpoints(update.step) ? frame : asPicture(frame);
      } else yield update;
  };
}

const stagedOf = (technique: string): Start =>
  staged(technique === "deep-dream" ? { step: 1 } : { step: 1, octaves: 1, steps: 4 });
const ofClass = { ...settings, technique: "class-visualization", target: 281 };
const stepsOf = (line: readonly Kept[]) => line.map(({ technique, octave, step }) => `${technique} ${octave} ${step}`);
const fourOfClass = [1, 2, 3, 4].map((step) => `class-visualization 1 ${step}`);

describe("a dream's run that goes on with another technique", () => {
  const dreamt = async (start: Start) => {
    const run = new DreamRun(settings, start);
    run.begin();
    await ended(run, "finished");
    run.change(ofClass);
    return run;
  };

  it("is seen from that one's first step on, from the newest frame and from an earlier one", async () => {
    const run = await dreamt(ofEach(stagedOf));
    const [third, newest] = [run.film.all[2]!, run.newest!];
    for (const from of [newest, third]) {
      run.resume(from.id);
      await ended(run, "finished");
      const line = run.film.line(run.newest?.id);
      const before = run.film.line(from.id);
      assert.deepEqual(stepsOf(line), [...stepsOf(before), ...fourOfClass]);
      assert.ok(line.every(({ isResult }) => !isResult));
    }
  });

  it("grows from the frame of which more than the picture was kept", async () => {
    const run = await dreamt(ofEach(stagedOf, (step) => step % 5 === 3));
    run.resume();
    await ended(run, "finished");
    const line = stepsOf(run.film.line(run.newest?.id));
    assert.deepEqual(line.slice(-5), ["deep-dream 2 3", ...fourOfClass]);
  });

  it("stands at its own step after a pause, though the other one stood at the same", async () => {
    const slow = ofEach(() => staged({ step: 5, octaves: 1, steps: 4 }), (step) => step === 4); // prettier-ignore
    const run = await dreamt(slow);
    run.resume();
    await frames(run, 2, run.film.last!.id);
    run.pause();
    for (let i = 0; i < 500 && run.newest?.step !== 4; i++) await new Promise((resolve) => setTimeout(resolve, 2));
    assert.deepEqual(
      stepsOf(run.film.all.filter(({ step }) => step === 4)),
      ["deep-dream 1 4", "class-visualization 1 4"],
    ); // prettier-ignore
    run.dispose();
  });

  it("grows from the other one's frame where all that was made since is given up", async () => {
    const run = await dreamt(
      ofEach((technique) =>
        technique === "deep-dream"
          ? stagedOf(technique)
          : async function* () {
              yield frameAt(1, 1, 4);
              yield frameAt(2, 1, 4);
              yield { kind: "progress", done: 0, total: 4, unit: "steps" };
              for (let done = 1; done <= 4; done++) yield frameAt(done, 1, 4);
            },
      ),
    );
    const before = run.film.line(run.newest?.id);
    run.resume();
    await ended(run, "finished");
    assert.deepEqual(stepsOf(run.film.line(run.newest?.id)), [...stepsOf(before), ...fourOfClass]);
  });
});

describe("a film of two techniques", () => {
  it("takes the one step of the second for no result of the first", () => {
    const film = new Film();
    const first = film.add(frameAt(1, 1, 1), undefined, undefined, settings);
    assert.ok(!film.add(frameAt(1, 1, 1), first, undefined, ofClass).isResult);
    assert.ok(film.add(frameAt(1, 1, 1), first, undefined, settings).isResult);
  });

  it("is thinned evenly along both, and keeps where the one became the other", () => {
    const film = new Film(20);
    let last: Kept | undefined;
    const grow = (count: number, technique: string) => {
      for (let done = 1; done <= count; done++)
        last = film.add(frameAt(done, 1, count), last, undefined, { ...settings, technique });
    };
    grow(300, "deep-dream");
    const { id } = last!;
    grow(100, "class-visualization");
    assert.ok(film.get(id), "the last of the one");
    const second = film.all.flatMap(({ technique, done }) => (technique === "class-visualization" ? [done] : []));
    const gaps = second.map((done, i) => done - (second[i - 1] ?? 0));
    assert.ok(second.length >= 3 && Math.max(...gaps) <= 3 * Math.min(...gaps.slice(0, -3)), second.join());
  });
});
