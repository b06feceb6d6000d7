import assert from "node:assert/strict";
import { asPicture, Film, pointsOf } from "../../src/host/dream-film.ts";
import { DreamRun } from "../../src/host/dream-run.ts";
import { filmed, keptWords, picturesWords } from "../../src/shared/dream-kept.ts";
import type { Checkpoint } from "../../src/shared/synthesis.ts";
import { frameAt, staged } from "../ui/harness/dream-staged.ts";
import { ended, recipe, settings, updates } from "./support/dream-runs.ts";

describe("how many steps of a film are kept", () => {
  const isSheet = false;
  const line = (...done: readonly number[]) => done.map((each) => ({ done: each, isSheet }));

  it("is said by its last frame, without the result of a search", () => {
    assert.equal(keptWords(line(1, 3, 8)), "3 of 8 steps");
    assert.equal(keptWords(line(1, 2, 3)), "all 3 steps");
    assert.equal(keptWords(line(1)), "all 1 step");
    assert.equal(keptWords([...line(1, 4), { done: 6, isSheet, isResult: true }]), "2 of 4 steps, and the result");
    assert.equal(keptWords(line(8, 9, 2)), "all 3 steps", "counted anew on the way");
  });

  it("counts the steps of other settings on the way, seen or not", () => {
    const film = new Film();
    const steps = (...done: readonly number[]) => done.map((each) => frameAt(each, 1, 10));
    const [first, unseen, third, anew, next] = steps(7, 8, 9, 1, 2);
    const began = film.add(first!, undefined);
    assert.equal(keptWords(film.line(began.id)), "1 of 7 steps", "those before it were lost with a window");
    const branch = film.add({ ...third!, between: [unseen!] }, began);
    const last = film.add(next!, film.add(anew!, branch));
    assert.equal(keptWords(film.line(last.id)), "4 of 11 steps");
  });

  it("is said in pictures, where several are made one after the other", () => {
    const pictures = (...whole: readonly number[]) => whole.map((each) => ({ done: 10 * each, whole: each, isSheet }));
    const way = line(11, 15);
    assert.equal(picturesWords([...pictures(1), ...way, ...pictures(2, 3)]), "all 3 pictures");
    assert.equal(keptWords([...pictures(1), ...way, ...pictures(2, 3)]), "all 3 pictures, and 2 steps on the way");
    assert.equal(keptWords(pictures(1, 3, 5, 6)), "4 of 6 pictures");
    const late = pictures(25, 26, 27, 28);
    assert.deepEqual(filmed(late), late, "those before it were lost with a window");
    assert.equal(picturesWords(late), "4 of 28 pictures");
    assert.equal(picturesWords([...way, ...pictures(1)]), undefined, "it is the one that grows");
  });

  it("is of a sheet each that was shown, whichever pictures came too fast for that", () => {
    for (const shown of [
      [2, 4, 6, 8],
      [1, 4, 6, 9, 11],
    ]) {
      const sheets = shown.map((each) => ({ done: 10 * each, whole: each, isSheet: true }));
      assert.deepEqual(filmed(sheets), sheets);
      assert.equal(picturesWords(sheets), `${shown.length} of ${shown.at(-1)} pictures`);
    }
  });
});

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
    assert.equal(pointsOf(film.all.at(-1)).length, 40, "the curve stays whole");
  });

  it("takes the last of several pictures of one step each for no result of a search", () => {
    const film = new Film();
    const making = (picture: number) => ({ picture, pictures: 2, isWhole: true });
    const first = film.add({ ...frameAt(1, 1, 2), making: making(1) }, undefined);
    const last = film.add({ ...frameAt(2, 1, 2), step: 1, making: making(2) }, first);
    assert.deepEqual([last.done, last.total, last.isResult], [2, 2, undefined]);
  });

  it("has gaps about as wide all along, however long it grows", () => {
    const film = new Film();
    let last: ReturnType<Film["add"]> | undefined;
    for (let done = 1; done <= 1000; done++) {
      last = film.add(frameAt(done, 1, 1000), last);
      const kept = film.all.map((one) => one.done);
      assert.deepEqual([kept[0], kept.at(-1)], [1, done]);
      if (done < 240) continue; // until then every second frame at most is gone
      assert.equal(kept.length, 120);
      const gaps = kept.slice(1).map((one, i) => one - kept[i]!);
      // The newest ones are still to be thinned.
      const [narrowest, widest] = [Math.min(...gaps.slice(0, -3)), Math.max(...gaps)];
      assert.ok(widest <= 3 * narrowest, `after ${done}: ${gaps.join()}`);
    }
  });

  it("leads to the frame that ends it, however many came before", () => {
    const film = new Film();
    let last: ReturnType<Film["add"]> | undefined;
    for (let done = 1; done <= 521; done++) {
      last = film.add(frameAt(done, 1, 521), last);
      const line = film.line(last.id);
      assert.equal(line.at(-1), last, "as it is kept");
      assert.equal(line.length, Math.min(done, 120));
      for (const ended of [film.exchange(last, last.frame), film.finish(last, recipe, { notes: [], beside: [] })])
        assert.deepEqual([ended.parent, film.line(ended.id).length], [last.parent, line.length], `${done} steps`);
    }
  });

  it("keeps the beginning of every branch, and what is looked at until something else is", () => {
    const film = new Film(20);
    let trunk: ReturnType<Film["add"]> | undefined;
    for (let done = 1; done <= 12; done++) trunk = film.add(frameAt(done, 1, 1000), trunk);
    const fork = film.all[6]!;
    film.look(film.all[3]!.id);
    let branch = fork;
    for (let done = 8; done <= 300; done++) branch = film.add(frameAt(done, 1, 1000), branch);
    const has = (...ids: readonly number[]) => ids.map((id) => film.get(id) !== undefined);
    assert.deepEqual(has(0, 3, fork.id, trunk!.id), [true, true, true, true]);
    const line = film.line(branch.id).map(({ id }) => id);
    assert.deepEqual([line[0], line.includes(3), line.includes(fork.id)], [0, true, true], "they are linked as before");
    film.look(branch.id);
    for (let done = 301; done <= 600; done++) branch = film.add(frameAt(done, 1, 1000), branch);
    assert.deepEqual(has(0, 3, fork.id, trunk!.id), [true, false, true, true]);
  });

  it("thins the ends of octaves, too, where there is nothing else, and all along", () => {
    const film = new Film(20);
    grow(film, 400, 2);
    const kept = film.all.map(({ done }) => done);
    assert.ok(kept.length <= 20);
    const gaps = kept.slice(1).map((one, i) => one - kept[i]!);
    assert.ok(Math.max(...gaps) <= 3 * Math.min(...gaps.slice(1, -3)), gaps.join());
  });

  /** As an endless zoom goes: of each picture two octaves of three steps, the last of which is the whole. */
  const zoom = (film: Film, pictures: number, from = 1, last?: ReturnType<Film["add"]>, size = 4) => {
    const picture = { width: size, height: size, pixels: new Uint8Array(3 * size * size) };
    for (let done = 6 * (from - 1) + 1; done <= 6 * pictures; done++) {
      const making = { picture: Math.ceil(done / 6), pictures, isWhole: done % 6 === 0 };
      const { checkpoint } = frameAt(1, 1, 1);
      const values = new Float32Array(3 * size * size);
      last = film.add({ ...frameAt(done, 2 * pictures, 3), picture, making, checkpoint: { ...checkpoint!, values } }, last); // prettier-ignore
    }
    return last;
  };
  const wholeOf = (film: Film) => film.all.flatMap(({ whole }) => whole ?? []);
  const every = (stride: number, last: number) =>
    Array.from({ length: Math.ceil(last / stride) }, (_, i) => 1 + i * stride);

  it("keeps each whole picture of a zoom, whatever is left of the steps between them", () => {
    const film = new Film();
    const last = zoom(film, 300);
    assert.deepEqual(wholeOf(film), every(1, 300));
    assert.equal(film.all.length, 300 + 120);
    assert.deepEqual(film.line(last?.id), film.all);
    assert.equal(pointsOf(last).length, 1800);
  });

  it("lacks whole pictures for want of memory alone, after all else has gone, and evenly", () => {
    const bytes = 3 * 32 * 32;
    for (const [room, stride] of [
      [160, 1],
      [100, 2],
      [45, 4],
    ] as const) {
      const film = new Film(120, room * bytes + 5e4);
      const last = zoom(film, 150, 1, undefined, 32);
      const kept = wholeOf(film);
      assert.deepEqual(kept.filter((one) => one < 150), every(stride, 149)); // prettier-ignore
      assert.equal(kept.at(-1), 150, "what is on screen stays");
      assert.ok(film.resumable(last?.id) === last, "and can be gone on from");
    }
  });

  it("goes on lacking every second one after it was restored, and begins another one whole", () => {
    const film = new Film(20, 1e9, 100);
    zoom(film, 150);
    assert.deepEqual(wholeOf(film).slice(0, -1), every(2, 149));
    const after = new Film(20, 1e9, 100);
    after.restore(film.all, film.last!.id);
    zoom(after, 180, 151, after.last);
    assert.ok(wholeOf(after).includes(150), "it was looked at");
    const shown = filmed(after.line(after.last?.id));
    assert.deepEqual(shown.map(({ whole }) => whole), [...every(2, 179), 180]); // prettier-ignore
    assert.equal(picturesWords(after.line(after.last?.id)), "91 of 180 pictures");
    after.clear();
    zoom(after, 90);
    assert.deepEqual(wholeOf(after), every(1, 90));
  });

  it("tells what a search ends with from its last try", () => {
    const at = (octave: number, step: number, done: number) => ({ ...frameAt(1, 3, 2), octave, octaves: 3, step, done, total: 6 }); // prettier-ignore
    /** Of three tries of two steps each, those that were made. */
    const resultsOf = (...places: readonly (readonly [octave: number, step: number, done: number])[]) => {
      const film = new Film();
      let last: ReturnType<Film["add"]> | undefined;
      for (const place of places) last = film.add(at(...place), last);
      return film.all.map(({ isResult = false }) => isResult);
    };
    assert.deepEqual(resultsOf([2, 1, 3], [2, 2, 4], [2, 2, 6]), [false, false, true], "two were enough");
    assert.deepEqual(resultsOf([3, 1, 5], [3, 2, 6], [3, 2, 6]), [false, false, true]);
    assert.deepEqual(resultsOf([2, 1, 3], [2, 2, 6]), [false, true], "not each step has a frame");
    assert.deepEqual(resultsOf([3, 1, 5], [3, 2, 6]), [false, false], "nothing else comes after it");
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
    run.restore({ settings, phase: "running", frame: bare });
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
