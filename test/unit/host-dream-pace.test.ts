import assert from "node:assert/strict";
import { synthesisCards } from "../../src/engine/synthesis/synthesize.ts";
import { scheduleOf } from "../../src/host/dream-octaves.ts";
import { Pace } from "../../src/host/dream-pace.ts";
import { defaultsOf, type Given } from "../../src/shared/parameters.ts";
import type { Recipe } from "../../src/shared/synthesis.ts";

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

describe("the pace of a run in its first octave", () => {
  /** Where a run is after so many steps, each of whose octaves has sides twice as long and half as many steps. */
  const stepsOf = [40, 20, 10];
  const expected = { growth: 4, factor: 0.5 };
  function places(pictures: number) {
    const perPicture = 70;
    return Array.from({ length: pictures * perPicture }, (_, i) => {
      const within = i % perPicture;
      const octave = within < 40 ? 1 : within < 60 ? 2 : 3;
      const before = [0, 40, 60][octave - 1]!;
      const side = 50 * 2 ** octave;
      return {
        octave,
        octaves: 3,
        step: within - before + 1,
        steps: stepsOf[octave - 1]!,
        done: i + 1,
        total: pictures * perPicture,
        picture: { width: side, height: side },
        ...(pictures > 1 && {
          making: { picture: Math.floor(i / perPicture) + 1, pictures, isWhole: within === perPicture - 1 },
        }),
      };
    });
  }
  const costOf = ({ octave }: { readonly octave: number }) => 4 ** (octave - 1);

  for (const pictures of [1, 3])
    it(`tells the time left from its second step on, of ${pictures === 1 ? "a picture" : "several pictures"}, as octaves are expected to grow`, () => {
      let now = 0;
      const pace = new Pace(() => now);
      const all = places(pictures);
      for (const [i, place] of all.entries()) {
        now += costOf(place);
        pace.step(place);
        if (i === 0 || i > 45) continue;
        const truth = all.slice(i + 1).reduce((sum, later) => sum + costOf(later), 0) / 1000;
        const { secondsLeft = NaN } = pace.read([], expected);
        assert.ok(Math.abs(secondsLeft - truth) < 1e-9, `${i + 1}: ${secondsLeft}, not ${truth}`);
      }
    });

  it("goes by what was seen once there are two octaves, whatever was expected", () => {
    let now = 0;
    const pace = new Pace(() => now);
    for (const place of places(1).slice(0, 45)) {
      now += costOf(place);
      pace.step(place);
    }
    assert.equal(pace.read([], { growth: 100, factor: 1 }).secondsLeft, pace.read().secondsLeft);
  });
});

describe("how octaves follow one another", () => {
  const cards = synthesisCards();
  const of = (technique: string, parameters: Given = {}) => {
    const card = cards.find(({ id }) => id === technique)!;
    const recipe = { technique, parameters: { ...defaultsOf(card.parameters), ...parameters } };
    return scheduleOf(recipe as unknown as Recipe, cards); // as far as it is read
  };

  it("is what the settings say, and of tries and pictures of a sheet as large as one another", () => {
    assert.deepEqual(of("deep-dream", { "octave-scale": 1.5, "steps-factor": 0.5 }), { growth: 2.25, factor: 0.5 });
    assert.deepEqual(of("style-transfer"), { growth: 4, factor: 1 });
    for (const technique of ["adversarial-example", "inversion", "feature-grid"])
      assert.deepEqual(of(technique), { growth: 1, factor: 1 });
    assert.equal(scheduleOf({ technique: "gone", parameters: {} } as unknown as Recipe, cards), undefined);
  });
});

describe("the pace of a run at first", () => {
  const picture = { width: 100, height: 100 };
  let now = 0;
  const runs = () => ((now = 0), new Pace(() => now));

  it("is told from the second frame on, however long a step takes, and where each frame is the first of its octave", () => {
    const slow = runs();
    for (let step = 1; step <= 3; step++, now += 5000) {
      slow.step({ octave: 1, octaves: 1, step, steps: 10, done: step, total: 10, picture });
      assert.deepEqual(slow.read(), step === 1 ? {} : { perSecond: 0.2, secondsLeft: (10 - step) * 5 });
    }
    // Ten steps of each octave, all done before a second frame is due. Each takes 4 times as long as those before.
    const quick = runs();
    const frame = (octave: number, step: number) =>
      quick.step({
        octave,
        octaves: 3,
        step,
        steps: 10,
        done: (octave - 1) * 10 + step,
        total: 30,
        picture: { width: 100 * 2 ** octave, height: 100 * 2 ** octave },
      });
    frame(1, 5);
    now += 5 * 100 + 3 * 400;
    frame(2, 3);
    const { perSecond, secondsLeft = 0 } = quick.read();
    assert.equal(perSecond, 8 / 1.7);
    assert.ok(Math.abs(secondsLeft - (7 * 0.4 + 10 * 1.6)) < 1e-9, String(secondsLeft));
  });

  it("of a sheet stays when the next picture begins, and tells the time left before one is whole", () => {
    const pace = runs();
    for (let done = 1; done <= 45; done++, now += 100) {
      const octave = Math.ceil(done / 20);
      const step = done - 20 * (octave - 1);
      const making = { picture: octave, pictures: 5, isWhole: step === 20 };
      pace.step({ octave, octaves: 5, step, steps: 20, done, total: 100, making, picture });
      if (done === 1) continue;
      const { perSecond = 0, secondsLeft = 0 } = pace.read();
      assert.ok(Math.abs(perSecond - 10) < 1e-9, `${done}: ${perSecond}`);
      assert.ok(Math.abs(secondsLeft - (100 - done) / 10) < 1e-9, `${done}: ${secondsLeft}`);
    }
  });

  it("knows the octaves from before another setting was chosen, unless their sizes are others now", () => {
    const at = (octave: number, step: number, side = 100 * 2 ** octave) => ({
      octave,
      octaves: 3,
      step,
      steps: 10,
      done: (octave - 1) * 10 + step,
      total: 30,
      picture: { width: side, height: side },
    });
    const before = [at(1, 10), at(2, 1)].map((frame) => ({ frame, recipe: "before" }));
    const after = (side?: number) => {
      const pace = runs();
      const line = [2, 3].map((step) => ({ frame: at(2, step, side), recipe: "after" }));
      for (const { frame } of line) {
        pace.step(frame);
        now += 400;
      }
      return pace.read([...before, ...line]).secondsLeft;
    };
    assert.equal(after(), (7 + 4 * 10) / 2.5);
    assert.equal(after(150), undefined);
  });
});
