import * as w from "../../fixtures/onnx/writer.ts";
import { bytes, node, onnxFile, value, weight } from "./onnx-nets.ts";
import { random } from "./random.ts";

// One network four times: on floats, and as quantizers write it.

const microsoft = "com.microsoft";
export const own = (op: string, inputs: readonly string[], output: string, attributes = {}) =>
  node(op, inputs, output, attributes, { domain: microsoft });

/** Whole numbers from −20 to 20; those of filter `silent` are 0. */
const whole = (seed: number, count: number, each: number, silent: number) =>
  Array.from(random(seed, count), (v, i) =>
    Math.floor(i / each) === silent ? 0 : Math.max(-20, Math.min(20, Math.round(v * 20) || 0)),
  );
export const [w1, w2, fc] = [whole(1, 108, 27, -1), whole(2, 144, 36, 2), whole(3, 24, 8, -1)];
/** In whole numbers: the filter that it holds down never fires. */
const bias = [0, -60_000, 0, 0];
const fcBias = [1, -2, 3];
export const [coarse, fine] = [1 / 16, 1 / 64];
const scales = [fine, fine / 2, fine, fine * 2];
export const scaled = (numbers: readonly number[]) =>
  numbers.map((n, i) => n * (scales[Math.floor((i * 4) / numbers.length)] ?? 0));

const floats = [
  weight("w1", [4, 3, 3, 3], scaled(w1)),
  weight(
    "b1",
    [4],
    bias.map((n, i) => n * coarse * (scales[i] ?? 0)),
  ),
  weight("w2", [4, 4, 3, 3], scaled(w2)),
  weight("b2", [4], [0, 0, 0, 0]),
  weight(
    "fc",
    [8, 3],
    fc.map((n) => n * fine),
  ),
  weight(
    "fb",
    [3],
    fcBias.map((n) => n * coarse * fine),
  ),
];
/** As ONNX Runtime has biases. */
const int32 = (name: string, values: readonly number[]) =>
  w.tensor(name, 6, [values.length], w.bytes(9, new Uint8Array(Int32Array.from(values).buffer)));
export const integers = [
  bytes("w1", "int8", w1, [4, 3, 3, 3]),
  int32("b1", bias),
  bytes("w2", "int8", w2, [4, 4, 3, 3]),
  int32("b2", [0, 0, 0, 0]),
  bytes("fc", "int8", fc, [8, 3]),
  int32("fb", fcBias),
  weight("ws", [4], scales),
  bytes("wz", "int8", [0, 0, 0, 0], [4]),
  weight("fs", [], [fine]),
  bytes("fz", "int8", [0], []),
  weight("s", [], [coarse]),
  bytes("low", "uint8", [0], []),
  bytes("z", "uint8", [128], []),
];
const [first, second] = [
  { strides: [2, 2], pads: [1, 1, 1, 1], kernel_shape: [3, 3] },
  { dilations: [2, 2], pads: [2, 2, 2, 2], kernel_shape: [3, 3] },
];
const pool = { kernel_shape: [2, 2], strides: [2, 2] };

export const file = (nodes: readonly Uint8Array[], weights: readonly Uint8Array[], channels = 3) =>
  onnxFile({
    nodes,
    weights,
    inputs: [value("x", [1, channels, 24, 24])],
    outputs: [w.value("y")],
    domains: { [microsoft]: 1 },
  });

/** From the first convolution's output on. */
const rest = [
  node("Relu", ["c1"], "r"),
  node("MaxPool", ["r"], "p", pool),
  node("Conv", ["p", "w2", "b2"], "c2", second),
  node("Add", ["p", "c2"], "sum"),
  node("Concat", ["sum", "p"], "joined", { axis: 1 }),
  node("GlobalAveragePool", ["joined"], "mean"),
  node("Flatten", ["mean"], "flat"),
  node("Gemm", ["flat", "fc", "fb"], "y"),
];
export const plain = () => file([node("Conv", ["x", "w1", "b1"], "c1", first), ...rest], floats);

const around = (value: string, zero: string) => [
  node("QuantizeLinear", [value, "s", zero], `${value}:q`),
  node("DequantizeLinear", [`${value}:q`, "s", zero], `${value}:d`),
];
export const pairs = (zeroOfPicture = "z") =>
  file(
    [
      ...around("x", zeroOfPicture),
      node("Conv", ["x:d", "w1", "b1"], "c1", first),
      ...around("c1", "low"),
      node("MaxPool", ["c1:d"], "p", pool),
      node("Conv", ["p", "w2", "b2"], "c2", second),
      ...around("c2", "z"),
      node("Add", ["p", "c2:d"], "sum"),
      ...rest.slice(4),
    ],
    [...floats, ...integers.slice(10)],
  );

export const operators = () =>
  file(
    [
      node("QuantizeLinear", ["x", "s", "z"], "q"),
      node("QLinearConv", ["q", "s", "z", "w1", "ws", "wz", "s", "low", "b1"], "c1", first),
      node("MaxPool", ["c1"], "p", pool),
      node("QLinearConv", ["p", "s", "low", "w2", "ws", "wz", "s", "z", "b2"], "c2", second),
      own("QLinearAdd", ["p", "s", "low", "c2", "s", "z", "s", "z"], "sum"),
      own("QLinearConcat", ["s", "z", "sum", "s", "z", "p", "s", "low"], "joined", { axis: 1 }),
      own("QLinearGlobalAveragePool", ["joined", "s", "z", "s", "z"], "mean", { channels_last: 0 }),
      node("Flatten", ["mean"], "flat"),
      own("QGemm", ["flat", "s", "z", "fc", "fs", "fz", "fb", "s", "z"], "whole"),
      node("DequantizeLinear", ["whole", "s", "z"], "y"),
    ],
    integers,
  );

export const dynamic = () =>
  file(
    [
      node("DynamicQuantizeLinear", ["x"], ["q", "qs", "qz"]),
      node("ConvInteger", ["q", "w1", "qz", "fz"], "i", first),
      node("Cast", ["i"], "i:f", { to: 1 }),
      node("Mul", ["qs", "fs"], "both"),
      node("Mul", ["i:f", "both"], "c1"),
      ...rest,
    ],
    [integers[0]!, ...floats.slice(2), ...integers.slice(8, 10)],
  );

/** The last product on whole numbers, and what is before it on floats. */
const product = (nodes: readonly Uint8Array[]) =>
  file(
    [node("Conv", ["x", "w1", "b1"], "c1", first), ...rest.slice(0, -1), ...nodes],
    [...floats.slice(0, 4), integers[4]!, floats[5]!, ...integers.slice(8, 10)],
  );
export const scaledProduct = () =>
  product([
    node("DynamicQuantizeLinear", ["flat"], ["q", "qs", "qz"]),
    own("MatMulIntegerToFloat", ["q", "fc", "qs", "fs", "qz", "fz", "fb"], "y"),
  ]);
export const scalingProduct = () => product([own("DynamicQuantizeMatMul", ["flat", "fc", "fs", "fz", "fb"], "y")]);
