import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { CheckpointPace } from "../../src/engine/synthesis/checkpoint-pace.ts";
import { Pulse, type Beat } from "../../src/engine/synthesis/pulse.ts";
import { inTiles } from "../../src/engine/synthesis/tiles.ts";
import type { SynthesisUpdate } from "../../src/shared/synthesis.ts";
import { float32 } from "../../src/shared/tensor.ts";
import { createSupervisor } from "../../src/supervisor/supervisor.ts";
import { built } from "./support/cli.ts";
import { never } from "./support/engine.ts";
import { makerEngine } from "./support/making.ts";
import { noisy, ofOneSize } from "./support/one-size-net.ts";
import { smallNet } from "./support/small-net.ts";

const side = 20;

const dreamed = async (width: number, height: number) =>
  ({
    technique: "deep-dream",
    model: ofOneSize(side),
    image: await noisy(width, height),
    layer: "again",
    parameters: { octaves: 1, steps: 2 },
  }) as const;

describe("frames of a growing picture", function () {
  this.timeout(60_000);

  it("come at most ten times a second, however fast the steps are, and the last one always", async () => {
    const request = { technique: "class-visualization", target: 3, model: smallNet() };
    const parameters = { method: "l2", size: 32, steps: 300 };
    const moments: number[] = [];
    const told: number[] = [];
    let last: SynthesisUpdate | undefined;
    const start = performance.now();
    for await (const update of makerEngine.synthesize({ ...request, parameters, checkpoints: true }, never)) {
      if (update.kind !== "frame") continue;
      moments.push(performance.now() - start);
      told.push(...(update.between ?? []).map(({ done }) => done), update.done);
      for (const step of update.between ?? []) assert.ok(Number.isFinite(step.objective));
      last = update;
    }
    assert.deepEqual(told, Array.from({ length: 300 }, (_, i) => i + 1), "what each step was worth"); // prettier-ignore
    assert.ok(last?.kind === "frame" && last.done === 300 && last.checkpoint);
    const seconds = (moments.at(-1)! - moments[0]!) / 1000;
    assert.ok(moments.length <= 10 * seconds + 2, `${moments.length} frames in ${seconds} s`);
    assert.ok(moments.length >= 2);
  });

  it("bring large checkpoints every few seconds, and small ones each time", () => {
    const standing = (megabytes: number) => {
      const values = new Float32Array((megabytes * 1e6) / 4);
      return { kind: "picture", octave: 1, step: 1, shape: [values.length], values } as const;
    };
    const [small, large] = [new CheckpointPace(), new CheckpointPace()];
    assert.ok(small.isDue(0) && large.isDue(0), "the first frame has one");
    small.sent(standing(0.6), 0);
    large.sent(standing(192), 0);
    assert.ok(small.isDue(100));
    assert.deepEqual([1000, 5999, 6000].map((now) => large.isDue(now)), [false, false, true]); // prettier-ignore
    const learned = { parameterization: "pixels", shape: [1], values: new Float32Array(8e6) };
    small.sent({ ...standing(0.6), state: learned }, 0);
    assert.equal(small.isDue(1000), false, "what an optimizer has learned counts too");
  });
});

describe("a step that takes long", function () {
  this.timeout(60_000);

  it("tells of each tile", async () => {
    const told: (readonly [number, number])[] = [];
    const whole = float32([1, 3, 9, 5], new Float32Array(135));
    const tile = { height: 4, width: 5 };
    const flat = async () => Promise.resolve({ objective: 0, gradient: float32([1, 3, 4, 5], new Float32Array(60)) });
    await inTiles(whole, tile, flat, never, async (done, of) => Promise.resolve(void told.push([done, of])));
    assert.deepEqual(told, [[1, 3], [2, 3], [3, 3]]); // prettier-ignore
  });

  it("is heard of between what it is waited for, and its failure too", async () => {
    const pulse = new Pulse();
    const source = async function* () {
      for (let i = 1; i <= 3; i++) await pulse.beat(i, 3);
      yield { value: "first" };
      await pulse.beat(1, 3);
      throw new Error("no more");
    };
    const heard: (Beat | { readonly value: string })[] = [];
    const listening = async () => {
      for await (const each of pulse.during(source())) heard.push(each);
    };
    await assert.rejects(listening(), /no more/);
    const beat = (done: number) => ({ done, of: 3 });
    assert.deepEqual(heard, [beat(1), beat(2), beat(3), { value: "first" }, beat(1)]);
  });

  it("ends where nobody listens any more", async () => {
    const pulse = new Pulse();
    let ended = false;
    const source = async function* () {
      try {
        for (let i = 1; i <= 3; i++) await pulse.beat(i, 3);
        yield { value: "never wanted" };
      } finally {
        ended = true;
      }
    };
    for await (const each of pulse.during(source())) {
      assert.deepEqual(each, { done: 1, of: 3 });
      break;
    }
    assert.equal(ended, true);
  });

  it("says nothing more once it is done, though nobody has listened meanwhile", async () => {
    const pulse = new Pulse();
    const source = async function* () {
      await pulse.beat(1, 2);
      await pulse.beat(2, 2);
      yield { value: "done" };
    };
    const heard: object[] = [];
    for await (const each of pulse.during(source())) {
      heard.push(each);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    assert.deepEqual(heard, [{ done: 1, of: 2 }, { value: "done" }]);
  });

  it("counts towards all steps, a third for each of three tiles", async () => {
    const progress: (readonly [number, number])[] = [];
    for await (const update of makerEngine.synthesize(await dreamed(50, side), never))
      if (update.kind === "progress") progress.push([Math.round(3 * update.done), update.total]);
    const steps = [[0, 2], [1, 2], [2, 2], [3, 2], [4, 2], [5, 2], [6, 2]]; // prettier-ignore
    // The finished picture is looked at once more, which is no step.
    assert.deepEqual(progress, [...steps, ...Array<number[]>(3).fill([6, 2])]);
  });

  it("is not taken for hanging, though it lasts longer than the deadline", async () => {
    built();
    const least = 0.6;
    let begun: number | undefined;
    const lasted = () => (begun === undefined ? 0 : (performance.now() - begun) / 1000);
    const supervisor = createSupervisor({
      entry: fileURLToPath(new URL("../../dist/engine.js", import.meta.url)),
      // Of the step alone, and never more than a quarter of it: a busy machine makes both longer.
      deadline: () => (begun === undefined ? 600 : Math.max(least, lasted() / 4)),
      memoryLimit: () => 4e9,
      log: () => undefined,
    });
    try {
      const request = { ...(await dreamed(2000, 1000)), parameters: { octaves: 1, steps: 1 } };
      let seconds = 0;
      for await (const update of supervisor.client.synthesize(request))
        if (update.kind === "progress") begun ??= performance.now();
        else if (update.kind === "frame") seconds = lasted();
      assert.ok(seconds > 2 * least, `a step of ${seconds} s shows nothing: the deadline is ${least} s`);
    } finally {
      supervisor.dispose();
    }
  });
});
