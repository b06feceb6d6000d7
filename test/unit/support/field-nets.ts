import type { Value } from "../../../src/engine/graph/graph.ts";
import type { Shape } from "../../../src/shared/tensor.ts";
import type { FieldNet } from "./field-net.ts";

// Small networks of the shapes that are in use.

export interface Case {
  readonly input?: Shape;
  readonly build: (n: FieldNet) => Value;
  /** The row and the column of the unit that an element belongs to; [N, C, row, column] unless told. */
  readonly unit?: (index: readonly number[]) => readonly [number, number];
  /** Has borders inside the picture, which hide what lies beyond them. */
  readonly crops?: true;
  /** Has pooling, and is tried with both kinds. */
  readonly pools?: true;
}

const rowsAndColumns = ([, , row, column]: readonly number[]) => [row!, column!] as const;
const channelsLast = ([, row, column]: readonly number[]) => [row!, column!] as const;
const tokens =
  (width: number) =>
  ([, token]: readonly number[]) =>
    [Math.floor(token! / width), token! % width] as const;
export const unitOf = ({ unit = rowsAndColumns }: Case, index: readonly number[]) => unit(index);

/** Heads are left out: one is enough to mix places. */
function attention(n: FieldNet, x: Value): Value {
  const { g } = n;
  const [q, k, v] = [n.linear(x, 4), n.linear(x, 4), n.linear(x, 4)];
  const rank = x.shape.length;
  const swap = [...Array(rank - 2).keys(), rank - 1, rank - 2];
  return n.linear(g.matmul(g.one("Softmax", [g.matmul(q, g.transpose(k, swap))], { axis: -1 }), v), x.shape.at(-1)!);
}

/** Swin's shift of [1, h, w, c], as torch.roll is exported. */
export const roll = (n: FieldNet, x: Value, by: number): Value =>
  [1, 2].reduce((y, axis) => n.g.concat([n.slice(y, axis, by, 99), n.slice(y, axis, 0, by)], axis), x);

/** Swin's windows of 4 × 4 on [1, h, w, c]: attention within each. */
export function windowed(n: FieldNet, x: Value): Value {
  const { g } = n;
  const [, h, w, c] = x.shape as readonly [number, number, number, number];
  const cut = g.transpose(g.reshape(x, [1, h / 4, 4, w / 4, 4, c]), [0, 1, 3, 2, 4, 5]);
  const mixed = attention(n, g.reshape(cut, [(h * w) / 16, 16, c]));
  const back = g.transpose(g.reshape(mixed, [1, h / 4, w / 4, 4, 4, c]), [0, 1, 3, 2, 4, 5]);
  return g.reshape(back, [1, h, w, c]);
}

export const cases: Readonly<Record<string, Case>> = {
  "VGG: 3 × 3 and pooling": {
    pools: true,
    build: (n) => n.pooled(n.same(n.same(n.pooled(n.same(n.same(n.x, 3), 3), 2), 3), 3), 2),
  },
  "AlexNet: stride 4, groups, response normalization": {
    pools: true,
    input: [1, 3, 35, 43],
    build(n) {
      const y = n.g.one("LRN", [n.conv(n.x, 4, [11, 11], { strides: [4, 4], pads: [2, 2, 2, 2] })], { size: 5 });
      return n.conv(n.pooled(y, 3), 4, [5, 5], { pads: [2, 2, 2, 2], group: 2 });
    },
  },
  "ResNet: strided blocks beside a 1 × 1 of the same stride": {
    pools: true,
    input: [1, 3, 40, 33],
    build(n) {
      const stem = n.norm(n.conv(n.x, 4, [7, 7], { strides: [2, 2], pads: [3, 3, 3, 3] }));
      const y = n.pooled(stem, 3, { pads: [1, 1, 1, 1] });
      const first = n.g.relu(n.g.add(n.same(n.same(y, 4), 4), y));
      const skip = n.conv(first, 6, [1, 1], { strides: [2, 2] });
      return n.g.relu(n.g.add(n.same(n.same(first, 6, { strides: [2, 2] }), 6), skip));
    },
  },
  "Inception: 1 × 7 and 7 × 1 beside others": {
    pools: true,
    build(n) {
      const row = n.conv(n.x, 2, [1, 7], { pads: [0, 3, 0, 3] });
      const column = n.conv(n.x, 2, [7, 1], { pads: [3, 0, 3, 0] });
      const pool = n.pooled(n.x, 3, { strides: [1, 1], pads: [1, 1, 1, 1] });
      return n.conv(n.g.concat([n.conv(n.x, 2, [1, 1]), row, pool, column], 1), 2, [3, 3], { strides: [2, 2] });
    },
  },
  "only 1 × 7, then 5 × 1": {
    build: (n) => n.conv(n.conv(n.x, 2, [1, 7], { pads: [0, 3, 0, 3] }), 2, [5, 1], { pads: [2, 0, 2, 0] }),
  },
  "DenseNet: all earlier maps joined": {
    pools: true,
    build(n) {
      let y = n.same(n.x, 2);
      for (let i = 0; i < 3; i++) y = n.g.concat([y, n.same(n.conv(n.norm(y), 3, [1, 1]), 2)], 1);
      return n.pooled(n.conv(y, 2, [1, 1]), 2);
    },
  },
  "MobileNet: depthwise, ReLU6, inverted residual": {
    build(n) {
      const wide = n.g.one("Clip", [n.conv(n.x, 6, [1, 1])], { min: 0, max: 60 });
      const deep = n.same(n.same(wide, 6, { group: 6 }), 6, { group: 6, strides: [2, 2] });
      const y = n.conv(deep, 4, [1, 1]);
      return n.g.add(y, n.conv(n.conv(y, 4, [5, 5], { group: 4, pads: [2, 2, 2, 2] }), 4, [1, 1]));
    },
  },
  "DeepLab: dilated convolutions, holes in the window": {
    build(n) {
      const y = n.same(n.x, 2, { strides: [2, 2] });
      return n.same(n.same(y, 2, { dilations: [2, 2], pads: [2, 2, 2, 2] }), 2, {
        dilations: [4, 4],
        pads: [4, 4, 4, 4],
      });
    },
  },
  "dilated again and again: at the border the holes do not meet": {
    input: [1, 1, 13, 14],
    build: (n) =>
      n.same(n.same(n.x, 2, { dilations: [2, 2], pads: [2, 2, 2, 2] }), 2, { dilations: [2, 3], pads: [2, 3, 2, 3] }),
  },
  "DeepLab's pyramid: one branch sees everything": {
    build(n) {
      const y = n.same(n.x, 2, { strides: [2, 2] });
      const all = n.resize(n.conv(n.g.one("GlobalAveragePool", [y]), 2, [1, 1]), y.shape[2]!, y.shape[3]!);
      return n.g.concat([n.same(y, 2, { dilations: [2, 2], pads: [2, 2, 2, 2] }), all], 1);
    },
  },
  "U-Net: transposed convolutions of 2 by 2 and of 4 by 2": {
    pools: true,
    build(n) {
      const top = n.same(n.x, 2);
      const middle = n.same(n.pooled(top, 2), 2);
      const bottom = n.same(n.pooled(middle, 2), 2);
      const back = n.same(n.g.concat([n.up(bottom, 2, [2, 2], { strides: [2, 2] }), middle], 1), 2);
      const full = n.up(back, 2, [4, 4], { strides: [2, 2], pads: [1, 1, 1, 1] });
      return n.same(n.g.concat([full, top], 1), 2);
    },
  },
  "transposed 3 by 2 with padding at the far end": {
    build(n) {
      const y = n.same(n.x, 2, { strides: [2, 2] });
      return n.up(y, 2, [3, 3], { strides: [2, 2], pads: [1, 1, 1, 1], output_padding: [1, 1] });
    },
  },
  "transposed, dilated and uneven": {
    input: [1, 2, 7, 9],
    build: (n) => n.conv(n.up(n.x, 2, [3, 2], { strides: [3, 2], dilations: [2, 3], pads: [1, 0, 2, 1] }), 2, [2, 2]),
  },
  "FPN: nearest": {
    build(n) {
      const low = n.same(n.x, 2, { strides: [2, 2] });
      const high = n.same(n.same(low, 2, { strides: [2, 2] }), 2);
      const scales = { scales: [1, 1, 2, 2], coordinate_transformation_mode: "asymmetric", nearest_mode: "floor" };
      return n.same(n.g.add(n.g.one("Resize", [high], scales), low), 2);
    },
  },
  "FPN: bilinear, to twice and to odd sizes": {
    input: [1, 3, 18, 26],
    build(n) {
      const low = n.same(n.x, 2, { strides: [2, 2] });
      const high = n.same(low, 2, { strides: [2, 2] });
      return n.same(n.g.add(n.resize(high, 9, 13, { mode: "linear" }), low), 2);
    },
  },
  "resized smaller: nearest, then bilinear, then cubic": {
    input: [1, 1, 30, 37],
    build(n) {
      const y = n.same(n.resize(n.x, 20, 23, { nearest_mode: "floor" }), 2);
      return n.resize(n.resize(y, 13, 11, { mode: "linear" }), 9, 10, { mode: "cubic" });
    },
  },
  "resized with aligned corners, and back by nearest": {
    input: [1, 1, 12, 9],
    build(n) {
      const corners = { mode: "linear", coordinate_transformation_mode: "align_corners" };
      const y = n.same(n.resize(n.x, 23, 16, corners), 1);
      return n.resize(y, 8, 7, { coordinate_transformation_mode: "half_pixel", nearest_mode: "round_prefer_ceil" });
    },
  },
  "resized smaller with antialiasing": {
    input: [1, 1, 30, 30],
    build: (n) => n.resize(n.x, 8, 13, { mode: "linear", antialias: 1 }),
  },
  "ShuffleNet: shuffled channels": {
    build(n) {
      const y = n.same(n.x, 4, { strides: [2, 2] });
      const [, c, h, w] = y.shape as readonly [number, number, number, number];
      const cut = n.g.transpose(n.g.reshape(y, [1, 2, c / 2, h, w]), [0, 2, 1, 3, 4]);
      return n.same(n.g.reshape(cut, [1, c, h, w]), 4, { group: 4 });
    },
  },
  "TensorFlow: channels last between, SAME with uneven padding": {
    pools: true,
    input: [1, 3, 26, 30],
    build(n) {
      const padded = n.g.one("Pad", [n.nhwc(n.x)], { pads: [0, 0, 1, 0, 0, 1, 2, 0] });
      const y = n.nhwc(n.conv(n.nchw(padded), 3, [3, 3], { strides: [2, 2] }));
      const z = n.conv(n.nchw(n.g.mul(y, n.weight(3))), 3, [4, 4], { strides: [2, 2], auto_pad: "SAME_UPPER" });
      return n.nhwc(n.pooled(z, 3, { auto_pad: "SAME_LOWER" }));
    },
    unit: channelsLast,
  },
  "SqueezeNet: windows that hang over the edge": {
    pools: true,
    input: [1, 2, 26, 29],
    build(n) {
      const y = n.pooled(n.conv(n.x, 2, [3, 3], { strides: [2, 2] }), 3, { ceil_mode: 1 });
      const fire = n.g.concat([n.conv(y, 2, [1, 1]), n.same(y, 2)], 1);
      return n.pooled(fire, 3, { ceil_mode: 1 });
    },
  },
  "YOLO: every second row and column to channels, by slices": {
    build(n) {
      const rows = [0, 1].map((r) => n.slice(n.x, 2, r, 24, 2));
      const parts = rows.flatMap((row) => [0, 1].map((c) => n.slice(row, 3, c, 28, 2)));
      return n.same(n.g.concat(parts, 1), 3);
    },
  },
  "space to depth, and back": {
    build(n) {
      const y = n.same(n.g.one("SpaceToDepth", [n.x], { blocksize: 2 }), 8, { strides: [2, 2] });
      return n.same(n.g.one("DepthToSpace", [y], { blocksize: 2 }), 2);
    },
  },
  "space to depth, and back, written out": {
    build(n) {
      const cut = n.g.transpose(n.g.reshape(n.x, [1, 3, 12, 2, 14, 2]), [0, 1, 3, 5, 2, 4]);
      const y = n.same(n.g.reshape(cut, [1, 12, 12, 14]), 8, { strides: [2, 2] });
      const back = n.g.transpose(n.g.reshape(y, [1, 2, 2, 2, 6, 7]), [0, 1, 4, 2, 5, 3]);
      return n.same(n.g.reshape(back, [1, 2, 12, 14]), 2);
    },
  },
  "squeeze and excitation: everything, by the gate": {
    build(n) {
      const y = n.same(n.x, 4, { strides: [2, 2] });
      const gate = n.g.sigmoid(n.conv(n.g.mean(y, [2, 3]), 4, [1, 1]));
      return n.g.mul(y, gate);
    },
  },
  "strips: the whole row, and a window of rows": {
    build(n) {
      const y = n.same(n.x, 2);
      return n.same(n.g.mul(y, n.g.sigmoid(n.g.mean(y, [3]))), 2, { strides: [2, 2] });
    },
  },
  "instance normalization: everything": {
    build: (n) => n.g.one("InstanceNormalization", [n.same(n.x, 2), n.weight(2), n.weight(2)]),
  },
  "reflected at the border": {
    input: [1, 2, 14, 17],
    build(n) {
      const reflect = (x: Value) => n.g.one("Pad", [x], { mode: "reflect", pads: [0, 0, 2, 2, 0, 0, 2, 2] });
      return n.conv(reflect(n.conv(reflect(n.x), 2, [5, 5])), 2, [5, 5], { strides: [2, 2] });
    },
  },
  "the edge repeated, and rounds": {
    input: [1, 2, 11, 12],
    build(n) {
      const edge = n.g.one("Pad", [n.x], { mode: "edge", pads: [0, 0, 3, 2, 0, 0, 1, 2] });
      return n.conv(
        n.g.one("Pad", [n.conv(edge, 2, [3, 3])], { mode: "wrap", pads: [0, 0, 0, 2, 0, 0, 0, 2] }),
        2,
        [1, 3],
      );
    },
  },
  "cropped by padding below zero, turned round": {
    crops: true,
    input: [1, 2, 15, 12],
    build(n) {
      const cropped = n.g.one("Pad", [n.x], { pads: [0, 0, -2, 1, 0, 0, -1, -3] });
      return n.same(n.slice(n.same(cropped, 2), 2, -1, -99, -1), 2, { strides: [1, 2] });
    },
  },
  "rows picked, pieces joined side by side": {
    input: [1, 2, 12, 12],
    build(n) {
      const picked = n.g.one("Gather", [n.same(n.x, 2), n.g.indices([7, 2, -1, 3])], { axis: 2 });
      const [left, right] = n.g.op("Split", [picked], { axis: 3, split: [5, 7] });
      return n.conv(n.g.concat([right!, left!], 3), 2, [1, 3]);
    },
  },
  "one row, and the axis gone": {
    input: [1, 2, 12, 12],
    build(n) {
      const row = n.g.one("Gather", [n.same(n.x, 2), n.g.indices([7], [])], { axis: 2 });
      return n.linear(n.g.transpose(row, [0, 2, 1]), 3);
    },
    unit: ([, column]) => [0, column!],
  },
  "ConvNeXt: patches, 7 × 7 depthwise, normalized and mixed with channels last": {
    input: [1, 3, 32, 40],
    build(n) {
      const y = n.conv(n.x, 4, [4, 4], { strides: [4, 4] });
      const deep = n.nhwc(n.conv(y, 4, [7, 7], { group: 4, pads: [3, 3, 3, 3] }));
      const normal = n.g.one("LayerNormalization", [deep, n.weight(4), n.weight(4)], { axis: -1 });
      return n.g.add(y, n.nchw(n.linear(n.g.one("Gelu", [n.linear(normal, 8)]), 4)));
    },
  },
  "patches as tokens, before they attend": {
    input: [1, 3, 20, 24],
    build(n) {
      const y = n.conv(n.x, 4, [4, 4], { strides: [4, 4] });
      const row = n.g.transpose(n.g.reshape(y, [1, 4, 30]), [0, 2, 1]);
      return n.linear(n.g.add(row, n.weight(1, 30, 4)), 5);
    },
    unit: tokens(6),
  },
  "tokens made a map again": {
    input: [1, 3, 20, 24],
    build(n) {
      const y = n.conv(n.x, 4, [4, 4], { strides: [4, 4] });
      const row = n.linear(n.g.transpose(n.g.reshape(y, [1, 4, 30]), [0, 2, 1]), 4);
      return n.same(n.g.reshape(n.g.transpose(row, [0, 2, 1]), [1, 4, 5, 6]), 2);
    },
  },
  "tokens behind one for the class": {
    input: [1, 3, 12, 16],
    build(n) {
      const y = n.conv(n.x, 4, [4, 4], { strides: [4, 4] });
      const row = n.g.transpose(n.g.reshape(y, [1, 4, 12]), [0, 2, 1]);
      return n.linear(n.g.concat([n.weight(1, 1, 4), row], 1), 4);
    },
    unit: ([, token]) => [token!, token!],
  },
  "tokens that attend: everything": {
    input: [1, 3, 12, 16],
    build(n) {
      const y = n.conv(n.x, 4, [4, 4], { strides: [4, 4] });
      const row = n.g.transpose(n.g.reshape(y, [1, 4, 12]), [0, 2, 1]);
      return n.slice(attention(n, n.g.concat([n.weight(1, 1, 4), row], 1)), 1, 0, 1);
    },
    unit: () => [0, 0],
  },
  "Swin: attention within windows": {
    input: [1, 3, 16, 24],
    build: (n) => windowed(n, n.nhwc(n.conv(n.x, 4, [2, 2], { strides: [2, 2] }))),
    unit: channelsLast,
  },
  "Swin: the windows beside what they came from, on a map": {
    input: [1, 3, 16, 24],
    build(n) {
      const y = n.nhwc(n.conv(n.x, 4, [2, 2], { strides: [2, 2] }));
      const tokens = (x: Value) => n.g.reshape(x, [1, 96, 4]);
      return n.same(n.nchw(n.g.reshape(n.g.add(tokens(y), tokens(windowed(n, y))), [1, 8, 12, 4])), 2);
    },
  },
  "Swin: then in windows moved by half": {
    input: [1, 3, 16, 16],
    build: (n) =>
      roll(n, windowed(n, roll(n, windowed(n, n.nhwc(n.conv(n.x, 4, [2, 2], { strides: [2, 2] }))), 2)), -2),
    unit: channelsLast,
  },
  "rolled: the last rows and columns see the first of the picture": {
    input: [1, 3, 16, 20],
    build: (n) => roll(n, n.nhwc(n.same(n.x, 4, { strides: [2, 2] })), 3),
    unit: channelsLast,
  },
  "flattened and weighted: everything": {
    pools: true,
    build: (n) => n.linear(n.g.one("Flatten", [n.pooled(n.same(n.x, 2), 2)]), 5),
    unit: () => [0, 0],
  },
  "a kernel as large as the map, then weighted": {
    input: [1, 2, 13, 13],
    build(n) {
      const y = n.conv(n.same(n.x, 2, { strides: [2, 2] }), 3, [6, 6]);
      return n.linear(n.g.one("Flatten", [n.slice(n.slice(y, 2, 1, 2), 3, 0, 1)]), 5);
    },
    unit: () => [0, 0],
  },
};
