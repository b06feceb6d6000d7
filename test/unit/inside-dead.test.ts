import assert from "node:assert/strict";
import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { dead } from "../../src/engine/inside/dead.ts";
import { Duplicates } from "../../src/engine/inside/duplicates.ts";
import type { DeadLayer, DeadReport } from "../../src/shared/inside.ts";
import { Canceled } from "../../src/shared/rpc.ts";
import { float32 } from "../../src/shared/tensor.ts";
import * as w from "../fixtures/onnx/writer.ts";
import { near } from "./support/asking.ts";
import { never, npy } from "./support/engine.ts";
import { node, onnxFile, releaseModels, value, weight } from "./support/onnx-nets.ts";
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

  it("are duplicates by the correlation that all samples together have", () => {
    const [channels, height, width, photos] = [8, 8, 8, 20];
    const duplicates = new Duplicates(channels, height, width);
    const all: number[][] = Array.from({ length: channels }, () => []);
    for (let photo = 0; photo < photos; photo++) {
      const maps = random(photo + 1, channels * 64);
      const from = (c: number, of: (v: number, i: number) => number) =>
        maps.set(maps.subarray(0, 64).map(of), c * 64); // prettier-ignore
      from(1, (v) => 3 * v - 2); // the same but for scale and shift
      from(2, (v) => -v); // the opposite
      const noise = random(100 + photo, 64);
      from(3, (v, i) => v + 0.02 * noise[i]!); // nearly the same
      from(4, (v, i) => (photo === 0 ? v : noise[i]!)); // the same on the first photo only
      from(6, (_, i) => (i === 9 && photo === 3 ? 5 : 0)); // both speak up once, in the same place
      from(7, (_, i) => (i === 9 && photo === 3 ? 1 : 0));
      duplicates.add(maps);
      maps.forEach((v, i) => all[Math.floor(i / 64)]!.push(v));
    }
    const correlation = (a: readonly number[], b: readonly number[]) => {
      const mean = (x: readonly number[]) => x.reduce((s, v) => s + v, 0) / x.length;
      const [ma, mb] = [mean(a), mean(b)];
      const sum = (of: (i: number) => number) => a.reduce((s, _, i) => s + of(i), 0);
      return (
        sum((i) => (a[i]! - ma) * (b[i]! - mb)) /
        Math.sqrt(sum((i) => (a[i]! - ma) ** 2) * sum((i) => (b[i]! - mb) ** 2))
      );
    };
    const expected: (readonly [number, number])[] = [];
    for (let a = 0; a < 6; a++)
      for (let b = a + 1; b < 6; b++) if (correlation(all[a]!, all[b]!) > 0.999) expected.push([a, b]);
    assert.deepEqual(expected, [[0, 1], [0, 3], [1, 3]]); // prettier-ignore
    const found = duplicates.found(true);
    assert.deepEqual(found.map(({ a, b }) => [a, b]), expected); // prettier-ignore
    for (const each of found) near([each.correlation], [correlation(all[each.a]!, all[each.b]!)], 1e-6, "correlation");
  });
});
