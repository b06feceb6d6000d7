import assert from "node:assert/strict";
import { climb, type Climb, type Step } from "../../src/engine/synthesis/climb.ts";
import { OpenModel } from "../../src/engine/model.ts";
import { RuntimeFailure } from "../../src/engine/runtime/failure.ts";
import { inputLine } from "../../src/engine/synthesis/input-line.ts";
import { channelMean, energy, guide, sum, type Objective } from "../../src/engine/synthesis/objectives.ts";
import { adam, ascent, times, type Normalization, type Optimizer } from "../../src/engine/synthesis/optimizers.ts";
import { pixels } from "../../src/engine/synthesis/parameterizations/pixels.ts";
import { Program } from "../../src/engine/synthesis/program.ts";
import { l2 } from "../../src/engine/synthesis/regularizers.ts";
import { roll } from "../../src/engine/synthesis/transformations/roll.ts";
import type { Preparation } from "../../src/shared/preparation.ts";
import { float32, size } from "../../src/shared/tensor.ts";
import { never } from "./support/engine.ts";
import { near } from "./support/asking.ts";
import { integers, node, onnxFile, openModel, releaseModels, value, weight } from "./support/onnx-nets.ts";
import { random } from "./support/random.ts";
import * as w from "../fixtures/onnx/writer.ts";

const side = 12;
const shape = [1, 3, side, side];
const preparation: Preparation = {
  size: [side, side],
  fit: "stretch",
  color: "BGR",
  range: [0, 1],
  mean: [0.4, 0.5, 0.6],
  deviation: [0.2, 0.25, 0.3],
  layout: "NCHW",
};
const photo = float32(
  shape,
  random(5, size(shape)).map((x) => 128 + 100 * x),
);

const net = (colours: number, bias = 0) =>
  onnxFile({
    nodes: [
      node("Conv", ["x", "k", "b"], "c", { pads: [1, 1, 1, 1] }),
      node("Relu", ["c"], "maps"),
      node("MaxPool", ["maps"], "pooled", { kernel_shape: [2, 2], strides: [2, 2] }),
      node("Conv", ["pooled", "l"], "deep"),
      node("GlobalAveragePool", ["deep"], "mean"),
      node("Flatten", ["mean"], "y"),
    ],
    weights: [
      weight("k", [16, colours, 3, 3], random(1, 144 * colours)),
      weight("b", [16], new Float32Array(16).fill(bias)),
      weight("l", [16, 16, 1, 1], random(2, 256)),
    ],
    inputs: [value("x", ["N", colours, side, side])],
    outputs: [value("y", ["N", 16])],
  });

interface Way {
  readonly objective?: Objective;
  readonly by?: Normalization;
  readonly optimizer?: () => Optimizer;
  readonly gray?: boolean;
  readonly more?: Partial<Climb>;
  readonly bias?: number;
}

/** Four steps of a dream, and how often they were taken as one program and how often in their parts. */
async function dreamt(
  whole: boolean,
  { objective = energy("deep"), by = "mean", optimizer = () => times(ascent(4, by), 1.5), gray, more = {}, bias }: Way,
) {
  const model = await openModel(net(gray ? 1 : 3, bias));
  const line = inputLine(gray ? { ...preparation, color: "gray", mean: [0.5], deviation: [0.2] } : preparation);
  const program = await Program.open(model, model.inputSize, line, objective);
  const counted = { atOnce: 0, inParts: 0 };
  const parameterization = pixels(photo);
  const plan: Climb = {
    parameterization,
    transformation: (step) => roll(3 * step, -2 * step),
    optimizer: optimizer(),
    what: "The hill",
    steps: 4,
    isCarriedOn: true,
    async evaluate(canvas, redirect) {
      counted.inParts++;
      return program.evaluate(canvas, redirect);
    },
    ...(whole && {
      async takeStep(canvas, stride) {
        const taken = await program.wholeStep.take(canvas, stride);
        if (taken) counted.atOnce++;
        return taken;
      },
    }),
    ...more,
  };
  const steps: Step[] = [];
  try {
    for await (const step of climb(plan, never)) steps.push(step);
  } finally {
    await program.release();
  }
  return { steps, data: (await parameterization.picture()).data, counted };
}

/** Both ways lead to the same picture; returns how the steps were counted. */
async function demandSame(way: Way) {
  const [atOnce, inParts] = [await dreamt(true, way), await dreamt(false, way)];
  assert.deepEqual(inParts.counted.atOnce, 0);
  atOnce.data.forEach((x, i) => assert.ok(Math.abs(x - inParts.data[i]!) < 0.01, `${x}, ${inParts.data[i]} at ${i}`));
  inParts.steps.forEach(({ step, objective, losses }, i) => {
    const own = atOnce.steps[i]!;
    assert.deepEqual([own.step, own.losses], [step, losses]);
    assert.ok(Math.abs(own.objective - objective) <= 1e-4 * Math.abs(objective), `${own.objective}, ${objective}`);
  });
  return atOnce;
}

describe("a step as one program", () => {
  afterEach(releaseModels);

  for (const by of ["mean", "rms", "l2", "none"] as const)
    it(`leads where its parts lead, by ${by}`, async () => {
      const { counted, data } = await demandSame({ by });
      assert.deepEqual(counted, { atOnce: 4, inParts: 0 });
      assert.ok(data.some((x, i) => Math.abs(x - photo.data[i]!) > 1e-3), "the picture was moved"); // prettier-ignore
      assert.ok(data.every((x) => x >= 0 && x <= 255));
    });

  for (const [name, optimizer] of [
    ["Adam", () => adam(4)],
    ["Adam, damped, at half its rate", () => times(adam(4, { damping: 1 }), 0.5)],
  ] as const)
    it(`leads where its parts lead, by ${name}`, async () => {
      const { counted } = await demandSame({ optimizer });
      assert.deepEqual(counted, { atOnce: 4, inParts: 0 });
    });

  it("tells what the objective is the sum of, beside what the optimizer remembers", async () => {
    const objective = sum([
      [1, channelMean("deep", 0), "one"],
      [-2, channelMean("deep", 1), "other"],
    ]);
    const { counted, steps } = await demandSame({ objective, optimizer: () => adam(4) });
    assert.deepEqual(counted, { atOnce: 4, inParts: 0 });
    for (const { objective, terms = [] } of steps) {
      assert.deepEqual(terms.map(({ name }) => name), ["one", "other"]); // prettier-ignore
      near([terms.reduce((sum, { value }) => sum + value, 0)], [objective], 1e-4);
    }
  });

  it("does so in shades of grey, and towards a guide", async () => {
    const features = float32([1, 16, side / 2, side / 2], random(9, (16 * side ** 2) / 4));
    for (const way of [
      { gray: true },
      { objective: guide("deep", features, "cosine") },
      { more: { transformation: () => roll(0, 0) } },
    ])
      assert.deepEqual((await demandSame(way)).counted, { atOnce: 4, inParts: 0 });
  });

  it("is taken in its parts where one of them is not in the program", async () => {
    for (const more of [
      { penalties: [l2(1, [128, 128, 128])] },
      { smooth: (gradient) => gradient },
      { repairs: [(canvas) => canvas] },
      { transformation: () => ({ apply: (canvas) => canvas, adjoint: (gradient) => gradient }) },
    ] satisfies Partial<Climb>[])
      assert.deepEqual((await demandSame({ more })).counted, { atOnce: 0, inParts: 4 });
  });

  it("is taken in its parts where nothing goes back, so that the gradient can be redirected", async () => {
    // Every rectifier is shut.
    const { counted, steps } = await dreamt(true, { bias: -100, objective: channelMean("deep", 0) });
    assert.equal(counted.atOnce, 0);
    assert.match(steps[0]?.remark ?? "", /redirected/);
  });

  it("is taken in its parts where squares are too small for single precision", async () => {
    const faint = sum([[1e-24, channelMean("deep", 0)]]);
    for (const [by, counted] of [
      ["rms", { atOnce: 0, inParts: 4 }],
      ["mean", { atOnce: 4, inParts: 0 }],
    ] as const)
      assert.deepEqual((await demandSame({ objective: faint, by })).counted, counted);
  });

  it("is taken in its parts where a branch reads the network's values by their names, which no copy has", async () => {
    const branch = (picked: string) => ({
      graph: w.graph({ nodes: [node("Identity", [picked], "index")], outputs: [value("index", [], "int64")] }),
    });
    /** A convolution times one of two numbers; which of them, the picture says. */
    const branched = (nodes: readonly Uint8Array[]) =>
      onnxFile({
        nodes: [
          ...nodes,
          node("Gather", ["table", "place"], "factor"),
          node("Conv", ["x", "k"], "c"),
          node("Mul", ["c", "factor"], "deep"),
          node("GlobalAveragePool", ["deep"], "mean"),
          node("Flatten", ["mean"], "y"),
        ],
        weights: [
          weight("k", [4, 3, 1, 1], random(1, 12)),
          weight("table", [2], [3, 5]),
          integers("zero", [0], []),
          integers("one", [1], []),
        ],
        inputs: [value("x", ["N", 3, side, side])],
        outputs: [value("y", ["N", 4])],
      });
    const asked = async (file: string) => {
      const model = await openModel(file);
      const program = await Program.open(model, model.inputSize, inputLine(preparation), energy("deep"));
      const stride = { moved: { down: 0, right: 0 }, step: ascent(1, "mean").inProgram! };
      try {
        const { objective, gradient } = await program.evaluate(photo);
        return { objective, gradient: gradient.data, whole: await program.wholeStep.take(photo, stride) };
      } finally {
        await program.release();
      }
    };
    const choosing = [
      node("ReduceMax", ["x"], "most", { keepdims: 0 }),
      node("Cast", ["most"], "yes", { to: 9 }),
      node("If", ["yes"], "place", { then_branch: branch("one"), else_branch: branch("zero") }),
    ];
    const [named, plain] = [
      await asked(branched(choosing)),
      await asked(branched([node("Identity", ["one"], "place")])),
    ];
    assert.equal(named.whole, undefined);
    assert.notEqual(plain.whole, undefined);
    near([named.objective], [plain.objective], 1e-3);
    near(named.gradient, plain.gradient, 1e-5);
    assert.ok(plain.gradient.some((slope) => slope !== 0));
  });

  it("is taken in its parts where the runtime cannot do the whole", async () => {
    const within = OpenModel.prototype.within;
    let asked = 0;
    OpenModel.prototype.within = function (graph, outputs, feeds) {
      if (![...feeds.keys()].some(({ name }) => name === "there:rows")) return within.call(this, graph, outputs, feeds);
      asked++;
      return Promise.reject(new RuntimeFailure("net.onnx", "run", new Error("out of memory")));
    };
    try {
      assert.deepEqual((await demandSame({})).counted, { atOnce: 0, inParts: 4 });
      assert.equal(asked, 1);
    } finally {
      OpenModel.prototype.within = within;
    }
  });
});
