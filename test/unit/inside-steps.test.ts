import assert from "node:assert/strict";
import { step } from "../../src/engine/inside/step.ts";
import { unit } from "../../src/engine/inside/unit.ts";
import type { Step } from "../../src/shared/inside.ts";
import { float32, size, type FloatTensor, type Shape } from "../../src/shared/tensor.ts";
import { near } from "./support/asking.ts";
import { never, npy } from "./support/engine.ts";
import {
  integers,
  node,
  onnxFile,
  openModel,
  releaseModels,
  value,
  weight,
  type Attribute,
} from "./support/onnx-nets.ts";
import { random } from "./support/random.ts";
import { looking } from "./support/samples.ts";

type Attributes = Readonly<Record<string, Attribute>>;
interface Case {
  readonly op: string;
  readonly attributes?: Attributes;
  /** Of the weights; none for poolings. */
  readonly weights?: Shape;
  readonly bias?: number;
  readonly input?: readonly [number, number, number];
}

const conv = (weights: Shape, attributes: Attributes = {}, more: Partial<Case> = {}): Case => ({
  op: "Conv",
  weights,
  attributes,
  bias: weights[0]!,
  ...more,
});
const transposed = (weights: Shape, attributes: Attributes = {}, bias = weights[1]!): Case => ({
  op: "ConvTranspose",
  weights,
  attributes,
  bias,
});
const pool = (op: string, attributes: Attributes, input?: Case["input"]): Case => ({
  op,
  attributes: { kernel_shape: [3, 2], ...attributes },
  ...(input && { input }),
});

const cases: Readonly<Record<string, Case>> = {
  "a convolution": conv([3, 4, 3, 3]),
  "padded unevenly": conv([3, 4, 3, 3], { pads: [1, 0, 2, 1] }),
  strided: conv([3, 4, 3, 2], { strides: [2, 3], pads: [1, 1, 1, 1] }),
  dilated: conv([3, 4, 3, 2], { dilations: [2, 3], pads: [2, 0, 1, 2] }),
  grouped: conv([6, 2, 3, 3], { group: 2, pads: [1, 1, 1, 1] }),
  depthwise: conv([8, 1, 3, 3], { group: 4, pads: [1, 1, 1, 1] }),
  "of one place": conv([3, 4, 1, 1]),
  "of the same size": conv([3, 4, 4, 3], { auto_pad: "SAME_UPPER", strides: [2, 2] }),
  "without a bias": { op: "Conv", weights: [3, 4, 2, 2] },
  "a transposed convolution": transposed([4, 3, 3, 3]),
  "transposed by a step of two": transposed([4, 3, 3, 2], { strides: [2, 3], pads: [1, 0, 0, 1] }),
  "transposed, enlarged at the far edge": transposed([4, 3, 2, 2], { strides: [3, 3], output_padding: [1, 2] }),
  "transposed and dilated": transposed([4, 3, 3, 2], { strides: [2, 1], dilations: [2, 3], pads: [2, 1, 1, 0] }),
  "transposed in groups": transposed([4, 3, 3, 3], { group: 2, strides: [2, 2] }, 6),
  "max pooling": pool("MaxPool", { strides: [2, 2] }),
  "max pooling, padded and dilated": pool("MaxPool", { strides: [1, 2], pads: [1, 0, 2, 1], dilations: [2, 2] }),
  "max pooling that hangs over": pool("MaxPool", { strides: [2, 3], ceil_mode: 1 }),
  "average pooling": pool("AveragePool", { strides: [2, 2] }),
  "average pooling, padding left out": pool("AveragePool", { pads: [1, 1, 1, 1] }),
  "average pooling, padding counted": pool("AveragePool", { pads: [2, 1, 1, 1], count_include_pad: 1 }),
  "average pooling that hangs over": pool("AveragePool", { strides: [2, 2], ceil_mode: 1 }),
  "average pooling that hangs over its padding": pool("AveragePool", {
    strides: [3, 3],
    pads: [1, 1, 1, 1],
    ceil_mode: 1,
    count_include_pad: 1,
  }),
  "global average pooling": { op: "GlobalAveragePool" },
  "global max pooling": { op: "GlobalMaxPool" },
};

function fileOf({ op, attributes = {}, weights, bias, input = [4, 7, 6] }: Case) {
  const [first, second] = [weights ? ["w"] : [], bias === undefined ? [] : ["b"]];
  return onnxFile({
    nodes: [node(op, ["image", ...first, ...second], "y", attributes), node("Relu", ["y"], "end")],
    weights: [
      ...(weights ? [weight("w", weights, random(5, size(weights)))] : []),
      ...(bias === undefined ? [] : [weight("b", [bias], random(6, bias))]),
    ],
    inputs: [value("image", [1, ...input])],
    outputs: [value("end", [])],
    opset: 19, // from which on an average pooling may be dilated, and hangs over as PyTorch's does
  });
}

/** What a value is before the activation that its layer ends with. */
async function computed(model: string, image: FloatTensor, name: string): Promise<FloatTensor> {
  const [found] = await (await openModel(model)).together(image, ({ network }) => [network.values.get(name)!]);
  return found as FloatTensor;
}

const dot = (window: Float32Array, weights: Float32Array) =>
  window.reduce((sum, x, i) => sum + (Number.isNaN(x) ? 0 : x * weights[i]!), 0);
const inside = (window: Float32Array) => window.filter((x) => !Number.isNaN(x));

/** What the numbers of a step come to. */
function outcome({ kind, window, weights, bias, picked, divisor }: Step): number {
  if (kind !== "pooling") return dot(window, weights) + bias;
  if (divisor !== undefined) return inside(window).reduce((a, b) => a + b, 0) / divisor;
  return picked === undefined ? NaN : window[picked]!;
}

describe("a convolution explained", () => {
  afterEach(releaseModels);

  for (const [name, each] of Object.entries(cases))
    it(`adds up at every place: ${name}`, async () => {
      const [engine, model] = [looking(), fileOf(each)];
      const [channels, height, width] = each.input ?? [4, 7, 6];
      const image = float32([1, channels, height, width], random(9, channels * height * width));
      const request = { model, image: npy(image), layer: "y" };
      const expected = await computed(model, image, "y");
      const [, outs = 0, rows = 0, columns = 0] = expected.shape;
      const sums: number[] = [];
      for (let channel = 0; channel < outs; channel++)
        for (let row = 0; row < rows; row++)
          for (let column = 0; column < columns; column++) {
            const found = await step(engine, { ...request, channel, place: [row, column] }, never);
            assert.deepEqual(found.output, [outs, rows, columns]);
            assert.equal(found.window.length, found.channels * found.kernel[0] * found.kernel[1]);
            sums.push(outcome(found));
            near([found.value], [expected.data[sums.length - 1]!], 1e-6, "value");
            if (found.op.endsWith("MaxPool")) assert.equal(Math.max(...inside(found.window)), found.value);
          }
      near(sums, expected.data, 1e-5, name);
    });

  it("has the places of the layer's maps where rows and columns have changed places", async () => {
    const model = onnxFile({
      nodes: [
        node("Transpose", ["image"], "turned", { perm: [0, 1, 3, 2] }),
        node("Conv", ["turned", "w"], "y", { pads: [0, 1, 2, 0], strides: [1, 2] }),
        node("MaxPool", ["y"], "pool", { kernel_shape: [1, 2], strides: [1, 1] }),
      ],
      weights: [weight("w", [2, 3, 3, 2], random(1, 36))],
      inputs: [value("image", [1, 3, 7, 5])],
      outputs: [value("pool", [])],
    });
    const image = float32([1, 3, 7, 5], random(9, 105));
    const [engine, asked] = [looking(), { model, image: npy(image), layer: "y", channel: 1 }];
    for (const layer of ["y", "pool"]) {
      const own = await unit(engine, { ...asked, layer }, never);
      assert.deepEqual((await step(engine, { ...asked, layer }, never)).place, own.place);
      const [, rows, columns] = (await step(engine, { ...asked, layer }, never)).output;
      for (let row = 0; row < rows; row++)
        for (let column = 0; column < columns; column++) {
          const found = await step(engine, { ...asked, layer, place: [row, column] }, never);
          const { value } = await unit(engine, { ...asked, layer, place: [row, column] }, never);
          assert.deepEqual([found.value, found.place], [value, [row, column]]);
          near([outcome(found)], [value], 1e-5, `${layer} ${row}, ${column}`);
        }
    }
    const { kernel, stride, padding, input, origin, window, turned } = await step(engine, { ...asked, place: [1, 3] }, never); // prettier-ignore
    assert.deepEqual([kernel, stride, padding, input], [[2, 3], [2, 1], [1, 0, 0, 2], [3, 7, 5]]); // prettier-ignore
    assert.deepEqual([origin, turned], [[1, 3], true]);
    assert.deepEqual([...window.subarray(0, 3)], [image.data[8], image.data[9], NaN], "a row of the picture's");
  });

  it("says where the window lies, and what is padding", async () => {
    const model = fileOf(conv([3, 4, 3, 3], { pads: [1, 1, 1, 1], strides: [2, 2] }));
    const image = float32([1, 4, 7, 6], random(9, 168));
    const corner = await step(looking(), { model, image: npy(image), layer: "y", channel: 1, place: [0, 2] }, never);
    assert.deepEqual(corner.origin, [-1, 3]);
    assert.deepEqual(corner.stride, [2, 2]);
    assert.deepEqual(corner.padding, [1, 1, 1, 1]);
    assert.deepEqual(Array.from(corner.window.subarray(0, 9), Number.isNaN), [
      true,
      true,
      true,
      ...Array<boolean>(6).fill(false),
    ]);
    assert.equal(corner.window[3], image.data[0 * 6 + 3]);
    assert.equal(corner.window[9 + 8], image.data[42 + 1 * 6 + 5]);
  });

  it("shows a transposed convolution as the flipped kernel over its input with zeros between", async () => {
    const model = fileOf(transposed([4, 3, 3, 3], { strides: [2, 2] }));
    const image = float32([1, 4, 7, 6], random(9, 168));
    const at = await step(looking(), { model, image: npy(image), layer: "y", channel: 2, place: [5, 4] }, never);
    assert.deepEqual(at.origin, [3, 2]);
    // Rows 3, 4, 5 and columns 2, 3, 4 of the spread-out input: only row 4, columns 2 and 4, hold numbers.
    assert.deepEqual(Array.from(at.window.subarray(0, 9)), [
      0,
      0,
      0,
      image.data[2 * 6 + 1],
      0,
      image.data[2 * 6 + 2],
      0,
      0,
      0,
    ]);
    const kernel = random(5, 108).subarray(2 * 9, 3 * 9);
    assert.deepEqual(Array.from(at.weights.subarray(0, 9)), Array.from(kernel).reverse());
  });

  it("takes the first window of a layer, or a node of the file by its place, and the strongest place", async () => {
    const model = onnxFile({
      nodes: [
        node("Conv", ["image", "w"], "first", { pads: [1, 1, 1, 1] }),
        node("Relu", ["first"], "relu"),
        node("Conv", ["relu", "v"], "second"),
        node("MaxPool", ["second"], "pool", { kernel_shape: [2, 2] }),
      ],
      weights: [weight("w", [2, 3, 3, 3], random(1, 54)), weight("v", [2, 2, 2, 2], random(2, 16))],
      inputs: [value("image", [1, 3, 6, 6])],
      outputs: [value("pool", [])],
    });
    const image = float32([1, 3, 6, 6], random(3, 108));
    const request = { model, image: npy(image), channel: 1 };
    const { data } = await computed(model, image, "first");
    const engine = looking();
    const found = await step(engine, { ...request, layer: "relu" }, never);
    assert.equal(found.node, "first");
    const map = await step(engine, { ...request, layer: "relu", node: 0 }, never);
    assert.deepEqual(map, found);
    assert.ok(data.includes(found.value));
    assert.equal((await step(engine, { ...request, layer: "relu", node: 2 }, never)).from, "relu");
    assert.equal((await step(engine, { ...request, layer: "relu", node: 3 }, never)).kind, "pooling");
    await assert.rejects(step(engine, { ...request, layer: "relu", node: 1 }, never), /Relu .* no convolution/);
    await assert.rejects(step(engine, { ...request, layer: "relu", node: 9 }, never), /no node 9/);
    await assert.rejects(step(engine, { ...request, layer: "relu", channel: 2 }, never), /no channel 2/);
    await assert.rejects(step(engine, { ...request, layer: "relu", place: [6, 0] }, never), /no unit at row 6/);
  });

  it("says what is not gone through, where that is a pooling of another kind", async () => {
    const model = onnxFile({
      nodes: [node("LpPool", ["image"], "root", { kernel_shape: [2, 2] })],
      inputs: [value("image", [1, 3, 6, 6])],
      outputs: [value("root", [])],
    });
    const request = { model, image: npy(float32([1, 3, 6, 6], random(3, 108))), layer: "root", channel: 1 };
    const why = ": only plain and transposed convolutions, and poolings that take the greatest number or the mean, are gone through step by step."; // prettier-ignore
    await assert.rejects(step(looking(), request, never), { message: `root has a pooling of another kind, LpPool${why}` }); // prettier-ignore
    await assert.rejects(step(looking(), { ...request, node: 0 }, never), { message: `LpPool (node root) is a pooling of another kind, LpPool${why}` }); // prettier-ignore
  });

  it("reads kernels that are made of constants, and lines as maps of one row", async () => {
    const model = onnxFile({
      nodes: [
        node("Reshape", ["image", "line"], "flat"),
        node("Transpose", ["w"], "turned", { perm: [1, 0, 2] }),
        node("Conv", ["flat", "turned"], "y", { pads: [1, 2], strides: [2] }),
      ],
      weights: [weight("w", [3, 2, 3], random(1, 18)), integers("line", [1, 3, 20])],
      inputs: [value("image", [1, 3, 4, 5])],
      outputs: [value("y", [])],
    });
    const image = float32([1, 3, 4, 5], random(3, 60));
    const expected = await computed(model, image, "y");
    const engine = looking();
    for (let i = 0; i < expected.data.length; i++) {
      const count = expected.shape[2]!;
      const place = [0, i % count] as const;
      const channel = Math.floor(i / count);
      const found = await step(engine, { model, image: npy(image), layer: "y", channel, place }, never);
      near([outcome(found)], [expected.data[i]!], 1e-5, `place ${i}`);
    }
  });
});
