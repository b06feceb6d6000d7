import assert from "node:assert/strict";
import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { Builder } from "../../src/engine/graph/builder.ts";
import type { OpenModel } from "../../src/engine/model.ts";
import { demandUnit } from "../../src/engine/synthesis/channels.ts";
import { demandMaps } from "../../src/engine/synthesis/climbable.ts";
import { dreamLayer } from "../../src/engine/synthesis/default-layer.ts";
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
import { joinsPaths } from "../../src/engine/synthesis/layers-with-maps.ts";
import { styleLayers, whereContentIs } from "../../src/engine/synthesis/style-layers.ts";
import type { Preparation } from "../../src/shared/preparation.ts";
import { float32 } from "../../src/shared/tensor.ts";
import { folder } from "../fixtures/onnx/writer.ts";
import { near } from "./support/asking.ts";
import { samplesFolder } from "./support/engine.ts";
import { made } from "./support/making.ts";
import {
  elementTypes,
  integers,
  node,
  onnxFile,
  openModel,
  releaseModels,
  value,
  weight,
} from "./support/onnx-nets.ts";
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

describe("the layers that are looked at unless told", () => {
  afterEach(releaseModels);
  const channelsLast = (extra: boolean) =>
    onnxFile({
      nodes: [
        node("Conv", ["x", "k"], "stem", { strides: [2, 2], kernel_shape: [2, 2] }),
        node("Transpose", ["stem"], "turned", { perm: [0, 2, 3, 1] }),
        node("MatMul", ["turned", "m"], "mixed"),
        node("Add", ["mixed", "bias"], "wide"),
        node("Transpose", ["wide"], "back", { perm: [0, 3, 1, 2] }),
        ...(extra ? [node("Add", ["back", "stem"], "sum")] : [node("Relu", ["back"], "sum")]),
        node("GlobalAveragePool", ["sum"], "mean"),
        node("Flatten", ["mean"], "flat"),
      ],
      weights: [
        weight("k", [5, 3, 2, 2], random(2, 60)),
        weight("m", [5, 5], random(3, 25)),
        weight("bias", [5], random(4, 5)),
      ],
      inputs: [value("x", [1, 3, 8, 12])],
      outputs: [value("flat", [1, 5])],
    });

  it("are one for each size of maps, wherever the channels stand; a bias is no second path", async () => {
    for (const [extra, chosen] of [
      [true, "sum"],
      [false, "stem"],
    ] as const) {
      const bound = await (await openModel(channelsLast(extra))).bound(1);
      assert.deepEqual(
        styleLayers(bound).map(({ name }) => name),
        [chosen],
      );
      assert.equal(whereContentIs.of(bound), chosen);
    }
    assert.equal(dreamLayer(await (await openModel(channelsLast(true))).bound(1))?.name, "sum");
  });

  it("are none of the picture itself, turned as the file has it and as its layers do, which is no layer where the file has no such node", async () => {
    const model = onnxFile({
      nodes: [
        node("Transpose", ["x"], "turned", { perm: [0, 3, 1, 2] }, { name: "turn" }),
        node("Conv", ["turned", "k"], "c", { strides: [2, 2] }, { name: "conv" }),
        node("GlobalAveragePool", ["c"], "pooled", {}, { name: "pool" }),
        node("Flatten", ["pooled"], "flat", {}, { name: "flat" }),
      ],
      weights: [weight("k", [5, 3, 2, 2], random(2, 60))],
      inputs: [value("x", [1, 16, 24, 3])],
      outputs: [value("flat", [1, 5])],
    });
    const bound = await (await openModel(model)).bound(1);
    assert.deepEqual(
      bound.layers.map(({ name }) => name),
      ["turn", "conv", "pool", "flat"],
    );
    assert.deepEqual(
      styleLayers(bound).map(({ name }) => name),
      ["conv"],
    );
  });

  /** x · ½ · (1 + tanh(√(2/π) · (x + 0.044715 · x³))) as exporters write it out; the cube by a power, or by products. */
  const gelu = (name: string, x: string, cube: "Pow" | "Mul") => {
    const step = (op: string, inputs: readonly string[], output: string) =>
      node(op, inputs, `${name}/${output}`, {}, { name: `/${name}/${output}` });
    return [
      ...(cube === "Pow"
        ? [step("Pow", [x, "three"], "cube")]
        : [step("Mul", [x, x], "square"), step("Mul", [x, `${name}/square`], "cube")]),
      step("Mul", [`${name}/cube`, "small"], "scaled"),
      step("Add", [x, `${name}/scaled`], "inner"),
      step("Mul", [`${name}/inner`, "root"], "argument"),
      step("Tanh", [`${name}/argument`], "tanh"),
      step("Add", [`${name}/tanh`, "one"], "gate"),
      step("Mul", [x, "half"], "halved"),
      step("Mul", [`${name}/halved`, `${name}/gate`], "out"),
    ];
  };
  const same = { kernel_shape: [3, 3], pads: [1, 1, 1, 1] };
  const conv = (name: string, x: string) => node("Conv", [x, `${name}.w`], name, same, { name: `/${name}/Conv` });
  const withGelus = (cube: "Pow" | "Mul", residual: boolean) =>
    onnxFile({
      nodes: [
        conv("conv1", "x"),
        ...gelu("act1", "conv1", cube),
        conv("conv2", "act1/out"),
        ...gelu("act2", "conv2", cube),
        ...(residual ? [node("Add", ["act2/out", "act1/out"], "join")] : [node("Relu", ["act2/out"], "join")]),
        node("GlobalAveragePool", ["join"], "mean"),
        node("Flatten", ["mean"], "flat"),
      ],
      weights: [
        weight("conv1.w", [4, 3, 3, 3], random(1, 108)),
        weight("conv2.w", [4, 4, 3, 3], random(2, 144)),
        ...Object.entries({ three: 3, small: 0.044715, root: Math.sqrt(2 / Math.PI), one: 1, half: 0.5 }).map(
          ([name, number]) => weight(name, [], [number]),
        ),
      ],
      inputs: [value("x", [1, 3, 16, 16])],
      outputs: [value("flat", [1, 4])],
    });

  for (const cube of ["Pow", "Mul"] as const)
    it(`are no steps of a GELU that is written out: it adds x to what is made of x alone (${cube})`, async () => {
      const bound = async (residual: boolean) => (await openModel(withGelus(cube, residual))).bound(1);
      const [plain, residual] = [await bound(false), await bound(true)];
      const joining = ({ layers, ...rest }: typeof plain) =>
        layers.filter((layer) => joinsPaths(layer, { layers, ...rest })).map(({ name }) => name);
      assert.deepEqual([joining(plain), joining(residual)], [[], ["join"]]);
      assert.deepEqual([styleLayers(plain)[0]?.name, styleLayers(residual)[0]?.name], ["conv1", "join"]);
      assert.equal(dreamLayer(residual)?.name, "join");
    });

  const halved = (name: string, x: string) =>
    node("MaxPool", [x], name, { kernel_shape: [2, 2], strides: [2, 2] }, { name });
  const kernels = (...names: readonly string[]) =>
    names.map((name, i) => weight(`${name}.w`, [4, i ? 4 : 3, 3, 3], random(i + 1, 36 * (i ? 4 : 3))));
  const layerIn = async (path: string) => dreamLayer(await (await openModel(path)).bound(1))?.name;

  it("are the same however a network is wrapped: what casts, turns and normalizes its picture makes it no deeper", async () => {
    const wrapped = (before: readonly Uint8Array[], picture: Uint8Array) =>
      onnxFile({
        nodes: [
          ...before,
          conv("conv1", before.length ? "prepared" : "x"),
          conv("conv2", "conv1"),
          halved("pool2", "conv2"),
          conv("conv3", "pool2"),
          conv("conv4", "conv3"),
          node("GlobalAveragePool", ["conv4"], "mean"),
          node("Flatten", ["mean"], "flat"),
          node("Gemm", ["flat", "gemm.w"], "scores"),
        ],
        weights: [
          ...kernels("conv1", "conv2", "conv3", "conv4"),
          weight("gemm.w", [4, 5], random(6, 20)),
          weight("average", [3, 1, 1], random(7, 3)),
          weight("spread", [3, 1, 1], [1, 2, 3]),
        ],
        inputs: [picture],
        outputs: [value("scores", [1, 5])],
      });
    const normalize = (x: string) => [
      node("Sub", [x, "average"], "centred", {}, { name: "sub" }),
      node("Div", ["centred", "spread"], "prepared", {}, { name: "div" }),
    ];
    const turn = [
      node("Cast", ["x"], "floats", { to: elementTypes.float32 }, { name: "cast" }),
      node("Transpose", ["floats"], "turned", { perm: [0, 3, 1, 2] }, { name: "turn" }),
    ];
    const planes = value("x", [1, 3, 16, 16]);
    const found = [
      wrapped([], planes),
      wrapped(normalize("x"), planes),
      wrapped([...turn, ...normalize("turned")], value("x", [1, 16, 16, 3], "uint8")),
    ].map(layerIn);
    assert.deepEqual(await Promise.all(found), ["conv3", "conv3", "conv3"]);
  });

  /** Standardized over the channels, which are turned to the end for it and back. */
  const standardized = (x: string) => [
    node("Transpose", [x], "last", { perm: [0, 2, 3, 1] }, { name: `/${x}/Transpose` }),
    node("LayerNormalization", ["last", "gain"], "normed", { axis: -1 }, { name: `/${x}/LayerNormalization` }),
    node("Transpose", ["normed"], "first", { perm: [0, 3, 1, 2] }, { name: `/${x}/Transpose_1` }),
  ];

  it("dream of no numbers that are as large whatever the picture, and of no pooling, where there is something else", async () => {
    const standing = (nodes: readonly Uint8Array[], names: readonly string[], out: string) =>
      onnxFile({
        nodes,
        weights: [...kernels(...names), weight("gain", [4], [1, 1, 1, 1])],
        inputs: [value("x", [1, 3, 16, 16])],
        outputs: [value(out, [1, 4, "h", "w"])],
      });
    const amid = [
      conv("conv1", "x"),
      conv("conv2", "conv1"),
      ...standardized("conv2"),
      halved("pool2", "first"),
      conv("conv3", "pool2"),
    ];
    assert.equal(await layerIn(standing(amid, ["conv1", "conv2", "conv3"], "conv3")), "conv1");
    const alone = [conv("conv1", "x"), ...standardized("conv1")];
    assert.equal(await layerIn(standing(alone, ["conv1"], "first")), "conv1");
  });

  it("join no paths where a window shift puts together what it cut of one value", async () => {
    const cut = (x: string, axis: number, from: string, to: string) =>
      node("Slice", [x, from, to, `axis ${axis}`], `${x}/${axis}/${from}`);
    const rolled = (x: string, axis: number, made: string) => [
      cut(x, axis, "two", "end"),
      cut(x, axis, "none", "two"),
      node("Concat", [`${x}/${axis}/two`, `${x}/${axis}/none`], made, { axis }),
    ];
    const model = onnxFile({
      nodes: [
        conv("conv1", "x"),
        ...standardized("conv1"),
        ...rolled("first", 2, "down"),
        ...rolled("down", 3, "shifted"),
        conv("conv2", "shifted"),
        node("Add", ["conv1", "conv2"], "sum"),
        conv("conv3", "sum"),
      ],
      weights: [
        ...kernels("conv1", "conv2", "conv3"),
        weight("gain", [4], [1, 1, 1, 1]),
        ...Object.entries({ none: 0, two: 2, end: 99, "axis 2": 2, "axis 3": 3 }).map(([name, n]) =>
          integers(name, [n]),
        ),
      ],
      inputs: [value("x", [1, 3, 16, 16])],
      outputs: [value("conv3", [1, 4, 16, 16])],
    });
    const bound = await (await openModel(model)).bound(1);
    assert.deepEqual(
      bound.layers.filter((layer) => joinsPaths(layer, bound)).map(({ name }) => name),
      ["sum"],
    );
    assert.equal(dreamLayer(bound)?.name, "sum");
  });

  it("have no size for texture, style and content that only cuts or enlarges what another has", async () => {
    const model = onnxFile({
      nodes: [
        conv("conv1", "x"),
        halved("pool1", "conv1"),
        conv("conv2", "pool1"),
        node("Slice", ["conv2", "none", "seven", "rows"], "cut"),
        node("Resize", ["cut", "", "scales"], "out", { mode: "nearest" }),
      ],
      weights: [
        ...kernels("conv1", "conv2"),
        ...Object.entries({ none: 0, seven: 7, rows: 2 }).map(([name, n]) => integers(name, [n])),
        weight("scales", [4], [1, 1, 4, 4]),
      ],
      inputs: [value("x", [1, 3, 16, 16])],
      outputs: [value("out", [1, 4, 28, 32])],
    });
    const bound = await (await openModel(model)).bound(1);
    assert.deepEqual(
      styleLayers(bound).map(({ name }) => name),
      ["conv1", "conv2"],
    );
    assert.equal(whereContentIs.of(bound), "conv1");
  });
});
