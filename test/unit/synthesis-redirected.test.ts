import assert from "node:assert/strict";
import type { Waking } from "../../src/engine/synthesis/climb.ts";
import { inputLine } from "../../src/engine/synthesis/input-line.ts";
import { sum, unit } from "../../src/engine/synthesis/objectives.ts";
import { ascent } from "../../src/engine/synthesis/optimizers.ts";
import { pixels } from "../../src/engine/synthesis/parameterizations/pixels.ts";
import { Program } from "../../src/engine/synthesis/program.ts";
import { filled, stepsOf } from "./support/climbs.ts";
import { float, node, onnxFile, openModel, releaseModels, value, weight } from "./support/onnx-nets.ts";
import { upToOne } from "./support/pictures.ts";

describe("an activation that is flat everywhere", () => {
  afterEach(releaseModels);
  const preparation = upToOne(2);

  /** x₀ − 0.6 through a rectifier: shut for a picture that is darker than that. */
  const shut = (rectifier: Uint8Array | readonly Uint8Array[], bias: number, steepness = 1) =>
    onnxFile({
      nodes: [node("Conv", ["x", "k", "b"], "c"), ...[rectifier].flat()],
      weights: [
        weight("k", [1, 3, 1, 1], [steepness, 0, 0]),
        weight("b", [1], [bias]),
        weight("six", [], [6]),
        weight("none", [], [0]),
        weight("one below", [], [-1]),
        weight("three", [], [3]),
        weight("one", [1, 1, 1, 1], [1]),
      ],
      inputs: [value("x", [1, 3, 2, 2])],
      outputs: [value("r", [1, 1, 2, 2])],
    });

  async function climbed(path: string, way: 1 | -1 = 1, waking?: Waking) {
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
        waking,
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

  const gated = [node("Add", ["c", "three"], "a"), node("Clip", ["a", "none", "six"], "gate")];
  /** A hard swish as its file has it. The first as PyTorch exports it, the second and third as was usual before there was one. */
  const hardSwishes: Readonly<Record<string, readonly Uint8Array[]>> = {
    "one operator": [node("HardSwish", ["c"], "h")],
    "x · HardSigmoid(x)": [
      node("HardSigmoid", ["c"], "gate", { alpha: float(1 / 6), beta: float(0.5) }),
      node("Mul", ["c", "gate"], "h"),
    ],
    "x · clip(x + 3, 0, 6) / 6": [...gated, node("Mul", ["c", "gate"], "m"), node("Div", ["m", "six"], "h")],
    "clip(x + 3, 0, 6) / 6 · x": [...gated, node("Div", ["gate", "six"], "d"), node("Mul", ["d", "c"], "h")],
  };
  // Its valley lies between −3 and 0. A step is 1.6 wide: none leaps over it.
  const slope = 20;
  for (const [name, nodes] of Object.entries(hardSwishes)) {
    const swish = (bias: number) => shut([...nodes, node("Identity", ["h"], "r")], bias, slope);
    const deep = (bias: number) => shut([...nodes, node("Conv", ["h", "one"], "r")], bias, slope);

    for (const [where, path] of Object.entries({ "in front": swish, "further back": deep }))
      it(`${name}, ${where}: is raised out of what is flat and through the valley before it`, async () => {
        const { found, data } = await climbed(path(-10), 1, { asleep: undefined, raises: true });
        assert.equal(found.filter(({ remark }) => remark?.includes("redirected (Lucid)")).length, 1);
        assert.ok(found[0]?.objective === 0); // or minus zero
        assert.ok(found.at(-1)!.objective > 5, String(found.at(-1)!.objective));
        assert.equal(data[1], 64, "no other pixel is touched");
        await assert.rejects(climbed(path(-10), -1), /it is dead here/);
      });

    it(`${name}: is redirected as far as anything else is, and only where nothing gets through`, async () => {
      const model = await openModel(deep(-10));
      const program = await Program.open(model, model.inputSize, inputLine(preparation), unit("r", 0, [0, 0]));
      const uphill = async (brightness: number, redirect: boolean) => {
        const { gradient } = await program.evaluate(filled(brightness), redirect);
        assert.deepEqual([...gradient.data.subarray(1)], new Array(11).fill(0));
        return gradient.data[0]!;
      };
      try {
        const shutOff = await uphill(64, true);
        assert.equal(await uphill(64, false), 0);
        assert.ok(shutOff > 0, "where it is shut");
        const valley = 102; // x = −2
        assert.ok((await uphill(valley, false)) < 0);
        assert.equal(await uphill(valley, true), shutOff);
        for (const alive of [121, 140, 250]) assert.equal(await uphill(alive, true), await uphill(alive, false));
      } finally {
        await program.release();
      }
    });
  }

  it("a gate that something else opens is no hard swish: that is raised, or lowered", async () => {
    const nodes = [node("Neg", ["c"], "n"), node("HardSigmoid", ["n"], "gate"), node("Mul", ["c", "gate"], "r")];
    const model = await openModel(shut(nodes, -10, slope));
    const program = await Program.open(model, model.inputSize, inputLine(preparation), unit("r", 0, [0, 0]));
    try {
      const white = await program.evaluate(filled(255), true);
      assert.ok(white.objective === 0 && white.gradient.data[0]! < 0);
    } finally {
      await program.release();
    }
  });

  it("is given up where it stays shut", async () => {
    await assert.rejects(
      climbed(shut(node("Relu", ["c"], "r"), -5)),
      /still dead after 16 steps with the redirected gradient/,
    );
  });
});
