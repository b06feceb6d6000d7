import assert from "node:assert/strict";
import { copyFileSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import fs from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";
import { join, relative } from "node:path";
import sharp from "sharp";
import { photosIn } from "../../src/engine/images/folder.ts";
import {
  fieldsOf,
  legibleTitleOf,
  placesOf,
  legendOf,
  shortTitleOf,
  titleOf,
  whitened,
  type Activation,
} from "../../src/engine/synthesis/atlas.ts";
import { directionInTurn } from "../../src/engine/synthesis/direction-in-turn.ts";
import { Builder } from "../../src/engine/graph/builder.ts";
import { Session } from "../../src/engine/runtime/session.ts";
import type { Value } from "../../src/engine/graph/graph.ts";
import { float32, type Tensor } from "../../src/shared/tensor.ts";
import { folder } from "../fixtures/onnx/writer.ts";
import { near } from "./support/asking.ts";
import { samplesFolder } from "./support/engine.ts";
import { made } from "./support/making.ts";
import { cellOf } from "./support/pictures.ts";
import { random } from "./support/random.ts";

const seen = (activations: readonly Activation[]) => activations.map(({ values }) => values);

const activation = (label: string | undefined, ...values: number[]): Activation => ({
  values: Float32Array.from(values),
  label,
});

describe("the fields of an atlas", () => {
  it("are those of a grid that hold enough, the fullest first, named after most of their photos", () => {
    // Nine points in a square, three of them in its upper left corner, two in its lower right one.
    const points = [0, 0, 1, 1, 2, 0, 9, 9, 8, 8, 0, 9, 5, 5, 0, 0, 9, 0];
    const activations = points.flatMap((_, i) =>
      i % 2 ? [] : [activation(i < 4 ? "cat" : i < 8 ? "dog" : "cup", i, 1)],
    );
    const fields = fieldsOf(activations, points, 3, 2);
    assert.deepEqual(
      fields.map(({ cell, activations: own }) => [cell, own.length]),
      [
        [0, 4],
        [8, 2],
      ],
    );
    assert.deepEqual([...fields[0]!.mean], [(0 + 2 + 4 + 14) / 4, 1]);
    assert.equal(titleOf(fields[0]!), "cat · 4 activations");
    assert.equal(shortTitleOf(fields[0]!), "cat, 4");
    const twoNames = { cell: 0, mean: new Float32Array(0), activations: [activation("tabby, tabby cat", 1)] };
    assert.equal(shortTitleOf(twoNames), "tabby, 1");
    assert.equal(
      titleOf({ cell: 0, mean: new Float32Array(0), activations: [activation(undefined, 1)] }),
      "1 activation",
    );
    assert.match(
      legendOf(fields),
      /^Under each icon: what most of its photos are taken for, and how many activations /,
    );
    const nameless = { cell: 0, mean: new Float32Array(0), activations: [activation(undefined, 1)] };
    assert.equal(shortTitleOf(nameless), "1");
    assert.equal(legendOf([nameless]), "Under each icon: how many activations it stands for.");
    assert.equal(fieldsOf(activations, points, 3, 1).length, 5);
    assert.equal(fieldsOf(activations, new Float64Array(18), 3, 1).length, 1, "all in one place");
  });

  it("go by the number of their class in a picture that has no letters for its name", () => {
    const named = (label: string) => [4, 5].map((i) => ({ ...activation(label, i), target: 281 }));
    const field = (label: string) => ({ cell: 0, mean: new Float32Array(0), activations: named(label) });
    assert.equal(titleOf(field("三毛猫")), "三毛猫 · 2 activations");
    assert.equal(legibleTitleOf(field("三毛猫")), "class 281 · 2 activations");
    assert.equal(shortTitleOf(field("三毛猫")), "class 281, 2");
    assert.equal(legibleTitleOf(field("кот")), undefined);
  });

  it("do not depend on a few points that lie far out", () => {
    const points = Array.from({ length: 400 }, (_, i) => (i < 2 ? 1e6 : Math.floor(i / 2) % 20));
    const activations = Array.from({ length: 200 }, (_, i) => activation("x", i));
    assert.ok(fieldsOf(activations, points, 2, 50).length === 2);
  });

  it("are made of places of maps, each at most once", () => {
    const maps = float32(
      [1, 2, 3, 4],
      Float32Array.from({ length: 24 }, (_, i) => i),
    );
    const found = placesOf(maps, 100, 3).map(([a, b]) => [a, b]);
    assert.deepEqual(
      found.toSorted((a, b) => a[0]! - b[0]!),
      Array.from({ length: 12 }, (_, i) => [i, i + 12]),
    );
    assert.notDeepEqual(placesOf(maps, 4, 3), placesOf(maps, 4, 4));
    assert.deepEqual(placesOf(maps, 4, 3), placesOf(maps, 4, 3));
    assert.deepEqual(placesOf(float32([1, 2], [5, 6]), 4, 0), [Float32Array.of(5, 6)]);
  });

  it("are drawn along directions in which what all have in common counts for less", async () => {
    const activations = Array.from({ length: 30 }, (_, i) =>
      activation("", ...random(i + 1, 5).map((x, k) => x + (k === 0 ? 9 : 0))),
    );
    const mean = Float32Array.from([9, 1, 0, 0.5, 0]);
    const [direction] = await whitened(activations, [mean]);
    const entry = (i: number, j: number) =>
      activations.reduce((sum, { values }) => sum + (values[i]! * values[j]!) / 30, 0);
    const trace = [0, 1, 2, 3, 4].reduce((sum, i) => sum + entry(i, i), 0);
    const back = [0, 1, 2, 3, 4].map((i) =>
      [0, 1, 2, 3, 4].reduce((sum, j) => sum + (entry(i, j) + (i === j ? trace / 5 : 0)) * direction![j]!, 0),
    );
    near(back, mean, 1e-5);
    assert.ok(direction![1]! / direction![0]! > 2 * (mean[1]! / mean[0]!));
  });

  it("are drawn along the same directions where there are fewer activations than channels", async () => {
    const [n, channels] = [6, 20];
    const activations = Array.from({ length: n }, (_, i) => activation("", ...random(i + 1, channels)));
    const means = [random(50, channels), activations[0]!.values];
    const found = await whitened(activations, means);
    const trace = seen(activations).reduce((sum, values) => sum + values.reduce((s, x) => s + x * x, 0) / n, 0);
    for (const [k, direction] of found.entries()) {
      const back = Array.from(direction, (x) => (trace / channels) * x);
      for (const values of seen(activations)) {
        const along = values.reduce((sum, x, i) => sum + x * direction[i]!, 0) / n;
        for (const [i, x] of values.entries()) back[i]! += along * x;
      }
      near(back, means[k]!, 1e-5);
    }
  });

  it("of a layer of very many channels take neither long nor much memory, and end where they are cancelled", async function () {
    this.timeout(20_000);
    const channels = 25_088;
    const activations = Array.from({ length: 60 }, (_, i) => ({ values: random(i + 1, channels), label: undefined }));
    const mean = activations[0]!.values;
    const [direction] = await whitened(activations, [mean]);
    assert.ok(direction?.every(Number.isFinite));
    const control = new AbortController();
    setTimeout(() => control.abort(), 1);
    const many = Array.from({ length: 300 }, (_, i) => activations[i % 60]!);
    await assert.rejects(whitened(many, [mean], control.signal), { name: "AbortError" });
  });
});

describe("a direction's objective", () => {
  it("is the mean over the map of the product, times the square of the cosine; another one is no other program", async () => {
    const g = new Builder();
    const value = g.graph.input("v", { dtype: "float32", shape: [1, 3, 2, 2] });
    const given = new Map<Value, Tensor>();
    const { objective, choose } = directionInTurn("v", 3);
    const worth = objective({
      g,
      layer: () => value,
      maps: () => value,
      beforeRectifiers: () => [],
      scores: () => value,
      given(tensor) {
        const input = g.graph.input(`given:${given.size}`, tensor);
        given.set(input, tensor);
        return input;
      },
      terms: new Map(),
    });
    const session = await Session.open(g.graph, [worth], { threads: 1 });
    const numbers = random(2, 12);
    try {
      for (const direction of [
        [1, 0, 0],
        [3, -4, 12],
      ]) {
        choose(direction);
        const [found] = await session.run(new Map([[value, float32([1, 3, 2, 2], numbers)], ...given]));
        const unit = direction.map((x) => x / Math.hypot(...direction));
        const expected = [0, 1, 2, 3].reduce((sum, p) => {
          const own = [0, 1, 2].map((c) => numbers[c * 4 + p]!);
          const product = own.reduce((total, x, c) => total + x * unit[c]!, 0);
          return sum + (product * Math.max(0.1, product / Math.hypot(...own)) ** 2) / 4;
        }, 0);
        near([Number(found?.data[0])], [expected], 1e-4);
      }
    } finally {
      await session.release();
    }
  });
});

describe("the photos of a folder", () => {
  it("are those in folders in it too, as people count, and every so many where there are more than are wanted", async () => {
    const place = folder();
    mkdirSync(join(place, "b"));
    for (const name of ["10.png", "2.jpg", "notes.txt", "1.TIFF", join("b", "3.webp")])
      writeFileSync(join(place, name), "");
    const names = async (most: number) => (await photosIn(place, most)).map((path) => relative(place, path));
    assert.deepEqual(await names(100), ["1.TIFF", "2.jpg", "10.png", join("b", "3.webp")]);
    assert.deepEqual(await names(2), ["1.TIFF", "10.png"]);
  });

  it("are those in folders that links lead to, each folder once, and links that lead in a circle do no harm", async () => {
    const [place, elsewhere] = [folder(), folder()];
    writeFileSync(join(elsewhere, "a.png"), "");
    mkdirSync(join(place, "b"));
    writeFileSync(join(place, "b", "b.png"), "");
    symlinkSync(elsewhere, join(place, "linked"));
    symlinkSync(place, join(place, "b", "circle"));
    const names = (await photosIn(place, 100)).map((path) => relative(place, path));
    assert.deepEqual(names, [join("b", "b.png"), join("linked", "a.png")]);
  });

  it("are the others where a folder in it may not be read; the folder itself has to be", async () => {
    const place = folder();
    mkdirSync(join(place, "locked"));
    writeFileSync(join(place, "a.png"), "");
    const { opendir } = fs;
    // Whoever may read everything is refused nothing by the system: it refuses here in its place.
    fs.opendir = ((path: string) =>
      path.endsWith("locked")
        ? Promise.reject(Object.assign(new Error("EACCES: permission denied"), { code: "EACCES" }))
        : opendir(path)) as typeof opendir;
    syncBuiltinESMExports();
    try {
      assert.deepEqual(await photosIn(place, 100), [join(place, "a.png")]);
      await assert.rejects(photosIn(join(place, "locked"), 100), /locked: no permission to read it/);
    } finally {
      fs.opendir = opendir;
      syncBuiltinESMExports();
    }
  });

  it("are looked for until that is cancelled, and among so many names at most", async () => {
    const place = folder();
    for (const name of ["a.png", "b.png", "c.png"]) writeFileSync(join(place, name), "");
    await assert.rejects(photosIn(place, 100, AbortSignal.abort()), { name: "AbortError" });
    assert.equal((await photosIn(place, 100, undefined, { names: 2 })).length, 2);
  });
});

describe("an activation atlas", function () {
  this.timeout(60_000);
  const model = join(samplesFolder, "squeezenet1.1.onnx");
  const quick = { grid: 3, least: 1, size: 64, steps: 2, activations: 60 };
  const request = { technique: "activation-atlas", model, layer: "fire6/concat", seed: 1 };

  /** Two photos, one of them in a folder of its own, and what is none. */
  async function photos(): Promise<string> {
    const place = folder();
    mkdirSync(join(place, "cats"));
    copyFileSync(join(samplesFolder, "cat-chelsea.png"), join(place, "cats", "cat.PNG"));
    await sharp(join(samplesFolder, "coffee.png")).jpeg().toFile(join(place, "coffee.jpg"));
    writeFileSync(join(place, "broken.png"), "no picture");
    writeFileSync(join(place, "notes.txt"), "not looked at");
    return place;
  }

  it("draws an icon for each field that something lies in, leaves the others blank, and says what they are", async () => {
    const place = await photos();
    const { finished, frames, notes } = await made({ ...request, parameters: { ...quick, folder: place } });
    const { sheet, picture } = finished;
    assert.ok(sheet);
    assert.deepEqual([sheet.columns, sheet.rows, sheet.cell, sheet.cells.length], [3, 3, [64, 64], 9]);
    const side = 3 * 64 + 2 * sheet.gap;
    assert.deepEqual([picture.width, picture.height], [side, side]);
    const filled = sheet.cells.filter(({ title }) => title !== "");
    const counts = filled.map(({ title }) => Number(/^(.+) · (\d+) activations?$/.exec(title)?.[2]));
    assert.equal(
      counts.reduce((a, b) => a + b),
      60,
    );
    assert.deepEqual(
      filled.map(({ short }) => Number(/^[^,]+, (\d+)$/.exec(short ?? "")?.[1])),
      counts,
    );
    sheet.cells.forEach(({ title }, i) => {
      const [top, left] = [Math.floor(i / 3) * (64 + sheet.gap), (i % 3) * (64 + sheet.gap)];
      const pixels = Array.from({ length: 64 }, (_, k) => picture.pixels[((top + k) * side + left + k) * 3]!);
      assert.equal(
        pixels.every((x) => x === 255),
        title === "",
        `cell ${i}: ${title}`,
      );
    });
    const text = notes.map((note) => note.text).join(" ");
    assert.match(text, /Read 2 photos in .*; 1 could not be read, the first: .*broken\.png/);
    assert.match(text, /of 9 cells hold 60 of 60 activations of fire6\/concat in 2 photos; t-SNE's divergence is/);
    assert.equal(frames.length, 2 * filled.length);
    assert.equal(frames.filter(({ making }) => making?.isWhole).length, filled.length);
    assert.equal(JSON.stringify(finished.recipe).includes(place), false, "no folders in the recipe");
  });

  it("repeats with a seed, goes on from the middle, and lays out by PCA too", async () => {
    const parameters = { ...quick, folder: await photos(), projection: "pca", steps: 3 };
    const one = await made({ ...request, parameters, checkpoints: true });
    assert.match(one.notes.map(({ text }) => text).join(" "), /the two axes hold \d+ % of their variance/);
    const from = one.frames[6]!.checkpoint!;
    assert.deepEqual([from.octave, from.step], [3, 1]);
    const rest = await made({ ...request, parameters, from });
    assert.deepEqual([rest.frames[0]?.octave, rest.frames[0]?.step], [3, 2], "from where it stood");
    const { sheet } = one.finished;
    const counts = sheet!.cells.map(({ title }, i) => ({ i, count: Number(/· (\d+) /.exec(title)?.[1] ?? 0) }));
    const third = counts.sort((one, other) => other.count - one.count || one.i - other.i)[2]?.i; // the fullest come first
    for (const i of sheet!.cells.keys())
      if (i !== third) assert.deepEqual(cellOf(rest.floats, sheet!, i), cellOf(one.floats, sheet!, i), `cell ${i}`);
    await assert.rejects(
      made({ ...request, parameters: { ...parameters, projection: "t-sne" }, from }),
      /made with other settings \(projection\)/,
    );
    assert.deepEqual((await made({ ...request, parameters })).finished.picture, one.finished.picture);
  });

  it("is refused by name without a folder, without photos, and with too few", async () => {
    const refused = (parameters: object, why: RegExp, more: object = {}) =>
      assert.rejects(made({ ...request, parameters: { ...quick, ...parameters }, ...more }), why);
    const empty = folder();
    await refused({}, /Choose a folder of photos/);
    await refused({ folder: empty }, /There are no photos in .*\(png, jpg, /);
    await refused({ folder: join(empty, "nowhere") }, /nowhere: there is no such folder/);
    await refused({ folder: join(samplesFolder, "coffee.png") }, /it is a file, not a folder/);
    writeFileSync(join(empty, "broken.png"), "no picture");
    await refused({ folder: empty }, /None of the 1 photos in .* can be read.*broken\.png/);
    await refused({ folder: await photos(), least: 1000 }, /No cell holds 1000 of the 60 activations/);
    await refused({ folder: await photos() }, /2 activations are too few for a map: it takes 10/, { layer: "pool10" });
  });
});
