import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { copyFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { fires } from "../../src/cli/fires.ts";
import { Digests } from "../../src/engine/digests.ts";
import { decode } from "../../src/engine/images/decode.ts";
import { notMadeHere } from "../../src/engine/images/made-here.ts";
import { photoFolder } from "../../src/engine/inside/photo-folder.ts";
import { canvasOf } from "../../src/engine/synthesis/canvas.ts";
import { filmFile } from "../../src/engine/synthesis/film.ts";
import { eachPhoto } from "../../src/engine/synthesis/folder-of-photos.ts";
import { pictureFile } from "../../src/engine/synthesis/recipe-png.ts";
import { gapsOf, type DeadReport } from "../../src/shared/dead.ts";
import type { Drawn, Recipe } from "../../src/shared/synthesis.ts";
import type { Progress } from "../../src/shared/updates.ts";
import { folder } from "../fixtures/onnx/writer.ts";
import { said } from "./support/cli.ts";
import { never, samplesFolder } from "./support/engine.ts";
import { makerEngine } from "./support/making.ts";
import { random } from "./support/random.ts";

const frame = (seed: number): Drawn => ({
  width: 20,
  height: 12,
  pixels: Uint8Array.from(random(seed, 3 * 20 * 12), (x) => 128 + 120 * x),
});
const frames = [frame(1), frame(2), frame(3)];
const recipe = { technique: "deep-dream", model: "net.onnx", parameters: {}, seed: 1 } as unknown as Recipe; // no more of it is looked at here
const cat = join(samplesFolder, "cat-chelsea.png");

const model = join(samplesFolder, "squeezenet1.1.onnx");

/** One of each kind of file that is written, beside two photos. */
async function withResults(): Promise<{ readonly place: string; readonly photos: readonly string[] }> {
  const place = folder();
  writeFileSync(join(place, "dream.png"), await pictureFile(frame(4), recipe));
  for (const kind of ["apng", "gif", "webp"] as const)
    writeFileSync(
      join(place, `film.${kind === "apng" ? "png" : kind}`),
      await filmFile({ frames, kind, framesPerSecond: 10 }),
    );
  const photos = [join(place, "cat.png"), join(place, "coffee.webp")];
  copyFileSync(cat, photos[0]!);
  await sharp(join(samplesFolder, "coffee.png")).webp().toFile(photos[1]!);
  return { place, photos };
}

async function lastOf(updates: AsyncIterable<Progress | DeadReport>): Promise<DeadReport> {
  let last: DeadReport | undefined;
  for await (const update of updates) if (update.kind === "report") last = update;
  return last ?? assert.fail("there is no report");
}

const files = (place: string, names: readonly string[]) => names.map((name) => join(place, name));

describe("pictures that were made here", function () {
  this.timeout(60_000);

  it("are told from photos, be they pictures or films; what cannot be read is left to who reads it", async () => {
    const { place, photos } = await withResults();
    writeFileSync(join(place, "broken.png"), "");
    const others = [...photos, ...files(place, ["broken.png", "gone.png"])];
    const ours = files(place, ["dream.png", "film.png", "film.gif", "film.webp"]);
    assert.deepEqual(await notMadeHere([...ours, ...others], never), others);
  });

  it("are no reason to wait for a pipe that has a picture's name", async function () {
    if (process.platform === "win32") this.skip();
    const pipe = join(folder(), "pipe.png");
    execFileSync("mkfifo", [pipe]);
    assert.deepEqual(await notMadeHere([pipe], never), [pipe]);
  });

  it("say in their format's own way who made them, and show the same frames as before", async () => {
    const { place } = await withResults();
    for (const kind of ["gif", "webp"]) {
      const film = sharp(join(place, `film.${kind}`), { animated: true });
      const { pages, delay, loop, xmpAsString } = await film.metadata();
      assert.deepEqual([pages, delay, loop], [3, [100, 100, 1000], 0], kind);
      if (kind === "webp") assert.match(xmpAsString ?? "", /<xmp:CreatorTool>Glassbox</);
      const { data } = await film.raw().toBuffer({ resolveWithObject: true });
      assert.ok(new Set(data).size > 100, "frames of chance numbers");
    }
  });

  it("are told where a film has a single frame", async () => {
    const place = folder();
    const kinds = ["apng", "gif", "webp"] as const;
    const ours = files(place, ["one.png", "one.gif", "one.webp"]);
    for (const [i, kind] of kinds.entries())
      writeFileSync(ours[i]!, await filmFile({ frames: [frame(1)], kind, framesPerSecond: 10 }));
    assert.deepEqual(await notMadeHere(ours, never), []);
    const { width, height, pixels } = frame(1);
    const unmarked = await sharp(pixels, { raw: { width, height, channels: 3 } })
      .webp({ quality: 85 })
      .toBuffer();
    assert.ok((await sharp(ours[2]).raw().toBuffer()).equals(await sharp(unmarked).raw().toBuffer()));
    assert.match((await sharp(ours[2]).metadata()).xmpAsString ?? "", /Glassbox/);
  });

  it("are left out where a folder's photos are learned from, and do not change which of many are chosen", async () => {
    const { place, photos } = await withResults();
    const looked: string[] = [];
    const read = (path: string) => {
      looked.push(path);
      return decode(path);
    };
    const said: string[] = [];
    const each = eachPhoto(place, 2, { read, view: canvasOf, signal: never }, () => undefined);
    for await (const one of each) said.push(one.said);
    assert.deepEqual(looked, photos);
    assert.match(said.at(-1) ?? "", /^Read 2 photos in [^;]+; 4 pictures that were made by Glassbox left out\.$/);

    const results = folder();
    copyFileSync(join(place, "dream.png"), join(results, "dream.png"));
    const none = eachPhoto(results, 2, { read, view: canvasOf, signal: never }, () => undefined);
    await assert.rejects(none.next(), /There are no photos in .*: Glassbox made all pictures that are there/);
  });

  it("are left out where a folder's photos are looked through, unless there is nothing else", async () => {
    const { place, photos } = await withResults();
    const { images, madeHere } = await photoFolder({ folder: place }, never);
    assert.deepEqual([images, madeHere], [photos, 4]);
    const counted = await lastOf(makerEngine.dead({ model, folder: place }, never));
    assert.deepEqual([counted.images, counted.madeHere], [2, 4]);
    assert.ok(gapsOf(counted, String).includes("Left out: 4 pictures that were made by Glassbox."));
    const { text } = await said(fires, model, place, "--layer", "fire2/concat", "--channel", "3");
    assert.match(text, /over 2 photos\nleft out: 4 pictures that were made by Glassbox\n/);

    for (const photo of photos) rmSync(photo);
    const results = await photoFolder({ folder: place }, never);
    assert.deepEqual([results.images.length, results.madeHere], [4, undefined]);
    const one = await lastOf(makerEngine.dead({ model, images: results.images.slice(0, 1) }, never));
    assert.equal(one.images, 1, "what is named by itself is meant");
  });

  it("make no other folder of one that a recipe learned from", async () => {
    const digests = new Digests();
    const { place, photos } = await withResults();
    const before = await digests.of(place, "folder");
    rmSync(join(place, "film.gif"));
    assert.equal(await digests.of(place, "folder"), before);
    rmSync(photos[0]!);
    assert.notEqual(await digests.of(place, "folder"), before);
  });
});
