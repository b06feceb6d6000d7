import assert from "node:assert/strict";
import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { Builder } from "../../src/engine/graph/builder.ts";
import type { OpenModel } from "../../src/engine/model.ts";
import { demandUnit } from "../../src/engine/synthesis/channels.ts";
import { demandMaps } from "../../src/engine/synthesis/climbable.ts";
import { directionInTurn } from "../../src/engine/synthesis/direction-in-turn.ts";
import { gramsOf, sameGram } from "../../src/engine/synthesis/gram.ts";
import { inputLine } from "../../src/engine/synthesis/input-line.ts";
import {
  channelInTurn,
  channelMean,
  direction,
  guide,
  unit,
  type Objective,
} from "../../src/engine/synthesis/objectives.ts";
import { Program } from "../../src/engine/synthesis/program.ts";
import type { Preparation } from "../../src/shared/preparation.ts";
import { float32 } from "../../src/shared/tensor.ts";
import { folder } from "../fixtures/onnx/writer.ts";
import { near } from "./support/asking.ts";
import { samplesFolder } from "./support/engine.ts";
import { made } from "./support/making.ts";
import { integers, node, onnxFile, openModel, releaseModels, value, weight } from "./support/onnx-nets.ts";
import { untouched } from "./support/pictures.ts";
import { random } from "./support/random.ts";
import { transformer } from "./support/small-transformer.ts";

const [height, width] = [8, 12];
const line = inputLine(untouched);
const canvas = float32([1, 3, height, width], random(1, 3 * height * width));

/** As ConvNeXt has it: channels at the end, where a linear layer mixes them; beside it the same turned back, each value by a Transpose. */
const last = onnxFile({
  nodes: [
    node("Conv", ["x", "k"], "stem", { strides: [2, 2], kernel_shape: [2, 2] }),
    node("Transpose", ["stem"], "turned", { perm: [0, 2, 3, 1] }),
    node("MatMul", ["turned", "m"], "mixed"),
    node("Add", ["mixed", "bias"], "wide"),
    node("Relu", ["wide"], "fired"),
    node("Clip", ["turned", "zero", "one"], "clipped"),
    node("Concat", ["fired", "clipped"], "joined", { axis: 3 }),
    node("Transpose", ["wide"], "wide back", { perm: [0, 3, 1, 2] }),
    node("Transpose", ["joined"], "joined back", { perm: [0, 3, 1, 2] }),
    node("Transpose", ["stem"], "columns first", { perm: [0, 1, 3, 2] }),
    node("GlobalAveragePool", ["joined back"], "mean"),
    node("Flatten", ["mean"], "flat"),
  ],
  weights: [
    weight("k", [5, 3, 2, 2], random(2, 60)),
    weight("m", [5, 7], random(3, 35)),
    weight("bias", [7], random(4, 7)),
    weight("zero", [], [0]),
    weight("one", [], [1]),
  ],
  inputs: [value("x", [1, 3, height, width])],
  outputs: [
    value("flat", [1, 12]),
    value("wide back", [1, 7, 4, 6]),
    value("joined back", [1, 12, 4, 6]),
    value("columns first", [1, 5, 6, 4]),
  ],
});

/** With the same tokens turned into maps by nodes of its own. */
const tokens = () =>
  onnxFile({
    ...transformer,
    nodes: [
      ...transformer.nodes,
      node("Transpose", ["classless"], "channels first", { perm: [0, 2, 1] }),
      node("Reshape", ["channels first", "grid"], "maps"),
    ],
    weights: [...(transformer.weights ?? []), integers("grid", [1, 6, 2, 3])],
    outputs: [...transformer.outputs, value("maps", [1, 6, 2, 3])],
  });

async function evaluated(model: OpenModel, objective: Objective) {
  const program = await Program.open(model, model.inputSize, line, objective);
  try {
    return await program.evaluate(canvas);
  } finally {
    await program.release();
  }
}

/** What is asked of channels and places, of a layer with so many channels. */
const asked: Readonly<Record<string, (layer: string, channels: number) => Objective>> = {
  "a channel": (layer) => channelMean(layer, 4),
  "a channel in its turn": (layer) => {
    const { objective, choose } = channelInTurn(layer, "layer");
    choose(3);
    return objective;
  },
  "a unit": (layer) => unit(layer, 5, [0.3, 0.9]),
  "a direction": (layer, channels) => direction(layer, new Float32Array(random(5, channels))),
  "a direction in its turn": (layer, channels) => {
    const { objective, choose } = directionInTurn(layer, channels);
    choose(random(6, channels));
    return objective;
  },
  "a guide": (layer, channels) => guide(layer, float32([1, channels, 2, 2], random(7, 4 * channels)), "dot"),
  "a Gram matrix": (layer, channels) => sameGram(layer, float32([channels, channels], random(8, channels ** 2))),
};

describe("a layer's maps", () => {
  afterEach(releaseModels);

  for (const [what, of] of Object.entries(asked)) {
    it(`are climbed where channels are the last axis as where they are the second: ${what}`, async () => {
      const model = await openModel(last);
      const found = await evaluated(model, of("joined", 12));
      const wanted = await evaluated(model, of("joined back", 12));
      near([found.objective], [wanted.objective], 1e-5);
      near(found.gradient.data, wanted.gradient.data, 1e-5);
    });

    it(`are climbed where they are tokens as on the grid that these stand for: ${what}`, async () => {
      const model = await openModel(tokens());
      const found = await evaluated(model, of("residual", 6));
      const wanted = await evaluated(model, of("maps", 6));
      near([found.objective], [wanted.objective], 1e-5);
      near(found.gradient.data, wanted.gradient.data, 1e-5);
    });
  }

  it("have the rows and columns of the picture where a layer has them the other way round", async () => {
    const model = await openModel(last);
    const found = await evaluated(model, unit("columns first", 2, [0.3, 0.9]));
    assert.deepEqual(found, await evaluated(model, unit("stem", 2, [0.3, 0.9])));
  });

  it("are those of what goes into the rectifiers, whose channels are the last axis", async () => {
    const model = await openModel(last);
    for (const [channel, layer, own] of [
      [4, "wide back", 4],
      [9, "stem", 2],
    ] as const) {
      const { objective, choose } = channelInTurn("joined", "before-rectifier");
      choose(channel);
      const wanted = await evaluated(model, channelMean(layer, own));
      for (const each of [objective, channelMean("joined", channel, "before-rectifier")]) {
        const found = await evaluated(model, each);
        near([found.objective], [wanted.objective], 1e-5);
        near(found.gradient.data, wanted.gradient.data, 1e-5);
      }
    }
  });

  it("have the numbers that the layer holds, without the class token", async () => {
    for (const [path, layer, back] of [
      [last, "joined", "joined back"],
      [tokens(), "residual", "maps"],
    ] as const) {
      const model = await openModel(path);
      const maps = demandMaps(model, await model.bound(1), layer);
      assert.deepEqual(
        maps.ofNumbers(await model.activations(canvas, layer)),
        await model.activations(canvas, back),
        layer,
      );
    }
  });

  it("are left as they are where they come as pictures do, and vectors, too", async () => {
    const model = await openModel(last);
    const bound = await model.bound(1);
    const g = new Builder(bound.network.graph);
    for (const layer of ["stem", "joined back", "mean", "flat"]) {
      const { inProgram, shape, value: own } = demandMaps(model, bound, layer);
      assert.equal(inProgram(g, own), own, layer);
      assert.equal(shape, own.shape, layer);
    }
  });

  it("have a Gram matrix of channels by channels", async () => {
    const model = await openModel(last);
    const [gram] = await gramsOf(model, line, canvas, [{ name: "joined", weight: 1 }]);
    const { data } = await model.activations(canvas, "joined back");
    const map = (c: number) => data.subarray(c * 24, (c + 1) * 24);
    const wanted = Array.from({ length: 144 }, (_, i) => {
      const other = map(i % 12);
      return map(Math.floor(i / 12)).reduce((sum, x, p) => sum + x * other[p]!, 0) / 24;
    });
    assert.deepEqual(gram?.shape, [12, 12]);
    near(gram.data, wanted);
  });

  it("are refused beyond their channels and places, and where attention has heads", async () => {
    const model = await openModel(last);
    const bound = await model.bound(1);
    assert.deepEqual(demandUnit(model, bound, "joined", 11, [3, 5]).shape, [1, 12, 4, 6]);
    assert.throws(
      () => demandUnit(model, bound, "joined", 12),
      /joined has the channels 0 to 11; there is no channel 12/,
    );
    assert.throws(() => demandUnit(model, bound, "joined", 0, [4, 0]), /has maps of 4 × 6; there is no place in row 4/);
    assert.throws(() => demandUnit(model, bound, "joined", 0, [0, 6]), /there is no place in row 0, column 6/);
    const other = await openModel(tokens());
    const its = await other.bound(1);
    assert.deepEqual(demandUnit(other, its, "residual", 5, [1, 2]).shape, [1, 6, 2, 3]);
    assert.throws(() => demandUnit(other, its, "residual", 6), /residual has the channels 0 to 5/);
    assert.throws(
      () => demandUnit(other, its, "shares", 0),
      /Which axis of shares, 1 × 2 × 7 × 7, are its channels cannot be told/,
    );
  });
});

describe("pictures of a layer whose channels are its last axis", function () {
  this.timeout(60_000);
  const preparation: Preparation = { size: [height, width], fit: "stretch", color: "RGB", range: [0, 1], mean: [0], deviation: [1], layout: "NCHW" }; // prettier-ignore
  const request = { model: last, layer: "joined", preparation };

  it("are a grid of as many as there are channels", async () => {
    const parameters = { first: 5, count: "all", steps: 1, size: 32 };
    const { finished } = await made({ ...request, technique: "feature-grid", parameters });
    assert.deepEqual(
      finished.sheet?.cells.map(({ channel }) => channel),
      [5, 6, 7, 8, 9, 10, 11],
    );
  });

  it("come out as those of the same layer turned back, and an atlas has as many activations as there are places", async () => {
    const place = folder();
    for (const name of ["cat-chelsea.png", "coffee.png"]) copyFileSync(join(samplesFolder, name), join(place, name));
    const [image, other] = [join(place, "cat-chelsea.png"), join(place, "coffee.png")];
    const atlas = { folder: place, activations: 2000, grid: 2, least: 1, size: 32, steps: 1, projection: "pca" };
    for (const asks of [
      { technique: "activation-atlas", parameters: atlas },
      { technique: "deep-dream", image, parameters: { guide: other, octaves: 1, steps: 1 } },
      { technique: "neuron-visualization", parameters: { of: "direction", along: image, steps: 1 } },
    ]) {
      const { floats, notes } = await made({ ...request, ...asks });
      const wanted = await made({ ...request, ...asks, layer: "joined back" });
      near(floats.data, wanted.floats.data, 1e-3, asks.technique);
      if (asks.parameters === atlas)
        assert.match(notes.map(({ text }) => text).join(" "), /hold 48 of 48 activations of joined in 2 photos/);
    }
  });
});
