import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { Looking } from "../../src/engine/subject.ts";
import { samplesIn } from "../../src/engine/samples.ts";
import { octaveSizes } from "../../src/engine/synthesis/octaves.ts";
import { chances, within } from "../../src/engine/synthesis/chance.ts";
import { synthesize } from "../../src/engine/synthesis/synthesize.ts";
import type { Finished, Frame, SynthesisRequest, SynthesisUpdate } from "../../src/shared/synthesis.ts";
import type { Note } from "../../src/shared/updates.ts";
import { folder } from "../fixtures/onnx/writer.ts";
import { near } from "./support/asking.ts";
import { never, samplesFolder } from "./support/engine.ts";
import type { Climbed } from "./support/making.ts";
import { integers, node, onnxFile, value, weight } from "./support/onnx-nets.ts";
import { random } from "./support/random.ts";

const samples = samplesIn(samplesFolder);

/** Photo and model in a folder, and what is said of the model's input. */
async function photo(width: number, height: number): Promise<string> {
  const pixels = Uint8Array.from(random(width, width * height * 3), (x) => 128 + 100 * x);
  const path = join(folder(), "photo.png");
  await sharp(pixels, { raw: { width, height, channels: 3 } })
    .png()
    .toFile(path);
  return path;
}

const kernel = random(31, 4 * 3 * 9);

/** A convolution without a rectifier: its energy has a gradient that loops can follow. `head`: it takes one size only. */
function network({ side = "S", head = false }: { side?: number | string; head?: boolean } = {}): string {
  const path = onnxFile({
    nodes: [
      node("Conv", ["x", "k"], "c", { pads: [1, 1, 1, 1] }),
      ...(head ? [node("Reshape", ["c", "to"], "flat"), node("Reshape", ["flat", "back"], "again")] : []),
    ],
    weights: [
      weight("k", [4, 3, 3, 3], kernel),
      ...(head ? [integers("to", [1, 4 * 20 * 20]), integers("back", [1, 4, 20, 20])] : []),
    ],
    inputs: [value("x", [1, 3, side, side])],
    outputs: [value(head ? "again" : "c", [1, 4, side, side])],
  });
  const input = { range: [0, 255], mean: [0], deviation: [1], color: "RGB", fit: "stretch", size: [20, 20] };
  writeFileSync(path.replace(/onnx$/, "glassbox.json"), JSON.stringify({ input }));
  return path;
}

/** A convolution after the other. */
function twoLayers(): string {
  const path = onnxFile({
    nodes: [
      node("Conv", ["x", "k"], "c", { pads: [1, 1, 1, 1] }),
      node("Conv", ["c", "l"], "d", { pads: [1, 1, 1, 1] }),
    ],
    weights: [weight("k", [4, 3, 3, 3], kernel), weight("l", [2, 4, 3, 3], random(32, 2 * 4 * 9))],
    inputs: [value("x", [1, 3, "S", "S"])],
    outputs: [value("d", [1, 2, "S", "S"])],
  });
  const input = { range: [0, 1], mean: [0], deviation: [1], color: "RGB", fit: "stretch", size: [20, 20] };
  writeFileSync(path.replace(/onnx$/, "glassbox.json"), JSON.stringify({ input }));
  return path;
}

interface Made {
  readonly frames: readonly Climbed<Frame>[];
  readonly notes: readonly Note[];
  readonly finished: Climbed<Finished>;
}

async function made(
  request: Omit<SynthesisRequest, "technique" | "parameters"> & Partial<SynthesisRequest>,
): Promise<Made> {
  const updates: SynthesisUpdate[] = [];
  const whole = { technique: "deep-dream", parameters: {}, floats: true, ...request };
  for await (const update of synthesize(new Looking(samples), whole, never)) updates.push(update);
  const finished = updates.at(-1);
  assert.equal(finished?.kind, "finished");
  return {
    frames: updates.filter((each) => each.kind === "frame") as Made["frames"],
    notes: updates.filter((each) => each.kind === "note"),
    finished: finished as Made["finished"],
  };
}

/** Planes of numbers, [3][y][x], and google/deepdream's loop over them, without anything of the engine but its chances. */
type Planes = number[][][];

function byHand(pixels: Uint8Array, width: number, height: number, seed: number): number[] {
  const [octaves, scale, steps, stepSize, jitter] = [3, 1.4, 4, 1.5, 6];
  const photo: Planes = [0, 1, 2].map((c) =>
    Array.from({ length: height }, (_, y) => Array.from({ length: width }, (_, x) => pixels[(y * width + x) * 3 + c]!)),
  );
  const bases = [photo];
  for (let i = 1; i < octaves; i++) {
    const last = bases[0]!;
    bases.unshift(zoomed(last, Math.round(last[0]!.length / scale), Math.round(last[0]![0]!.length / scale)));
  }
  let detail: Planes | undefined;
  let picture = photo;
  bases.forEach((base, octave) => {
    const carried = detail && zoomed(detail, base[0]!.length, base[0]![0]!.length);
    picture = each(base, (v, c, y, x) => v + (carried ? carried[c]![y]![x]! : 0));
    for (let step = 1; step <= steps; step++) {
      const next = chances(seed, octave + 1, step);
      const [down, right] = [within(next, jitter), within(next, jitter)];
      const gradient = rolled(energyGradient(rolled(picture, down, right)), -down, -right);
      const magnitude = gradient.flat(2).reduce((s, g) => s + Math.abs(g), 0) / gradient.flat(2).length;
      picture = each(picture, (v, c, y, x) =>
        Math.min(255, Math.max(0, v + (stepSize * gradient[c]![y]![x]!) / magnitude)),
      );
    }
    detail = each(picture, (v, c, y, x) => v - base[c]![y]![x]!);
  });
  return picture.flat(2);
}

const each = (planes: Planes, f: (v: number, c: number, y: number, x: number) => number): Planes =>
  planes.map((plane, c) => plane.map((row, y) => row.map((v, x) => f(v, c, y, x))));

const rolled = (planes: Planes, down: number, right: number): Planes =>
  each(planes, (_, c, y, x) => {
    const [height, width] = [planes[0]!.length, planes[0]![0]!.length];
    const at = (n: number, length: number) => ((n % length) + length) % length;
    return planes[c]![at(y - down, height)]![at(x - right, width)]!;
  });

/** Bilinear between the centres of pixels. */
function zoomed(planes: Planes, height: number, width: number): Planes {
  const [h, w] = [planes[0]!.length, planes[0]![0]!.length];
  const along = (i: number, from: number, to: number) => Math.min(Math.max(((i + 0.5) * from) / to - 0.5, 0), from - 1);
  return [0, 1, 2].map((c) =>
    Array.from({ length: height }, (_, y) =>
      Array.from({ length: width }, (_, x) => {
        const [v, u] = [along(y, h, height), along(x, w, width)];
        const at = (row: number, column: number) => planes[c]![Math.min(row, h - 1)]![Math.min(column, w - 1)]!;
        const [top, left] = [Math.floor(v), Math.floor(u)];
        const line = (row: number) => at(row, left) * (1 - (u - left)) + at(row, left + 1) * (u - left);
        return line(top) * (1 - (v - top)) + line(top + 1) * (v - top);
      }),
    ),
  );
}

/** Σ over the kernel's taps, there and back. Smaller pictures are repeated to the network's usual 20 pixels before. */
function energyGradient(picture: Planes): Planes {
  const [height, width] = [picture[0]!.length, picture[0]![0]!.length];
  const [tall, wide] = [Math.max(20, height), Math.max(20, width)];
  const a = Array.from({ length: 4 }, () => Array.from({ length: tall }, () => new Array<number>(wide).fill(0)));
  const taps = (visit: (o: number, c: number, y: number, x: number, v: number, u: number, w: number) => void) => {
    for (let o = 0; o < 4; o++)
      for (let y = 0; y < tall; y++)
        for (let x = 0; x < wide; x++)
          for (let c = 0; c < 3; c++)
            for (let k = 0; k < 9; k++) {
              const [v, u] = [y + Math.floor(k / 3) - 1, x + (k % 3) - 1];
              if (v >= 0 && u >= 0 && v < tall && u < wide) visit(o, c, y, x, v, u, kernel[(o * 3 + c) * 9 + k]!);
            }
  };
  taps((o, c, y, x, v, u, w) => (a[o]![y]![x]! += w * picture[c]![v % height]![u % width]!));
  const gradient = each(picture, () => 0);
  taps((o, c, y, x, v, u, w) => (gradient[c]![v % height]![u % width]! += w * a[o]![y]![x]!));
  return gradient;
}

const parameters = { octaves: 3, "octave-scale": 1.4, steps: 4, "step-size": 1.5, jitter: 6 };

describe("DeepDream", () => {
  it("is google/deepdream's loop: octaves, detail carried up, jitter undone, steps by the mean of |g|, clipped", async () => {
    const image = await photo(25, 20);
    const { finished } = await made({ model: network(), image, layer: "c", parameters, seed: 11 });
    const { data } = await sharp(image).raw().toBuffer({ resolveWithObject: true });
    assert.deepEqual([finished.picture.width, finished.picture.height], [25, 20]);
    near(finished.floats!.data, byHand(data, 25, 20, 11), 1e-3);
  }).timeout(60_000);

  it("repeats to the byte with a seed, differs with another, and goes on from the middle as if nothing had been", async () => {
    const [model, image] = [network(), await photo(30, 22)];
    const request = { model, image, layer: "c", parameters, seed: 5 };
    const one = await made({ ...request, frames: "all", checkpoints: true });
    const two = await made(request);
    const other = await made({ ...request, seed: 6 });
    assert.deepEqual(one.finished.floats, two.finished.floats);
    assert.deepEqual(one.finished.picture, two.finished.picture);
    assert.notDeepEqual(other.finished.floats, two.finished.floats);
    assert.equal(one.frames.length, 12);
    assert.deepEqual(one.frames.map(({ octave, step, done }) => [octave, step, done]).slice(3, 6), [
      [1, 4, 4],
      [2, 1, 5],
      [2, 2, 6],
    ]);
    const from = one.frames[5]!.checkpoint!;
    const rest = await made({ ...request, from });
    assert.deepEqual(rest.finished.floats, one.finished.floats);
    assert.deepEqual(rest.finished.recipe, one.finished.recipe);
  });

  it("raises what it climbs, in every octave", async () => {
    const { frames, finished } = await made({
      model: network(),
      image: await photo(64, 48),
      layer: "c",
      channel: 2,
      parameters: { ...parameters, steps: 8 },
      frames: "all",
    });
    for (let octave = 1; octave <= 3; octave++) {
      const values = frames.filter((frame) => frame.octave === octave).map(({ objective }) => objective);
      assert.ok(values.at(-1)! > values[0]!, `octave ${octave}: ${values.join(" ")}`);
    }
    assert.equal(finished.recipe.channel, 2);
    assert.equal(finished.recipe.image, "photo.png");
    assert.equal(JSON.stringify(finished.recipe).includes("/"), false, "no folders");
  });

  it("climbs the sum of several layers' energies, each by its weight; one layer is climbed as ever", async () => {
    const image = await photo(24, 20);
    const model = twoLayers();
    const parameters = { octaves: 1, steps: 3, jitter: 2 };
    const alone = (layer: string) => made({ model, image, layer, parameters });
    const [c, d] = [(await alone("c")).frames[0]!.objective, (await alone("d")).frames[0]!.objective];
    const layers = [
      { name: "c", weight: 2 },
      { name: "d", weight: -0.5 },
    ];
    const both = await made({ model, image, layers, parameters });
    near([both.frames[0]!.objective], [2 * c - 0.5 * d], 1e-4 * Math.abs(c) + 1e-4 * Math.abs(d));
    assert.ok(both.finished.objective[1] > both.finished.objective[0]);
    assert.deepEqual(both.finished.recipe.layers, layers);
    const one = await made({ model, image, layers: [{ name: "d", weight: 1 }], parameters });
    assert.deepEqual(one.finished.floats, (await alone("d")).finished.floats);
    const none = layers.map((each) => ({ ...each, weight: 0 }));
    await assert.rejects(made({ model, image, layers: none, parameters }), /No layer has a weight/);
  });

  it("goes towards a guide picture of any size, and keeps its name in the recipe", async () => {
    const guide = await photo(7, 31);
    const { finished } = await made({
      model: network(),
      image: await photo(40, 30),
      layer: "c",
      parameters: { ...parameters, guide, compare: "cosine" },
    });
    const [before, after] = finished.objective;
    assert.ok(after > before);
    assert.equal(finished.recipe.guide, "photo.png");
    await assert.rejects(
      made({ model: network(), image: guide, layer: "c", channel: 1, parameters: { guide } }),
      /leave the channel out/,
    );
  });

  it("does in tiles what a network of one size takes, and says so", async () => {
    const { notes, finished } = await made({
      model: network({ side: 20, head: true }),
      image: await photo(50, 33),
      layer: "again",
      parameters,
    });
    assert.deepEqual(
      notes.map(({ text }) => text),
      ["This network takes 20 × 20 pixels only: larger pictures are done in tiles of that size."],
    );
    assert.deepEqual([finished.picture.width, finished.picture.height], [50, 33]);
    assert.ok(finished.objective[1] > finished.objective[0]);
  });

  it("takes a photo of one pixel, and octaves down to it", async () => {
    assert.deepEqual(octaveSizes({ height: 3, width: 1 }, 3, 2), [
      { height: 1, width: 1 },
      { height: 2, width: 1 },
      { height: 3, width: 1 },
    ]);
    const { finished } = await made({ model: network(), image: await photo(1, 1), layer: "c", parameters });
    assert.deepEqual([finished.picture.width, finished.picture.height], [1, 1]);
  });

  it("refuses by name what cannot be", async () => {
    const [model, image] = [network(), await photo(20, 20)];
    const refused = (more: Partial<SynthesisRequest>, why: RegExp) =>
      assert.rejects(made({ model, image, layer: "c", ...more }), why);
    const kept = { kind: "picture", technique: "deep-dream", made: { subject: {}, parameters: {} } } as const;
    await refused({ layer: "nowhere" }, /has no layer nowhere/);
    await refused({ channel: 4 }, /c has the channels 0 to 3; there is no channel 4/);
    await refused({ parameters: { steps: 0 } }, /steps: expected a whole number from 1/);
    await refused({ technique: "sleep" }, /There is no technique sleep\. There are .*class-visualization, deep-dream/);
    await assert.rejects(made({ model, layer: "c" }), /DeepDream starts from a photo/);
    await refused(
      { from: { ...kept, octave: 1, step: 0, shape: [3], values: new Float32Array(3) } },
      /another size than this octave/,
    );
    await refused({ technique: "class-visualization", target: 0 }, /has no classes/);
  });
});
