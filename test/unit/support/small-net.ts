import { writeFileSync } from "node:fs";
import { node, onnxFile, value, weight } from "./onnx-nets.ts";
import { random } from "./random.ts";

const [side, classes] = [32, 10];
const [first, second, third] = [8, 12, 12];

/** Chance weights after which a layer's values are about as large as before it. */
const kernel = (name: string, seed: number, outs: number, ins: number, size = 3) =>
  weight(
    name,
    size === 1 ? [outs, ins] : [outs, ins, size, size],
    random(seed, outs * ins * size * size).map((x) => x * Math.sqrt(6 / (ins * size * size))),
  );

/**
 * A classifier of three layers, conv1 to conv3, for pictures of 32 × 32. What holds for any network is a hundred times
 * sooner shown with it than with SqueezeNet.
 */
export function smallNet(): string {
  const convolved = { kernel_shape: [3, 3], pads: [1, 1, 1, 1] };
  const halved = { kernel_shape: [2, 2], strides: [2, 2] };
  const path = onnxFile({
    nodes: [
      node("Conv", ["x", "k1"], "conv1", convolved),
      node("Relu", ["conv1"], "relu1"),
      node("MaxPool", ["relu1"], "pool1", halved),
      node("Conv", ["pool1", "k2"], "conv2", convolved),
      node("Relu", ["conv2"], "relu2"),
      node("MaxPool", ["relu2"], "pool2", halved),
      node("Conv", ["pool2", "k3"], "conv3", convolved),
      node("Relu", ["conv3"], "relu3"),
      node("GlobalAveragePool", ["relu3"], "means"),
      node("Flatten", ["means"], "flat"),
      node("Gemm", ["flat", "k4"], "scores", { transB: 1 }),
      node("Softmax", ["scores"], "y"),
    ],
    weights: [
      kernel("k1", 1, first, 3),
      kernel("k2", 2, second, first),
      kernel("k3", 3, third, second),
      kernel("k4", 4, classes, third, 1),
    ],
    inputs: [value("x", [1, 3, side, side])],
    outputs: [value("y", [1, classes])],
  });
  const input = { range: [0, 1], mean: [0.5], deviation: [0.25], color: "RGB", fit: "stretch", size: [side, side] };
  writeFileSync(path.replace(/onnx$/, "glassbox.json"), JSON.stringify({ input }));
  return path;
}
