import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { filters as filtersCommand } from "../../src/cli/filters.ts";
import { receptiveField as fieldCommand } from "../../src/cli/receptive-field.ts";
import { dependence, Roughness } from "../../src/engine/analysis/spectra.ts";
import { normal, random as uniform } from "../../src/engine/images/arithmetic.ts";
import { fields } from "../../src/engine/inside/fields.ts";
import { filterSheet } from "../../src/engine/inside/filter-sheet.ts";
import { deadFilters, smoothness } from "../../src/engine/inside/filter-verdicts.ts";
import { filter, filters } from "../../src/engine/inside/filters.ts";
import { kernelsOf } from "../../src/engine/inside/kernels.ts";
import { sameFilters } from "../../src/engine/inside/same-filters.ts";
import { samplesIn } from "../../src/engine/samples.ts";
import { Looking } from "../../src/engine/subject.ts";
import type { FilterCard, inside, NamedField } from "../../src/shared/inside.ts";
import type { Client } from "../../src/shared/rpc.ts";
import { size, zeros, type Shape } from "../../src/shared/tensor.ts";
import type { Quantized } from "../../src/shared/updates.ts";
import { folder } from "../fixtures/onnx/writer.ts";
import { near } from "./support/asking.ts";
import { never, samplesFolder } from "./support/engine.ts";
import { node, onnxFile, openModel, releaseModels, value, weight, type Attribute } from "./support/onnx-nets.ts";
import { random } from "./support/random.ts";
import { referenceFile } from "./support/reference-net.ts";

const looking = () => new Looking(samplesIn(samplesFolder));
const squeezenet = join(samplesFolder, "squeezenet1.1.onnx");
const efficientnet = join(samplesFolder, "efficientnet-lite0.onnx");

const drawn = ({ low, high, bytes }: Quantized) =>
  Float32Array.from(bytes, (byte) => low + (byte / 255) * (high - low));
const step = ({ low, high }: Quantized) => (high - low) / 255;

function close(picture: Quantized, expected: ArrayLike<number>): void {
  assert.equal(picture.bytes.length, expected.length);
  drawn(picture).forEach((value, i) =>
    assert.ok(Math.abs(value - expected[i]!) <= 0.501 * step(picture) + 1e-6, `${i}: ${value} for ${expected[i]!}`),
  );
}

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
});

describe("pictures of filters", () => {
  afterEach(releaseModels);

  it("are in colour where the picture is read, all on one scale around 0", async () => {
    const model = referenceFile();
    const card = await filters(looking(), { model, layer: "conv1" }, never);
    assert.equal(card.kind, "color");
    assert.deepEqual(card.pictures.shape, [4, 3, 3, 3]);
    assert.equal(card.pictures.low, -card.pictures.high);
    const open = await openModel(model);
    const { data } = await kernelsOf(open, await open.bound(1), "conv1", never);
    const inColor = Array.from(
      { length: 108 },
      (_, i) => data[Math.floor(i / 27) * 27 + (i % 3) * 9 + (Math.floor(i / 3) % 9)]!,
    );
    close(card.pictures, inColor);
    writeFileSync(
      model.replace(/\.onnx$/, ".glassbox.json"),
      JSON.stringify({
        input: {
          size: [12, 10],
          fit: "stretch",
          color: "BGR",
          range: [0, 1],
          mean: [0],
          deviation: [1],
          layout: "NCHW",
        },
      }),
    );
    const reversed = await filters(looking(), { model, layer: "conv1" }, never);
    close(
      reversed.pictures,
      inColor.map((_, i) => inColor[i - (i % 3) + 2 - (i % 3)]!),
    );
  });

  it("are norms over the inputs further on, kernels where each has one input, a matrix where there are no places", async () => {
    const engine = looking();
    const deep = await filters(engine, { model: squeezenet, layer: "fire2/expand3x3" }, never);
    const open = await openModel(squeezenet);
    const { data } = await kernelsOf(open, await open.bound(1), "fire2/expand3x3", never);
    const norm = (o: number, k: number) =>
      Math.hypot(...Array.from({ length: 16 }, (_, i) => data[(o * 16 + i) * 9 + k]!));
    close(
      deep.pictures,
      Array.from({ length: 64 * 9 }, (_, i) => norm(Math.floor(i / 9), i % 9)),
    );
    assert.deepEqual([deep.kind, deep.pictures.shape, deep.pictures.low], ["deep", [64, 3, 3], 0]);
    near([deep.norms[5]!], [Math.hypot(...data.subarray(5 * 144, 6 * 144))], 1e-6, "norm");

    const one = await filter(engine, { model: squeezenet, layer: "fire2/expand3x3", channel: 5 }, never);
    assert.deepEqual(one.shape, [16, 3, 3]);
    close(one.slices, data.subarray(5 * 144, 6 * 144));
    await assert.rejects(filter(engine, { model: squeezenet, layer: "conv1", channel: 64 }, never), /channels 0 to 63/);

    const depthwise = await filters(engine, { model: efficientnet, layer: "stage2/block1/depthwise" }, never);
    assert.deepEqual([depthwise.kind, depthwise.pictures.shape], ["depthwise", [96, 3, 3]]);
    const pointwise = await filters(engine, { model: squeezenet, layer: "fire2/squeeze1x1" }, never);
    assert.deepEqual([pointwise.kind, pointwise.pictures.shape], ["pointwise", [16, 64]]);
    const linear = await filters(engine, { model: efficientnet, layer: "classifier" }, never);
    assert.deepEqual([linear.kind, linear.shape, linear.pictures.shape], ["linear", [1000, 1280, 1, 1], [512, 512]]);
  });

  it("go on one sheet", async () => {
    for (const layer of ["conv1", "fire2/squeeze1x1", "fire2/expand3x3"]) {
      const sheet = await filterSheet(looking(), { model: squeezenet, layer }, never);
      const { width, height, format } = await sharp(sheet.png).metadata();
      assert.deepEqual([width, height, format], [sheet.width, sheet.height, "png"]);
      assert.ok(width > 200 && width < 1100 && height > 50 && height < 1100, `${width} × ${height}`);
    }
  });
});

describe("a sheet of filters", () => {
  it("has each filter's number under it, and paper between any two", async () => {
    const sheet = await filterSheet(looking(), { model: squeezenet, layer: "conv1" }, never);
    const { data, info } = await sharp(sheet.png).removeAlpha().raw().toBuffer({ resolveWithObject: true });
    const at = (x: number, y: number) => data[(y * info.width + x) * 3]!;
    const cell = (info.width - 4) / 8;
    const isPaper = (x: number, height: number) =>
      Array.from({ length: height }, (_, y) => at(x, y)).every((v) => v > 230);
    for (let column = 0; column <= 8; column++) assert.ok(isPaper(column * cell + 1, info.height), `column ${column}`);
    const high = (info.height - 4) / 8;
    const inked = (row: number, column: number) => {
      let count = 0;
      for (let y = Math.round(row * high) + 4 + 72; y < (row + 1) * high + 2; y++)
        for (let x = column * cell + 4; x < (column + 1) * cell; x++) if (at(x, y) < 100) count++;
      return count;
    };
    // Cells of the digits that are inked, four pixels each: 0 has 12, 1 has 8, 10 both, 63 has 12 and 10.
    assert.deepEqual(
      [inked(0, 0), inked(0, 1), inked(1, 2), inked(7, 7)],
      [12, 8, 20, 22].map((n) => 4 * n),
    );
  });
});

describe("smooth or noisy", () => {
  afterEach(releaseModels);

  it("is measured in the spectrum of the kernel with zeros around it", () => {
    const side = 128;
    for (const [height, width] of [
      [3, 3],
      [5, 5],
      [7, 4],
      [1, 7],
      [2, 1],
    ] as const) {
      const kernel = random(height * 10 + width, height * width);
      const mean = Math.max(height, width) < 5 ? 0 : kernel.reduce((a, b) => a + b, 0) / kernel.length;
      let [high, all] = [0, 0];
      for (let fy = 0; fy < side; fy++)
        for (let fx = 0; fx < side; fx++) {
          let [re, im] = [0, 0];
          kernel.forEach((value, i) => {
            const phase = (2 * Math.PI * (fy * Math.floor(i / width) + fx * (i % width))) / side;
            re += (value - mean) * Math.cos(phase);
            im += (value - mean) * Math.sin(phase);
          });
          const energy = re * re + im * im;
          const isLow = (f: number, length: number) => {
            const frequency = Math.min(f, side - f) / side;
            return length === 1 || frequency < 1 / 4 ? 1 : frequency === 1 / 4 ? 1 / 2 : 0;
          };
          all += energy;
          high += energy * (1 - isLow(fy, height) * isLow(fx, width));
        }
      near([new Roughness(height, width).of(kernel)], [high / all], 2e-3, `${height} × ${width}`);
    }
  });

  it("has the mean and the spread that it says where filters are noise", () => {
    for (const [height, width, kernels] of [
      [3, 3, 3],
      [5, 5, 1],
      [1, 7, 4],
    ] as const) {
      const measure = new Roughness(height, width);
      const next = normal(height + width);
      const found = Array.from({ length: 4000 }, () =>
        measure.of(Float32Array.from({ length: kernels * height * width }, next)),
      );
      const mean = found.reduce((a, b) => a + b, 0) / found.length;
      const deviation = Math.sqrt(found.reduce((sum, each) => sum + (each - mean) ** 2, 0) / found.length);
      near([mean], [measure.noise], 0.01, "mean");
      near([deviation], [measure.deviation(kernels)], 0.05, "deviation");
    }
  });

  it("calls trained first layers smooth, and most of what follows", async () => {
    const engine = looking();
    for (const [model, layer] of [
      [squeezenet, "conv1"],
      [efficientnet, "stem"],
      [squeezenet, "fire2/expand3x3"],
      [squeezenet, "fire9/expand3x3"],
    ] as const) {
      const card = await filters(engine, { model, layer }, never);
      assert.equal(card.verdict, "smooth", `${layer}: ${card.median}`);
      assert.ok(card.median < card.threshold);
    }
  });

  it("calls no trained layer noisy", async () => {
    const engine = looking();
    for (const model of [squeezenet, efficientnet]) {
      const { layers } = await (await openModel(model)).bound(1);
      for (const { name, nodes } of layers)
        if (nodes.some(({ op }) => op === "Conv")) {
          const { verdict } = await filters(engine, { model, layer: name }, never);
          assert.notEqual(verdict, "noisy", name);
        }
    }
  });

  for (const [name, source] of [
    ["normal", normal],
    [
      "uniform",
      (seed: number) =>
        (
          (next) => () =>
            next() - 0.5
        )(uniform(seed)),
    ],
  ] as const)
    it(`calls random ones noisy: ${name}`, () => {
      for (const shape of [
        [64, 3, 3, 3],
        [32, 3, 3, 3],
        [96, 1, 3, 3],
        [64, 16, 3, 3],
        [8, 3, 5, 5],
        [64, 3, 7, 7],
        [96, 3, 11, 11],
      ] as const)
        for (let seed = 1; seed <= 20; seed++) {
          const next = source(seed);
          const each = shape[1] * shape[2] * shape[3];
          const all = Array.from({ length: shape[0] }, () => Float32Array.from({ length: each }, next));
          const { verdict, median, threshold } = smoothness(all, shape);
          assert.notEqual(verdict, "smooth", `${shape.join(" × ")}: ${median} of ${threshold}`);
          // Three deviations, and four, are not beyond all chance: one in a few hundred may be left undecided.
          if (seed <= 5) assert.equal(verdict, "noisy", `${shape.join(" × ")}, ${seed}: ${median} of ${threshold}`);
        }
    });

  it("does not tell where there is too little", () => {
    const verdictOf = (filters: readonly Float32Array[], shape: FilterCard["shape"]) =>
      smoothness(filters, shape).verdict;
    const next = normal(5);
    assert.equal(verdictOf([Float32Array.of(1, 2)], [1, 2, 1, 1]), "too small to tell");
    assert.equal(verdictOf([new Float32Array(9)], [1, 1, 3, 3]), "too small to tell");
    assert.equal(verdictOf([Float32Array.from({ length: 9 }, next)], [1, 1, 3, 3]), "too small to tell");
    // As rough as noise, but each the same pattern: that is no noise.
    const pattern = [1, -1, 1, -1, 1, -1, 1, -1, 1];
    const alike = Array.from({ length: 64 }, () => Float32Array.from(pattern, (sign) => sign + 0.1 * next()));
    assert.equal(verdictOf(alike, [64, 1, 3, 3]), "patterned");
    assert.equal(verdictOf(alike.slice(0, 15), [15, 1, 3, 3]), "too small to tell");
    assert.ok(dependence(alike, 9) > 100);
  });

  it("knows noise's median, beside its mean, well enough for ten thousand filters", () => {
    for (const shape of [
      [10_000, 3, 3, 3],
      [10_000, 1, 3, 3],
      [10_000, 1, 5, 5],
    ] as const) {
      const next = normal(shape[1] + shape[2]);
      const each = shape[1] * shape[2] * shape[3];
      const all = Array.from({ length: shape[0] }, () => Float32Array.from({ length: each }, next));
      const { verdict, median } = smoothness(all, shape);
      const measure = new Roughness(shape[2], shape[3]);
      const deviation = (measure.deviation(shape[1]) * Math.sqrt(Math.PI / 2)) / 100;
      assert.ok(Math.abs(median - measure.median(shape[1])) < 3 * deviation, `${median}`);
      assert.ok(
        Math.abs(median - measure.noise) > 4 * deviation,
        "of that many filters the mean is told from the median",
      );
      assert.equal(verdict, "noisy", shape.join(" × "));
    }
  });
});

describe("dead and duplicate filters", () => {
  const unit = (seed: number, length: number) => {
    const next = normal(seed);
    const values = Float32Array.from({ length }, next);
    const whole = Math.hypot(...values);
    return values.map((x) => x / whole);
  };
  /** At a given cosine to `a`. */
  const turned = (a: Float32Array, cosine: number, seed: number) => {
    const b = unit(seed, a.length);
    const along = a.reduce((sum, x, i) => sum + x * b[i]!, 0);
    const across = b.map((x, i) => x - along * a[i]!);
    const length = Math.hypot(...across);
    return a.map((x, i) => cosine * x + (Math.sqrt(1 - cosine ** 2) * across[i]!) / length);
  };
  const normsOf = (filters: readonly Float32Array[]) => Float32Array.from(filters, (filter) => Math.hypot(...filter));

  it("are the silent ones, and those next to nothing beside the others", () => {
    assert.deepEqual(deadFilters(Float32Array.of(1, 0, 2, 0.0009, 1, 0.0011, NaN, 1)), [1, 3]);
    assert.deepEqual(deadFilters(new Float32Array(3)), [0, 1, 2]);
  });

  for (const length of [27, 2000])
    it(`are pairs that point the same way, of ${length} numbers`, async () => {
      const all = Array.from({ length: 60 }, (_, i) => unit(i + 1, length));
      all[20] = all[4]!.map((x) => 3 * x);
      all[30] = all[5]!.map((x) => -x);
      all[40] = turned(all[6]!, 0.9905, 100);
      all[50] = turned(all[7]!, 0.9895, 101);
      all[59] = new Float32Array(length);
      const { pairs, complete } = await sameFilters(all, normsOf(all), 1, never);
      assert.ok(complete);
      assert.deepEqual(
        pairs.map(({ a, b }) => [a, b]),
        [
          [4, 20],
          [6, 40],
        ],
      );
      near(
        pairs.map(({ cosine }) => cosine),
        [1, 0.9905],
        1e-5,
        "cosines",
      );
    });

  it("are looked for among those that read the same inputs", async () => {
    const all = Array.from({ length: 8 }, () => Float32Array.of(1, 2, 3));
    const { pairs } = await sameFilters(all, normsOf(all), 4, never);
    assert.deepEqual(
      pairs.map(({ a, b }) => [a, b]),
      [
        [0, 1],
        [2, 3],
        [4, 5],
        [6, 7],
      ],
    );
  });

  it("are found among thousands in bounded time, and the search stops when nobody waits", async () => {
    const all = Array.from({ length: 3000 }, (_, i) => {
      const next = uniform(i + 1);
      return Float32Array.from({ length: 288 }, () => next() - 0.4);
    });
    all[2999] = all[17]!.map((x) => 2 * x);
    const start = performance.now();
    const { pairs, complete } = await sameFilters(all, normsOf(all), 1, never);
    assert.deepEqual([pairs.map(({ a, b }) => [a, b]), complete], [[[17, 2999]], true]);
    assert.ok(performance.now() - start < 10_000);
    const alike = Array.from({ length: 3000 }, () => all[0]!);
    const many = await sameFilters(alike, normsOf(alike), 1, never);
    assert.deepEqual([many.pairs.length, many.complete], [1000, false]);
  });
});

describe("on the command line", () => {
  afterEach(releaseModels);

  const client = () => {
    const engine = looking();
    return {
      filters: (request) => filters(engine, request, never),
      filterSheet: (request) => filterSheet(engine, request, never),
      fields: (request) => fields(engine, request),
    } as Pick<Client<typeof inside>, "filters" | "filterSheet" | "fields">;
  };
  async function said(command: typeof filtersCommand | typeof fieldCommand, ...words: readonly string[]) {
    let text = "";
    await command(words, client(), (piece) => (text += piece));
    return text;
  }

  it("filters are told, printed as JSON, and drawn", async () => {
    const out = join(folder(), "conv1.png");
    const text = await said(filtersCommand, squeezenet, "--layer", "conv1", "--out", out);
    assert.match(text, /conv1 of squeezenet1\.1\.onnx: 64 filters of 3 × 3 over 3 channels/);
    assert.match(text, /^smooth: in the middle 6\d\.\d % .* 69\.0 %; 0 dead, 0 pairs alike$/m);
    assert.equal(text.split("\n").filter((line) => /^\d+ /.test(line)).length, 64);
    assert.equal((await sharp(readFileSync(out)).metadata()).format, "png");
    const json = JSON.parse(await said(filtersCommand, squeezenet, "--layer=fire2/squeeze1x1", "--json")) as FilterCard;
    assert.deepEqual(
      [json.shape, json.verdict, json.median, json.norms.length],
      [[16, 64, 1, 1], "too small to tell", null, 16],
    );
    await assert.rejects(said(filtersCommand, squeezenet), /needs --layer/);
    await assert.rejects(said(filtersCommand, squeezenet, "--layer", "conv1", "--out", "x.jpg"), /ends in .png/);
    assert.ok(!existsSync("x.jpg"));
  });

  it("receptive fields are an array with one entry for each layer and value", async () => {
    const found = JSON.parse(await said(fieldCommand, referenceFile(), "--json")) as NamedField[];
    assert.deepEqual(
      found.find(({ layer }) => layer === "pool1"),
      { layer: "pool1", size: [4, 4], stride: [2, 2], center: [0.5, 0.5] },
    );
    for (const layer of ["image", "conv1", "relu1", "conv2", "relu2", "scores"])
      assert.equal(found.filter((each) => each.layer === layer).length, 1, layer);
    const one = JSON.parse(await said(fieldCommand, referenceFile(), "--layer", "relu1", "--json")) as NamedField[];
    assert.deepEqual(one, [{ layer: "relu1", size: [3, 3], stride: [1, 1], center: [0, 0] }]);
    assert.match(await said(fieldCommand, referenceFile()), /pool1 +4 × 4 +2 × 2 +0\.5, 0\.5\n/);
    assert.match(await said(fieldCommand, referenceFile()), /average +the whole picture\n/);
    await assert.rejects(said(fieldCommand, referenceFile(), "--layer", "nothing"), /no layer nothing/);
    await assert.rejects(said(fieldCommand), /needs one model/);
  });
});
