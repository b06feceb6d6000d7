import assert from "node:assert/strict";
import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { LayerCensus } from "../../src/engine/inside/census.ts";
import { tallyOf } from "../../src/engine/inside/channels.ts";
import { dead } from "../../src/engine/inside/dead.ts";
import { Duplicates, type Likeness } from "../../src/engine/inside/duplicates.ts";
import { unrectified } from "../../src/engine/inside/rectifiers.ts";
import type { DeadLayer, DeadReport } from "../../src/shared/dead.ts";
import { Canceled } from "../../src/shared/rpc.ts";
import { float32 } from "../../src/shared/tensor.ts";
import * as w from "../fixtures/onnx/writer.ts";
import { near } from "./support/asking.ts";
import { never, npy } from "./support/engine.ts";
import { integers, node, onnxFile, releaseModels, value, weight } from "./support/onnx-nets.ts";
import { random } from "./support/random.ts";
import { forward, picture, referenceFile } from "./support/reference-net.ts";
import { looking } from "./support/samples.ts";

async function reports(model: string, images: readonly string[], signal = never): Promise<readonly DeadReport[]> {
  const found: DeadReport[] = [];
  for await (const step of dead(looking(), { model, images }, signal)) if (step.kind === "report") found.push(step);
  return found;
}
const layerOf = (all: readonly DeadReport[], name: string): DeadLayer =>
  all.at(-1)?.layers.find(({ layer }) => layer === name) ?? assert.fail(`there is no ${name}`);

/** Eight channels of one input: fine, its double, dead, saturated, constant, nearly dead, dead but on one photo, negative. */
const kinds = (): string =>
  onnxFile({
    nodes: [
      node("Conv", ["image", "w", "b"], "conv"),
      node("Clip", ["conv", "zero", "six"], "clip"),
      node("GlobalAveragePool", ["clip"], "average"),
      node("Flatten", ["average"], "flat"),
      node("Gemm", ["flat", "fc"], "scores"),
    ],
    weights: [
      weight("w", [8, 1, 1, 1], [1, 2, -1, 1, 0, 1, 1, -1]),
      weight("b", [8], [0, 0, -1, 10, 2, -0.9995, -1, 1]),
      weight("zero", [], [0]),
      weight("six", [], [6]),
      weight("fc", [8, 3], random(9, 24)),
    ],
    inputs: [value("image", ["N", 1, 50, 50])],
    outputs: [value("scores", ["N", 3])],
  });
const ramp = (top: number) =>
  npy(
    float32(
      [1, 1, 50, 50],
      Float32Array.from({ length: 2500 }, (_, i) => (top * i) / 2499),
    ),
  );

describe("dead filters", () => {
  afterEach(releaseModels);

  it("are found over a set, with their kin", async () => {
    const layer = layerOf(await reports(kinds(), [ramp(1), ramp(1), ramp(0.5), ramp(1), ramp(1)]), "conv");
    assert.equal(layer.channels, 8);
    assert.deepEqual(layer.dead, [2, 6]);
    assert.deepEqual(layer.saturated, [3]);
    assert.deepEqual(layer.constant, [4]);
    assert.deepEqual(layer.nearlyDead, [5]);
    near([layer.photos[0]!, layer.photos[2]!, layer.photos[5]!], [1, 0, 0.8], 1e-6, "photos");
    near([layer.places[5]!], [(4 * 2) / 12500], 1e-6, "places");
    assert.deepEqual(
      layer.duplicates.map(({ a, b }) => [a, b]),
      [[0, 1]],
    );
  });

  it("tell channels with NaN or infinite values, whatever their other values say", async () => {
    const [fine, torn] = [ramp(1), ramp(1)];
    const odd = npy(float32([1, 1, 50, 50], new Float32Array(2500).fill(0.5).fill(NaN, 0, 1)));
    const all = layerOf(await reports(kinds(), [fine, odd, torn]), "conv");
    assert.deepEqual(all.broken, [0, 1, 2, 3, 4, 5, 6, 7], "each reads the pixel that is none");
    assert.deepEqual(layerOf(await reports(kinds(), [fine, torn]), "conv").broken, []);
  });

  it("are found over all of a folder, with those in it, photos and tensors, in the order in which people count", async () => {
    const place = w.folder();
    for (const [i, name] of ["10", "2"].entries()) {
      mkdirSync(join(place, name));
      copyFileSync(ramp(1 + i), join(place, name, "ramp.npy"));
    }
    writeFileSync(join(place, "2", "broken.png"), "no picture");
    writeFileSync(join(place, "notes.txt"), "none");
    const found: DeadReport[] = [];
    for await (const step of dead(looking(), { model: kinds(), folder: place }, never))
      if (step.kind === "report") found.push(step);
    const last = found.at(-1);
    assert.equal(last?.images, 2);
    assert.deepEqual(
      last.refused.map(({ image }) => relative(place, image)),
      [join("2", "broken.png")],
    );
    await assert.rejects(async () => {
      for await (const _ of dead(looking(), { model: kinds(), folder: w.folder() }, never));
    }, /has no photos/);
  });

  it("are not called dead when one photo of the set wakes them", async () => {
    const photos = [ramp(1), ramp(1), ramp(1.5)];
    assert.ok(!layerOf(await reports(kinds(), photos), "conv").dead.includes(6));
    assert.ok(layerOf(await reports(kinds(), photos.slice(0, 2)), "conv").dead.includes(6));
  });

  it("are counted as plain loops count them, one photo at a time or several", async () => {
    const pictures = [1, 2, 3, 4, 5, 6, 7].map(picture);
    for (const batch of [1, "N"] as const) {
      const all = await reports(referenceFile({ batch }), pictures.map(npy));
      for (const [name, of] of [
        ["conv1", (p: (typeof pictures)[0]) => forward(p.data).a1],
        ["conv2", (p: (typeof pictures)[0]) => forward(p.data).a2],
      ] as const) {
        const layer = layerOf(all, name);
        const maps = pictures.map(of);
        const plane = maps[0]!.data.length / layer.channels;
        for (let c = 0; c < layer.channels; c++) {
          const each = maps.map(({ data }) => Array.from(data.subarray(c * plane, (c + 1) * plane)));
          const active = each.flat().filter((v) => v > 0).length;
          near([layer.places[c]!], [active / each.flat().length], 1e-6, `${name} ${c}, batch ${batch}`);
          near([layer.photos[c]!], [each.filter((map) => map.some((v) => v > 0)).length / 7], 1e-6, "photos");
        }
      }
      assert.equal(all.at(-1)?.images, 7);
    }
  });

  it("pass over photos that cannot be read, and say which", async () => {
    const [bad, text] = [join(w.folder(), "no.png"), join(w.folder(), "text.png")];
    writeFileSync(text, "not a picture");
    const all = await reports(referenceFile(), [bad, npy(picture(1)), text, npy(float32([1, 3, 5, 5], random(1, 75)))]);
    const last = all.at(-1);
    assert.equal(last?.images, 1);
    assert.deepEqual(last.refused.map(({ image }) => image).slice(0, 2), [bad, text]);
    assert.equal(last.refused.length, 3);
    for (const { why } of last.refused) assert.ok(why.length > 10);
  });

  it("need a model that can be opened: what is wrong with it is no photo's fault", async () => {
    await assert.rejects(reports("/nowhere/model.onnx", [npy(picture(1))]), /model\.onnx/);
  });

  it("are looked for until somebody cancels", async () => {
    const controller = new AbortController();
    const images = Array.from({ length: 50 }, (_, i) => npy(picture(i)));
    let seen = 0;
    await assert.rejects(async () => {
      for await (const step of dead(looking(), { model: referenceFile(), images }, controller.signal)) {
        if (step.kind === "progress") seen = step.done;
        if (seen >= 8) controller.abort();
      }
    }, Canceled);
    assert.ok(seen >= 8 && seen < 20);
  });

  it("report how far they are", async () => {
    const done: number[] = [];
    const images = [1, 2, 3, 4, 5].map((seed) => npy(picture(seed)));
    for await (const step of dead(looking(), { model: referenceFile(), images }, never))
      if (step.kind === "progress") done.push(step.done);
    assert.deepEqual(done, [4, 5]);
  });

  it("are not called nearly dead where a thousandth of the places cannot be told, or for being small scores", () => {
    /** Channel 0 is 1 and channel 1 close to nothing, but never the same. */
    const nearlyDead = (side: number, photos: number) => {
      const shape = [2, side, side] as const;
      const census = new LayerCensus("layer", true, shape, unrectified);
      for (let photo = 0; photo < photos; photo++) {
        const maps = random(photo + 1, 2 * side * side).map((v) => 1e-5 * v);
        census.add(maps.fill(1, 0, side * side), shape);
      }
      return census.report(true).nearlyDead;
    };
    assert.deepEqual(nearlyDead(40, 1), [1]);
    assert.deepEqual(nearlyDead(7, 1), [], "49 places");
    assert.deepEqual(nearlyDead(7, 21), [1], "1,029 places");
    assert.deepEqual(nearlyDead(1, 1001), [], "scores");
  });

  it("leave out what has no channels, and say so", async () => {
    const model = onnxFile({
      nodes: [
        node("Conv", ["image", "w"], "conv"),
        node("Reshape", ["conv", "shape"], "heads"),
        node("Transpose", ["heads"], "turned", { perm: [0, 2, 1, 3] }),
        node("Softmax", ["turned"], "attention", { axis: -1 }),
        node("ReduceMean", ["attention"], "scores", { axes: [2, 3], keepdims: 0 }),
      ],
      weights: [weight("w", [6, 1, 1, 1], [1, 2, 3, 4, 5, 6]), integers("shape", [1, 3, 2, 100])],
      inputs: [value("image", [1, 1, 10, 10])],
      outputs: [value("scores", [1, 2])],
    });
    const [report] = await reports(model, [npy(float32([1, 1, 10, 10], random(1, 100)))]);
    const names = report!.layers.map(({ layer }) => layer);
    assert.ok(names.includes("conv"));
    assert.ok(report!.leftOut?.length);
    for (const layer of report!.leftOut) assert.ok(!names.includes(layer), layer);
  });
});

describe("duplicates", () => {
  const plane = 400;
  const [height, width] = [20, 20];
  const found = (photos: readonly Float32Array[], channels: number) => {
    const duplicates = new Duplicates(channels);
    for (const maps of photos) duplicates.add(maps, height, width, tallyOf(maps, channels, unrectified));
    return duplicates.found(true);
  };
  const pairsOf = ({ pairs }: Likeness) => pairs.map(({ a, b }) => [a, b]);

  /** Noise; channels as `of` has them of channel 0. */
  const photo = (seed: number, channels: number, of: Readonly<Record<number, (v: number, i: number) => number>>) => {
    const maps = random(seed, channels * plane);
    for (const [c, value] of Object.entries(of)) maps.set(maps.subarray(0, plane).map(value), Number(c) * plane);
    return maps;
  };

  it("are those that correlate over all places of all photos", () => {
    const photos = Array.from({ length: 20 }, (_, n) => {
      const noise = random(100 + n, plane);
      return photo(n + 1, 10, {
        1: (v) => 3 * v - 2, // the same but for scale and shift
        2: (v) => -v, // the opposite
        3: (v, i) => v + 0.02 * noise[i]!, // nearly the same
        4: (v, i) => (n === 0 ? v : noise[i]!), // the same on the first photo only
        6: (_, i) => (i === 9 && n === 3 ? 5 : 0), // both speak up once, in the same place
        7: (_, i) => (i === 9 && n === 3 ? 1 : 0),
        8: (v, i) => v + 2 * (i % 2) - 1, // the same on the means of even cells only
        9: (v, i) => v - 0.06 * noise[i]!, // correlated by 0.998
      });
    });
    const result = found(photos, 10);
    assert.deepEqual(pairsOf(result), [[0, 1], [0, 3], [1, 3]]); // prettier-ignore
    assert.equal(result.more, false);
    const correlation = (a: number, b: number) => {
      const all = (c: number) => photos.flatMap((maps) => [...maps.subarray(c * plane, (c + 1) * plane)]);
      const centered = (x: readonly number[]) => x.map((v) => v - x.reduce((s, w) => s + w, 0) / x.length);
      const [x, y] = [centered(all(a)), centered(all(b))];
      const times = (p: readonly number[], q: readonly number[]) => p.reduce((s, v, i) => s + v * q[i]!, 0);
      return times(x, y) / Math.sqrt(times(x, x) * times(y, y));
    };
    for (const { a, b, correlation: told } of result.pairs) near([told], [correlation(a, b)], 1e-4, `${a} and ${b}`);
  });

  it("are found whatever photo comes first: an empty one, or one on which a channel is silent", () => {
    const rest = Array.from({ length: 4 }, (_, n) => photo(n + 1, 4, { 1: (v) => v }));
    const empty = new Float32Array(4 * plane);
    const corner = photo(9, 4, { 0: (_, i) => (i === 0 ? 1 : 0) });
    corner.copyWithin(plane, 0, plane);
    for (const first of [empty, corner]) {
      const [one, other] = [found([first, ...rest], 4), found([...rest, first], 4)];
      assert.deepEqual(pairsOf(one), [[0, 1]]);
      assert.deepEqual(pairsOf(other), [[0, 1]]);
      near([one.pairs[0]!.correlation], [1], 1e-6, "to the bit");
    }
  });

  it("are the same in any order of the photos", () => {
    const photos = Array.from({ length: 6 }, (_, n) => {
      const noise = random(200 + n, plane);
      return photo(n + 1, 3, { 1: (v, i) => v + 0.03 * noise[i]! });
    });
    const [one, other] = [found(photos, 3), found(photos.toReversed(), 3)];
    assert.equal(one.pairs.length, 1);
    near([other.pairs[0]!.correlation], [one.pairs[0]!.correlation], 1e-6, "correlation");
  });

  it("end at four pairs a channel, and are not looked for among more than 4,096: both is told", () => {
    const alike = Float32Array.from({ length: 20 * plane }, (_, i) => i % plane);
    const result = found([alike], 20);
    assert.deepEqual([result.pairs.length, result.more], [80, true]);
    const report = (channels: number, maps: Float32Array) => {
      const census = new LayerCensus("wide", true, [channels, height, width], unrectified);
      census.add(maps, [channels, height, width]);
      return census.report(true);
    };
    assert.equal(report(20, alike).compared, "some");
    assert.equal(report(3, random(1, 3 * plane)).compared, undefined);
    const wide = report(4097, new Float32Array(4097 * plane));
    assert.deepEqual([wide.compared, wide.duplicates.length], ["none", 0]);
  });
});
