import type { Builder } from "../../../src/engine/graph/builder.ts";
import type { Value } from "../../../src/engine/graph/graph.ts";
import type { Attributes } from "../../../src/engine/ops/op.ts";
import { float32, size, type Shape } from "../../../src/shared/tensor.ts";
import { generator, integer, pick } from "./random.ts";

/** A small network made up from a seed. `nudge`, of zeros, is added in its middle, so that the middle can be moved. */
export interface RandomNet {
  readonly x: Value;
  readonly nudge: Value;
  readonly middle: Value;
  readonly scores: Value;
}

type Next = () => number;
type Block = (g: Builder, x: Value, next: Next) => Value;

const channels = (x: Value) => x.shape[1]!;
const sides = (x: Value) => x.shape.slice(2) as [number, number];
const least = (x: Value) => Math.min(...sides(x));
const most = (x: Value) => Math.max(...sides(x));
const coin = (next: Next) => next() < 0.5;

/** Numbers whose weighted sums over `fanIn` terms keep the size of the terms. */
const weights = (g: Builder, shape: Shape, fanIn: number, next: Next) => {
  const scale = Math.sqrt(3 / fanIn);
  return g.constant(
    float32(
      shape,
      Float32Array.from({ length: size(shape) }, () => (2 * next() - 1) * scale),
    ),
  );
};
const between = (g: Builder, length: number, low: number, high: number, next: Next) =>
  g.constant(
    float32(
      [length],
      Float32Array.from({ length }, () => low + (high - low) * next()),
    ),
  );

function convolution(g: Builder, x: Value, next: Next, attributes: Attributes = {}, outs?: number, k = 3): Value {
  const groups = [1, 2, channels(x)].filter((n) => channels(x) % n === 0);
  const group = pick(next, groups);
  const count = outs ?? group * integer(next, 1, Math.max(1, Math.floor(8 / group)));
  const shared = count % group ? 1 : group;
  const ins = channels(x) / shared;
  const w = weights(g, [count, ins, k, k], ins * k * k, next);
  const bias = coin(next) ? [between(g, count, -0.3, 0.3, next)] : [];
  return g.one("Conv", [x, w, ...bias], { group: shared, ...attributes });
}
const same = (g: Builder, x: Value, next: Next, outs = channels(x)) =>
  convolution(g, x, next, { pads: [1, 1, 1, 1] }, outs);

const smooth = ["Tanh", "Sigmoid", "Softplus", "Softsign", "Gelu", "Mish", "Swish"];
const kinked = ["Relu", "LeakyRelu", "Elu", "Selu", "Celu", "HardSwish", "HardSigmoid", "Clip"];
const activation: Block = (g, x, next) => {
  const op = pick(next, coin(next) ? smooth : kinked);
  return g.one(op, [x], op === "Clip" ? { min: 0, max: 6 } : {});
};

const strided: Block = (g, x, next) => {
  if (least(x) < 4) return same(g, x, next);
  const k = integer(next, 2, 3);
  return convolution(
    g,
    x,
    next,
    {
      strides: [integer(next, 1, 2), integer(next, 1, 3)],
      pads: Array.from({ length: 4 }, () => integer(next, 0, 1)),
      dilations: [k === 2 ? integer(next, 1, 2) : 1, 1],
    },
    undefined,
    k,
  );
};

const pooling: Block = (g, x, next) => {
  if (least(x) < 4) return x;
  const k = integer(next, 2, 3);
  const attributes = {
    kernel_shape: [k, k],
    strides: [integer(next, 1, 2), 2],
    pads: Array.from({ length: 4 }, () => integer(next, 0, 1)),
    ceil_mode: integer(next, 0, 1),
  };
  return coin(next)
    ? g.one("MaxPool", [x], attributes)
    : g.one("AveragePool", [x], { ...attributes, count_include_pad: integer(next, 0, 1) });
};

const enlarged: Block = (g, x, next) => {
  if (most(x) > 5) return x;
  if (coin(next)) {
    const outs = integer(next, 1, 4);
    const w = weights(g, [channels(x), outs, 3, 3], channels(x) * 3, next);
    return g.one("ConvTranspose", [x, w], { strides: [2, 2], pads: [1, 1, 1, 1], output_padding: [1, 0] });
  }
  const [h, w] = sides(x);
  const by = coin(next) ? { scales: [1, 1, 2, 1.5] } : { sizes: [x.shape[0]!, channels(x), h + 2, w + 3] };
  const mode = pick(next, ["nearest", "linear", "cubic"]);
  const how = pick(next, ["half_pixel", "asymmetric", "align_corners"]);
  return g.one("Resize", [x], { mode, coordinate_transformation_mode: how, ...by });
};

const normalization: Block = (g, x, next) => {
  const c = channels(x);
  const affine = () => [between(g, c, 0.5, 1.5, next), between(g, c, -0.3, 0.3, next)];
  switch (integer(next, 0, 4)) {
    case 0:
      return g.one("BatchNormalization", [
        x,
        ...affine(),
        between(g, c, -0.2, 0.2, next),
        between(g, c, 0.5, 1.5, next),
      ]);
    case 1:
      return g.one("InstanceNormalization", [x, ...affine()], { epsilon: 0.1 });
    case 2:
      return g.one("GroupNormalization", [x, ...affine()], { num_groups: c % 2 ? 1 : 2, epsilon: 0.1 });
    case 3:
      return g.one("LRN", [x], { size: 3, alpha: 0.3 });
    default: {
      const last = x.shape.at(-1)!;
      return g.one("LayerNormalization", [x, between(g, last, 0.5, 1.5, next)], { axis: -1, epsilon: 0.1 });
    }
  }
};

const residual: Block = (g, x, next) => g.add(x, activation(g, same(g, x, next), next));

const branches: Block = (g, x, next) => {
  const [a, b] = [same(g, x, next, 2), activation(g, convolution(g, x, next, {}, 3, 1), next)];
  return g.concat(coin(next) ? [a, b] : [b, x, a], 1);
};

/** One part of the channels goes on through a layer, one as it is, and the order changes. */
const parted: Block = (g, x, next) => {
  if (channels(x) < 2) return x;
  const some = integer(next, 1, channels(x) - 1);
  const [a, b] = g.op("Split", [x], { axis: 1, split: [some, channels(x) - some] });
  return coin(next) ? g.concat([b!, activation(g, a!, next)], 1) : same(g, b!, next);
};

const gated: Block = (g, x, next) => {
  const means = g.one("GlobalAveragePool", [x]);
  return g.mul(x, g.sigmoid(convolution(g, means, next, {}, channels(x), 1)));
};

const centred: Block = (g, x, next) => {
  const axes = pick(next, [[1], [2, 3], [1, 2, 3]]);
  const centre = g.one(pick(next, ["ReduceMean", "ReduceMax", "ReduceLogSumExp"]), [x], { axes });
  return coin(next) ? g.sub(x, centre) : g.div(x, g.add(g.one("ReduceL2", [x], { axes }), 1));
};

const cropped: Block = (g, x, next) => {
  if (least(x) < 3) return x;
  const [h, w] = sides(x);
  return coin(next)
    ? g.one("Slice", [x], { starts: [1, -1], ends: [h, -w - 1], axes: [2, 3], steps: [1, -1] })
    : g.one("Pad", [x], {
        pads: [0, 0, 1, 0, 0, 0, -1, 1],
        mode: pick(next, ["constant", "reflect", "edge"]),
      });
};

const shuffled: Block = (g, x, next) => {
  const [n, c, h, w] = x.shape as [number, number, number, number];
  if (c % 2) return g.transpose(x, [0, 1, 3, 2]);
  if (h % 2 === 0 && w % 2 === 0 && c <= 4 && coin(next)) return g.one("SpaceToDepth", [x], { blocksize: 2 });
  if (c % 4 === 0 && coin(next)) return g.one("DepthToSpace", [x], { blocksize: 2, mode: pick(next, ["DCR", "CRD"]) });
  return g.reshape(g.transpose(g.reshape(x, [n, 2, c / 2, h, w]), [0, 2, 1, 3, 4]), [n, c, h, w]);
};

const blocks: readonly Block[] = [
  strided,
  strided,
  same,
  normalization,
  normalization,
  activation,
  activation,
  pooling,
  enlarged,
  residual,
  branches,
  parted,
  gated,
  centred,
  cropped,
  shuffled,
];

const head: Block = (g, x, next) => {
  const vector = coin(next)
    ? g.one("Flatten", [x])
    : coin(next)
      ? g.one("ReduceMean", [x], { axes: [2, 3], keepdims: 0 })
      : g.one("Flatten", [g.one(pick(next, ["GlobalAveragePool", "GlobalMaxPool"]), [x])]);
  const features = vector.shape[1]!;
  if (coin(next)) return g.one("Gemm", [vector, weights(g, [4, features], features, next)], { transB: 1 });
  return g.one("LogSoftmax", [g.matmul(vector, weights(g, [features, 4], features, next))]);
};

export function randomNet(g: Builder, seed: number): RandomNet {
  const next = generator(seed);
  const depth = integer(next, 4, 9);
  const x = g.graph.input("x", { dtype: "float32", shape: [integer(next, 1, 2), 3, integer(next, 6, 8), 8] });
  let value = activation(g, same(g, x, next, 4), next);
  const build = (count: number) => {
    for (let i = 0; i < count; i++) value = pick(next, blocks)(g, value, next);
  };
  build(Math.floor(depth / 2));
  const nudge = g.graph.input("nudge", { dtype: "float32", shape: value.shape });
  const middle = g.add(value, nudge);
  value = middle;
  build(depth - Math.floor(depth / 2));
  return { x, nudge, middle, scores: head(g, value, next) };
}
