import assert from "node:assert/strict";
import { dreamLayer } from "../../src/engine/synthesis/default-layer.ts";
import { joinsPaths } from "../../src/engine/synthesis/layers-with-maps.ts";
import { styleLayers, whereContentIs } from "../../src/engine/synthesis/style-layers.ts";
import { synthesisCards } from "../../src/engine/synthesis/synthesize.ts";
import { node, onnxFile, openModel, releaseModels, value, weight } from "./support/onnx-nets.ts";
import { random } from "./support/random.ts";

const side = 32;
const channels = 4;

interface Step {
  readonly nodes: readonly Uint8Array[];
  readonly weights: readonly Uint8Array[];
  readonly made: string;
}
type Maker = (x: string) => Step;

const conv =
  (name: string, attributes: Readonly<Record<string, number[]>> = {}): Maker =>
  (x) => {
    const from = x === "x" ? 3 : channels;
    return {
      nodes: [node("Conv", [x, `${name}.w`], name, { pads: [1, 1, 1, 1], ...attributes }, { name })],
      weights: [weight(`${name}.w`, [channels, from, 3, 3], random(name.length + from, channels * from * 9))],
      made: name,
    };
  };

/** A convolution beside which its input goes on. */
const block =
  (name: string): Maker =>
  (x) => {
    const { nodes, weights, made } = conv(`${name}.conv`)(x);
    return { nodes: [...nodes, node("Add", [x, made], name, {}, { name })], weights, made: name };
  };

const dilated = { dilations: [2, 2], pads: [2, 2, 2, 2] };
const half = { strides: [2, 2] };

/** A classifier whose maps go through these one after another. */
async function chain(...makers: readonly Maker[]) {
  const steps: Step[] = [];
  for (const make of makers) steps.push(make(steps.at(-1)?.made ?? "x"));
  const end = steps.at(-1)?.made ?? "x";
  const model = onnxFile({
    nodes: [
      ...steps.flatMap(({ nodes }) => nodes),
      node("GlobalAveragePool", [end], "mean", {}, { name: "pool" }),
      node("Flatten", ["mean"], "scores", {}, { name: "flatten" }),
    ],
    weights: steps.flatMap(({ weights }) => weights),
    inputs: [value("x", [1, 3, side, side])],
    outputs: [value("scores", [1, channels])],
  });
  return (await openModel(model)).bound(1);
}

/** The layers that techniques choose by themselves. */
describe("default layers", () => {
  it("are explained by each technique that needs one, by what it makes of a layer", () => {
    const needing = synthesisCards().filter(({ needs }) => needs.includes("layer"));
    assert.ok(needing.length >= 7);
    const ofChannels = new Set(["neuron-visualization", "feature-grid"]);
    const reasons = needing.map(({ id, whyLayer }) => [ofChannels.has(id) ? "channels" : id, whyLayer] as const);
    for (const [id, why] of reasons) assert.match(why ?? "", /^(Past|Near) the middle of the network.*\.$/, id);
    assert.equal(new Set(reasons.map(([, why]) => why)).size, new Set(reasons.map(([kind]) => kind)).size);
    for (const { needs, whyLayer } of synthesisCards()) assert.equal(whyLayer !== undefined, needs.includes("layer"));
  });

  after(releaseModels);

  /** x · gain / σ + (bias − mean · gain / σ) over each map, as TensorFlow writes it out. */
  const standardized =
    (name: string): Maker =>
    (x) => {
      const steps: readonly (readonly [op: string, inputs: readonly string[], output: string])[] = [
        ["ReduceMean", [x], "mean"],
        ["Sub", [x, "mean"], "centred"],
        ["Mul", ["centred", "centred"], "square"],
        ["ReduceMean", ["square"], "variance"],
        ["Add", ["variance", "epsilon"], "kept"],
        ["Sqrt", ["kept"], "deviation"],
        ["Div", ["gain", "deviation"], "scale"],
        ["Mul", [x, "scale"], "scaled"],
        ["Mul", ["mean", "scale"], "taken"],
        ["Sub", ["bias", "taken"], "shift"],
        ["Add", ["scaled", "shift"], "sum"],
      ];
      const own = (value: string) => (value === x ? value : `${name}.${value}`);
      const attributes = (op: string) => (op === "ReduceMean" ? { axes: [2, 3] } : {});
      return {
        nodes: steps.map(([op, inputs, output]) =>
          node(op, inputs.map(own), own(output), attributes(op), { name: own(output) }),
        ),
        weights: [
          weight(own("epsilon"), [], [1e-3]),
          weight(own("gain"), [channels, 1, 1], [1, 2, 3, 4]),
          weight(own("bias"), [channels, 1, 1], [1, 2, 3, 4]),
        ],
        made: own("sum"),
      };
    };

  it("are none of numbers that were standardized, however that is written out, and that joins no paths", async () => {
    const plain = await chain(conv("one"), standardized("a"), conv("two", half), standardized("b"), conv("three"));
    assert.deepEqual(
      plain.layers.filter((layer) => joinsPaths(layer, plain)).map(({ name }) => name),
      [],
    );
    assert.equal(dreamLayer(plain)?.name, "two");
    assert.deepEqual(
      styleLayers(plain).map(({ name }) => name),
      ["one", "two"],
    );
    const residual = await chain(conv("one"), block("two"), conv("three"), standardized("a"), conv("four"));
    assert.equal(dreamLayer(residual)?.name, "two");
  });

  it("keep the content in the network's middle where the last but one size of maps ends with its first layers", async () => {
    const deep = ["a", "b", "c", "d", "e", "f", "g", "h"].map(block);
    const dense = await chain(conv("stem", half), conv("down", half), ...deep);
    assert.deepEqual(
      styleLayers(dense).map(({ name }) => name),
      ["stem", "a"],
    );
    assert.equal(whereContentIs.of(dense), "c");
    const plain = await chain(conv("stem", half), conv("down", half), ...["p", "q", "r", "s"].map((name) => conv(name, dilated))); // prettier-ignore
    assert.equal(whereContentIs.of(plain), "p");
    const usual = await chain(conv("stem", half), block("a"), conv("down", half), block("b"));
    assert.equal(whereContentIs.of(usual), "a");
  });

  it("keep the content in the middle of one whose maps are all of a size", async () => {
    const flat = await chain(conv("stem"), ...[..."abcdefghijk"].map(block));
    assert.equal(whereContentIs.of(flat), "e");
  });
});
