import assert from "node:assert/strict";
import { classIn } from "../../src/cli/class-of.ts";
import { float32 } from "../../src/shared/tensor.ts";
import type { OpenModel } from "../../src/engine/model.ts";
import { near } from "./support/asking.ts";
import { never, newEngine, npy } from "./support/engine.ts";
import { made } from "./support/making.ts";
import { bytes, integers, node, onnxFile, openModel, releaseModels, value, weight } from "./support/onnx-nets.ts";
import { random } from "./support/random.ts";

const side = 4;
const numbers = 3 * side * side;
const image = (seed: number) => float32([1, 3, side, side], random(seed, numbers));

/** How a file ends after its scores `a` (and `b`, of another head), in `y`. */
interface End {
  readonly nodes: readonly Uint8Array[];
  readonly classes?: number;
  /** The shape of `y`, without the batch. */
  readonly shape?: readonly number[];
  readonly batch?: number | string;
  readonly weights?: readonly Uint8Array[];
}

function fileOf({ nodes, classes = 4, shape = [classes], batch = "N", weights = [] }: End): string {
  return onnxFile({
    nodes: [
      node("Flatten", ["x"], "flat"),
      node("Gemm", ["flat", "wa"], "a"),
      node("Gemm", ["flat", "wb"], "b"),
      ...nodes,
    ],
    weights: [
      weight("wa", [numbers, classes], random(1, numbers * classes)),
      weight("wb", [numbers, classes], random(2, numbers * classes)),
      weight("half", [], [0.5]),
      weight("one", [], [1]),
      weight("little", [], [Math.fround(1e-7)]),
      weight("nearly", [], [Math.fround(1 - 1e-6)]),
      integers("last", [1]),
      ...weights,
    ],
    inputs: [value("x", [batch, 3, side, side])],
    outputs: [value("y", [batch, ...shape])],
  });
}

const meanOf = (op: string) => [
  node(op, ["a"], "pa"),
  node(op, ["b"], "pb"),
  node("Add", ["pa", "pb"], "both"),
  node("Mul", ["both", "half"], "y"),
];

/** Each writes probabilities into `y`; `score`: the value that they are found to come of. */
const ends: Readonly<Record<string, End & { readonly score: string; readonly activation?: "sigmoid" }>> = {
  "a softmax that is written out": {
    nodes: [
      node("ReduceMax", ["a"], "most", { axes: [1] }),
      node("Sub", ["a", "most"], "less"),
      node("Exp", ["less"], "powers"),
      node("ReduceSum", ["powers", "last"], "sum"),
      node("Div", ["powers", "sum"], "y"),
    ],
    score: "a",
  },
  "one without the largest taken off": {
    nodes: [
      node("Exp", ["a"], "powers"),
      node("ReduceSum", ["powers", "last"], "sum"),
      node("Div", ["powers", "sum"], "y"),
    ],
    score: "a",
  },
  "a softmax between transpositions": {
    nodes: [
      node("Reshape", ["a", "maps"], "deep"),
      node("Transpose", ["deep"], "turned", { perm: [0, 3, 2, 1] }),
      node("Softmax", ["turned"], "p", { axis: 3 }),
      node("Transpose", ["p"], "y", { perm: [0, 3, 2, 1] }),
    ],
    weights: [integers("maps", [-1, 4, 1, 1])],
    shape: [4, 1, 1],
    score: "turned",
  },
  "a softmax over the rows of one picture": {
    nodes: [
      node("Transpose", ["a"], "turned", { perm: [1, 0] }),
      node("Softmax", ["turned"], "p", { axis: 0 }),
      node("Transpose", ["p"], "y", { perm: [1, 0] }),
    ],
    batch: 1,
    score: "turned",
  },
  "exp(log_softmax)": { nodes: [node("LogSoftmax", ["a"], "log"), node("Exp", ["log"], "y")], score: "a" },
  "a softmax that is kept from 0 and 1": {
    nodes: [node("Softmax", ["a"], "p"), node("Clip", ["p", "little", "nearly"], "y")],
    score: "a",
  },
  "the mean of two softmaxes": { nodes: meanOf("Softmax"), score: "y" },
  "a yes-or-no question in two classes": {
    nodes: [
      node("Sigmoid", ["a"], "yes"),
      node("Sub", ["one", "yes"], "no"),
      node("Concat", ["no", "yes"], "y", { axis: 1 }),
    ],
    classes: 1,
    shape: [2],
    score: "y",
  },
  "the mean of two sigmoids of several classes": { nodes: meanOf("Sigmoid"), score: "y", activation: "sigmoid" },
  "the mean of two sigmoids": { nodes: meanOf("Sigmoid"), classes: 1, score: "y", activation: "sigmoid" },
  "a sigmoid that is gathered": {
    nodes: [node("Sigmoid", ["a"], "p"), node("Gather", ["p", "first"], "y", { axis: 1 })],
    weights: [integers("first", [0], [])],
    classes: 1,
    shape: [],
    score: "a",
    activation: "sigmoid",
  },
  "a sigmoid of what is squeezed": {
    nodes: [node("Squeeze", ["a", "last"], "flatly"), node("Sigmoid", ["flatly"], "y")],
    classes: 1,
    shape: [],
    score: "flatly",
    activation: "sigmoid",
  },
};

const probabilities = async (model: OpenModel, at: ReturnType<typeof image>) =>
  model.probabilities(await model.scores(at)).data;

describe("the probabilities that a file gives itself", function () {
  this.timeout(30_000);
  afterEach(releaseModels);

  for (const [what, { score, activation = "softmax", ...end }] of Object.entries(ends))
    it(`are those that are told, and the way to more of one is uphill, after ${what}`, async () => {
      const path = fileOf(end);
      const model = await openModel(path);
      for (const seed of [7, 8])
        near(await probabilities(model, image(seed)), (await model.activations(image(seed), "y")).data);

      // Of four at once as of each alone.
      const many = float32([4, 3, side, side], random(9, 4 * numbers));
      const each = many.data.length / 4;
      const together = await probabilities(model, many);
      const alone = [0, 1, 2, 3].map((i) => float32([1, 3, side, side], many.data.slice(i * each, (i + 1) * each)));
      near(
        together,
        (await Promise.all(alone.map((one) => probabilities(model, one)))).flatMap((row) => [...row]),
      );

      // The slope of log p, by the scores' and by the file's own numbers.
      const at = image(7);
      const p = await probabilities(model, at);
      const weights = p.map((each, i) => (activation === "sigmoid" ? (i ? 0 : 1 - each) : Number(i === 0) - each));
      const { signal } = await model.gradient(at, { of: { kind: "class", weights } });
      const logarithm = async (place: number, by: number) => {
        const moved = float32(at.shape, at.data.slice());
        moved.data[place]! += by;
        return Math.log((await model.activations(moved, "y")).data[0]!);
      };
      for (const place of [0, 17, 40]) {
        const slope = ((await logarithm(place, 0.01)) - (await logarithm(place, -0.01))) / 0.02;
        assert.ok(
          Math.abs(signal.data[place]! - slope) < 2e-3 * Math.max(1, Math.abs(slope)),
          `${signal.data[place]} and ${slope}`,
        );
      }

      const card = await newEngine().open({ model: path }, never);
      assert.equal(card.score, score);
      assert.equal(
        card.problems.some((problem) => /^y holds probabilities already/.test(problem)),
        score === "y",
      );
    });

  it("are not thought of where scores are divided, or are all positive", async () => {
    for (const nodes of [[node("Div", ["a", "half"], "y")], [node("Exp", ["a"], "y")]]) {
      const model = await openModel(fileOf({ nodes }));
      const scores = await model.activations(image(7), "y");
      near((await model.scores(image(7))).data, scores.data);
      near(await probabilities(model, image(7)), model.probabilities(scores).data);
    }
  });

  it("have no slope, and no other than a finite logarithm, where one is 0", async () => {
    const nodes = [
      node("Relu", ["a"], "positive"),
      node("ReduceSum", ["positive", "last"], "sum"),
      node("Div", ["positive", "sum"], "y"),
    ];
    const model = await openModel(fileOf({ nodes, classes: 8 }));
    const given = (await model.activations(image(7), "y")).data;
    const none = given.indexOf(0);
    assert.ok(none >= 0);
    assert.ok((await model.scores(image(7))).data.every(Number.isFinite));
    const weights = Float32Array.from(given, (_, i) => Number(i === none));
    const { signal } = await model.gradient(image(7), { of: { kind: "class", weights } });
    assert.ok(signal.data.every((slope) => slope === 0));
  });

  it("are none of a list of one number for each picture without a sigmoid, nor of one class of several", async () => {
    const chosen = [node("Sigmoid", ["a"], "p"), node("Gather", ["p", "second"], "y", { axis: 1 })];
    const width = [node("Squeeze", ["a", "last"], "y")];
    for (const end of [
      { nodes: chosen, weights: [integers("second", [1], [])], classes: 2 },
      { nodes: width, classes: 1 },
    ]) {
      const path = fileOf({ ...end, shape: [] });
      const card = await newEngine().open({ model: path }, never);
      assert.equal(card.classes, undefined);
      assert.throws(
        () => classIn("0", card),
        /model\.onnx has no classes: none of its outputs is one number per class\./,
      );
    }
  });
});

describe("a file that is in training mode", () => {
  afterEach(releaseModels);

  const training = (opset: number, mode: number, outputs: readonly string[]) =>
    onnxFile({
      nodes: [
        node("BatchNormalization", ["x", "s", "z", "m", "v"], outputs, opset < 14 ? {} : { training_mode: mode }),
        node("Dropout", ["n", ...(opset < 12 ? [] : ["ratio", "on"])], "d"),
        node("Flatten", ["d"], "flat"),
        node("Gemm", ["flat", "w"], "y"),
      ],
      weights: [
        weight("s", [3], [1, 2, 3]),
        weight("z", [3], [0, 1, 0]),
        weight("m", [3], [0.5, 0, 0]),
        weight("v", [3], [1, 4, 1]),
        weight("w", [numbers, 4], random(1, numbers * 4)),
        weight("ratio", [], [0.5]),
        bytes("on", "bool", [mode], []),
      ],
      inputs: [value("x", [1, 3, side, side])],
      outputs: [value("y", [1, 4])],
      opset,
    });

  it("is said to be taken as in inference, and no other file is", async () => {
    const engine = newEngine();
    const old =
      /The file is in training mode, but is taken as in inference: BatchNormalization uses the statistics that it keeps\./;
    const now = /statistics that it keeps, Dropout drops nothing\./;
    const cases = [
      [training(15, 1, ["n", "mean", "variance"]), now],
      [training(15, 0, ["n"]), undefined],
      [training(11, 0, ["n", "mean", "variance", "kept", "saved"]), old],
      [training(11, 0, ["n"]), undefined],
    ] as const;
    for (const [model, said] of cases) {
      const { problems } = await engine.open({ model }, never);
      const { remarks } = await engine.predict({ model, image: npy(image(7)) }, never);
      for (const told of [problems, remarks])
        if (said) assert.match(told.join("\n"), said);
        else assert.doesNotMatch(told.join("\n"), /training/);
    }
  });

  it("is said to be so where it makes a picture", async () => {
    const model = training(15, 1, ["n", "mean", "variance"]);
    const { notes } = await made({ model, technique: "fooling-image", target: 0, parameters: { steps: 2 } });
    assert.ok(notes.some(({ text }) => /in training mode/.test(text)));
  });
});
