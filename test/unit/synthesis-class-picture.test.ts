import assert from "node:assert/strict";
import { join } from "node:path";
import { Library } from "../../src/engine/library.ts";
import type { Drawn, Finished, SynthesisRequest } from "../../src/shared/synthesis.ts";
import { percent } from "../../src/shared/percent.ts";
import { samplesFolder } from "./support/engine.ts";
import { made as madeBy } from "./support/making.ts";
import { node, onnxFile, value, weight } from "./support/onnx-nets.ts";
import { untouched } from "./support/pictures.ts";

const squeezenet = join(samplesFolder, "squeezenet1.1.onnx");
const [flamingo, goldenRetriever] = [130, 207];

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

describe("a class's picture", function () {
  this.timeout(120_000);

  // Flamingos are soon drawn.
  for (const [method, parameters, target, named] of [
    ["laplacian", { steps: 80, size: 160 }, goldenRetriever, "golden retriever"],
    ["l2", { steps: 24, size: 128 }, flamingo, "flamingo"],
    ["yosinski", { steps: 80, size: 96 }, flamingo, "flamingo"],
  ] as const)
    it(`${method}: a class's picture is that class to the network, at more than 99 %`, async () => {
      const { finished, notes, frames } = await made({
        technique: "class-visualization",
        target,
        parameters: { method, ...parameters },
        seed: 3,
        frames: "all",
      });
      assert.ok((await probability(finished, target)) > 0.99);
      const verdict = notes.find(({ key }) => key === "verdict");
      assert.equal(verdict?.level, "good");
      assert.match(verdict?.text ?? "", new RegExp(`takes the picture for ${named} with (99\\.\\d|> 99\\.9|100) %`));
      assert.equal(frames.length, parameters.steps);
      assert.ok(finished.objective[1] > finished.objective[0]);
      assert.equal(finished.recipe.label, named);
    });

  for (const score of ["probability", "log-probability"])
    it(`l2: a class's picture is that class where its ${score} rises, however little that slopes`, async () => {
      const parameters = { method: "l2", score, steps: 56, size: 96 };
      const { finished, notes } = await made({ technique: "class-visualization", target: flamingo, parameters });
      assert.match(notes.find(({ key }) => key === "verdict")?.text ?? "", /flamingo with (99\.\d|> 99\.9|100) %/);
      assert.ok(deviation(finished.picture) > 4, `${deviation(finished.picture)}`);
    });

  it("l2: the picture of a unit of small values is no grey", async () => {
    const parameters = { method: "l2", of: "unit", size: 96, steps: 32 };
    const request = { technique: "neuron-visualization", layer: "softmaxout_1", channel: 130, parameters };
    const { finished } = await made(request);
    assert.ok(finished.objective[0] < 1e-3 && finished.objective[1] > 0.9, finished.objective.join());
    assert.ok(deviation(finished.picture) > 4, `${deviation(finished.picture)}`);
  });

  it("judges a class's picture at the size at which it was climbed", async () => {
    const parameters = { method: "l2", size: 256, steps: 12 };
    const { finished, notes } = await made({ technique: "class-visualization", target: goldenRetriever, parameters });
    const share = percent(await probability(finished, goldenRetriever));
    const { text } = notes.find(({ key }) => key === "verdict")!;
    assert.equal(text, `The network takes the picture for golden retriever with ${share} at 256 × 256 pixels.`);
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

  it("fourier: by default a class's picture is that class at more than 99 %, also where another's score would rise more", async () => {
    // SqueezeNet's tabby, by its score alone, is a lynx.
    const request = { technique: "class-visualization", target: 281 };
    const { finished, notes } = await made({ ...request, parameters: { size: 160, steps: 96 } });
    const share = await probability(finished, 281);
    assert.ok(share > 0.99, String(share));
    assert.equal(finished.recipe.parameters.method, "fourier");
    const verdict = notes.find(({ key }) => key === "verdict");
    assert.equal(verdict?.level, "good");
    assert.match(verdict?.text ?? "", /takes the picture for tabby, tabby cat with (99\.\d|> 99\.9|100) %/);
    const alike = { size: 96, steps: 48 };
    const { finished: usual } = await made({ ...request, parameters: alike });
    const { finished: alone } = await made({ ...request, parameters: { ...alike, score: "logit" } });
    assert.ok((await probability(alone, 281)) < (await probability(usual, 281)) / 2);
  });

  for (const [score, rises] of [
    ["probability", (p: number) => p],
    ["log-probability", Math.log],
  ] as const)
    it(`raise the ${score}, and it is that: measured anew`, async () => {
      const parameters = { score, steps: 40, size: 96, noise: 0, falloff: 1 };
      const { finished, frames } = await made({ technique: "class-visualization", target: flamingo, parameters });
      const [first, last] = [frames[0]!.objective, finished.objective[1]];
      assert.ok(first < rises(0.01) && last > rises(0.9), `${first} → ${last}`);
      assert.ok((await probability(finished, flamingo)) > 0.5);
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
});
