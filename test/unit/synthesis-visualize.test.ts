import assert from "node:assert/strict";
import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { Library } from "../../src/engine/library.ts";
import { memoryLimitVariable } from "../../src/shared/engine-process.ts";
import type { Drawn, Finished, SynthesisRequest } from "../../src/shared/synthesis.ts";
import { percent } from "../../src/shared/percent.ts";
import { folder } from "../fixtures/onnx/writer.ts";
import { samplesFolder } from "./support/engine.ts";
import { made as madeBy } from "./support/making.ts";
import { node, onnxFile, value, weight } from "./support/onnx-nets.ts";
import { untouched } from "./support/pictures.ts";

const squeezenet = join(samplesFolder, "squeezenet1.1.onnx");
const goldenRetriever = 207;

const made = (request: Omit<SynthesisRequest, "model" | "parameters"> & Partial<SynthesisRequest>) =>
  madeBy({ model: squeezenet, ...request });

/** What the network makes of the saved bytes, in numbers of its own. */
async function probability({ picture: { width, height, pixels } }: Finished, index: number): Promise<number> {
  const entry = await new Library().open(squeezenet);
  const model = await entry.at({ height, width });
  const plane = width * height;
  // SqueezeNet's own arithmetic: blue, green, red from 0 to 255, one plane after the other.
  const data = Float32Array.from({ length: 3 * plane }, (_, i) => pixels[(i % plane) * 3 + 2 - Math.floor(i / plane)]!);
  const scores = await model.scores({ dtype: "float32", shape: [1, 3, height, width], data });
  return model.probabilities(scores).data[index]!;
}

/** Of its red numbers, which are all alike in a grey picture. */
function deviation({ pixels }: Drawn): number {
  const reds = [...pixels].filter((_, i) => i % 3 === 0);
  const mean = reds.reduce((sum, x) => sum + x, 0) / reds.length;
  return Math.sqrt(reds.reduce((sum, x) => sum + (x - mean) ** 2, 0) / reds.length);
}

describe("pictures made from nothing", function () {
  this.timeout(120_000);

  for (const [method, steps] of [
    ["fourier", 48],
    ["laplacian", 48],
    ["l2", 32],
    ["yosinski", 160], // a tenth of what helps least is taken away at each
  ] as const)
    it(`${method}: a class's picture is that class to the network, at more than 99 %`, async () => {
      const { finished, notes, frames } = await made({
        technique: "class-visualization",
        target: goldenRetriever,
        parameters: { method, steps },
        seed: 3,
        frames: "all",
      });
      assert.ok((await probability(finished, goldenRetriever)) > 0.99);
      const verdict = notes.find(({ key }) => key === "verdict");
      assert.equal(verdict?.level, "good");
      assert.match(verdict?.text ?? "", /takes the picture for golden retriever with (99\.\d|> 99\.9|100) %/);
      assert.equal(frames.length, steps);
      assert.ok(finished.objective[1] > finished.objective[0]);
      assert.equal(finished.recipe.label, "golden retriever");
    });

  for (const score of ["probability", "log-probability"])
    it(`l2: a class's picture is that class where its ${score} rises, however little that slopes`, async () => {
      const parameters = { method: "l2", score, steps: 64, size: 160 };
      const { finished, notes } = await made({ technique: "class-visualization", target: 130, parameters });
      assert.match(notes.find(({ key }) => key === "verdict")?.text ?? "", /flamingo with (99\.\d|> 99\.9|100) %/);
      assert.ok(deviation(finished.picture) > 4, `${deviation(finished.picture)}`);
    });

  it("l2: the picture of a unit of small values is no grey", async () => {
    const parameters = { method: "l2", of: "unit", steps: 24 };
    const request = { technique: "neuron-visualization", layer: "softmaxout_1", channel: 130, parameters };
    const { finished } = await made(request);
    assert.ok(finished.objective[0] < 1e-3 && finished.objective[1] > 0.9, finished.objective.join());
    assert.ok(deviation(finished.picture) > 4, `${deviation(finished.picture)}`);
  });

  it("judges a class's picture at the size at which it was climbed", async () => {
    const parameters = { method: "l2", size: 320, steps: 12 };
    const { finished, notes } = await made({ technique: "class-visualization", target: goldenRetriever, parameters });
    const share = percent(await probability(finished, goldenRetriever));
    const { text } = notes.find(({ key }) => key === "verdict")!;
    assert.equal(text, `The network takes the picture for golden retriever with ${share} at 320 × 320 pixels.`);
  });

  it("says at which size it was judged where the network takes no other", async () => {
    const model = onnxFile({
      nodes: [node("Flatten", ["x"], "all"), node("Gemm", ["all", "w"], "scores"), node("Softmax", ["scores"], "y")],
      weights: [
        weight(
          "w",
          [192, 3],
          Array.from({ length: 576 }, (_, i) => Math.sin(i) / 20),
        ),
      ],
      inputs: [value("x", [1, 3, 8, 8])],
      outputs: [value("y", [1, 3])],
    });
    const parameters = { method: "l2", size: 16, steps: 2 };
    const { notes } = await made({ technique: "class-visualization", model, target: 1, parameters });
    assert.match(notes.map(({ text }) => text).join(), / % at 8 × 8 pixels, reduced\./);
  });

  it("judges what was shown repeated as it was shown, and says so", async () => {
    const [side, classes] = [32, 3];
    const weights = Array.from({ length: 3 * side * side * classes }, (_, i) => Math.sin(i * i) / 2000);
    const model = onnxFile({
      nodes: [node("Flatten", ["x"], "all"), node("Gemm", ["all", "w"], "scores"), node("Softmax", ["scores"], "y")],
      weights: [weight("w", [3 * side * side, classes], weights)],
      inputs: [value("x", [1, 3, side, side])],
      outputs: [value("y", [1, classes])],
    });
    const preparation = { ...untouched, size: [side, side] } as const;
    const parameters = { method: "l2", size: 16, steps: 2 };
    const request = { technique: "class-visualization", model, preparation, target: 1, parameters };
    const { finished, notes } = await made(request);
    const { width, height, pixels } = finished.picture;
    const scores = [0, 0, 0];
    for (let c = 0; c < 3; c++)
      for (let y = 0; y < side; y++)
        for (let x = 0; x < side; x++)
          for (let k = 0; k < classes; k++)
            scores[k]! +=
              pixels[((y % height) * width + (x % width)) * 3 + c]! *
              weights[((c * side + y) * side + x) * classes + k]!;
    const powers = scores.map((score) => Math.exp(score));
    const share = percent(powers[1]! / powers.reduce((sum, power) => sum + power, 0));
    const { text } = notes.find(({ key }) => key === "verdict")!;
    assert.equal(text, `The network takes the picture for 1 with ${share} at 32 × 32 pixels, repeated.`);
  });

  it("shows and judges a class as a whole where one run takes less, and says so", async () => {
    const parameters = { method: "l2", size: 160, steps: 2 };
    process.env[memoryLimitVariable] = "40e6";
    try {
      const model = join(folder(), "squeezenet.onnx");
      copyFileSync(join(samplesFolder, "squeezenet1.1.onnx"), model);
      const { notes } = await made({ technique: "class-visualization", model, target: goldenRetriever, parameters });
      const said = notes.map(({ text }) => text).join("\n");
      const [, side] = /sees the whole of it, at (\d+) × \1 pixels/.exec(said) ?? [];
      assert.match(said, new RegExp(` %\\) at ${side ?? "?"} × ${side ?? "?"} pixels, reduced\\.`));
      assert.match(said, /takes the picture for [^(]+ \([\d.]+ %\), not for golden retriever \([< \d.]+ %\) at/);
      const decides = "The memory that is allowed decides it: with more, the same recipe makes another picture.";
      assert.ok(said.includes(decides), said);
      const image = join(samplesFolder, "coffee.png");
      const dream = await made({ technique: "deep-dream", model, image, parameters: { octaves: 1, steps: 1 } });
      assert.match(
        dream.notes.map(({ text }) => text).join(),
        new RegExp(`it is done in tiles of .* pixels\\. ${decides}`),
      );
    } finally {
      delete process.env[memoryLimitVariable];
    }
  });

  it("is its class by default where another class's score would rise more", async () => {
    // SqueezeNet's tabby, by its score alone, is a lynx.
    const request = { technique: "class-visualization", target: 281 };
    const { finished } = await made({ ...request, parameters: { size: 128, steps: 128 } });
    const share = await probability(finished, 281);
    assert.ok(share > 0.99, String(share));
    const { finished: alone } = await made({ ...request, parameters: { size: 128, steps: 128, score: "logit" } });
    assert.ok((await probability(alone, 281)) < share);
  });

  for (const [score, rises] of [
    ["probability", (p: number) => p],
    ["log-probability", Math.log],
  ] as const)
    it(`raise the ${score}, and it is that: measured anew`, async () => {
      const parameters = { score, steps: 128, size: 128 };
      const { finished, frames } = await made({ technique: "class-visualization", target: 130, parameters });
      const [first, last] = [frames[0]!.objective, finished.objective[1]];
      assert.ok(first < rises(0.01) && last > rises(0.9), `${first} → ${last}`);
      assert.ok((await probability(finished, 130)) > 0.5);
    });

  it("repeat to the byte with a seed, and go on from a checkpoint", async () => {
    const request = {
      technique: "class-visualization",
      target: 1,
      parameters: { steps: 6, size: 64, method: "l2" },
      seed: 8,
      checkpoints: true,
      frames: "all",
    } as const;
    const [one, two] = [await made(request), await made(request)];
    assert.deepEqual(one.finished.picture, two.finished.picture);
    const from = one.frames[2]?.checkpoint;
    assert.ok(from);
    assert.deepEqual((await made({ ...request, from })).finished.picture, one.finished.picture);
    assert.notDeepEqual((await made({ ...request, seed: 9 })).finished.picture, one.finished.picture);
    const spectrum = { ...request, parameters: { steps: 4, size: 64 } };
    assert.deepEqual((await made(spectrum)).finished.picture, (await made(spectrum)).finished.picture);
  });

  it("let each of Yosinski's regularizers be changed, before it begins and on the way", async () => {
    const request = { technique: "class-visualization", target: 1, seed: 8, checkpoints: true };
    const ways = { method: "yosinski", steps: 4, size: 64 };
    const usual = await made({ ...request, parameters: ways });
    const from = usual.frames[1]!.checkpoint!;
    const own = { decay: 0.0001, "blur-every": 4, "blur-sigma": 1, "small-norm": 10, "small-contribution": 10 };
    const same = await made({ ...request, parameters: { ...ways, jitter: 4, ...own } });
    assert.deepEqual(same.finished.picture, usual.finished.picture, "those are the usual ones");
    const others = { decay: 0.5, "blur-every": 3, "blur-sigma": 3, "small-norm": 60, "small-contribution": 70 };
    for (const [name, value] of Object.entries(others)) {
      const parameters = { ...ways, [name]: value };
      const { finished } = await made({ ...request, parameters });
      assert.notDeepEqual(finished.picture, usual.finished.picture, name);
      assert.equal(finished.recipe.parameters[name], value);
      const goneOn = await made({ ...request, parameters, from });
      assert.notDeepEqual(goneOn.finished.picture, usual.finished.picture, `${name}, changed on the way`);
    }
    for (const all of [{ decay: 1 }, { "small-norm": 100 }, { "small-contribution": 100 }]) {
      const { picture } = (await made({ ...request, parameters: { ...ways, steps: 1, ...all } })).finished;
      const colors = new Set(
        Array.from({ length: 64 * 64 }, (_, p) => picture.pixels.subarray(3 * p, 3 * p + 3).join()),
      );
      assert.deepEqual([...colors], ["124,116,104"], `${JSON.stringify(all)}: nothing but ImageNet's mean colour`);
    }
  });

  it("are jittered as far as is asked for where they are made of pixels", async () => {
    const request = { technique: "class-visualization", target: 1, seed: 8 };
    const parameters = { method: "l2", steps: 3, size: 64 };
    const usual = await made({ ...request, parameters });
    const still = await made({ ...request, parameters: { ...parameters, jitter: 0 } });
    assert.notDeepEqual(still.finished.picture, usual.finished.picture);
    assert.deepEqual(
      [usual, still].map(({ finished }) => finished.recipe.parameters.jitter),
      [4, 0],
    );
  });

  it("of a network of one size are of one thing, however large they are", async () => {
    // A class is its two halves, bright above dark: pieces of it beside each other are none.
    const side = 16;
    const halves = Array.from(
      { length: 3 * side * side },
      (_, i) => (i % (side * side) < (side * side) / 2 ? 1 : -1) / 3000,
    );
    const model = onnxFile({
      nodes: [node("Flatten", ["x"], "all"), node("Gemm", ["all", "w"], "scores"), node("Softmax", ["scores"], "y")],
      weights: [
        weight(
          "w",
          [3 * side * side, 2],
          halves.flatMap((w) => [w, -w]),
        ),
      ],
      inputs: [value("x", [1, 3, side, side])],
      outputs: [value("y", [1, 2])],
    });
    const preparation = { ...untouched, size: [side, side] } as const;
    for (const method of ["fourier", "l2"]) {
      const parameters = { method, size: 3 * side, steps: 60, ...(method === "l2" && { l2: 0 }) };
      const asked = { technique: "class-visualization", model, preparation, target: 0, parameters };
      const { finished, notes } = await made(asked);
      const { width, height, pixels } = finished.picture;
      const half = (from: number) =>
        pixels.subarray(from, from + (width * height * 3) / 2).reduce((sum, x) => sum + x, 0);
      assert.ok(half(0) > 1.3 * half((width * height * 3) / 2), `${method}: ${half(0)} above`);
      assert.match(notes.map(({ text }) => text).join(), /sees the whole of it, at 16 × 16 pixels/);
    }
  });

  it("of a unit at a place lie there, whatever size the picture has", async () => {
    const side = 16;
    const model = onnxFile({
      nodes: [
        node("Conv", ["x", "k"], "c", { strides: [2, 2] }),
        node("GlobalAveragePool", ["c"], "m"),
        node("Flatten", ["m"], "y"),
      ],
      weights: [
        weight(
          "k",
          [2, 3, 2, 2],
          Array.from({ length: 24 }, (_, i) => (i < 12 ? 1 : -1)),
        ),
      ],
      inputs: [value("x", ["N", 3, "H", "W"])],
      outputs: [value("y", ["N", 2])],
    });
    const preparation = { ...untouched, size: [side, side] } as const;
    const parameters = { of: "unit", method: "l2", size: 4 * side, steps: 8, l2: 0, jitter: 0 };
    const asked = { technique: "neuron-visualization", model, preparation, layer: "c", channel: 0, parameters };
    // Of 8 × 8 places at the network's own size; the picture's map has 32 × 32.
    const { floats } = await made({ ...asked, place: [1, 6] });
    const red = floats.data.subarray(0, (4 * side) ** 2);
    const at = red.reduce((best, x, i) => (x > red[best]! ? i : best), 0);
    const [row, column] = [Math.floor(at / (4 * side) / 2), Math.floor((at % (4 * side)) / 2)];
    assert.deepEqual([Math.floor((row / 32) * 8), Math.floor((column / 32) * 8)], [1, 6]);
  });

  it("raise a channel, a unit and a layer, and lower them where that is asked for", async () => {
    for (const of of ["channel", "unit", "layer"]) {
      const request = { technique: "neuron-visualization", layer: "fire6/concat", channel: 5, seed: 1 };
      const { finished } = await made({ ...request, parameters: { of, steps: 24, size: 96 } });
      assert.ok(finished.objective[1] > 3 * Math.max(1, finished.objective[0]), `${of}: ${finished.objective.join()}`);
    }
    const parameters = { of: "layer", sign: "least", steps: 16, size: 96 };
    const { finished } = await made({ technique: "neuron-visualization", layer: "fire2/concat", parameters });
    assert.ok(finished.objective[1] > finished.objective[0], finished.objective.join());
    assert.ok(finished.objective[1] <= 0);
  });

  it("raise what goes into the rectifier of a channel that nothing wakes, and go on raising it", async () => {
    for (const pictures of [1, 2]) {
      const parameters = { size: 64, steps: 24, pictures, diversity: 0 };
      const request = { technique: "neuron-visualization", layer: "conv1", channel: 7, parameters, checkpoints: true };
      const { finished, notes, frames } = await made(request);
      assert.match(
        notes.map(({ text }) => text).join(),
        /Channel 7 of conv1 has not fired so far: what goes into its rectifier is raised/,
      );
      assert.match(notes[0]?.text ?? "", /Nothing of the picture woke it at first/);
      const standing = new Map(notes.map(({ key, text }) => [key, text]));
      assert.doesNotMatch([...standing.values()].join(), /woke it/, "not when it was given up to wake it");
      const anew = frames.findLast(({ step }) => step === 1)!;
      assert.equal(finished.objective[0], anew.objective);
      assert.ok(anew.objective < 0 && finished.objective[1] > anew.objective + 5, finished.objective.join());
      const { checkpoint } = frames.findLast(({ step }) => step === 20)!;
      const rest = await made({ ...request, from: checkpoint! });
      assert.deepEqual(
        rest.frames.map(({ step }) => step),
        [21, 22, 23, 24],
      );
      assert.ok(rest.finished.objective[1] > anew.objective + 5, rest.finished.objective.join());
    }
  });

  it("wake a channel all over the picture where nothing woke it, the same with a pause in the midst of that", async () => {
    const parameters = { size: 64, steps: 128 };
    const request = { technique: "neuron-visualization", layer: "conv1", channel: 21, parameters, checkpoints: true };
    const { finished, notes, frames, floats } = await made(request);
    assert.match(notes.map(({ text }) => text).join(), /Nothing of the picture woke it at first/);
    assert.equal(frames[0]?.objective, 0);
    // 124 where its own mean is climbed from the first place on that wakes: elsewhere that has no slope.
    assert.ok(finished.objective[1] > 160, finished.objective.join());
    const { checkpoint } = frames.findLast(({ step }) => step === 6)!;
    assert.equal(checkpoint?.state?.waking, true);
    assert.deepEqual((await made({ ...request, from: checkpoint })).floats.data, floats.data);
  });

  it("lower what goes into the rectifier where no weight is above zero, and call it so nowhere else", async () => {
    const request = { technique: "neuron-visualization", layer: "conv1", parameters: { steps: 24, size: 64 } };
    const asleep = { name: "conv1", channel: 7 };
    const of = async (...weights: readonly number[]) =>
      made({ ...request, layers: weights.map((weight) => ({ ...asleep, weight })) });
    const lowered = await of(-1);
    const remarks = lowered.notes.map(({ text }) => text).join();
    assert.doesNotMatch(remarks, /raised/);
    assert.ok(
      lowered.finished.objective[1] > lowered.finished.objective[0] + 5,
      "what goes in has a slope from the start",
    );
    const least = await made({ ...request, channel: 7, parameters: { ...request.parameters, sign: "least" } });
    assert.deepEqual(lowered.finished.objective, least.finished.objective);
    const several = await of(1, 2);
    assert.match(several.notes.map(({ text }) => text).join(), /what goes into their rectifiers is raised/);
    const both = await of(2, -1);
    assert.match(both.notes.map(({ text }) => text).join(), /what goes into the rectifiers is raised or lowered, by/);
  });

  it("are refused where no layer has a weight", async () => {
    const layers = [0, 0].map((weight) => ({ name: "fire5/concat", weight, channel: 4 }));
    const along = join(samplesFolder, "coffee.png");
    for (const of of ["channel", "layer", "direction"])
      await assert.rejects(
        made({ technique: "neuron-visualization", layers, parameters: { of, along, steps: 2 } }),
        /^NotApplicable: No layer has a weight: nothing of the picture is looked at\.$/,
        of,
      );
  });

  it("are refused where a channel fires on nothing at all", async () => {
    const model = onnxFile({
      nodes: [node("Conv", ["x", "k", "b"], "c"), node("Relu", ["c"], "fires")],
      weights: [weight("k", [2, 3, 1, 1], [1, 1, 1, 0, 0, 0]), weight("b", [2], [1, -1])],
      inputs: [value("x", [1, 3, 32, 32])],
      outputs: [value("fires", [1, 2, 32, 32])],
    });
    const request = { technique: "neuron-visualization", model, layer: "fires", parameters: { steps: 2 } };
    await made({ ...request, channel: 0 });
    await assert.rejects(
      made({ ...request, channel: 1 }),
      /^NotApplicable: Channel 1 of fires fires on nothing: it is dead\. Choose another channel\.$/,
    );
  });

  it("are refused by name where there is no such class, channel or place", async () => {
    const refused = (request: Omit<SynthesisRequest, "model">, why: RegExp) => assert.rejects(made(request), why);
    const ofClass = { technique: "class-visualization", parameters: {} };
    await refused(
      { ...ofClass, target: 1000 },
      /squeezenet1\.1\.onnx has the classes 0 to 999; there is no class 1000/,
    );
    await refused(ofClass, /Choose a class/);
    const neuron = { technique: "neuron-visualization", parameters: { of: "unit" }, layer: "fire6/concat" };
    await refused({ ...neuron, channel: 384 }, /channels 0 to 383; there is no channel 384/);
    await refused(
      { ...neuron, channel: 0, place: [13, 0] },
      /fire6\/concat has maps of 13 × 13; there is no place in row 13, column 0/,
    );
  });
});
