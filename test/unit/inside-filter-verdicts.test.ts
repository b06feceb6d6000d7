import assert from "node:assert/strict";
import { dependence, Roughness } from "../../src/engine/analysis/spectra.ts";
import { normal, random as uniform } from "../../src/engine/images/arithmetic.ts";
import { deadFilters, smoothness } from "../../src/engine/inside/filter-verdicts.ts";
import { filters } from "../../src/engine/inside/filters.ts";
import { sameFilters } from "../../src/engine/inside/same-filters.ts";
import type { FilterCard } from "../../src/shared/inside.ts";
import { near } from "./support/asking.ts";
import { openModel, releaseModels } from "./support/onnx-nets.ts";
import { random } from "./support/random.ts";
import { never } from "./support/engine.ts";
import { efficientnet, looking, squeezenet } from "./support/samples.ts";

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
    assert.equal(verdictOf([Float32Array.from({ length: 9 }, next)], [1, 1, 3, 3]), "too few to tell");
    // As rough as noise, but each the same pattern: that is no noise.
    const pattern = [1, -1, 1, -1, 1, -1, 1, -1, 1];
    const alike = Array.from({ length: 64 }, () => Float32Array.from(pattern, (sign) => sign + 0.1 * next()));
    assert.equal(verdictOf(alike, [64, 1, 3, 3]), "patterned");
    assert.equal(verdictOf(alike.slice(0, 15), [15, 1, 3, 3]), "too few to tell");
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
