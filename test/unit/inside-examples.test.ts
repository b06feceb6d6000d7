import assert from "node:assert/strict";
import { mkdirSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { decode } from "../../src/engine/images/decode.ts";
import { png } from "../../src/engine/images/png.ts";
import { exampleHandlers } from "../../src/engine/inside/example-handlers.ts";
import { Looking } from "../../src/engine/subject.ts";
import { samplesIn } from "../../src/engine/samples.ts";
import type { ExamplesReport, ExamplesRequest, Extremes } from "../../src/shared/examples.ts";
import type { Preparation } from "../../src/shared/preparation.ts";
import { Canceled } from "../../src/shared/rpc.ts";
import { float32 } from "../../src/shared/tensor.ts";
import { folder } from "../fixtures/onnx/writer.ts";
import { near } from "./support/asking.ts";
import { never, npy, samplesFolder } from "./support/engine.ts";
import { node, onnxFile, releaseModels, value, weight } from "./support/onnx-nets.ts";
import { forward, picture, referenceFile } from "./support/reference-net.ts";
import { upToOne } from "./support/pictures.ts";

const calls = exampleHandlers(new Looking(samplesIn(samplesFolder)));

async function found(request: ExamplesRequest, signal = never): Promise<ExamplesReport> {
  let report: ExamplesReport | undefined;
  const done: number[] = [];
  for await (const update of calls.examples(request, signal))
    if (update.kind === "examples") report = update;
    else done.push(update.done);
  assert.equal(done.at(-1), request.images.length);
  assert.deepEqual(
    done,
    [...done].sort((a, b) => a - b),
  );
  return report ?? assert.fail("there is no report");
}

const listed = ({ photos, rows, columns, values }: Extremes, channel: number, count: number) =>
  Array.from({ length: count }, (_, i) => channel * count + i)
    .filter((at) => photos[at]! >= 0)
    .map((at) => ({ photo: photos[at], place: [rows[at], columns[at]], value: values[at]! }));

/** Two channels that are red and the lack of it, 20 × 20, without a rectifier. */
const redness = (side = 3) =>
  onnxFile({
    nodes: [node("Conv", ["image", "w"], "conv", { pads: [1, 1, 1, 1] })],
    weights: [
      weight(
        "w",
        [2, 3, side, side],
        Array.from({ length: 2 * 3 * side * side }, (_, i) => {
          const [out, color] = [Math.floor(i / (3 * side * side)), Math.floor(i / (side * side)) % 3];
          return (out ? -1 : 1) * (color === 0 ? 1 : 0);
        }),
      ),
    ],
    inputs: [value("image", [1, 3, 20, 20])],
    outputs: [value("conv", [1, 2, 20 + 3 - side, 20 + 3 - side])],
  });
const asItIs = upToOne(20);

/** Green noise with a red spot whose middle is at [y, x]. */
async function photo(name: string, width: number, height: number, [y, x]: readonly [number, number], radius = 4) {
  const pixels = Uint8Array.from({ length: width * height * 3 }, (_, i) => (i % 3 === 1 ? (i * 37) % 251 : 0));
  for (let row = y - radius; row <= y + radius; row++)
    for (let column = x - radius; column <= x + radius; column++) pixels[(row * width + column) * 3] = 255;
  const path = join(folder(), name);
  writeFileSync(path, await png({ width, height, pixels }));
  return { path, pixels };
}

describe("what fires a channel", () => {
  afterEach(releaseModels);

  it("is found as plain loops find it, for all channels at once, one photo at a time or several", async () => {
    const pictures = Array.from({ length: 11 }, (_, i) => picture(i + 1));
    const images = pictures.map(npy);
    for (const batch of [1, "N"] as const)
      for (const [layer, of] of [
        ["conv1", (p: (typeof pictures)[0]) => forward(p.data).a1],
        ["conv2", (p: (typeof pictures)[0]) => forward(p.data).a2],
      ] as const) {
        const report = await found({ model: referenceFile({ batch }), layer, images, count: 4 });
        const maps = pictures.map(of);
        assert.equal(report.images, 11);
        assert.equal(report.least, undefined, "behind a rectifier the least is silence");
        for (let channel = 0; channel < report.channels; channel++) {
          const plane = maps[0]!.data.length / report.channels;
          const width = layer === "conv1" ? 10 : 5;
          const expected = maps
            .map(({ data }, photo) => {
              const own = Array.from(data.slice(channel * plane, (channel + 1) * plane));
              const greatest = Math.max(...own);
              const at = own.indexOf(greatest);
              return { photo, place: [Math.floor(at / width), at % width], value: greatest };
            })
            .filter(({ value }) => value > 0)
            .sort((a, b) => b.value - a.value)
            .slice(0, 4);
          const actual = listed(report.most, channel, 4);
          const plain = (all: typeof actual) => all.map(({ photo, place }) => ({ photo, place }));
          assert.deepEqual(plain(actual), plain(expected), `${layer}, channel ${channel}, batch ${batch}`);
          if (expected.length)
            near(
              actual.map(({ value }) => value),
              expected.map(({ value }) => value),
              1e-5,
              "values",
            );
        }
      }
  });

  it("is the least as well where nothing rectifies, and what is no number fires nothing", async () => {
    const constant = (red: number) =>
      npy(
        float32(
          [1, 3, 20, 20],
          Float32Array.from({ length: 1200 }, (_, i) => (i < 400 ? red : 0)),
        ),
      );
    const images = [0.5, NaN, 2, -1, Infinity].map(constant);
    const { most, least, images: seen } = await found({ model: redness(), layer: "conv", images, count: 2 });
    assert.equal(seen, 5);
    assert.ok(least);
    const plain = (extremes: Extremes, channel: number) =>
      listed(extremes, channel, 2).map(({ photo, value }) => [photo, value]);
    assert.deepEqual(plain(most, 0), [
      [2, 18],
      [0, 4.5],
    ]);
    assert.deepEqual(plain(least, 0), [
      [3, -9],
      [0, 2], // a corner of the map, where four ninths are padding
    ]);
    assert.deepEqual(plain(least, 1)[0], [2, -18]);
  });

  it("counts photos that cannot be read, and goes on without them", async () => {
    const { path } = await photo("spot.png", 20, 20, [10, 10]);
    const broken = join(folder(), "broken.png");
    writeFileSync(broken, "no picture");
    const images = [broken, path, npy(float32([1, 3, 4, 4], new Float32Array(48)))];
    const report = await found({ model: redness(), layer: "conv", images, preparation: asItIs });
    assert.equal(report.images, 1);
    assert.deepEqual(
      report.refused.map(({ image }) => image),
      [images[0], images[2]],
    );
    assert.deepEqual(listed(report.most, 0, 9)[0]?.photo, 1);
  });

  it("goes on where an earlier turn ended, to the same end", async () => {
    const images = Array.from({ length: 9 }, (_, i) => npy(picture(i + 1)));
    images.splice(4, 0, join(folder(), "gone.npy"));
    for (const layer of ["conv1", "scores"]) {
      const request = { model: referenceFile(), layer, images, count: 3 };
      const whole = await found(request);
      let before: ExamplesReport | undefined;
      let turns = 0;
      while (!before || before.next < images.length) {
        turns++;
        for await (const update of calls.examples({ ...request, turn: 0, ...(before && { before }) }, never))
          if (update.kind === "examples") before = update;
      }
      assert.ok(turns > 3, `${turns} turns`);
      assert.deepEqual(before, whole);
      assert.equal(before.refused.length, 1);
    }
  });

  it("is not lost where the first turn saw nothing but what cannot be read", async () => {
    const images = [join(folder(), "gone.npy"), ...[1, 2, 3].map((seed) => npy(picture(seed)))];
    for (const layer of ["conv1", "scores"]) {
      const request = { model: referenceFile(), layer, images, count: 3 };
      const before = await found({ ...request, images: images.slice(0, 1) });
      assert.equal(before.channels, 0);
      assert.deepEqual(await found({ ...request, before }), await found(request));
    }
  });

  it("is refused for layers that there are not, and for as many examples as nobody looks at", async () => {
    const images = [npy(float32([1, 3, 20, 20], new Float32Array(1200)))];
    await assert.rejects(found({ model: redness(), layer: "nowhere", images }), /no layer nowhere/);
    await assert.rejects(found({ model: redness(), layer: "conv", images, count: 0 }), /From 1 to 100/);
  });

  it("ends when it is canceled", async () => {
    const cancel = new AbortController();
    const images = Array.from({ length: 50 }, (_, i) => npy(picture(i + 1)));
    let seen = 0;
    await assert.rejects(async () => {
      for await (const update of calls.examples({ model: referenceFile(), layer: "conv1", images }, cancel.signal)) {
        if (update.kind === "progress") seen = update.done;
        if (seen >= 3) cancel.abort();
      }
    }, Canceled);
    assert.ok(seen < 50);
  });
});

describe("the patch that fires it", () => {
  afterEach(releaseModels);
  const pixelsOf = async (bytes: Uint8Array) => {
    const path = join(folder(), "patch.png");
    writeFileSync(path, bytes);
    return decode(path);
  };

  it("is the photo itself under the receptive field, finer than what the network sees", async () => {
    // Two pixels of the photo for one of the network's.
    const { path, pixels } = await photo("spot.png", 40, 40, [21, 13]);
    const model = redness();
    const { most } = await found({ model, layer: "conv", images: [path], preparation: asItIs });
    const [example] = listed(most, 0, 9);
    const [row = 0, column = 0] = example!.place as [number, number];
    const { field, patch } = await calls.patch(
      { model, image: path, layer: "conv", place: [row, column], preparation: asItIs },
      never,
    );
    assert.deepEqual(field, { top: row - 1, left: column - 1, bottom: row + 2, right: column + 2 });
    const drawn = await pixelsOf(patch!.png);
    const factor = Math.floor(224 / 6);
    assert.deepEqual([drawn.width, drawn.height], [6 * factor, 6 * factor]);
    for (let y = 0; y < 6; y++)
      for (let x = 0; x < 6; x++) {
        const at = ((y * factor + 3) * drawn.width + x * factor + 3) * 3;
        const from = ((2 * (row - 1) + y) * 40 + 2 * (column - 1) + x) * 3;
        assert.deepEqual([...drawn.pixels.subarray(at, at + 3)], [...pixels.subarray(from, from + 3)]);
        assert.equal(drawn.pixels[at], 255, "all of it is the spot");
      }
  });

  it("is cut from the middle where the photo is cropped, and black beyond its edge where it is padded", async () => {
    const { path, pixels } = await photo("wide.png", 40, 20, [10, 20], 2);
    const model = redness();
    const ask = (fit: Preparation["fit"], place: readonly [number, number]) =>
      calls.patch({ model, image: path, layer: "conv", place, preparation: { ...asItIs, fit } }, never);
    const cropped = await pixelsOf((await ask("crop", [5, 5])).patch!.png);
    assert.deepEqual(
      [...cropped.pixels.subarray(0, 3)],
      [...pixels.subarray((4 * 40 + 10 + 4) * 3, (4 * 40 + 10 + 4) * 3 + 3)],
    );
    // Padded to 40 × 40 at half the size: the photo has the rows 5 to 14 of 20.
    const padded = await pixelsOf((await ask("pad", [5, 10])).patch!.png);
    const line = (y: number) => [...padded.pixels.subarray(y * padded.width * 3, (y + 1) * padded.width * 3)];
    assert.ok(line(0).every((sample) => sample === 0));
    assert.ok(line(padded.height - 1).some((sample) => sample > 0));
  });

  it("is clipped at the border, and all that is seen where a number has no place", async () => {
    const { path } = await photo("spot.png", 20, 20, [10, 10]);
    const corner = await calls.patch(
      { model: redness(), image: path, layer: "conv", place: [0, 0], preparation: asItIs },
      never,
    );
    assert.deepEqual(corner.field, { top: 0, left: 0, bottom: 2, right: 2 });
    const model = onnxFile({
      nodes: [node("GlobalAveragePool", ["image"], "mean"), node("Flatten", ["mean"], "flat")],
      inputs: [value("image", [1, 3, 20, 20])],
      outputs: [value("flat", [1, 3])],
    });
    const whole = await calls.patch({ model, image: path, layer: "flat", place: [0, 0], preparation: asItIs }, never);
    assert.equal(whole.patch?.width, 220);
  });

  it("comes with others on one sheet", async () => {
    const [a, b] = [await photo("a.png", 20, 20, [10, 10]), await photo("b.png", 20, 20, [5, 14])];
    const patches = [a, b].map(({ path }) => ({ image: path, place: [3, 3] as const }));
    const sheet = await calls.patchSheet({ model: redness(), layer: "conv", patches, preparation: asItIs }, never);
    assert.deepEqual([sheet.width, sheet.height], [2 * 232 + 8, 232 + 8]);
    await assert.rejects(calls.patchSheet({ model: redness(), layer: "conv", patches: [] }, never), /no examples/);
  });
});

describe("a folder of photos", () => {
  it("is all of it, and another one once something changed", async () => {
    const top = folder();
    mkdirSync(join(top, "inner"));
    for (const name of ["10.png", "9.png", "inner/a.npy", "text.txt"]) writeFileSync(join(top, name), "x");
    const first = await calls.photoFolder({ folder: top }, never);
    assert.deepEqual(
      first.images.map((image) => image.slice(top.length + 1).replaceAll("\\", "/")),
      ["9.png", "10.png", "inner/a.npy"],
    );
    assert.equal((await calls.photoFolder({ folder: top }, never)).state, first.state);
    utimesSync(join(top, "9.png"), 1, 1);
    assert.notEqual((await calls.photoFolder({ folder: top }, never)).state, first.state);
    await assert.rejects(calls.photoFolder({ folder: folder() }, never), /has no photos/);
    await assert.rejects(calls.photoFolder({ folder: join(top, "9.png") }, never), /is a file, not a folder/);
  });
});
