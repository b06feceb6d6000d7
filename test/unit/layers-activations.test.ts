import assert from "node:assert/strict";
import { flatten, kernel, layersIn, same, scores } from "./support/layered.ts";
import { node, onnxFile, releaseModels, value, weight } from "./support/onnx-nets.ts";

type Step = readonly [op: string, inputs: readonly string[], output: string];

const numbers = {
  half: 0.5,
  one: 1,
  three: 3,
  root2: Math.SQRT2,
  small: 0.044715,
  c: 0.7978845608,
  gain: 1.7,
  step: 0.1,
};

interface Options {
  /** The picture is added to what conv1 makes of it, and that is x. */
  readonly residual?: boolean;
  /** conv2 is a part of the module act. */
  readonly within?: boolean;
  /** Each step is a module of its own, as where the activation is a function. */
  readonly apart?: boolean;
}

/** conv1, what `steps` in the module act make of x, which it makes, and conv2 of what they end in, which is "out". */
function around(steps: readonly Step[], { residual = false, within = false, apart = false }: Options): string {
  const conv = (input: string, output: string, scope: string) =>
    node("Conv", [input, `${output}.w`], output, same, { name: `/${scope}/Conv` });
  return onnxFile({
    nodes: [
      conv("image", residual ? "conv1" : "x", "conv1"),
      ...(residual ? [node("Add", ["conv1", "image"], "x", {}, { name: "/join/Add" })] : []),
      ...steps.map(([op, inputs, output]) =>
        node(op, inputs, output, {}, { name: apart ? `/${output}/${op}` : `/act/${output}` }),
      ),
      conv("out", "conv2", within ? "act/conv2" : "conv2"),
      flatten("conv2"),
    ],
    weights: [
      kernel(residual ? "conv1.w" : "x.w", 3, 3),
      kernel("conv2.w", 3, 3),
      weight("slopes", [1, 3, 1, 1], [1, 2, 3]),
      ...Object.entries(numbers).map(([name, number]) => weight(name, [], [number])),
    ],
    inputs: [value("image", ["N", 3, 8, 8])],
    outputs: scores("flat", 192),
  });
}

/** The layers from the first convolution to the second: the name of each, and what leaves it. */
async function found(steps: readonly Step[], options: Options = {}): Promise<string[]> {
  const { layers } = await layersIn(around(steps, options));
  return layers.slice(0, -1).map(({ name, output }) => `${name} → ${output.name}`);
}

const erf: readonly Step[] = [
  ["Div", ["x", "root2"], "scaled"],
  ["Erf", ["scaled"], "erf"],
  ["Add", ["erf", "one"], "sum"],
];
const tanh: readonly Step[] = [
  ["Mul", ["small", "cube"], "scaled"],
  ["Add", ["x", "scaled"], "inner"],
  ["Mul", ["c", "inner"], "argument"],
  ["Tanh", ["argument"], "tanh"],
  ["Add", ["one", "tanh"], "sum"],
];
const products: readonly Step[] = [
  ["Mul", ["x", "x"], "square"],
  ["Mul", ["x", "square"], "cube"],
];
const power: readonly Step[] = [["Pow", ["x", "three"], "cube"]];
const sumOfSquare: readonly Step[] = [
  ["Mul", ["x", "c"], "cx"],
  ["Mul", ["x", "small"], "sx"],
  ["Mul", ["sx", "x"], "square"],
  ["Add", ["square", "one"], "inner"],
  ["Mul", ["cx", "inner"], "argument"],
  ["Tanh", ["argument"], "tanh"],
  ["Add", ["tanh", "one"], "sum"],
];
const turned: readonly Step[] = [
  ["Transpose", ["x"], "turned"],
  ["Pow", ["turned", "three"], "cubed"],
  ["Transpose", ["cubed"], "cube"],
];

/** Half of x · sum: of the product, of the sum, or of x, which is then written first. */
const productHalved = (steps: readonly Step[]): readonly Step[] => [
  ...steps,
  ["Mul", ["x", "sum"], "product"],
  ["Mul", ["product", "half"], "out"],
];
const sumHalved = (steps: readonly Step[]): readonly Step[] => [
  ...steps,
  ["Mul", ["half", "sum"], "share"],
  ["Mul", ["x", "share"], "out"],
];
const xHalved = (steps: readonly Step[]): readonly Step[] => [
  ["Mul", ["x", "half"], "h"],
  ...steps,
  ["Mul", ["h", "sum"], "out"],
];

const gelus: Readonly<Record<string, readonly Step[]>> = {
  "by erf, torch's older exporter": productHalved(erf),
  "by erf, torch's newer exporter": sumHalved(erf),
  "by erf, x / 2 first": xHalved(erf),
  "by tanh, torch's older exporter": productHalved([...products, ...tanh]),
  "by tanh, torch's newer exporter": sumHalved([...power, ...tanh]),
  "by tanh, x / 2 first": xHalved([...power, ...tanh]),
  "by tanh, TensorFlow's exporter": xHalved([...turned, ...tanh]),
  "by tanh, of x · (1 + x²)": xHalved(sumOfSquare),
};

/** What each step comes to is rounded, as a quantizer writes it. */
const rounded = (steps: readonly Step[]): readonly Step[] =>
  steps.flatMap(([op, of, to]): readonly Step[] => [
    [op, of, `${to}:exact`],
    ["QuantizeLinear", [`${to}:exact`, "step"], `${to}:whole`],
    ["DequantizeLinear", [`${to}:whole`, "step"], to],
  ]);

const silu: readonly Step[] = [
  ["Sigmoid", ["x"], "s"],
  ["Mul", ["x", "s"], "out"],
];

describe("the layers of a network whose activations are written out", () => {
  afterEach(releaseModels);

  for (const [form, steps] of Object.entries(gelus))
    it(`have a GELU as one of them, and none of its steps in the one before (${form})`, async () => {
      assert.deepEqual(await found(steps), ["conv1 → x", "act → out", "conv2 → conv2"]);
    });

  for (const [form, steps] of Object.entries(gelus))
    it(`have a GELU as one of them where its steps are rounded (${form})`, async () => {
      assert.deepEqual(await found(rounded(steps)), ["conv1 → x", "act → out", "conv2 → conv2"]);
    });

  it("name a rounded GELU by its last step, not by the rounding after it", async () => {
    const names = await found(rounded(productHalved(erf)), { within: true });
    assert.deepEqual(names, ["conv1 → x", "/act/out:exact → out", "act.conv2 → conv2"]);
  });

  it("name a GELU by what leaves it where its module has a layer after it", async () => {
    const names = await found(productHalved(erf), { within: true });
    assert.deepEqual(names, ["conv1 → x", "/act/out → out", "act.conv2 → conv2"]);
  });

  it("have what a module makes of its GELU in the same", async () => {
    const scaled: readonly Step[] = [...productHalved(erf).slice(0, -1), ["Mul", ["product", "half"], "gelu"], ["Mul", ["gelu", "gain"], "out"]]; // prettier-ignore
    assert.deepEqual(await found(scaled), ["conv1 → x", "act → out", "conv2 → conv2"]);
  });

  it("have half of its product in a GELU, but nothing that follows", async () => {
    const middle = async (steps: readonly Step[]) => (await found(steps, { apart: true })).slice(1, -1);
    const gelu = productHalved(erf);
    assert.deepEqual(await middle(gelu), ["out → out"]);
    const [more, scaled]: Step[] = [["Add", ["p", "one"], "out"], ["Mul", ["p", "gain"], "out"]]; // prettier-ignore
    const named = (steps: readonly Step[]) => steps.map(([op, of, to]): Step => [op, of, to === "out" ? "p" : to]);
    assert.deepEqual(await middle([...named(gelu), scaled!]), ["p → p", "out → out"]);
    assert.deepEqual(await middle([...named(sumHalved(erf)), scaled!]), ["p → p", "out → out"]);
    assert.deepEqual(await middle([...named(xHalved(erf)), scaled!]), ["p → p", "out → out"]);
    assert.deepEqual(await middle(rounded([...named(xHalved(erf)), scaled!])), ["p:exact → p", "out:exact → out"]);
    assert.deepEqual(await middle([...erf, ["Mul", ["x", "sum"], "p"], more!]), ["p → p", "out → out"]);
  });

  for (const [what, steps] of Object.entries<readonly Step[]>({
    "one of its steps is read by others": [
      ...xHalved(erf).slice(0, -1),
      ["Mul", ["h", "sum"], "p"],
      ["Add", ["p", "scaled"], "out"],
    ],
    "its slopes are learned": productHalved([["Mul", ["x", "slopes"], "scaled"], ...erf.slice(1)]),
    "x is divided": [...erf, ["Div", ["x", "sum"], "out"]],
    "two values meet in it": productHalved([
      ["GlobalAveragePool", ["x"], "mean"],
      ["Mul", ["mean", "half"], "scaled"],
      ...erf.slice(1),
    ]),
  }))
    // prettier-ignore
    it(`know no GELU where ${what}, and the convolution keeps its own output`, async () => {
      const names = await found(steps, { apart: true });
      assert.deepEqual([names[0], names.some((name) => name.startsWith("erf → "))], ["conv1 → x", true]);
    });

  for (const [what, steps] of Object.entries<readonly Step[]>({
    "x · σ(x)": silu,
    "x · σ(1.7 · x)": [
      ["Mul", ["x", "gain"], "scaled"],
      ["Sigmoid", ["scaled"], "s"],
      ["Mul", ["x", "s"], "out"],
    ],
    "x · tanh(1.7 · x)": [
      ["Mul", ["x", "gain"], "scaled"],
      ["Tanh", ["scaled"], "t"],
      ["Mul", ["x", "t"], "out"],
    ],
    "a scale for each channel": [
      ["Mul", ["x", "slopes"], "scaled"],
      ["Add", ["scaled", "slopes"], "out"],
    ],
  }))
    it(`have ${what} under the convolution's roof`, async () => {
      assert.deepEqual(await found(steps), ["conv1 → out", "conv2 → conv2"]);
    });

  for (const [what, steps] of Object.entries<readonly Step[]>({
    "x / 2 · σ(x)": [
      ["Mul", ["x", "half"], "h"],
      ["Sigmoid", ["x"], "s"],
      ["Mul", ["h", "s"], "out"],
    ],
    "x · exp(x / 2)": [
      ["Mul", ["x", "half"], "h"],
      ["Exp", ["h"], "e"],
      ["Mul", ["x", "e"], "out"],
    ],
    "σ(x) · relu(x)": [
      ["Sigmoid", ["x"], "s"],
      ["Relu", ["x"], "r"],
      ["Mul", ["s", "r"], "out"],
    ],
  }))
    // prettier-ignore
    it(`have none of ${what} under the convolution's roof, where not all of it would come`, async () => {
      const names = await found(steps);
      assert.deepEqual([names[0], names.at(-2)], ["conv1 → x", "act → out"]);
    });

  it("have none of x · σ(x) in a sum, which takes no product", async () => {
    const names = await found(silu, { residual: true });
    assert.deepEqual(names, ["conv1 → conv1", "join → x", "/act/s → s", "act → out", "conv2 → conv2"]);
  });
});
