import assert from "node:assert/strict";
import { filters } from "../../src/engine/inside/filters.ts";
import { kernelsOf } from "../../src/engine/inside/kernels.ts";
import { size, zeros, type Shape } from "../../src/shared/tensor.ts";
import { near } from "./support/asking.ts";
import { node, onnxFile, openModel, releaseModels, value, weight, type Attribute } from "./support/onnx-nets.ts";
import { random } from "./support/random.ts";
import { referenceFile } from "./support/reference-net.ts";
import { never } from "./support/engine.ts";
import { looking } from "./support/samples.ts";

/** One weighted operator on the picture, [C, H, W]. */
function single(
  op: string,
  dims: Shape,
  input: Shape,
  attributes: Readonly<Record<string, Attribute>> = {},
  order: readonly string[] = ["x", "w"],
) {
  const isMatrix = op === "Gemm" || op === "MatMul";
  return onnxFile({
    nodes: [
      ...(isMatrix
        ? [node(order[0] === "x" ? "Flatten" : "Squeeze", ["image"], "x")]
        : [node("Identity", ["image"], "x")]),
      node(op, order, "y", attributes),
    ],
    weights: [weight("w", dims, random(3, size(dims)))],
    inputs: [value("image", [1, ...input])],
    outputs: [value("y", [])],
  });
}

describe("filters as convolutions have them", () => {
  afterEach(releaseModels);

  const cases = {
    Conv: single("Conv", [6, 2, 3, 2], [4, 5, 5], { group: 2, pads: [2, 1, 2, 1] }),
    "a depthwise Conv": single("Conv", [8, 1, 2, 3], [4, 5, 5], { group: 4, pads: [2, 2, 2, 2] }),
    ConvTranspose: single("ConvTranspose", [4, 3, 3, 2], [4, 5, 5]),
    "a grouped ConvTranspose": single("ConvTranspose", [4, 3, 3, 2], [4, 5, 5], { group: 2 }),
    Gemm: single("Gemm", [60, 7], [3, 4, 5]),
    "Gemm, turned": single("Gemm", [7, 60], [3, 4, 5], { transB: 1 }),
    MatMul: single("MatMul", [60, 7], [3, 4, 5]),
    "MatMul from the left": single("MatMul", [7, 4], [1, 4, 5], {}, ["w", "x"]),
  };

  for (const [name, path] of Object.entries(cases))
    it(`are what single pixels come to: ${name}`, async () => {
      const model = await openModel(path);
      const bound = await model.bound(1);
      const kernels = await kernelsOf(model, bound, "y", never);
      const [outs, ins, height, width] = kernels.shape;
      const [, channels = 1, rows = 1, columns = 1] = model.inputShape;
      const isFromLeft = name.endsWith("left");
      const inputs = kernels.isMatrix ? ins : channels;
      for (let i = 0; i < inputs; i++) {
        const pixel = zeros(model.inputShape);
        const at = kernels.isMatrix ? (isFromLeft ? i * columns : i) : (i * rows + 2) * columns + 2;
        pixel.data[at] = 1;
        const [found] = await model.together(pixel, () => [bound.network.values.get("y")!]);
        const y = found!.data as Float32Array;
        for (let o = 0; o < outs; o++) {
          const group = Math.floor((o * kernels.groups) / outs);
          const own = i - group * ins;
          const kernel =
            own >= 0 && own < ins
              ? kernels.data.subarray((o * ins + own) * height * width, (o * ins + own + 1) * height * width)
              : new Float32Array(height * width);
          if (kernels.isMatrix) {
            near([y[isFromLeft ? o * columns : o]! + 2], [kernel[0]! + 2], 1e-6, `${i} to ${o}`);
            continue;
          }
          const [, , high, wide] = found!.shape as readonly [number, number, number, number];
          const map = y.subarray(o * high * wide, (o + 1) * high * wide);
          // A convolution turns the kernel round the pixel, a transposed one stamps it there.
          const shape = name.endsWith("Transpose") ? kernel : kernel.slice().reverse();
          const top = 2 + corner(name, high, rows, height);
          const left = 2 + corner(name, wide, columns, width);
          const seen = Array.from(
            { length: height * width },
            (_, k) => map[(top + Math.floor(k / width)) * wide + left + (k % width)]!,
          );
          near([...seen, 1], [...shape, 1], 1e-6, `${i} to ${o}`);
        }
      }
    });

  /** Where the stamp begins beside the pixel, on one axis. */
  const corner = (name: string, out: number, length: number, kernel: number) =>
    name.endsWith("Transpose") ? 0 : (out - length + kernel - 1) / 2 - kernel + 1;

  it("are found by a layer's, a value's and a weight's name, in any stored type", async () => {
    const engine = looking();
    const plain = await filters(engine, { model: referenceFile(), layer: "conv2" }, never);
    assert.deepEqual([plain.shape, plain.kind, plain.weight], [[5, 4, 3, 3], "deep", "conv2.weight"]);
    for (const stored of ["float16", "bfloat16", "float64"] as const)
      for (const layer of ["conv2", "conv2.weight", "relu2"]) {
        const found = await filters(engine, { model: referenceFile({ stored }), layer }, never);
        assert.deepEqual(found.norms, plain.norms, `${stored} ${layer}`);
      }
    const refused = (layer: string) => filters(engine, { model: referenceFile(), layer }, never);
    await assert.rejects(refused("pool1"), /pool1 has no filters/);
    await assert.rejects(refused("conv2.bias"), /conv2.bias holds no filters/);
    await assert.rejects(refused("conv9"), /no layer conv9/);
  });

  it("are not denied of a learned scale and a normalization because they had no weights", async () => {
    const model = onnxFile({
      nodes: [node("Mul", ["image", "scale"], "scaled"), node("LayerNormalization", ["scaled", "gain"], "normed")],
      weights: [weight("scale", [3, 1, 1], [1, 2, 3]), weight("gain", [4], [1, 2, 3, 4])],
      inputs: [value("image", [1, 3, 4, 4])],
      outputs: [value("normed", [1, 3, 4, 4])],
    });
    for (const layer of ["scaled", "normed"])
      await assert.rejects(filters(looking(), { model, layer }, never), {
        message: `${layer} has no filters: no convolution and no matrix product in it has weights.`,
      });
  });
});
