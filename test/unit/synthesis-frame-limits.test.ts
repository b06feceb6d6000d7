import assert from "node:assert/strict";
import { Pulse } from "../../src/engine/synthesis/pulse.ts";
import { blank } from "../../src/engine/synthesis/canvas.ts";
import type { Grown } from "../../src/engine/synthesis/technique.ts";
import { told } from "../../src/engine/synthesis/telling.ts";
import { Watched } from "../../src/host/dream-watch.ts";
import type { Film } from "../../src/host/dream-film.ts";
import type { Frame, Recipe } from "../../src/shared/synthesis.ts";
import { never } from "./support/engine.ts";
import { untouched } from "./support/pictures.ts";

const canvas = blank(2, 2);

interface Making {
  readonly pictures: number;
  readonly steps: number;
  /** Milliseconds that a step takes. */
  readonly step: number;
  /** Milliseconds until whoever listens has taken a frame in. */
  readonly showing?: number;
  readonly isSheet: boolean;
}

interface Crossed {
  readonly at: number;
  readonly frame: Frame;
}

/** The frames of several pictures that are made one after the other, and when each was there. Time is what the test says it is. */
async function crossed({ pictures, steps, step: lasts, showing = 0, isSheet }: Making) {
  let time = 1000;
  const { now } = performance;
  performance.now = () => time;
  const cells = Array.from({ length: pictures }, (_, i) => ({ title: `Channel ${i}` }));
  const sheet = { columns: pictures, rows: 1, cell: [2, 2] as const, gap: 4, cells };
  const total = pictures * steps;
  async function* grown(): AsyncGenerator<Grown, void> {
    for (let done = 1; done <= total; done++) {
      const [octave, step] = [Math.ceil(done / steps), ((done - 1) % steps) + 1];
      const place = { octave, octaves: pictures, step, steps, done, total };
      const making = { picture: octave, pictures, isWhole: step === steps };
      time += lasts;
      const standing = () => ({ kind: "picture", octave, step, shape: canvas.shape, values: canvas.data }) as const;
      yield { ...place, making, canvas, ...(isSheet && { sheet }), objective: 0, losses: {}, checkpoint: standing };
      await Promise.resolve();
    }
  }
  const recipe: Recipe = { technique: "", model: "", preparation: untouched, parameters: {}, seed: 0 };
  const about = { recipe, made: { subject: {}, parameters: {} }, title: "" };
  const request = { technique: "", model: "", parameters: {} };
  const ends = { signal: never, pausing: never, leave: () => undefined };
  const frames: Crossed[] = [];
  try {
    for await (const update of told(new Pulse().during(grown()), request, about, ends)) {
      if (update.kind !== "frame") continue;
      frames.push({ at: time, frame: update });
      time += showing;
    }
  } finally {
    performance.now = now;
  }
  return { frames, seconds: (time - 1000) / 1000 };
}

const wholeOf = (frames: readonly Crossed[]) => frames.filter(({ frame }) => frame.making?.isWhole).length;

describe("what crosses of several pictures that are made one after the other", () => {
  it("is at most ten frames a second of a sheet, however fast its cells come", async () => {
    for (const [pictures, steps, step] of [
      [64, 1, 10],
      [200, 3, 7],
      [30, 20, 16],
      [30, 20, 4],
    ] as const) {
      const { frames, seconds } = await crossed({ pictures, steps, step, isSheet: true });
      // The first one, one that is early, and the last one.
      assert.ok(frames.length <= 10 * seconds + 3, `${frames.length} frames in ${seconds} s`);
      assert.ok(frames.length >= 8 * seconds, `${frames.length} frames in ${seconds} s`);
      assert.equal(frames.at(-1)?.frame.done, pictures * steps);
    }
  });

  it("takes a fifth of the time of a large sheet at most", async () => {
    const showing = 100;
    const { frames, seconds } = await crossed({ pictures: 200, steps: 1, step: 20, showing, isSheet: true });
    const shown = (frames.length * showing) / 1000;
    assert.ok(shown <= seconds / 5 + 3 * (showing / 1000), `${shown} s of ${seconds} s`);
    assert.ok(wholeOf(frames) > 5, "cells are seen as they come in");
  });

  it("is each cell of a sheet where they take longer than that", async () => {
    for (const step of [7, 16, 50]) {
      const { frames } = await crossed({ pictures: 30, steps: 20, step, isSheet: true });
      assert.equal(wholeOf(frames), 30);
    }
  });

  it("is each picture of an endless zoom: a film needs them all", async () => {
    const { frames } = await crossed({ pictures: 60, steps: 2, step: 5, isSheet: false });
    assert.equal(wholeOf(frames), 60);
  });
});

describe("what a page is told", () => {
  it("comes at most ten times a second, however often there is something new", async () => {
    const [state, film] = [
      { phase: "running", notes: [], canceled: false },
      { all: [], line: () => [] },
    ];
    const present = { state, film: film as unknown as Film, newest: undefined, beside: [] };
    const watched = new Watched(() => present as unknown as ReturnType<ConstructorParameters<typeof Watched>[0]>);
    const end = new AbortController();
    const telling = setInterval(() => watched.tell(), 2);
    const start = performance.now();
    let count = 0;
    try {
      for await (const _ of watched.watch(end.signal)) if (++count === 5) end.abort();
    } finally {
      clearInterval(telling);
    }
    // A busy machine makes it longer; timers may be a millisecond early.
    assert.ok(performance.now() - start >= 4 * 95, `${count} in ${performance.now() - start} ms`);
  });
});
