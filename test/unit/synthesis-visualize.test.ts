import assert from "node:assert/strict";
import { join } from "node:path";
import type { SynthesisRequest } from "../../src/shared/synthesis.ts";
import { samplesFolder } from "./support/engine.ts";
import { made as madeBy } from "./support/making.ts";
import { node, onnxFile, value, weight } from "./support/onnx-nets.ts";
import { smallNet } from "./support/small-net.ts";
import { untouched } from "./support/pictures.ts";

const squeezenet = join(samplesFolder, "squeezenet1.1.onnx");

const made = (request: Omit<SynthesisRequest, "model" | "parameters"> & Partial<SynthesisRequest>) =>
  madeBy({ model: squeezenet, ...request });

describe("pictures made from nothing", function () {
  this.timeout(120_000);

  it("repeat to the byte with a seed, and go on from a checkpoint", async () => {
    const request = {
      model: smallNet(),
      technique: "class-visualization",
      target: 1,
      parameters: { steps: 6, size: 32, method: "l2" },
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
    const spectrum = { ...request, parameters: { steps: 4, size: 32 } };
    assert.deepEqual((await made(spectrum)).finished.picture, (await made(spectrum)).finished.picture);
  });

  it("let each of Yosinski's regularizers be changed, before it begins and on the way", async () => {
    const request = { model: smallNet(), technique: "class-visualization", target: 1, seed: 8, checkpoints: true };
    const ways = { method: "yosinski", steps: 4, size: 32 };
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
        Array.from({ length: 32 * 32 }, (_, p) => picture.pixels.subarray(3 * p, 3 * p + 3).join()),
      );
      assert.deepEqual([...colors], ["124,116,104"], `${JSON.stringify(all)}: nothing but ImageNet's mean colour`);
    }
  });

  it("are jittered as far as is asked for where they are made of pixels", async () => {
    const request = { model: smallNet(), technique: "class-visualization", target: 1, seed: 8 };
    const parameters = { method: "l2", steps: 3, size: 32 };
    const usual = await made({ ...request, parameters });
    const still = await made({ ...request, parameters: { ...parameters, jitter: 0 } });
    assert.notDeepEqual(still.finished.picture, usual.finished.picture);
    assert.deepEqual(
      [usual, still].map(({ finished }) => finished.recipe.parameters.jitter),
      [4, 0],
    );
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
      const { finished } = await made({ ...request, parameters: { of, steps: 24, size: 64 } });
      assert.ok(finished.objective[1] > 3 * Math.max(1, finished.objective[0]), `${of}: ${finished.objective.join()}`);
    }
    const parameters = { of: "layer", sign: "least", steps: 16, size: 64 };
    const { finished } = await made({ technique: "neuron-visualization", layer: "fire2/concat", parameters });
    assert.ok(finished.objective[1] > finished.objective[0], finished.objective.join());
    assert.ok(finished.objective[1] <= 0);
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
