import assert from "node:assert/strict";
import { dreamLayer } from "../../src/engine/synthesis/default-layer.ts";
import { joinsPaths } from "../../src/engine/synthesis/layers-with-maps.ts";
import { styleLayers, whereContentIs } from "../../src/engine/synthesis/style-layers.ts";
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
import { random } from "./support/random.ts";

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
