import assert from "node:assert/strict";
import { join } from "node:path";
import sharp from "sharp";
import { Program } from "../../src/engine/synthesis/program.ts";
import { twoDigits } from "../../src/engine/synthesis/two-digits.ts";
import type { SynthesisRequest } from "../../src/shared/synthesis.ts";
import { folder } from "../fixtures/onnx/writer.ts";
import { near } from "./support/asking.ts";
import { samplesFolder } from "./support/engine.ts";
import { made, wired } from "./support/making.ts";

const model = join(samplesFolder, "squeezenet1.1.onnx");
const layer = "fire4/concat";
const goldfish = 1;
const texture = "a texture";

describe("what a run has come to", function () {
  this.timeout(120_000);

  let photo: string;
  before(async () => {
    photo = join(folder(), "small.png");
    await sharp(join(samplesFolder, "coffee.png")).resize(90, 70, { fit: "fill" }).png().toFile(photo);
  });

  const runs: Readonly<Record<string, () => Omit<SynthesisRequest, "model" | "parameters"> & { parameters?: object }>> =
    {
      "a dream, of which a step is one program": () => ({
        technique: "deep-dream",
        image: photo,
        parameters: { octaves: 1 },
      }),
      "a dream whose gradient is blurred": () => ({
        technique: "deep-dream",
        image: photo,
        parameters: { octaves: 1, "gradient-blur": 1 },
      }),
      "a channel from nothing, in chance views": () => ({
        technique: "neuron-visualization",
        layer,
        channel: 3,
        parameters: { size: 96 },
      }),
      "two pictures that are to differ": () => ({
        technique: "neuron-visualization",
        layer,
        channel: 3,
        parameters: { size: 96, pictures: 2 },
      }),
      [texture]: () => ({ technique: "texture-synthesis", image: photo, parameters: { size: 64, depth: 2 } }),
    };
  for (const [name, request] of Object.entries(runs))
    it(`is what the next step would say of the picture: ${name}`, async () => {
      const { parameters, ...asked } = request();
      const after = (steps: number) => made({ ...asked, model, parameters: { ...parameters, steps } });
      const [one, two] = [await after(1), await after(2)];
      assert.equal(one.finished.objective[0], one.frames[0]!.objective);
      near([one.finished.objective[1]], [two.frames[1]!.objective], 1e-5);
      assert.notEqual(one.finished.objective[1], one.finished.objective[0]);
    });

  for (const [name, request] of Object.entries(runs).filter(([name]) => name !== texture))
    it(`is that of the picture with which a recipe ends before: ${name}`, async () => {
      const { parameters, ...asked } = request();
      const of = (more: object) => made({ ...asked, model, parameters: { ...parameters, steps: 3 }, ...more });
      const [stopped, whole] = [await of({ until: { done: 1 } }), await of({})];
      assert.equal(stopped.finished.steps, 1);
      near([stopped.finished.objective[1]], [whole.frames[1]!.objective], 1e-5);
    });

  it("is that of the best so far, with which a recipe ends where the last was only tried", async () => {
    const parameters = { size: 64, depth: 2, steps: 6 };
    const asked = { model, technique: "texture-synthesis", image: photo, parameters };
    const { finished, frames } = await made({ ...asked, until: { done: 3 } });
    near([finished.objective[1]], [Math.max(...frames.map(({ objective }) => objective))], 1e-5);
  });

  it("is what a texture's verdict is on", async () => {
    const of = (steps: number) =>
      made({ model, technique: "texture-synthesis", image: photo, parameters: { size: 64, depth: 2, steps } });
    const [{ notes }, { frames }] = [await of(1), await of(2)];
    const error = -frames[1]!.objective;
    assert.ok(notes.at(-1)!.text.includes(` are ${twoDigits(100 * Math.sqrt(error))} % off`), notes.at(-1)!.text);
  });

  it("is found once for a texture, and said twice", async () => {
    const { evaluate } = Program.prototype;
    let count = 0;
    Program.prototype.evaluate = function (canvas, redirect) {
      count++;
      return evaluate.call(this, canvas, redirect);
    };
    try {
      const parameters = { size: 64, depth: 2, steps: 2 };
      const { notes } = await made({ model, technique: "texture-synthesis", image: photo, parameters });
      assert.match(notes.at(-1)!.text, /% off the photo/);
      assert.equal(count, 2 + 1);
    } finally {
      Program.prototype.evaluate = evaluate;
    }
  });

  it("is more than what two pictures that are to differ began with", async () => {
    const parameters = { size: 96, pictures: 2, steps: 3 };
    const { finished } = await made({ model, technique: "neuron-visualization", layer, channel: 3, parameters });
    const [before, after] = finished.objective;
    assert.ok(after > before, `${before} → ${after}`);
  });

  for (const [name, parameters] of [
    ["one step", { attack: "fgsm", epsilon: 4 }],
    ["the smallest of several strengths", { attack: "iterated", steps: 2 }],
  ] as const)
    it(`of an adversarial example is the log-odds of the picture that is kept: ${name}`, async () => {
      const image = join(samplesFolder, "cat-chelsea.png");
      const asked = { technique: "adversarial-example", model, image, target: goldfish } as const;
      const { finished, frames } = await made({ ...asked, parameters: { ...parameters, towards: "class" } });
      assert.equal(frames.at(-1)!.objective, finished.objective[1], "of the result itself, not of the step before");
      const path = join(folder(), "kept.png");
      const { width, height, pixels } = finished.picture;
      await sharp(pixels, { raw: { width, height, channels: 3 } })
        .png()
        .toFile(path);
      const { probabilities } = await wired().predict({ model, image: path });
      const probability = probabilities[goldfish]!;
      const [before, after] = finished.objective;
      assert.ok(after > before + 1, `${before} → ${after}`);
      near([after], [Math.log(probability / (1 - probability))], 1e-2);
    });
});
