import assert from "node:assert/strict";
import { Builder } from "../../src/engine/graph/builder.ts";
import { Graph, type Value } from "../../src/engine/graph/graph.ts";
import { receptiveFields, type Rectangle } from "../../src/engine/analysis/receptive-field.ts";
import { ops } from "../../src/engine/ops/index.ts";
import { differentiate } from "../../src/engine/propagation/differentiate.ts";
import { float32, size, type Shape } from "../../src/shared/tensor.ts";
import { floats, withSession } from "./support/derivatives.ts";
import { FieldNet } from "./support/field-net.ts";
import { cases, roll, unitOf, windowed, type Case } from "./support/field-nets.ts";
import { positive, random } from "./support/random.ts";
import { randomNet } from "./support/random-net.ts";
import { architectures } from "./support/torchvision.ts";

const indexOf = (flat: number, shape: Shape): number[] => {
  const index: number[] = [];
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    index.unshift(flat % shape[axis]!);
    flat = Math.floor(flat / shape[axis]!);
  }
  return index;
};

type Place = readonly [number, number];
const key = ([row, column]: Place) => `${row}, ${column}`;

/** The smallest rectangle around some places. */
function around(places: readonly Place[]): Rectangle | undefined {
  if (!places.length) return undefined;
  const sorted = (values: number[]) => values.sort((a, b) => a - b);
  const rows = sorted(places.map(([row]) => row));
  const columns = sorted(places.map(([, column]) => column));
  const [top, left] = [rows[0]!, columns[0]!];
  return { top, left, height: rows.at(-1)! - top + 1, width: columns.at(-1)! - left + 1 };
}

interface Measured {
  readonly place: Place;
  /** The pixels with a derivative other than zero. */
  readonly pixels: readonly Place[];
}

/** Which pixels each unit depends on, by the derivative of all of its channels together. */
async function measure(n: FieldNet, y: Value, a: Case): Promise<Measured[]> {
  const dy = n.g.graph.input("dy", { dtype: "float32", shape: y.shape });
  const gradients = differentiate(n.g.graph, y, dy, [n.x]);
  const units = new Map<string, { place: Place; elements: number[] }>();
  for (let flat = 0; flat < size(y.shape); flat++) {
    const place = unitOf(a, indexOf(flat, y.shape));
    const unit = units.get(key(place)) ?? { place, elements: [] };
    units.set(key(place), unit);
    unit.elements.push(flat);
  }
  const x = float32(n.x.shape, positive(3, size(n.x.shape)));
  const [h, w] = [n.x.shape[2]!, n.x.shape[3]!];
  return withSession(n.g, gradients, async (run) => {
    const measured: Measured[] = [];
    for (const { place, elements } of units.values()) {
      const seed = new Float32Array(size(y.shape));
      // Unequal, so that channels which are normalised together do not cancel.
      elements.forEach((flat, i) => (seed[flat] = 1 + i / 7));
      const [gradient] = await run(
        new Map([
          [n.x, x],
          [dy, float32(y.shape, seed)],
        ]),
      );
      const seen = new Map<string, Place>();
      floats(gradient).forEach((d, i) => {
        const pixel = [Math.floor(i / w) % h, i % w] as const;
        if (d !== 0) seen.set(key(pixel), pixel);
      });
      measured.push({ place, pixels: [...seen.values()] });
    }
    return measured;
  });
}

const built = (a: Case, pool: FieldNet["pool"]) => {
  const n = new FieldNet(a.input ?? [1, 3, 24, 28], pool);
  return { n, y: a.build(n) };
};

const isWithin = (inner: Rectangle, outer: Rectangle) =>
  inner.top >= outer.top &&
  inner.left >= outer.left &&
  inner.top + inner.height <= outer.top + outer.height &&
  inner.left + inner.width <= outer.left + outer.width;

describe("the receptive field, against derivatives, of", function () {
  this.timeout(60_000);

  for (const [name, a] of Object.entries(cases)) {
    it(name, async () => {
      const { n, y } = built(a, "AveragePool");
      const fields = receptiveFields(n.g.graph, n.x);
      const measured = await measure(n, y, a);
      const [rows, columns] = fields.unitsOf(y)!;
      const [, , h, w] = n.x.shape;
      const picture = { top: 0, left: 0, height: h!, width: w! };

      for (const { place, pixels } of measured) {
        const { unclipped, clipped } = fields.windowOf(y, place)!;
        assert.deepEqual(clipped, around(pixels), `what unit ${key(place)} reads`);
        if (clipped && unclipped && !a.crops && isWithin(unclipped, picture))
          assert.deepEqual(unclipped, clipped, `unit ${key(place)}`);
      }
      const last = measured
        .map(({ place }) => place)
        .reduce((most, [r, c]) => [Math.max(most[0], r), Math.max(most[1], c)], [0, 0] as Place);
      assert.deepEqual([rows, columns], [last[0] + 1, last[1] + 1], "the number of units");

      for (const pixel of [
        [0, 0],
        [h! - 1, w! - 1],
        [h! >> 1, w! >> 1],
        [1, w! - 2],
      ] as const) {
        const seeing = measured.filter(({ pixels }) => pixels.some((seen) => key(seen) === key(pixel)));
        assert.deepEqual(fields.seenBy(y, pixel), around(seeing.map(({ place }) => place)), `who sees ${key(pixel)}`);
      }
      const several = measured.filter(({ place: [r, c] }) => r <= rows >> 1 && c <= columns >> 1);
      assert.deepEqual(
        fields.windowOf(y, [0, 0], [rows >> 1, columns >> 1])!.clipped,
        around(several.flatMap(({ pixels }) => pixels)),
        "what a quarter of them read",
      );
    });

    if (a.pools)
      it(`${name}, with a maximum`, async () => {
        const { n, y } = built(a, "MaxPool");
        const fields = receptiveFields(n.g.graph, n.x);
        for (const { place, pixels } of await measure(n, y, a)) {
          const seen = around(pixels)!;
          assert.ok(isWithin(seen, fields.windowOf(y, place)!.clipped!), `unit ${key(place)}`);
        }
        const averaged = built(a, "AveragePool");
        const others = receptiveFields(averaged.n.g.graph, averaged.n.x);
        assert.deepEqual(fields.fieldOf(y), others.fieldOf(averaged.y));
        assert.deepEqual(fields.windowOf(y, [0, 0]), others.windowOf(averaged.y, [0, 0]));
      });
  }
});

describe("the receptive field, against derivatives, of the middle of", function () {
  this.timeout(30_000);
  const draws = 4;
  for (let seed = 1; seed <= 40; seed++)
    it(`random network ${seed}`, async function () {
      const g = new Builder();
      const { x, middle } = randomNet(g, seed);
      const [batch, channels, h, w] = middle.shape as readonly [number, number, number, number];
      if (middle.shape.length !== 4) return this.skip();
      const fields = receptiveFields(g.graph, x);
      const dy = g.graph.input("dy", { dtype: "float32", shape: middle.shape });
      await withSession(g, differentiate(g.graph, middle, dy, [x]), async (run) => {
        for (const [row, column] of [
          [0, 0],
          [h - 1, w - 1],
          [h >> 1, w >> 1],
          [0, w >> 1],
        ] as const) {
          const pixels: Place[] = [];
          // What one draw leaves out, behind a rectifier that is off or a maximum, another has.
          for (let draw = 0; draw < draws; draw++) {
            const unit = new Float32Array(size(middle.shape));
            for (let c = 0; c < batch * channels; c++) unit[(c * h + row) * w + column] = 1 + ((c * 7 + draw) % 5) / 3;
            const feeds = g.graph.inputs.map(
              (input, i) => [input, float32(input.shape, random(seed + 50 * draw + i, size(input.shape)))] as const,
            );
            const [gradient] = await run(new Map([...feeds, [dy, float32(dy.shape, unit)]]));
            const [height, width] = [x.shape[2]!, x.shape[3]!];
            floats(gradient).forEach((d, i) => {
              if (d !== 0) pixels.push([Math.floor(i / width) % height, i % width]);
            });
          }
          assert.deepEqual(fields.windowOf(middle, [row, column])!.clipped, around(pixels), `unit ${row}, ${column}`);
        }
      });
    });
});

describe("the receptive field of", () => {
  const whole = (h: number, w = h) => ({
    size: [h, w],
    stride: [0, 0],
    center: [(h - 1) / 2, (w - 1) / 2],
    whole: true,
  });
  const of = (make: () => { g: Builder; x: Value; named: ReadonlyMap<string, Value> }) => {
    const { g, x, named } = make();
    const fields = receptiveFields(g.graph, x);
    return (name: string) => fields.fieldOf(named.get(name)!);
  };
  const square = (size: number, stride: number, center: number) => ({
    size: [size, size],
    stride: [stride, stride],
    center: [center, center],
    whole: false,
  });

  // A. Araujo, W. Norris, J. Sim, "Computing Receptive Fields of Convolutional Neural Networks", Distill 2019, table of
  // networks: AlexNet 195, VGG-16 212, ResNet-50 483, ResNet-101 1027, MobileNet 315, Inception v3 1311. Its ResNets
  // are TensorFlow-Slim's, which take a stage's stride in its last block; torchvision's take it in the first.
  it("AlexNet", () => {
    const field = of(architectures.alexnet);
    assert.deepEqual(field("conv5"), square(163, 16, 15));
    assert.deepEqual(field("pool5"), square(195, 32, 31));
    assert.deepEqual(field("score"), whole(224));
  });
  it("VGG-16", () => {
    const field = of(architectures.vgg16);
    assert.deepEqual(field("conv1_1"), square(3, 1, 0));
    assert.deepEqual(field("conv5_3"), square(196, 16, 7.5));
    assert.deepEqual(field("pool5"), square(212, 32, 15.5));
  });
  it("ResNet-50 and ResNet-101", () => {
    assert.deepEqual(of(architectures.resnet50_slim)("layer4"), square(483, 32, 0));
    assert.deepEqual(of(architectures.resnet101_slim)("layer4"), square(1027, 32, 0));
    assert.deepEqual(of(architectures.resnet50)("layer4"), square(427, 32, 0));
    assert.deepEqual(of(architectures.resnet50)("pool"), whole(224));
  });
  it("MobileNet and Inception v3", () => {
    assert.deepEqual(of(architectures.mobilenet_v1)("features"), square(315, 32, 0));
    assert.deepEqual(of(architectures.inception_v3)("Mixed_7c"), square(1311, 32, 37));
  });
  it("EfficientNet: the whole picture from the first gate on", () => {
    const field = of(architectures.efficientnet_b0);
    assert.deepEqual(field("first depthwise"), square(7, 2, 0));
    assert.deepEqual(field("features"), whole(224));
  });

  it("maps that everything flows into: still of as many units", () => {
    const n = new FieldNet([1, 2, 8, 12], "MaxPool");
    const y = n.g.one("InstanceNormalization", [n.same(n.x, 2), n.weight(2), n.weight(2)]);
    const fields = receptiveFields(n.g.graph, n.x);
    assert.deepEqual(fields.fieldOf(y), whole(8, 12));
    assert.deepEqual(fields.unitsOf(y), [8, 12]);
    const picture = { top: 0, left: 0, height: 8, width: 12 };
    assert.deepEqual(fields.windowOf(y, [7, 3]), { unclipped: picture, clipped: picture });
    assert.deepEqual(fields.seenBy(y, [2, 2]), picture);
  });

  it("the picture itself", () => {
    const g = new Builder();
    const x = g.graph.input("x", { dtype: "float32", shape: [1, 3, 5, 7] });
    const fields = receptiveFields(g.graph, x);
    assert.deepEqual(fields.fieldOf(x), square(1, 1, 0));
    assert.deepEqual(fields.windowOf(x, [4, 6])!.clipped, { top: 4, left: 6, height: 1, width: 1 });
  });

  it("a picture with its channels last", () => {
    const n = new FieldNet([1, 24, 32, 3], "MaxPool");
    const y = n.nhwc(n.conv(n.nchw(n.x), 2, [3, 5], { strides: [2, 4] }));
    assert.deepEqual(receptiveFields(n.g.graph, n.x, "NHWC").fieldOf(y), {
      size: [3, 5],
      stride: [2, 4],
      center: [1, 2],
      whole: false,
    });
  });

  it("an upsampled map: the largest, at steps of a fraction", () => {
    const n = new FieldNet([1, 2, 16, 16], "MaxPool");
    const low = n.same(n.x, 2, { strides: [2, 2] });
    const fields = receptiveFields(n.g.graph, n.x);
    assert.deepEqual(fields.fieldOf(low), square(3, 2, 0));
    const y = n.up(low, 2, [3, 3], { strides: [4, 4], pads: [0, 0, 0, 0] });
    const z = n.up(low, 2, [3, 3], { strides: [2, 2], pads: [1, 1, 1, 1] });
    const later = receptiveFields(n.g.graph, n.x);
    assert.deepEqual(later.fieldOf(y), square(3, 0.5, 0));
    // Its own place and the next one's: 2 and 2 · 3 − 1 pixels wide in turn.
    assert.deepEqual(later.fieldOf(z), square(5, 1, 0));
    assert.deepEqual(later.windowOf(z, [0, 1])!.unclipped, { top: -1, left: -1, height: 3, width: 5 });
    assert.deepEqual(later.windowOf(y, [0, 3]), { unclipped: undefined, clipped: undefined });
  });

  const ofCase = (name: keyof typeof cases) => {
    const { n, y } = built(cases[name]!, "MaxPool");
    return receptiveFields(n.g.graph, n.x).fieldOf(y);
  };
  it("tokens behind one for the class: as of the patches that they are", () => {
    assert.deepEqual(ofCase("tokens behind one for the class"), square(4, 4, 1.5));
  });
  it("tokens of two grids in one line: no step that would be true", () => {
    const n = new FieldNet([1, 3, 16, 16], "MaxPool");
    const line = (x: Value) => n.g.transpose(n.g.reshape(x, [1, 4, x.shape[2]! * x.shape[3]!]), [0, 2, 1]);
    const fine = n.conv(n.x, 4, [2, 2], { strides: [2, 2] });
    const y = n.g.concat([line(fine), line(n.conv(fine, 4, [2, 2], { strides: [2, 2] }))], 1);
    assert.equal(receptiveFields(n.g.graph, n.x).fieldOf(y)?.uneven, true);
  });
  it("a rolled map: as far apart as most of its units are", () => {
    assert.deepEqual(ofCase("rolled: the last rows and columns see the first of the picture"), square(3, 2, 6));
  });
  it("windows after rolling: the whole picture where each sees all of it, else steps that differ", () => {
    assert.deepEqual(ofCase("Swin: then in windows moved by half"), whole(16));
    const n = new FieldNet([1, 3, 32, 32], "MaxPool");
    const first = windowed(n, n.nhwc(n.conv(n.x, 4, [2, 2], { strides: [2, 2] })));
    assert.deepEqual(receptiveFields(n.g.graph, n.x).fieldOf(first), square(8, 2, 3.5));
    const y = roll(n, windowed(n, roll(n, first, 2)), -2);
    const field = receptiveFields(n.g.graph, n.x).fieldOf(y)!;
    assert.deepEqual([field.size, field.stride, field.uneven], [[32, 32], [2, 2], true]);
  });

  it("constants, and of what an unknown operator gives: nothing that could be told", () => {
    const n = new FieldNet([1, 2, 8, 8], "MaxPool");
    const constant = n.weight(1, 2, 8, 8);
    const [strange] = n.g.graph.addOpaque(
      "Strange",
      [n.x],
      { domain: "elsewhere", attributes: [], captured: [] },
      [{ dtype: "float32", shape: [1, 2, 8, 8] }],
      {},
    );
    const y = n.g.add(n.same(strange!, 2), n.x);
    const beside = n.g.add(n.x, constant);
    const fields = receptiveFields(n.g.graph, n.x);
    for (const value of [constant, strange!, y]) {
      assert.equal(fields.fieldOf(value), undefined);
      assert.equal(fields.windowOf(value, [0, 0]), undefined);
      assert.equal(fields.seenBy(value, [0, 0]), undefined);
    }
    assert.deepEqual(fields.fieldOf(beside), square(1, 1, 0));
  });

  it("a unit that is not there: an error that says which there are", () => {
    const n = new FieldNet([1, 2, 8, 8], "MaxPool");
    const fields = receptiveFields(n.g.graph, n.x);
    assert.throws(() => fields.windowOf(n.x, [0, 8]), /x has columns 0 to 7; there is no 8/);
    assert.equal(fields.seenBy(n.x, [8, 0]), undefined);
  });
});

describe("receptive fields", function () {
  this.timeout(20_000);

  it("are known to every operator but those that write where the network says", () => {
    const without = Object.entries(ops).flatMap(([name, op]) => ("reach" in op ? [] : [name]));
    assert.deepEqual(without, ["ConstantOfShape", "ScatterElements"]);
  });

  it("take less than a second of the processor for 100,000 nodes", () => {
    const g = new Builder();
    const x = g.graph.input("x", { dtype: "float32", shape: [1, 4, 56, 56] });
    const w = g.full([4, 4, 3, 3], 1);
    const low = g.one("Conv", [x, w], { strides: [2, 2], pads: [1, 1, 1, 1] });
    let y = g.one("Resize", [low], { sizes: [1, 4, 56, 56] });
    while (g.graph.nodes.length < 100_000) y = g.add(g.relu(g.one("Conv", [y, w], { pads: [1, 1, 1, 1] })), y);
    let best = Infinity;
    for (let i = 0; i < 3; i++) {
      const start = process.cpuUsage();
      const field = receptiveFields(g.graph, x).fieldOf(y);
      best = Math.min(best, process.cpuUsage(start).user / 1000);
      assert.ok(field!.size[0] > 60_000);
    }
    assert.ok(best < 1000, `${best} ms`);
    const window = receptiveFields(g.graph, x).windowOf(y, [0, 0]);
    assert.deepEqual(window!.clipped, { top: 0, left: 0, height: 56, width: 56 });
  });

  it("survive axes and kernels of absurd sizes", () => {
    const graph = new Graph();
    const x = graph.input("x", { dtype: "float32", shape: [1, 1, 2 ** 30, 8] });
    const [y] = graph.add("MaxPool", [x], { kernel_shape: [3, 2 ** 30], pads: [0, 2 ** 29, 0, 2 ** 29] });
    assert.equal(receptiveFields(graph, x).fieldOf(y!), undefined);
    const small = graph.input("small", { dtype: "float32", shape: [1, 1, 8, 8] });
    const [z] = graph.add("MaxPool", [small], { kernel_shape: [3, 2 ** 30], pads: [0, 2 ** 29, 0, 2 ** 29] });
    const [wide] = graph.add("Expand", [small], { shape: [1, 1, 8, 8] });
    const fields = receptiveFields(graph, small);
    assert.deepEqual(fields.fieldOf(z!)!.size, [3, 2 ** 30]);
    assert.deepEqual(fields.fieldOf(wide!)!.size, [1, 1]);
  });
});
