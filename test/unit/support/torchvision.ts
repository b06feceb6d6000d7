import { Builder } from "../../../src/engine/graph/builder.ts";
import type { Value } from "../../../src/engine/graph/graph.ts";

// The classifiers of torchvision 0.2x as its documentation and the papers describe them, with weights of no content:
// only their shapes count here.

type Size = number | readonly [number, number];
const pair = (size: Size): readonly [number, number] => (typeof size === "number" ? [size, size] : size);

interface ConvOptions {
  readonly stride?: number;
  readonly pad?: Size;
  readonly group?: number;
  readonly bias?: boolean;
}
interface PoolOptions {
  readonly stride?: number;
  readonly pad?: number;
  readonly ceil?: boolean;
}

export class Net {
  readonly g = new Builder();
  readonly x: Value;
  /** Values that are spoken of in publications, by their names there. */
  readonly named = new Map<string, Value>();

  constructor(size = 224) {
    this.x = this.g.graph.input("image", { dtype: "float32", shape: [1, 3, size, size] });
  }

  name = (name: string, value: Value): Value => {
    this.named.set(name, value);
    return value;
  };
  weight = (...shape: readonly number[]) =>
    this.g.graph.constant({ dtype: "float32", shape, file: "nowhere", offset: 0, length: 0, stored: "float32" });

  conv(x: Value, out: number, kernel: Size, { stride = 1, pad = 0, group = 1, bias = true }: ConvOptions = {}): Value {
    const [h, w] = pair(kernel);
    const [top, left] = pair(pad);
    const weights = [this.weight(out, x.shape[1]! / group, h, w), ...(bias ? [this.weight(out)] : [])];
    const window = { strides: [stride, stride], pads: [top, left, top, left], group };
    return this.g.one("Conv", [x, ...weights], window);
  }
  norm(x: Value): Value {
    const c = x.shape[1]!;
    return this.g.one("BatchNormalization", [x, ...[0, 1, 2, 3].map(() => this.weight(c))]);
  }
  /** A convolution without a bias, its normalisation, and a ReLU. */
  unit = (x: Value, out: number, kernel: Size, options: ConvOptions = {}) =>
    this.g.relu(this.bare(x, out, kernel, options));
  bare = (x: Value, out: number, kernel: Size, options: ConvOptions = {}) =>
    this.norm(this.conv(x, out, kernel, { bias: false, ...options }));

  max = (x: Value, kernel: number, { stride = kernel, pad = 0, ceil = false }: PoolOptions = {}) =>
    this.g.one("MaxPool", [x], {
      kernel_shape: [kernel, kernel],
      strides: [stride, stride],
      pads: [pad, pad, pad, pad],
      ceil_mode: Number(ceil),
    });
  average = (x: Value, kernel: number, { stride = kernel, pad = 0 }: PoolOptions = {}) =>
    this.g.one("AveragePool", [x], {
      kernel_shape: [kernel, kernel],
      strides: [stride, stride],
      pads: [pad, pad, pad, pad],
      count_include_pad: 1,
    });
  global = (x: Value) => this.g.one("GlobalAveragePool", [x]);
  flat = (x: Value) => this.g.one("Flatten", [x]);
  linear = (x: Value, out: number) =>
    this.g.one("Gemm", [x, this.weight(out, x.shape[1]!), this.weight(out)], { transB: 1 });
}

function alexNet(): Net {
  const n = new Net();
  const { g } = n;
  let y = g.relu(n.conv(n.x, 64, 11, { stride: 4, pad: 2 }));
  y = g.relu(n.conv(n.max(y, 3, { stride: 2 }), 192, 5, { pad: 2 }));
  y = g.relu(n.conv(n.max(y, 3, { stride: 2 }), 384, 3, { pad: 1 }));
  y = g.relu(n.conv(y, 256, 3, { pad: 1 }));
  y = n.name("conv5", g.relu(n.conv(y, 256, 3, { pad: 1 })));
  y = n.flat(n.name("pool5", n.max(y, 3, { stride: 2 })));
  n.name("score", n.linear(g.relu(n.linear(g.relu(n.linear(y, 4096)), 4096)), 1000));
  return n;
}

function vgg16(): Net {
  const n = new Net();
  let y = n.x;
  [
    [64, 64],
    [128, 128],
    [256, 256, 256],
    [512, 512, 512],
    [512, 512, 512],
  ].forEach((block, b) => {
    block.forEach((out, i) => (y = n.name(`conv${b + 1}_${i + 1}`, n.g.relu(n.conv(y, out, 3, { pad: 1 })))));
    y = n.name(`pool${b + 1}`, n.max(y, 2));
  });
  const hidden = n.g.relu(n.linear(n.g.relu(n.linear(n.flat(y), 4096)), 4096));
  n.name("score", n.linear(hidden, 1000));
  return n;
}

/** `late`: a stage's stride is taken in its last block and the last stage has none, as TensorFlow-Slim has it. */
function resNet(blocks: readonly number[], bottleneck: boolean, late = false): Net {
  const n = new Net();
  let y = n.max(n.unit(n.x, 64, 7, { stride: 2, pad: 3 }), 3, { stride: 2, pad: 1 });
  blocks.forEach((count, stage) => {
    const width = 64 * 2 ** stage;
    const out = bottleneck ? 4 * width : width;
    for (let i = 0; i < count; i++) {
      const strided = late ? i === count - 1 && stage < 3 : i === 0 && stage > 0;
      const stride = strided ? 2 : 1;
      const main = bottleneck
        ? n.bare(n.unit(n.unit(y, width, 1), width, 3, { stride, pad: 1 }), out, 1)
        : n.bare(n.unit(y, out, 3, { stride, pad: 1 }), out, 3, { pad: 1 });
      const skip = stride > 1 || y.shape[1] !== out ? n.bare(y, out, 1, { stride }) : y;
      y = n.g.relu(n.g.add(main, skip));
    }
    n.name(`layer${stage + 1}`, y);
  });
  n.name("score", n.linear(n.flat(n.name("pool", n.global(y))), 1000));
  return n;
}

function squeezeNet11(): Net {
  const n = new Net();
  const fire = (x: Value, squeeze: number, out: number) => {
    const s = n.g.relu(n.conv(x, squeeze, 1));
    return n.g.concat([n.g.relu(n.conv(s, out, 1)), n.g.relu(n.conv(s, out, 3, { pad: 1 }))], 1);
  };
  const pool = (x: Value) => n.max(x, 3, { stride: 2, ceil: true });
  let y = pool(n.g.relu(n.conv(n.x, 64, 3, { stride: 2 })));
  y = pool(fire(fire(y, 16, 64), 16, 64));
  y = pool(fire(fire(y, 32, 128), 32, 128));
  y = fire(fire(fire(fire(y, 48, 192), 48, 192), 64, 256), 64, 256);
  n.name("score", n.flat(n.global(n.g.relu(n.conv(n.name("fire9", y), 1000, 1)))));
  return n;
}

function mobileNetV1(): Net {
  const n = new Net();
  let y = n.unit(n.x, 32, 3, { stride: 2, pad: 1 });
  for (const [out, stride] of [
    [64, 1],
    [128, 2],
    [128, 1],
    [256, 2],
    [256, 1],
    [512, 2],
    ...Array<readonly [number, number]>(5).fill([512, 1]),
    [1024, 2],
    [1024, 1],
  ] as const)
    y = n.unit(n.unit(y, y.shape[1]!, 3, { stride, pad: 1, group: y.shape[1]! }), out, 1);
  n.name("features", y);
  return n;
}

function mobileNetV2(): Net {
  const n = new Net();
  const six = (x: Value) => n.g.one("Clip", [x], { min: 0, max: 6 });
  let y = six(n.bare(n.x, 32, 3, { stride: 2, pad: 1 }));
  for (const [t, out, count, first] of [
    [1, 16, 1, 1],
    [6, 24, 2, 2],
    [6, 32, 3, 2],
    [6, 64, 4, 2],
    [6, 96, 3, 1],
    [6, 160, 3, 2],
    [6, 320, 1, 1],
  ] as const)
    for (let i = 0; i < count; i++) {
      const [from, width, stride] = [y, y.shape[1]! * t, i === 0 ? first : 1];
      const wide = t === 1 ? y : six(n.bare(y, width, 1));
      const small = n.bare(six(n.bare(wide, width, 3, { stride, pad: 1, group: width })), out, 1);
      y = stride === 1 && from.shape[1] === out ? n.g.add(from, small) : small;
    }
  n.name("score", n.linear(n.flat(n.global(six(n.bare(n.name("features", y), 1280, 1)))), 1000));
  return n;
}

function efficientNetB0(): Net {
  const n = new Net();
  const { g } = n;
  const silu = (x: Value) => g.mul(x, g.sigmoid(x));
  let y = silu(n.bare(n.x, 32, 3, { stride: 2, pad: 1 }));
  for (const [t, kernel, first, out, count] of [
    [1, 3, 1, 16, 1],
    [6, 3, 2, 24, 2],
    [6, 5, 2, 40, 2],
    [6, 3, 2, 80, 3],
    [6, 5, 1, 112, 3],
    [6, 5, 2, 192, 4],
    [6, 3, 1, 320, 1],
  ] as const)
    for (let i = 0; i < count; i++) {
      const [from, inner, stride] = [y, y.shape[1]! * t, i === 0 ? first : 1];
      const squeezed = Math.max(1, Math.floor(y.shape[1]! / 4));
      const wide = t === 1 ? y : silu(n.bare(y, inner, 1));
      const deep = silu(n.bare(wide, inner, kernel, { stride, pad: (kernel - 1) / 2, group: inner }));
      n.named.set("first depthwise", n.named.get("first depthwise") ?? deep);
      const gate = g.sigmoid(n.conv(silu(n.conv(n.global(deep), squeezed, 1)), inner, 1));
      const small = n.bare(g.mul(gate, deep), out, 1);
      y = stride === 1 && from.shape[1] === out ? g.add(small, from) : small;
    }
  n.name("score", n.linear(n.flat(n.global(silu(n.bare(n.name("features", y), 1280, 1)))), 1000));
  return n;
}

function denseNet121(): Net {
  const n = new Net();
  const { g } = n;
  let y = n.max(n.unit(n.x, 64, 7, { stride: 2, pad: 3 }), 3, { stride: 2, pad: 1 });
  [6, 12, 24, 16].forEach((count, block) => {
    for (let i = 0; i < count; i++) {
      const narrow = n.unit(g.relu(n.norm(y)), 128, 1);
      y = g.concat([y, n.conv(narrow, 32, 3, { pad: 1, bias: false })], 1);
    }
    if (block < 3) y = n.average(n.conv(g.relu(n.norm(y)), y.shape[1]! / 2, 1, { bias: false }), 2);
  });
  n.name("score", n.linear(n.flat(n.global(g.relu(n.norm(y)))), 1000));
  return n;
}

function googLeNet(): Net {
  const n = new Net();
  // torchvision's branch of "5 × 5" is one of 3 × 3.
  const inception = (x: Value, [a, b0, b1, c0, c1, d]: readonly [number, number, number, number, number, number]) =>
    n.g.concat(
      [
        n.unit(x, a, 1),
        n.unit(n.unit(x, b0, 1), b1, 3, { pad: 1 }),
        n.unit(n.unit(x, c0, 1), c1, 3, { pad: 1 }),
        n.unit(n.max(x, 3, { stride: 1, pad: 1, ceil: true }), d, 1),
      ],
      1,
    );
  const pool = (x: Value, kernel: number) => n.max(x, kernel, { stride: 2, ceil: true });
  let y = pool(n.unit(n.x, 64, 7, { stride: 2, pad: 3 }), 3);
  y = pool(n.unit(n.unit(y, 64, 1), 192, 3, { pad: 1 }), 3);
  y = pool(inception(inception(y, [64, 96, 128, 16, 32, 32]), [128, 128, 192, 32, 96, 64]), 3);
  y = inception(inception(y, [192, 96, 208, 16, 48, 64]), [160, 112, 224, 24, 64, 64]);
  y = inception(inception(y, [128, 128, 256, 24, 64, 64]), [112, 144, 288, 32, 64, 64]);
  y = pool(inception(y, [256, 160, 320, 32, 128, 128]), 2);
  y = inception(inception(y, [256, 160, 320, 32, 128, 128]), [384, 192, 384, 48, 128, 128]);
  n.name("score", n.linear(n.flat(n.global(y)), 1000));
  return n;
}

function inceptionV3(): Net {
  const n = new Net(299);
  const cat = (...values: readonly Value[]) => n.g.concat(values, 1);
  const halved = (x: Value) => n.max(x, 3, { stride: 2 });
  const smoothed = (x: Value, out: number) => n.unit(n.average(x, 3, { stride: 1, pad: 1 }), out, 1);
  const row = (x: Value, out: number) => n.unit(x, out, [1, 7], { pad: [0, 3] });
  const column = (x: Value, out: number) => n.unit(x, out, [7, 1], { pad: [3, 0] });
  const three = (x: Value, out: number) => n.unit(x, out, 3, { pad: 1 });
  const a = (x: Value, pool: number) =>
    cat(
      n.unit(x, 64, 1),
      n.unit(n.unit(x, 48, 1), 64, 5, { pad: 2 }),
      three(three(n.unit(x, 64, 1), 96), 96),
      smoothed(x, pool),
    );
  const b = (x: Value) =>
    cat(n.unit(x, 384, 3, { stride: 2 }), n.unit(three(n.unit(x, 64, 1), 96), 96, 3, { stride: 2 }), halved(x));
  const c = (x: Value, w: number) =>
    cat(
      n.unit(x, 192, 1),
      column(row(n.unit(x, w, 1), w), 192),
      row(column(row(column(n.unit(x, w, 1), w), w), w), 192),
      smoothed(x, 192),
    );
  const d = (x: Value) =>
    cat(
      n.unit(n.unit(x, 192, 1), 320, 3, { stride: 2 }),
      n.unit(column(row(n.unit(x, 192, 1), 192), 192), 192, 3, { stride: 2 }),
      halved(x),
    );
  const split = (x: Value) => cat(n.unit(x, 384, [1, 3], { pad: [0, 1] }), n.unit(x, 384, [3, 1], { pad: [1, 0] }));
  const e = (x: Value) =>
    cat(n.unit(x, 320, 1), split(n.unit(x, 384, 1)), split(three(n.unit(x, 448, 1), 384)), smoothed(x, 192));

  let y = halved(three(n.unit(n.unit(n.x, 32, 3, { stride: 2 }), 32, 3), 64));
  y = halved(n.unit(n.unit(y, 80, 1), 192, 3));
  y = b(a(a(a(y, 32), 64), 64));
  const middle = n.name("Mixed_6e", c(c(c(c(y, 128), 160), 160), 192));
  y = n.name("Mixed_7c", e(e(d(middle))));
  n.name("score", n.linear(n.flat(n.global(y)), 1000));
  // The second head that only training uses; its weights are among those that torchvision counts.
  n.name(
    "auxiliary",
    n.linear(n.flat(n.global(n.unit(n.unit(n.average(middle, 5, { stride: 3 }), 128, 1), 768, 5))), 1000),
  );
  return n;
}

function shuffleNetV2(): Net {
  const n = new Net();
  const { g } = n;
  const shuffled = (x: Value) => {
    const [, c, h, w] = x.shape as readonly [number, number, number, number];
    return g.reshape(g.transpose(g.reshape(x, [1, 2, c / 2, h, w]), [0, 2, 1, 3, 4]), [1, c, h, w]);
  };
  const deep = (x: Value, stride: number) => n.bare(x, x.shape[1]!, 3, { stride, pad: 1, group: x.shape[1]! });
  let y = n.max(n.unit(n.x, 24, 3, { stride: 2, pad: 1 }), 3, { stride: 2, pad: 1 });
  for (const [out, count] of [
    [116, 4],
    [232, 8],
    [464, 4],
  ] as const)
    for (let i = 0; i < count; i++) {
      const half = out / 2;
      const branch = (x: Value, stride: number) => n.unit(deep(n.unit(x, half, 1), stride), half, 1);
      if (i === 0) y = shuffled(g.concat([n.unit(deep(y, 2), half, 1), branch(y, 2)], 1));
      else {
        const [left, right] = g.op("Split", [y], { axis: 1, split: [half, half] });
        y = shuffled(g.concat([left!, branch(right!, 1)], 1));
      }
    }
  const last = n.unit(n.name("stage4", y), 1024, 1);
  n.name("score", n.linear(g.one("ReduceMean", [last], { axes: [2, 3], keepdims: 0 }), 1000));
  return n;
}

export const architectures = {
  alexnet: alexNet,
  vgg16,
  resnet18: () => resNet([2, 2, 2, 2], false),
  resnet50: () => resNet([3, 4, 6, 3], true),
  resnet101: () => resNet([3, 4, 23, 3], true),
  resnet50_slim: () => resNet([3, 4, 6, 3], true, true),
  resnet101_slim: () => resNet([3, 4, 23, 3], true, true),
  squeezenet1_1: squeezeNet11,
  mobilenet_v1: mobileNetV1,
  mobilenet_v2: mobileNetV2,
  efficientnet_b0: efficientNetB0,
  densenet121: denseNet121,
  googlenet: googLeNet,
  inception_v3: inceptionV3,
  shufflenet_v2_x1_0: shuffleNetV2,
};
