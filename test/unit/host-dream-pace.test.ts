import assert from "node:assert/strict";
import { Pace } from "../../src/host/dream-pace.ts";
import { reduced } from "../../src/host/dream-reduced.ts";

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
