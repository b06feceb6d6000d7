import assert from "node:assert/strict";
import { join } from "node:path";
import { whatIsLost } from "../../src/engine/synthesis/going-on.ts";
import { told } from "../../src/engine/synthesis/telling.ts";
import type { Checkpoint, Frame, Recipe, SynthesisRequest, SynthesisUpdate } from "../../src/shared/synthesis.ts";
import { float32 } from "../../src/shared/tensor.ts";
import { never, samplesFolder } from "./support/engine.ts";
import { made, makerEngine } from "./support/making.ts";
import { noisy, ofOneSize } from "./support/one-size-net.ts";
import { quarter, quarterNet } from "./support/quarter-net.ts";

const model = join(samplesFolder, "squeezenet1.1.onnx");
const image = join(samplesFolder, "cat-chelsea.png");
const little = { model: quarterNet(), preparation: quarter };

/** What comes of a run that is asked to pause when `when` says so. */
async function paused(request: SynthesisRequest, when: (update: SynthesisUpdate) => boolean) {
  const updates: SynthesisUpdate[] = [];
  for await (const update of makerEngine.synthesize({ ...request, run: "a" }, never)) {
    updates.push(update);
    if (when(update)) await makerEngine.pauseSynthesis({ run: "a" }, never);
  }
  const frames = updates.filter((update): update is Frame => update.kind === "frame");
  const notes = updates.flatMap((update) => (update.kind === "note" ? [update.text] : []));
  return { frames, notes, isFinished: updates.some(({ kind }) => kind === "finished") };
}

const copied = (checkpoint: Checkpoint | undefined): Checkpoint => structuredClone(checkpoint ?? assert.fail("none"));

describe("a run that is asked to pause", function () {
  this.timeout(120_000);

  const requests: Readonly<Record<string, SynthesisRequest>> = {
    "a class": {
      technique: "class-visualization",
      model,
      target: 3,
      parameters: { size: 32, steps: 6 },
    },
    "a row of inversions": {
      technique: "inversion",
      ...little,
      image,
      layer: "fire2/concat",
      parameters: { steps: 3, row: 2 },
    },
  };
  for (const [name, request] of Object.entries(requests))
    it(`ends with the next step, and goes on from there as if nothing had been: ${name}`, async () => {
      const whole = await made(request);
      const { frames, isFinished } = await paused(request, (update) => update.kind === "frame");
      assert.deepEqual(frames.map(({ done, checkpoint }) => [done, !!checkpoint]), [[1, false], [2, true]]); // prettier-ignore
      assert.equal(isFinished, false);
      const resumed = await made({ ...request, from: copied(frames.at(-1)?.checkpoint) });
      assert.equal(resumed.frames[0]?.done, 3);
      assert.deepEqual(resumed.floats.data, whole.floats.data);
    });

  it("of pictures in tiles does not wait for the step that is at work", async () => {
    const side = 20;
    const parameters = { octaves: 1, steps: 3 };
    const place = { model: ofOneSize(side), image: await noisy(50, side), layer: "again" };
    const request = { technique: "deep-dream", ...place, parameters } as const;
    const whole = await made(request);
    const isInSecond = (update: SynthesisUpdate) => update.kind === "progress" && update.done > 1 && update.done < 2;
    const { frames } = await paused(request, isInSecond);
    assert.deepEqual(frames.map(({ done, checkpoint }) => [done, !!checkpoint]), [[1, false], [1, true]]); // prettier-ignore
    const resumed = await made({ ...request, from: copied(frames.at(-1)?.checkpoint) });
    assert.equal(resumed.frames[0]?.done, 2);
    assert.deepEqual(resumed.floats.data, whole.floats.data);
  });

  it("in its last step is finished, with all that it ends with", async () => {
    const parameters = { attack: "iterated", epsilon: 4, steps: 3 };
    const asked = { technique: "adversarial-example", ...little, image, parameters };
    const request = { ...asked, frames: "all" } as const;
    const after = (done: number) => paused(request, (update) => update.kind === "frame" && update.done === done);
    assert.deepEqual((await after(1)).isFinished, false);
    const { isFinished, notes } = await after(2);
    assert.equal(isFinished, true);
    assert.match(notes.join(" "), /The network took the photo for|It is still/);
  });

  it("does not go on from a way that was given up for another", async () => {
    const canvas = float32([1, 3, 1, 1], new Float32Array(3));
    const standing = { kind: "picture", octave: 1, step: 5, shape: canvas.shape, values: canvas.data } as const;
    const place = { octave: 1, octaves: 1, steps: 9, total: 9, objective: 0, losses: {}, canvas } as const;
    const pausing = new AbortController();
    async function* grown() {
      yield { ...place, step: 5, done: 5, checkpoint: () => standing };
      yield { ahead: { done: 0, total: 9 } };
      pausing.abort();
      yield { done: 1, of: 2 };
      yield { ...place, step: 1, done: 1, checkpoint: () => ({ ...standing, step: 1 }) };
      await Promise.reject(new Error("It was asked for more."));
    }
    const ends = { signal: never, pausing: pausing.signal, leave: () => undefined };
    const about = { recipe: {} as Recipe, made: { subject: {}, parameters: {} }, title: "" }; // nothing of the recipe is read
    const updates: SynthesisUpdate[] = [];
    for await (const update of told(grown(), { technique: "a", model, parameters: {}, checkpoints: true }, about, ends))
      updates.push(update);
    const steps = updates.flatMap((update) => (update.kind === "frame" ? [update.checkpoint?.step] : []));
    assert.deepEqual(steps, [5, 1]);
    const progress = updates.flatMap((update) => (update.kind === "progress" ? [update.done] : []));
    assert.deepEqual(progress, [0, 0.5]);
  });

  it("is no other run, and none that has ended", async () => {
    await makerEngine.pauseSynthesis({ run: "b" }, never);
    const { isFinished } = await paused(requests["a class"]!, () => false);
    assert.equal(isFinished, true);
    await makerEngine.pauseSynthesis({ run: "a" }, never);
  });
});

describe("what is lost by a pause", () => {
  const held = (technique: string, step: number): Checkpoint => ({
    kind: "picture",
    technique,
    octave: 1,
    step,
    shape: [1, 3, 1, 1],
    values: new Float32Array(3),
    made: { subject: {}, parameters: {} },
  });
  const lost = (from: Checkpoint, technique: string, parameters: object) =>
    whatIsLost(from, { technique, from, parameters: { ...parameters } });

  it("is said where the way to the picture was not kept, and steps are left", () => {
    assert.match(lost(held("inversion", 3), "inversion", { steps: 4 }) ?? "", /goes on from the picture/);
  });

  it("is nothing for what climbs nothing, for a picture that is done, and for another technique", () => {
    assert.equal(lost(held("style-network", 1), "style-network", {}), undefined);
    assert.equal(lost(held("feature-grid", 4), "feature-grid", { steps: 4 }), undefined);
    assert.equal(lost(held("inversion", 3), "deep-dream", { steps: 10 }), undefined);
  });
});

describe("how many steps there will be", function () {
  this.timeout(120_000);

  const asked: Readonly<Record<string, Partial<SynthesisRequest>>> = {
    "class-visualization": { target: 3, parameters: { size: 32, steps: 2 } },
    "neuron-visualization": { layer: "fire2/concat", channel: 3, parameters: { size: 32, steps: 2, sign: "both" } },
    "feature-grid": { layer: "fire2/concat", parameters: { size: 32, steps: 2, count: 2 } },
    inversion: { image, layer: "fire2/concat", parameters: { steps: 2, row: 2 } },
    caricature: { image, layer: "fire2/concat", parameters: { steps: 2 } },
    "texture-synthesis": { image, parameters: { size: 64, steps: 2, depth: 1 } },
    "style-transfer": { image, parameters: { style: image, size: 64, steps: 2, octaves: 1 } },
    "fooling-image": { target: 3, parameters: { steps: 2 } },
    "adversarial-example": { image, parameters: { attack: "iterated", steps: 2, epsilon: 4 } },
  };
  for (const [technique, request] of Object.entries(asked))
    it(`is said before the first: ${technique}`, async () => {
      let ahead: number | undefined;
      for await (const update of makerEngine.synthesize({ technique, ...little, parameters: {}, ...request }, never))
        if (update.kind === "progress") ahead ??= update.total;
        else if (update.kind === "frame") {
          assert.equal(ahead, update.total);
          return;
        }
      assert.fail("no step");
    });
});
