import assert from "node:assert/strict";
import { beforeRectifiers } from "../../src/engine/synthesis/before-rectifier.ts";
import { inputLine } from "../../src/engine/synthesis/input-line.ts";
import {
  channelInTurn,
  channelMean,
  classScore,
  content,
  direction,
  energy,
  guide,
  logProbability,
  probability,
  sum,
  unit,
  type Objective,
} from "../../src/engine/synthesis/objectives.ts";
import { Program } from "../../src/engine/synthesis/program.ts";
import { inTiles, beginnings, roomOf, weightsOf } from "../../src/engine/synthesis/tiles.ts";
import { float32, size, type FloatTensor } from "../../src/shared/tensor.ts";
import { near, oneHot } from "./support/asking.ts";
import { never } from "./support/engine.ts";
import { node, onnxFile, openModel, releaseModels, value, weight } from "./support/onnx-nets.ts";
import { untouched } from "./support/pictures.ts";
import { random } from "./support/random.ts";
import { classCount, forward, picture, referenceFile } from "./support/reference-net.ts";

const line = inputLine(untouched);
const canvas = picture(3);

async function evaluated(objective: Objective) {
  const model = await openModel(referenceFile());
  const program = await Program.open(model, model.inputSize, line, objective);
  try {
    return await program.evaluate(canvas);
  } finally {
    await program.release();
  }
}

const channels = 5;
const cells = 30;
const reference = random(21, channels * cells).map(Math.abs);
const mean = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b, 0) / numbers.length;
const vector = Float32Array.from([1, -2, 0.5, 0, 3]);
const guideFeatures = float32([1, channels, 2, 3], random(22, channels * 6));

type Of = (a: readonly number[], scores: readonly number[], before: readonly number[]) => number;
const channel = (a: readonly number[], k: number) => a.slice(k * cells, (k + 1) * cells);
const place = (a: readonly number[], p: number) => Array.from({ length: channels }, (_, k) => a[k * cells + p]!);
const product = (a: ArrayLike<number>, b: ArrayLike<number>) => Array.from(a).reduce((s, x, i) => s + x * b[i]!, 0);
const guidePlace = (p: number) => Array.from({ length: channels }, (_, k) => guideFeatures.data[k * 6 + p]!);
const best = (a: readonly number[], p: number, by: (x: number[], y: number[]) => number) =>
  Math.max(...Array.from({ length: 6 }, (_, q) => by(place(a, p), guidePlace(q))));
const length = (x: readonly number[]) => Math.sqrt(product(x, x) + 1e-6);
const exponentials = (scores: readonly number[]) => scores.map(Math.exp).reduce((a, b) => a + b, 0);
const everyPlace = Array.from({ length: cells }, (_, p) => p);

/** Each with its formula over conv2's maps after their ReLU, [5, 6, 5], and the scores, in plain numbers. */
const rows: Readonly<Record<string, { readonly objective: Objective; readonly of: Of }>> = {
  "a class": { objective: classScore(oneHot(classCount, 2)), of: (_, scores) => scores[2]! },
  "two classes": { objective: classScore(oneHot(classCount, 1, 3)), of: (_, scores) => scores[1]! - scores[3]! },
  "a class's probability": {
    objective: probability(2, "softmax"),
    of: (_, scores) => Math.exp(scores[2]!) / exponentials(scores),
  },
  "a class's probability where each answers yes or no": {
    objective: probability(1, "sigmoid"),
    of: (_, scores) => 1 / (1 + Math.exp(-scores[1]!)),
  },
  "a class's log-probability": {
    objective: logProbability(2, "softmax"),
    of: (_, scores) => scores[2]! - Math.log(exponentials(scores)),
  },
  "a log-probability where each answers yes or no": {
    objective: logProbability(0, "sigmoid"),
    of: (_, scores) => -Math.log(1 + Math.exp(-scores[0]!)),
  },
  "a channel before its rectifier": {
    objective: channelMean("relu2", 3, "before-rectifier"),
    of: (_a, _scores, before) => mean(channel(before, 3)),
  },
  "a unit before its rectifier": {
    objective: unit("relu2", 1, [2.5 / 6, 4.5 / 5], "before-rectifier"),
    of: (_a, _scores, before) => before[cells + 2 * 5 + 4]!,
  },
  "a channel that has no rectifier": {
    objective: channelMean("conv2", 3, "before-rectifier"),
    of: (_a, _scores, before) => mean(channel(before, 3)),
  },
  "a channel": { objective: channelMean("relu2", 3), of: (a) => mean(channel(a, 3)) },
  "a unit": { objective: unit("relu2", 1, [2.5 / 6, 4.5 / 5]), of: (a) => a[cells + 2 * 5 + 4]! },
  "the unit in the centre": { objective: unit("relu2", 4), of: (a) => a[4 * cells + 3 * 5 + 2]! },
  "a direction": {
    objective: direction("relu2", vector),
    of: (a) => mean(everyPlace.map((p) => product(place(a, p), vector))),
  },
  "a layer's energy": { objective: energy("relu2"), of: (a) => mean(a.map((x) => (x * x) / 2)) },
  "a content": {
    objective: content("relu2", float32([1, 5, 6, 5], reference)),
    of: (a) => -mean(a.map((x, i) => (x - reference[i]!) ** 2 / 2)),
  },
  "a guide by dot product": {
    objective: guide("relu2", guideFeatures, "dot"),
    of: (a) => mean(everyPlace.map((p) => best(a, p, product))),
  },
  "a guide by cosine": {
    objective: guide("relu2", guideFeatures, "cosine"),
    of: (a) => mean(everyPlace.map((p) => best(a, p, (x, y) => product(x, y) / length(x) / length(y)))),
  },
  "several, with weights of either sign": {
    objective: sum([
      [2, channelMean("relu2", 0)],
      [-0.5, energy("relu2")],
    ]),
    of: (a) => 2 * mean(channel(a, 0)) - mean(a.map((x) => (x * x) / 4)),
  },
};

describe("objectives", () => {
  afterEach(releaseModels);

  for (const [name, { objective, of }] of Object.entries(rows))
    it(`${name}: is what its formula says, and uphill is where it rises`, async () => {
      const at = (pixels: ArrayLike<number>) => {
        const { a2, scores, z2 } = forward(pixels);
        return of([...a2.data], scores, [...z2.data]);
      };
      const found = await evaluated(objective);
      near([found.objective], [at(canvas.data)], 1e-4, name);
      // In double precision the steps can be small enough to stay off the kinks.
      const step = 1e-5;
      const slopes = Array.from(canvas.data, (x, i) => {
        const moved = (by: number) => at(Float64Array.from(canvas.data, (v, k) => (k === i ? x + by : v)));
        return (moved(step) - moved(-step)) / (2 * step);
      });
      near(found.gradient.data, slopes, 1e-3, name);
    });

  for (const from of ["layer", "before-rectifier"] as const)
    it(`one channel after another is each channel's mean, in one program: ${from}`, async () => {
      const { objective, choose } = channelInTurn("relu2", from);
      choose(4);
      const model = await openModel(referenceFile());
      const program = await Program.open(model, model.inputSize, line, objective);
      const { a2, z2 } = forward(canvas.data);
      try {
        for (const k of [4, 1, 3, 4]) {
          choose(k);
          const { objective: worth, gradient } = await program.evaluate(canvas);
          near([worth], [mean(channel([...(from === "layer" ? a2 : z2).data], k))], 1e-4, `channel ${k}`);
          near(gradient.data, (await evaluated(channelMean("relu2", k, from))).gradient.data, 1e-6, `channel ${k}`);
        }
      } finally {
        await program.release();
      }
    });

  it("what sleeps is raised at first where it is told to rise, while the objective is told as it is", async () => {
    const model = await openModel(referenceFile());
    const { a2 } = forward(canvas.data);
    const both = sum([
      [2, channelMean("relu2", 3)],
      [-0.5, channelMean("relu2", 1)],
    ]);
    // Of the plain gradient, only the part that is to rise is another.
    const first = sum([
      [2, channelMean("relu2", 3, "before-rectifier")],
      [-0.5, channelMean("relu2", 1)],
    ]);
    const program = await Program.open(model, model.inputSize, line, both);
    try {
      const [now, atFirst] = [await program.evaluate(canvas), await program.evaluate(canvas, true)];
      const own = 2 * mean(channel([...a2.data], 3)) - 0.5 * mean(channel([...a2.data], 1));
      near([now.objective, atFirst.objective], [own, own], 1e-4);
      near(atFirst.gradient.data, (await evaluated(first)).gradient.data, 1e-6);
      assert.notDeepEqual(atFirst.gradient.data, now.gradient.data);
    } finally {
      await program.release();
    }
  });

  it("before the rectifiers of a concatenation, a channel is what its own rectifier reads", async () => {
    const path = onnxFile({
      nodes: [
        node("Conv", ["x", "k"], "left"),
        node("Conv", ["x", "m"], "right"),
        node("Relu", ["left"], "shut"),
        node("Clip", ["right", "zero", "six"], "clipped"),
        node("Concat", ["shut", "clipped", "x"], "all", { axis: 1 }),
      ],
      weights: [
        weight("k", [2, 3, 1, 1], random(31, 6)),
        weight("m", [4, 3, 1, 1], random(32, 12)),
        weight("zero", [], [0]),
        weight("six", [], [6]),
      ],
      inputs: [value("x", [1, 3, 4, 4])],
      outputs: [value("all", [1, 9, 4, 4])],
    });
    const model = await openModel(path);
    const bound = await model.bound(1);
    assert.deepEqual(
      beforeRectifiers(bound.network.graph, model.value(bound, "all"), 1).map(({ value: { name }, first }) => [
        name,
        first,
      ]),
      [
        ["left", 0],
        ["right", 2],
        ["x", 6],
      ],
    );
    // Channel 5 is the last one of the second part.
    const pixels = float32([1, 3, 4, 4], random(33, 48));
    const program = await Program.open(model, model.inputSize, line, channelMean("all", 5, "before-rectifier"));
    try {
      const means = [0, 1, 2].map((c) => mean([...pixels.data.subarray(c * 16, (c + 1) * 16)]));
      near([(await program.evaluate(pixels)).objective], [product(random(32, 12).subarray(9), means)], 1e-5);
    } finally {
      await program.release();
    }
  });

  it("gives DeepDream's gradient: the layer itself, sent back", async () => {
    const model = await openModel(referenceFile());
    const a = await model.activations(canvas, "relu2");
    const { signal } = await model.gradient(canvas, { of: { kind: "layer", layer: "relu2", seed: a } });
    const { gradient } = await evaluated(energy("relu2"));
    near(
      gradient.data,
      signal.data.map((x) => x / size(a.shape)),
      1e-5,
    );
  });

  it("are refused by name where no picture can raise them", async () => {
    const model = await openModel(referenceFile());
    const open = (objective: Objective) => Program.open(model, model.inputSize, line, objective);
    await assert.rejects(open(energy("nowhere")), /has no layer nowhere/);
    await assert.rejects(open(energy("conv2.weight")), /conv2\.weight does not depend on the picture/);
    const whole = await openModel(
      onnxFile({
        nodes: [node("Conv", ["x", "k"], "c"), node("ArgMax", ["c"], "top", { axis: 1 }), node("Det", ["c"], "det")],
        weights: [weight("k", [4, 3, 1, 1], random(1, 12))],
        inputs: [value("x", [1, 3, 4, 4])],
        outputs: [value("top", [1, 1, 4, 4], "int64"), value("det", [1, 4])],
      }),
    );
    const there = (objective: Objective) => Program.open(whole, whole.inputSize, line, objective);
    await assert.rejects(there(energy("top")), /top holds int64, not numbers that a picture could raise/);
    await assert.rejects(there(energy("det")), /has to pass through Det \(node det\)/);
  });
});

describe("tiles", () => {
  it("cover a line evenly, with a quarter in common, and together say everything once", () => {
    assert.deepEqual(beginnings(100, 100), [0]);
    assert.deepEqual(beginnings(60, 100), [0]);
    assert.deepEqual(beginnings(175, 100), [0, 75]);
    for (const [length, tile] of [
      [101, 100],
      [1000, 96],
      [333, 224],
    ] as const) {
      const starts = beginnings(length, tile);
      assert.equal(starts[0], 0);
      // Large ones begin at multiples of what networks usually reduce by, and may go on a little beyond the end.
      const step = tile >= 128 ? 32 : 1;
      assert.ok(
        starts.every((start) => start % step === 0),
        starts.join(),
      );
      const beyond = starts.at(-1)! + tile - length;
      assert.ok(beyond >= 0 && beyond < step, String(beyond));
      starts.slice(1).forEach((start, i) => assert.ok(start - starts[i]! < 0.75 * tile + step));
      const sums = new Float32Array(length);
      weightsOf(starts, length, tile).forEach((weights, t) => weights.forEach((w, i) => (sums[starts[t]! + i]! += w)));
      near(sums, new Float32Array(length).fill(1), 1e-5);
    }
  });

  it("give the gradient of the whole where each pixel stands for itself, repeated beyond the edges", async () => {
    const small = float32([1, 3, 40, 50], random(8, 6000));
    const large = float32([1, 3, 300, 200], random(9, 180_000));
    const squares = async (part: FloatTensor) =>
      Promise.resolve({ objective: 1, gradient: { ...part, data: part.data.map((x) => 2 * x) } });
    for (const [whole, tile] of [
      [small, { height: 16, width: 16 }],
      [small, { height: 40, width: 50 }],
      [large, { height: 128, width: 160 }],
    ] as const) {
      const { objective, gradient } = await inTiles(whole, tile, squares, never);
      near(
        gradient.data,
        whole.data.map((x) => 2 * x),
        1e-5,
      );
      near([objective], [1], 1e-6);
    }
  });

  it("are what a gigabyte does not hold, whatever was asked of the model before", async () => {
    const model = await openModel(referenceFile(), { memory: 16e9 });
    const before = await roomOf(model);
    await model.gradient(canvas, { of: { kind: "class", weights: oneHot(classCount, 0) } });
    const after = await roomOf(model);
    const size = { height: 1000, width: 1000 };
    assert.deepEqual([after.tile, after.bytes(size)], [before.tile, before.bytes(size)]);
    const side = (bytes: number) => Math.sqrt((bytes / before.bytes(size)) * 1e6);
    for (const [bytes, holds] of [
      [0.99e9, true],
      [1.01e9, false],
    ] as const)
      assert.equal(before.holds({ height: side(bytes), width: side(bytes) }), holds);
  });

  it("give the slope of what is shorter than one, however often each pixel of it is seen", async () => {
    const tile = { height: 8, width: 7 };
    const weights = random(10, 3 * tile.height * tile.width);
    const waves = async (part: FloatTensor) =>
      Promise.resolve({
        objective: part.data.reduce((sum, x, i) => sum + Math.sin(weights[i]! * x), 0),
        gradient: { ...part, data: part.data.map((x, i) => weights[i]! * Math.cos(weights[i]! * x)) },
      });
    for (const [height, width] of [
      [1, 1],
      [3, 5],
      [3, 7],
      [8, 2],
    ] as const) {
      const whole = float32([1, 3, height, width], random(11, 3 * height * width));
      const { gradient } = await inTiles(whole, tile, waves, never);
      const worth = async (i: number, by: number) => {
        const moved = whole.data.map((x, k) => (k === i ? x + by : x));
        return (await inTiles({ ...whole, data: moved }, tile, waves, never)).objective;
      };
      const slopes: number[] = [];
      for (let i = 0; i < whole.data.length; i++)
        slopes.push(((await worth(i, 0.01)) - (await worth(i, -0.01))) / 0.02);
      near(gradient.data, slopes, 1e-3);
    }
  });

  it("show a small picture repeated", async () => {
    const small = float32([1, 3, 1, 2], [1, 2, 3, 4, 5, 6]);
    let seen: FloatTensor | undefined;
    await inTiles(
      small,
      { height: 2, width: 3 },
      async (part) => {
        seen = part;
        return Promise.resolve({ objective: 0, gradient: part });
      },
      never,
    );
    assert.deepEqual([...(seen?.data ?? [])], [1, 2, 1, 1, 2, 1, 3, 4, 3, 3, 4, 3, 5, 6, 5, 5, 6, 5]);
  });
});
