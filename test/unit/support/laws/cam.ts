import assert from "node:assert/strict";
import { NotApplicable } from "../../../../src/engine/techniques/technique.ts";
import { ask, near } from "../asking.ts";
import { node, onnxFile, openModel, value, weight, integers } from "../onnx-nets.ts";
import { classCount, classWeights, forward, picture, referenceFile } from "../reference-net.ts";
import { random } from "../random.ts";

const image = picture(7);
const cells = 30;

/** A convolution on the same photos, and the given end after its ReLU, whose output "maps" is [N, 5, 12, 10]. */
function ending(
  nodes: readonly Uint8Array[],
  weights: readonly Uint8Array[],
  scores = "scores",
  places: readonly number[] = [],
): string {
  return onnxFile({
    nodes: [
      node("Conv", ["image", "kernel"], "conv", { pads: [1, 1, 1, 1] }),
      node("Relu", ["conv"], "maps"),
      ...nodes,
    ],
    weights: [weight("kernel", [5, 3, 3, 3], random(31, 135)), ...weights],
    inputs: [value("image", ["N", 3, 12, 10])],
    outputs: [value(scores, ["N", classCount, ...places])],
  });
}

const classMatrix = weight("matrix", [5, classCount], random(32, 20));
const classRows = weight("rows", [classCount, 5], random(32, 20));
const bias = weight("bias", [classCount], random(33, classCount));
const gap = node("GlobalAveragePool", ["maps"], "average");
const flat = node("Flatten", ["average"], "flat");
const gemm = node("Gemm", ["flat", "rows", "bias"], "scores", { transB: 1 });

const applies: Readonly<Record<string, string>> = {
  "Flatten and Gemm": ending([gap, flat, gemm], [classRows, bias]),
  "Flatten, MatMul and Add": ending(
    [gap, flat, node("MatMul", ["flat", "matrix"], "product"), node("Add", ["product", "bias"], "scores")],
    [classMatrix, bias],
  ),
  "Add with its bias first": ending(
    [gap, flat, node("MatMul", ["flat", "matrix"], "product"), node("Add", ["bias", "product"], "scores")],
    [classMatrix, bias],
  ),
  "a 1 × 1 convolution and Flatten": ending(
    [gap, node("Conv", ["average", "points", "bias"], "column"), node("Flatten", ["column"], "scores")],
    [weight("points", [classCount, 5, 1, 1], random(32, 20)), bias],
  ),
  "ReduceMean without kept axes": ending(
    [node("ReduceMean", ["maps"], "flat", { axes: [2, 3], keepdims: 0 }), gemm],
    [classRows, bias],
  ),
  "ReduceMean over negative axes": ending(
    [node("ReduceMean", ["maps"], "average", { axes: [-1, -2] }), flat, gemm],
    [classRows, bias],
  ),
  "AveragePool over everything": ending(
    [node("AveragePool", ["maps"], "average", { kernel_shape: [12, 10] }), flat, gemm],
    [classRows, bias],
  ),
  "Reshape in between": ending(
    [gap, node("Reshape", ["average", "shape"], "flat"), gemm],
    [classRows, bias, integers("shape", [-1, 5])],
  ),
  "Dropout before the linear layer": ending(
    [gap, flat, node("Dropout", ["flat"], "kept"), node("Gemm", ["kept", "rows", "bias"], "scores", { transB: 1 })],
    [classRows, bias],
  ),
  "a 1 × 1 convolution, its column turned for a Softmax over its last axis and back": ending(
    [
      gap,
      node("Conv", ["average", "points", "bias"], "column"),
      node("Transpose", ["column"], "row", { perm: [0, 3, 2, 1] }),
      node("Softmax", ["row"], "turned", { axis: 3 }),
      node("Transpose", ["turned"], "p", { perm: [0, 3, 2, 1] }),
    ],
    [weight("points", [classCount, 5, 1, 1], random(32, 20)), bias],
    "p",
    [1, 1],
  ),
  "Softmax at the end": ending([gap, flat, gemm, node("Softmax", ["scores"], "p")], [classRows, bias], "p"),
};

const refused: Readonly<Record<string, readonly [file: string, reason: RegExp]>> = {
  "two linear layers": [
    ending(
      [
        gap,
        flat,
        node("Gemm", ["flat", "square"], "hidden"),
        node("Gemm", ["hidden", "rows"], "scores", { transB: 1 }),
      ],
      [classRows, weight("square", [5, 5], random(34, 25))],
    ),
    /before its last linear layer stands Gemm/,
  ],
  "maps flattened without pooling": [
    ending(
      [node("Flatten", ["maps"], "all"), node("Gemm", ["all", "long"], "scores")],
      [weight("long", [600, classCount], random(35, 600 * classCount))],
    ),
    /before its last linear layer stands Relu, not global average pooling/,
  ],
  "pooling that is not over everything": [
    ending(
      [
        node("AveragePool", ["maps"], "average", { kernel_shape: [6, 10], strides: [6, 10] }),
        node("Flatten", ["average"], "all"),
        node("Gemm", ["all", "long"], "scores"),
      ],
      [weight("long", [10, classCount], random(35, 10 * classCount))],
    ),
    /stands AveragePool/,
  ],
  "pooling right before the scores": [
    ending(
      [
        node("Conv", ["maps", "points"], "perClass"),
        node("GlobalAveragePool", ["perClass"], "column"),
        node("Flatten", ["column"], "scores"),
      ],
      [weight("points", [classCount, 5, 1, 1], random(32, 20))],
    ),
    /no linear layer follows its global average pooling/,
  ],
  "a nonlinearity before the scores": [
    ending(
      [gap, flat, node("Gemm", ["flat", "rows"], "linear", { transB: 1 }), node("Relu", ["linear"], "scores")],
      [classRows],
    ),
    /its scores come out of Relu/,
  ],
};

export default function (): void {
  it("is the maps weighted by the class's row of weights, computed by hand", async () => {
    const model = await openModel(referenceFile());
    const { a2 } = forward(image.data);
    for (let target = 0; target < classCount; target++) {
      const expected = Float64Array.from({ length: cells }, (_, p) =>
        [0, 1, 2, 3, 4].reduce((sum, c) => sum + classWeights[target * 5 + c]! * a2.data[c * cells + p]!, 0),
      );
      const { raw } = (await ask("cam", { model, image, target, parameters: { negative: true } })).map();
      near(raw.data, expected);
      assert.deepEqual(raw.shape, [1, 1, 6, 5]);
    }
  });

  for (const [form, file] of Object.entries(applies))
    it(`is Grad-CAM up to a positive scale: ${form}`, async () => {
      const model = await openModel(file);
      const parameters = { negative: true };
      const cam = (await ask("cam", { model, image, parameters })).map().raw;
      const grad = (await ask("grad-cam", { model, image, layer: "maps", parameters })).map().raw;
      near(
        grad.data.map((value) => value * 120), // the pixels that the pooling averages over
        cam.data,
        1e-4,
      );
    });

  for (const [form, [file, reason]] of Object.entries(refused))
    it(`refuses, and says why: ${form}`, async () => {
      const model = await openModel(file);
      await assert.rejects(ask("cam", { model, image }), (error: Error) => {
        assert.ok(error instanceof NotApplicable);
        assert.match(error.message, reason);
        return true;
      });
    });
}
