import assert from "node:assert/strict";
import { copyFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import sharp from "sharp";
import { stateOf } from "../../src/engine/synthesis/climb-state.ts";
import type { Climb } from "../../src/engine/synthesis/climb.ts";
import { filesOf } from "../../src/engine/synthesis/going-on.ts";
import { lbfgs } from "../../src/engine/synthesis/lbfgs.ts";
import { adam, ascent, type Optimizer } from "../../src/engine/synthesis/optimizers.ts";
import { signAscent } from "../../src/engine/synthesis/sign-ascent.ts";
import type { Checkpoint, SynthesisRequest } from "../../src/shared/synthesis.ts";
import type { Preparation } from "../../src/shared/preparation.ts";
import { float32, size } from "../../src/shared/tensor.ts";
import { folder } from "../fixtures/onnx/writer.ts";
import { near } from "./support/asking.ts";
import { samplesFolder } from "./support/engine.ts";
import { made } from "./support/making.ts";
import { node, onnxFile, value, weight } from "./support/onnx-nets.ts";
import { random } from "./support/random.ts";
import { smallNet } from "./support/small-net.ts";

const squeezenet = join(samplesFolder, "squeezenet1.1.onnx");
const model = smallNet();
const image = join(folder(), "cat.png");
const style = join(folder(), "coffee.png");
before(async () => {
  await sharp(join(samplesFolder, "cat-chelsea.png")).resize(90, 60, { fit: "fill" }).toFile(image);
  await sharp(join(samplesFolder, "coffee.png")).resize(90, 60, { fit: "fill" }).toFile(style);
});

type Asked = Pick<SynthesisRequest, "technique"> & Partial<SynthesisRequest>;
const small = { size: 32, steps: 6 } as const;
const visualized = (parameters: object): Asked => ({
  technique: "class-visualization",
  target: 3,
  parameters: { ...small, ...parameters },
});

/** What is made, and after how many of all its steps it is interrupted. */
const rows: Readonly<Record<string, readonly [Asked, number]>> = {
  "Fourier, Adam": [visualized({ method: "fourier" }), 3],
  "Fourier, Adam, by SqueezeNet": [{ ...visualized({ method: "fourier" }), model: squeezenet }, 3],
  "Laplacian pyramid, Adam": [visualized({ method: "laplacian" }), 3],
  "pixels, ascent, L2": [visualized({ method: "l2" }), 3],
  "pixels, ascent, four regularizers": [visualized({ method: "yosinski" }), 3],
  ...Object.fromEntries(
    ["fourier", "pixels"].flatMap((made) =>
      ["lbfgs", "adam"].map((optimizer): [string, readonly [Asked, number]] => [
        `a texture of ${made} by ${optimizer}`,
        [{ technique: "texture-synthesis", image: style, parameters: { size: 32, steps: 12, made, optimizer } }, 7],
      ]),
    ),
  ),
  ...Object.fromEntries(
    [2, 3, 4].map((at): [string, readonly [Asked, number]] => [
      `a style from a photo in two sizes, after ${at} steps of 6`,
      [{ technique: "style-transfer", image, parameters: { style, size: 48, octaves: 2, steps: 3 } }, at],
    ]),
  ),
  "an inversion": [{ technique: "inversion", image, layer: "conv2", parameters: { steps: 6 } }, 4],
  "a row of inversions": [{ technique: "inversion", image, layer: "conv2", parameters: { steps: 3, row: 2 } }, 5],
  "a grid of features": [
    { technique: "feature-grid", layer: "conv1", parameters: { count: 2, size: 32, steps: 4 } },
    6,
  ],
  "pictures that are to differ, with low frequencies in common": [
    {
      technique: "neuron-visualization",
      layer: "conv1",
      channel: 3,
      parameters: { pictures: 2, base: "common", size: 32, steps: 20 },
    },
    18,
  ],
  "a dream": [{ technique: "deep-dream", image, parameters: { octaves: 2, steps: 2 } }, 3],
};

const preparation: Preparation = { size: [64, 64], fit: "stretch", color: "RGB", range: [0, 1], mean: [0.5], deviation: [0.2], layout: "NCHW" }; // prettier-ignore

/** Two layers of chance weights. */
function network(seed: number): string {
  const kernel = (name: string, shape: readonly number[]) => weight(name, shape, random(seed, size(shape)));
  const convolved = { kernel_shape: [3, 3], pads: [1, 1, 1, 1] };
  return onnxFile({
    nodes: [
      node("Conv", ["x", "a"], "c1", convolved),
      node("Relu", ["c1"], "r1"),
      node("Conv", ["r1", "b"], "c2", convolved),
      node("Relu", ["c2"], "r2"),
    ],
    weights: [kernel("a", [6, 3, 3, 3]), kernel("b", [6, 6, 3, 3])],
    inputs: [value("x", [1, 3, 64, 64])],
    outputs: [value("r2", [1, 6, 64, 64])],
  });
}

/** Photos of which a prior is made. */
function photos(): string {
  const place = folder();
  for (const path of [image, style]) copyFileSync(path, join(place, basename(path)));
  return place;
}

/** The checkpoint as a process hands it to another: a copy of all it is. */
const copied = (checkpoint: Checkpoint | undefined): Checkpoint => {
  assert.ok(checkpoint, "no checkpoint");
  return structuredClone(checkpoint);
};

describe("a pause", function () {
  this.timeout(120_000);

  for (const [name, [asked, at]] of Object.entries(rows))
    it(`changes nothing to the byte: ${name}`, async () => {
      const request = { model, checkpoints: true, ...asked };
      const whole = await made(request);
      const from = copied(whole.frames[at - 1]?.checkpoint);
      const resumed = await made({ ...request, from });
      assert.equal(resumed.frames[0]?.done, at + 1);
      assert.deepEqual(resumed.finished.picture, whole.finished.picture);
      assert.deepEqual(resumed.floats.data, whole.floats.data);
      const tail = whole.frames.slice(at).map(({ objective }) => objective);
      assert.deepEqual(
        resumed.frames.map(({ objective }) => objective),
        tail,
      );
    });

  it("changes nothing to the byte: a class under what is known of photos, though something else comes to them", async () => {
    const parameters = { folder: photos(), steps: 4 };
    const asked = { technique: "class-reconstruction", target: 3, model, parameters };
    const request = { ...asked, checkpoints: true };
    const whole = await made(request);
    writeFileSync(join(parameters.folder, "note.txt"), "no photo");
    const resumed = await made({ ...request, from: copied(whole.frames[1]?.checkpoint) });
    assert.deepEqual(resumed.floats.data, whole.floats.data);
    assert.equal(resumed.finished.recipe.continued, undefined, "as if there had been no pause");
  });

  it("of a sheet from before a parameter came goes on, and so where a layer was said that others stand in place of", async () => {
    const request = {
      technique: "neuron-visualization",
      model,
      layer: "conv1",
      layers: [{ name: "conv2", weight: 1 }],
      channel: 3,
      checkpoints: true,
      parameters: { size: 32, steps: 2, sign: "both" },
    };
    const whole = await made(request);
    const from = copied(whole.frames[0]?.checkpoint);
    const { along: _, pad: _pad, crop: _crop, ...parameters } = from.made.parameters;
    const { [filesOf]: _files, ...before } = from.made.subject;
    const subject = { ...before, layer: "conv3" };
    const resumed = await made({ ...request, from: { ...from, made: { subject, parameters } } });
    assert.deepEqual(resumed.floats.data, whole.floats.data);
    const others = { ...from, made: { subject, parameters: { ...parameters, pad: 0.2 } } };
    await assert.rejects(made({ ...request, from: others }), /made with other settings \(pad\)/);
  });

  it("with another rate keeps what Adam has learned", async () => {
    const request = { model, checkpoints: true, ...visualized({ method: "fourier" }) };
    const { frames } = await made(request);
    const from = copied(frames[2]?.checkpoint);
    const faster = (kept: Checkpoint) =>
      made({ ...request, from: kept, parameters: { ...request.parameters, rate: 0.1 } });
    const { state: _, ...picture } = from;
    const [learned, anew] = [await faster(from), await faster(picture)];
    assert.notDeepEqual(learned.floats.data, anew.floats.data);
    assert.equal(learned.frames.at(-1)?.checkpoint?.state?.optimizer?.numbers[0], 6, "steps counted through");
    assert.equal(anew.frames.at(-1)?.checkpoint?.state?.optimizer?.numbers[0], 3);
  });

  const learnsAnew = /learned was of other settings, or of files that have changed since: it learns anew/;
  const texture = (more: Partial<SynthesisRequest> = {}) =>
    ({ technique: "texture-synthesis", model, image: style, checkpoints: true, parameters: { size: 64, steps: 8 }, ...more }) as const; // prettier-ignore

  for (const changed of ["model", "image"] as const)
    it(`while another file took the place of the ${changed}: L-BFGS compares with nothing that is no longer so`, async () => {
      const place = join(folder(), changed === "model" ? "net.onnx" : "photo.png");
      copyFileSync(changed === "model" ? network(1) : style, place);
      const request = texture({ model: network(1), preparation, [changed]: place });
      const { frames } = await made(request);
      const from = copied(frames.at(-1)?.checkpoint);
      const longer = { ...request, parameters: { ...request.parameters, steps: 20 } };
      assert.ok(!(await made({ ...longer, from })).notes.some(({ text }) => learnsAnew.test(text)), "the same files");
      copyFileSync(changed === "model" ? network(2) : image, place);
      const on = await made({ ...longer, from });
      assert.ok(on.notes.some(({ text }) => learnsAnew.test(text)));
      const [begun, ended] = on.finished.objective;
      assert.ok(ended > begun * 0.8, `${begun} → ${ended}`);
      const { state: _, ...picture } = from;
      near([begun], [(await made({ ...longer, from: picture })).finished.objective[0]], 1e-4);
    });

  it("after which something else is weighed is said to have L-BFGS learn anew; Adam goes on", async () => {
    for (const optimizer of ["lbfgs", "adam"]) {
      const request = texture({ parameters: { size: 64, steps: 4, optimizer } });
      const from = copied((await made(request)).frames.at(-1)?.checkpoint);
      const parameters = { ...request.parameters, steps: 5, "total-variation": 1 };
      const { notes } = await made({ ...request, from, parameters });
      assert.equal(notes.some(({ text }) => learnsAnew.test(text)), optimizer === "lbfgs"); // prettier-ignore
    }
  });

  it("goes on from the picture where nothing else was kept: it stays what it was, and that is said", async () => {
    const request = { model, checkpoints: true, ...visualized({ method: "fourier", steps: 40 }) };
    const { frames } = await made({ ...request });
    const { state: _, ...picture } = copied(frames.at(-2)?.checkpoint);
    const step = { ...request, parameters: { ...request.parameters, rate: 0.001 } };
    const { floats, notes } = await made({ ...step, from: picture });
    const furthest = floats.data.reduce((most, x, i) => Math.max(most, Math.abs(x - picture.values[i]!)), 0);
    assert.ok(furthest < 1, `${furthest} of 255`);
    assert.ok(notes.some(({ text }) => /goes on from the picture/.test(text)));
  });
});

describe("a picture that another technique goes on with", function () {
  this.timeout(120_000);

  it("has all steps of that one before it, however many were made of it", async () => {
    const parameters = { octaves: 2, steps: 8 };
    const dream = await made({ technique: "deep-dream", model, image, parameters, checkpoints: true });
    const from = copied(dream.frames.at(-1)?.checkpoint);
    assert.deepEqual([from.octave, from.step], [2, 8]);
    const asked = { ...visualized({ rate: 0.001, steps: 5, size: 224 }), model, from, frames: "all" } as const;
    const { frames, notes } = await made(asked);
    assert.deepEqual(
      frames.map(({ octave, octaves, step, done, total }) => [octave, octaves, step, done, total]),
      [1, 2, 3, 4, 5].map((step) => [1, 1, step, step, 5]),
    );
    assert.ok(!notes.some(({ key }) => key === "from-the-picture"));
  });

  for (const [technique, parameters, first] of [
    ["deep-dream", { octaves: 2, steps: 2 }, [69, 46]],
    ["style-transfer", { octaves: 2, steps: 2, size: 96, style }, [48, 32]],
  ] as const)
    it(`is resampled to what ${technique} begins with, which is said; its own of another size is refused`, async () => {
      const shape = [1, 3, 64, 96];
      const values = Float32Array.from({ length: 3 * 64 * 96 }, (_, i) => 100 + ((7 * i) % 60));
      const others = { subject: {}, parameters: {} };
      const from = { kind: "picture", technique: "fooling-image", octave: 1, step: 6, shape, values, made: others } as const; // prettier-ignore
      const photo = join(folder(), "photo.png");
      await sharp(image).resize(96, 64).toFile(photo);
      const asked = { technique, model, image: photo, parameters, checkpoints: true } as const;
      const { frames, notes, finished } = await made({ ...asked, from });
      const { checkpoint } = frames[0]!;
      assert.deepEqual([checkpoint?.octave, checkpoint?.step, checkpoint?.shape], [1, 1, [1, 3, first[1], first[0]]]);
      const told = notes.find(({ key }) => key === "resampled")?.text;
      assert.equal(told, `The picture to go on from is 96 × 64 pixels: it is resampled to ${first.join(" × ")}, with which this begins.`); // prettier-ignore
      assert.deepEqual([finished.picture.width, finished.picture.height], [96, 64]);
      const anew = await made(asked);
      assert.notDeepEqual(finished.picture.pixels, anew.finished.picture.pixels, "something is seen of it");
      const rest = await made({ ...asked, from: copied(frames[1]!.checkpoint) });
      assert.deepEqual(rest.finished.picture.pixels, finished.picture.pixels, "the same with a pause");
      await assert.rejects(made({ ...asked, from: { ...from, technique } }), /another size|made in other octaves/);
    });
});

describe("what is too large to be kept for a pause", () => {
  const large = new Float32Array(15e6);
  const kept = (kind: string, values: Float32Array, vectors: readonly Float32Array[]) => {
    const parameterization = { kind, values } as unknown as Climb["parameterization"]; // as far as it is read
    const optimizer = { state: () => ({ kind: "adam", numbers: [1], vectors }) } as unknown as Optimizer; // as above
    const state = stateOf({ parameterization, optimizer }, float32([1, 3, 1, 1], new Float32Array(3)));
    return state && { values: state.values?.length, optimizer: state.optimizer?.kind };
  };

  it("is first what the optimizer has learned, then the numbers", () => {
    assert.deepEqual(kept("fourier", new Float32Array(4), [large]), { values: 4, optimizer: "adam" });
    assert.deepEqual(kept("fourier", large, [large]), { values: large.length, optimizer: undefined });
    assert.equal(kept("fourier", new Float32Array(26e6), []), undefined);
    assert.equal(kept("pixels", large, [large, large]), undefined, "the picture itself is kept anyway");
  });
});

describe("what an optimizer has learned", () => {
  const kinds: Readonly<Record<string, () => Optimizer>> = {
    ascent: () => ascent(0.5, "l2"),
    "sign ascent": () => signAscent(0.5),
    Adam: () => adam(0.1),
    "L-BFGS": () => lbfgs(0.1),
  };
  const hill = (x: Float32Array) => ({
    worth: -(x[0]! ** 2) - 40 * (x[1]! - x[0]! ** 2) ** 2,
    gradient: Float32Array.of(-2 * x[0]! + 160 * x[0]! * (x[1]! - x[0]! ** 2), -80 * (x[1]! - x[0]! ** 2)),
  });
  const climb = (optimizer: Optimizer, x: Float32Array, steps: number) => {
    for (let step = 0; step < steps; step++) {
      const { worth, gradient } = hill(x);
      optimizer.look?.(x, worth);
      optimizer.step(gradient).forEach((by, i) => (x[i]! += by));
      if (step === 3) optimizer.halve();
    }
  };

  for (const [name, fresh] of Object.entries(kinds))
    it(`is all that ${name} needs to go on`, () => {
      const [whole, x] = [fresh(), Float32Array.of(1, -0.5)];
      climb(whole, x, 12);
      const other = fresh();
      other.take(structuredClone(whole.state()));
      const y = x.slice();
      climb(whole, x, 12);
      climb(other, y, 12);
      assert.deepEqual(y, x);
    });

  for (const [name, fresh] of Object.entries(kinds))
    it(`stays as ${name} told it, however far that goes on`, () => {
      const [optimizer, x] = [fresh(), Float32Array.of(1, -0.5)];
      climb(optimizer, x, 12);
      const told = optimizer.state();
      const then = structuredClone(told);
      climb(optimizer, x, 3);
      assert.deepEqual(told, then);
    });

  it("is of no use to another kind", () => {
    const [x, y] = [Float32Array.of(1, -0.5), Float32Array.of(1, -0.5)];
    const learned = adam(0.1);
    climb(learned, x.slice(), 5);
    const [untold, told] = [lbfgs(0.1), lbfgs(0.1)];
    told.take(learned.state());
    climb(untold, x, 5);
    climb(told, y, 5);
    assert.deepEqual(y, x);
  });
});
