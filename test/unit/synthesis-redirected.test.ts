import assert from "node:assert/strict";
import { inputLine } from "../../src/engine/synthesis/input-line.ts";
import { sum, unit } from "../../src/engine/synthesis/objectives.ts";
import { ascent } from "../../src/engine/synthesis/optimizers.ts";
import { pixels } from "../../src/engine/synthesis/parameterizations/pixels.ts";
import { Program } from "../../src/engine/synthesis/program.ts";
import { filled, stepsOf } from "./support/climbs.ts";
import { node, onnxFile, openModel, releaseModels, value, weight } from "./support/onnx-nets.ts";

describe("an activation that is flat everywhere", () => {
  afterEach(releaseModels);
  const preparation = {
    size: [2, 2],
    fit: "stretch",
    color: "RGB",
    range: [0, 1],
    mean: [0],
    deviation: [1],
    layout: "NCHW",
  } as const;

  /** x₀ − 0.6 through a rectifier: shut for a picture that is darker than that. */
  const shut = (rectifier: Uint8Array, bias: number, steepness = 1) =>
    onnxFile({
      nodes: [node("Conv", ["x", "k", "b"], "c"), rectifier],
      weights: [
        weight("k", [1, 3, 1, 1], [steepness, 0, 0]),
        weight("b", [1], [bias]),
        weight("six", [], [6]),
        weight("none", [], [0]),
        weight("one below", [], [-1]),
      ],
      inputs: [value("x", [1, 3, 2, 2])],
      outputs: [value("r", [1, 1, 2, 2])],
    });

  async function climbed(path: string, way: 1 | -1 = 1) {
    const steps = 40;
    const model = await openModel(path);
    const goal = sum([[way, unit("r", 0, [0, 0])]]);
    const program = await Program.open(model, model.inputSize, inputLine(preparation), goal);
    const parameterization = pixels(filled(64));
    try {
      const found = await stepsOf({
        parameterization,
        evaluate: (canvas, redirect) => program.evaluate(canvas, redirect),
        optimizer: ascent(20, "l2"),
        steps,
      });
      return { found, data: (await parameterization.picture()).data };
    } finally {
      await program.release();
    }
  }

  it("is opened by the redirected gradient, which is said once", async () => {
    const { found, data } = await climbed(shut(node("Relu", ["c"], "r"), -0.6));
    assert.equal(found[0]?.objective, 0);
    assert.equal(found.filter(({ remark }) => remark?.includes("redirected (Lucid)")).length, 1);
    assert.ok(found.at(-1)!.objective > 0.3);
    assert.equal(data[0], 255);
    assert.equal(data[1], 64, "no other pixel is touched");
  });

  it("ReLU6 is not pushed further where it is full", async () => {
    await assert.rejects(
      climbed(shut(node("Clip", ["c", "none", "six"], "r"), 100)),
      /The hill does not change with the picture: it is dead here/,
    );
  });

  /** Each with the sides on which it has no slope far out. */
  const flat: Readonly<Record<string, readonly [Uint8Array, ...("low" | "high")[]]>> = {
    ReLU: [node("Relu", ["c"], "r"), "low"],
    ReLU6: [node("Clip", ["c", "none", "six"], "r"), "low", "high"],
    "a Clip from −1 to 6": [node("Clip", ["c", "one below", "six"], "r"), "low", "high"],
    "a Clip without a top": [node("Clip", ["c", "one below"], "r"), "low"],
    "a Clip without a bottom": [node("Clip", ["c", "", "six"], "r"), "high"],
    Sigmoid: [node("Sigmoid", ["c"], "r"), "low", "high"],
    HardSigmoid: [node("HardSigmoid", ["c"], "r"), "low", "high"],
    HardSwish: [node("HardSwish", ["c"], "r"), "low"],
    Tanh: [node("Tanh", ["c"], "r"), "low", "high"],
    ThresholdedRelu: [node("ThresholdedRelu", ["c"], "r", { alpha: 200 }), "low"],
  };
  // The picture's 0.25 is −350 or 150 in front of it: too far out for a slope in 32 bits. A few steps come back, and go to
  // the other side, where some have no slope either: that is as far as they go.
  const sideways = { low: { bias: -600, back: 1 }, high: { bias: -100, back: -1 } } as const;
  for (const [name, [activation, ...sides]] of Object.entries(flat))
    for (const side of sides)
      it(`${name}, ${side}: is left by the redirected gradient, and gone into no further`, async () => {
        const { bias, back } = sideways[side];
        const path = shut(activation, bias, 1000);
        const { found, data } = await climbed(path, back);
        assert.equal(found.filter(({ remark }) => remark?.includes("redirected (Lucid)")).length, 1);
        assert.ok(found.at(-1)!.objective > found[0]!.objective);
        assert.equal(data[1], 64, "no other pixel is touched");
        await assert.rejects(climbed(path, back === 1 ? -1 : 1), /it is dead here/);
      });

  it("is given up where it stays shut", async () => {
    await assert.rejects(
      climbed(shut(node("Relu", ["c"], "r"), -5)),
      /still dead after 16 steps with the redirected gradient/,
    );
  });
});
