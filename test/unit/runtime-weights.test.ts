import assert from "node:assert/strict";
import { closeSync, constants, mkdirSync, openSync, rmSync, truncateSync, writeFileSync, writeSync } from "node:fs";
import { dirname, join } from "node:path";
import { commonFolder } from "../../src/engine/runtime/weights.ts";
import { Session } from "../../src/engine/runtime/session.ts";
import type { OpenModel } from "../../src/engine/model.ts";
import { float32 } from "../../src/shared/tensor.ts";
import * as w from "../fixtures/onnx/writer.ts";
import { near } from "./support/asking.ts";
import { newEngine, never, npy } from "./support/engine.ts";
import { node, onnxBytes, openModel, releaseModels, value } from "./support/onnx-nets.ts";
import { random } from "./support/random.ts";

const pixels = 3 * 4 * 5;
const classes = 6;
const image = float32([1, 3, 4, 5], random(1, pixels));

/** One tensor of the model, the file that it lies in and how far into it. */
interface Weights {
  readonly location: string;
  readonly offset?: number;
  readonly seed: number;
}

const valuesOf = ({ seed }: Weights) => Float32Array.from(random(seed, pixels * classes));

/** Scores of the picture: through each of the matrices, added up, in plain loops. */
const expected = (weights: readonly Weights[]): number[] => {
  const matrices = weights.map(valuesOf);
  return Array.from({ length: classes }, (_, k) =>
    matrices.reduce(
      (sum, matrix) => image.data.reduce((all, x, i) => all + x * (matrix[i * classes + k] ?? NaN), sum),
      0,
    ),
  );
};

/** A network of as many linear layers side by side, whose matrices lie in files; those may have holes that take no room. */
function modelOf(weights: readonly Weights[]): string {
  const model = join(w.folder(), "model.onnx");
  for (const each of weights) {
    const path = join(dirname(model), each.location);
    mkdirSync(dirname(path), { recursive: true });
    const file = openSync(path, constants.O_RDWR | constants.O_CREAT);
    writeSync(file, new Uint8Array(valuesOf(each).buffer), 0, pixels * classes * 4, each.offset ?? 0);
    closeSync(file);
  }
  const products = weights.map((_, i) => node("MatMul", ["flat", `m${i}`], `y${i}`));
  const tensors = weights.map(({ location, offset = 0 }, i) =>
    w.tensor(
      `m${i}`,
      1,
      [pixels, classes],
      w.external(location, { offset: String(offset), length: String(pixels * classes * 4) }),
    ),
  );
  writeFileSync(
    model,
    onnxBytes({
      nodes: [
        node("Flatten", ["x"], "flat"),
        ...products,
        node(
          "Sum",
          weights.map((_, i) => `y${i}`),
          "scores",
        ),
      ],
      weights: tensors,
      inputs: [value("x", ["N", 3, 4, 5])],
      outputs: [value("scores", ["N", classes])],
    }),
  );
  return model;
}

const large = 2 ** 31 + 4096;
const layouts: Readonly<Record<string, readonly Weights[]>> = {
  "one file": [
    { location: "w.bin", seed: 2 },
    { location: "w.bin", offset: pixels * classes * 4, seed: 3 },
  ],
  "two files of one name in two folders": [
    { location: "one/weights.bin", seed: 2 },
    { location: "two/weights.bin", seed: 3 },
  ],
  "a file beside the model and one further down": [
    { location: "weights.bin", seed: 4 },
    { location: "deep/er/weights.bin", seed: 5 },
  ],
  "a file of more than 2 GiB": [
    { location: "large.bin", seed: 6 },
    { location: "large.bin", offset: large, seed: 7 },
  ],
};

/** A model with its weights inside, of which the first are a hole that no node reads. */
function writeInline(path: string, matrix: Weights): void {
  const hole = 4 * Math.ceil(large / 4);
  const head = (field: number, length: number) => w.message((writer) => writer.uint32((field << 3) | 2).uint64(length));
  const unread = w.all(w.int(1, hole / 4), w.int(2, 1), w.text(8, "unread"));
  const raw = head(9, hole);
  const nodes = [node("Flatten", ["x"], "flat"), node("MatMul", ["flat", "m"], "scores")];
  const values = w.bytes(9, new Uint8Array(valuesOf(matrix).buffer));
  const before = [
    w.all(...nodes.map((each) => w.bytes(1, each))),
    head(5, unread.length + raw.length + hole),
    unread,
    raw,
  ];
  const after = w.all(
    w.bytes(5, w.tensor("m", 1, [pixels, classes], values)),
    w.bytes(11, value("x", ["N", 3, 4, 5])),
    w.bytes(12, value("scores", ["N", classes])),
  );
  const length = before.reduce((sum, each) => sum + each.length, hole + after.length);
  const start = Buffer.concat([w.all(w.int(1, 8), w.opset(8, 17)), head(7, length), ...before]);
  const file = openSync(path, "w");
  writeSync(file, start);
  writeSync(file, after, 0, after.length, start.length + hole);
  closeSync(file);
}

const ways = { "by reference": false, "in a copy": true };

describe("weights in files of their own", () => {
  const made: string[] = [];
  const at = (weights: readonly Weights[]) => {
    const path = modelOf(weights);
    made.push(dirname(path));
    return path;
  };
  afterEach(async () => {
    await releaseModels();
    for (const folder of made.splice(0)) rmSync(folder, { recursive: true });
  });

  for (const [layout, weights] of Object.entries(layouts))
    for (const [way, copyWeights] of Object.entries(ways))
      it(`are read ${way}: ${layout}`, async () => {
        const model = await openModel(at(weights), { copyWeights });
        near((await model.scores(image)).data, expected(weights));
      });

  it("are read by questions that are asked at once, from a file of more than 2 GiB", async () => {
    const weights = layouts["a file of more than 2 GiB"] ?? [];
    const engine = newEngine();
    const subject = { model: at(weights), image: npy(image) };
    const answers = await Promise.all([1, 2, 3].map(() => engine.predict(subject, never)));
    for (const { scores } of answers) near(scores, expected(weights));
  });

  for (const [way, copyWeights] of Object.entries(ways))
    it(`are read ${way}: behind 2 GiB of the model's own file`, async () => {
      const [matrix] = layouts["one file"] ?? [];
      assert.ok(matrix);
      const path = join(w.folder(), "model.onnx");
      made.push(dirname(path));
      writeInline(path, matrix);
      near((await (await openModel(path, { copyWeights })).scores(image)).data, expected([matrix]));
    });

  it("no longer matter to a copy once it is made", async () => {
    const weights = layouts["two files of one name in two folders"] ?? [];
    const path = at(weights);
    const session = await sessionOf(await openModel(path), true);
    try {
      for (const { location } of weights) truncateSync(join(dirname(path), location), 10);
      for (let run = 0; run < 2; run++) near(await session.scores(), expected(weights));
    } finally {
      await session.release();
    }
  });

  it("name the file, the place and the reason where a copy cannot be made", async () => {
    const weights = layouts["one file"] ?? [];
    const path = at(weights);
    const model = await openModel(path);
    truncateSync(join(dirname(path), "w.bin"), 2000);
    await assert.rejects(sessionOf(model, true), {
      name: "WeightsUnreadable",
      message: /w\.bin: 1440 bytes of weights at byte 1440 cannot be read: the file ends at 2000\..* open it again/,
    });
    rmSync(join(dirname(path), "w.bin"));
    await assert.rejects(sessionOf(model, true), /w\.bin: 1440 bytes .* ENOENT.* open it again/);
    mkdirSync(join(dirname(path), "w.bin"));
    await assert.rejects(sessionOf(model, true), (error: Error) => {
      assert.match(error.message, /w\.bin: 1440 bytes .* EISDIR/);
      assert.doesNotMatch(error.message, /changed since/, "nobody knows that");
      return true;
    });
  });

  it("have a folder in common, or none", () => {
    assert.equal(commonFolder([]), undefined);
    assert.equal(commonFolder([join("/a", "b", "w")]), join("/a", "b"));
    assert.equal(commonFolder([join("/a", "b", "w"), join("/a", "bc", "w")]), join("/a"));
    assert.equal(commonFolder([join("/a", "..b", "w"), join("/a", "w")]), join("/a"));
    assert.equal(commonFolder([join("/a", "b", "w"), join("/c", "w")]), join("/"));
  });
});

async function sessionOf(model: OpenModel, copyWeights: boolean) {
  const { network } = await model.bound(1);
  const session = await Session.open(network.graph, network.outputs, { threads: 1, copyWeights });
  return {
    scores: async () => {
      const [scores] = await session.run(new Map([[network.input, image]]));
      return scores?.data as Float32Array; // of a float network
    },
    release: () => session.release(),
  };
}
