import assert from "node:assert/strict";
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import sharp from "sharp";
import { dead } from "../../src/cli/dead.ts";
import { explain } from "../../src/cli/explain.ts";
import { features } from "../../src/cli/features.ts";
import { fires } from "../../src/cli/fires.ts";
import { dead as deadChannels } from "../../src/engine/inside/dead.ts";
import { Views } from "../../src/engine/inside/views.ts";
import { candidates } from "../../src/engine/preparation/candidates.ts";
import { samplesIn } from "../../src/engine/samples.ts";
import { Looking, preparedOf } from "../../src/engine/subject.ts";
import { describePreparation, preparedWords } from "../../src/shared/preparation.ts";
import { all, bytes, folder, text } from "../fixtures/onnx/writer.ts";
import { printed } from "./support/cli.ts";
import { newEngine, never, samplesFolder } from "./support/engine.ts";
import { made } from "./support/making.ts";
import { node, onnxFile, value, weight } from "./support/onnx-nets.ts";
import { random } from "./support/random.ts";
import { referenceFile } from "./support/reference-net.ts";

const newLooking = () => new Looking(samplesIn(samplesFolder));

const seeds = [1, 2, 3, 4, 5, 6];

/** Photos that have nothing in common. */
async function photosOf(): Promise<readonly string[]> {
  const top = folder();
  mkdirSync(join(top, "inner"));
  return Promise.all(
    seeds.map(async (seed) => {
      const path = join(top, seed > 4 ? "inner" : ".", `${seed}.png`);
      const tint = [seed % 3, (seed + 1) % 3];
      const pixels = Uint8Array.from(random(seed, 12 * 10 * 3), (x, i) => (tint.includes(i % 3) ? 120 * (x + 1) : 20));
      await sharp(pixels, { raw: { width: 10, height: 12, channels: 3 } }).toFile(path);
      return path;
    }),
  );
}

const guessBy = async (model: string, image: string) => {
  const prepared = preparedOf(await newLooking().see({ model, image }));
  return prepared ? preparedWords(prepared) : assert.fail("a photo is prepared");
};

describe("the guess of how photos are prepared", function () {
  this.timeout(120_000);
  const model = referenceFile();
  let photos: readonly string[];
  let top: string;
  before(async () => {
    photos = await photosOf();
    top = join(photos[0] ?? "", "..");
  });

  it("is made by a photo that is looked at alone, and says by which", async () => {
    const guesses = await Promise.all(photos.map((photo) => guessBy(model, photo)));
    assert.ok(new Set(guesses.map((words) => words.replace(/ \(.*?png\)$/, ""))).size > 1, "the photos disagree");
    guesses.forEach((words, i) => assert.ok(words.endsWith(` (guessed by ${basename(photos[i] ?? "")})`), words));
  });

  it("is made by several photos of a set, whatever their order", async () => {
    const judges: string[][] = [];
    const settled = async (order: readonly string[]) => {
      const looking = newLooking();
      const read: string[] = [];
      const { read: reads } = looking;
      Object.assign(looking, { read: (path: string) => (read.push(path), reads(path)) });
      await looking.settle(model, order);
      judges.push(read.slice());
      return Promise.all(order.map(async (image) => preparedOf(await looking.see({ model, image }))));
    };
    const [one, ...others] = [...(await settled(photos)), ...(await settled([...photos].reverse()))];
    assert.equal(one?.by, "4 photos");
    assert.deepEqual(judges[1], judges[0]);
    for (const other of others) assert.deepEqual(other, one);
  });

  it("holds for every photo and every question from then on", async () => {
    const engine = newEngine();
    const [first = "", second = ""] = photos;
    const { preparation } = await engine.predict({ model, image: first }, never);
    const later = await engine.predict({ model, image: second }, never);
    assert.deepEqual([later.preparation, later.guessedBy], [preparation, basename(first)]);
    const choices = await engine.preparations({ model, image: second }, never);
    assert.deepEqual(choices[0]?.preparation, preparation);
    assert.ok(choices.length > 1);
  });

  it("goes by the photos of a set that can be read", async () => {
    const looking = newLooking();
    await looking.settle(model, [join(top, "gone.png"), ...photos.slice(0, 1)]);
    assert.equal((await looking.see({ model, image: photos[3] ?? "" })).guessedBy, basename(photos[0] ?? ""));
    await newLooking().settle(model, [join(top, "gone.png")]); // refused where it is looked at
  });

  it("goes by as many photos of a set as there are to be read, whichever of them are damaged", async () => {
    const damaged = Array.from({ length: 9 }, (_, i) => join(top, "..", `damaged ${i}.png`));
    const by = async (images: readonly string[]) => {
      const looking = newLooking();
      await looking.settle(model, images);
      return preparedOf(await looking.see({ model, image: photos[4] ?? "" }));
    };
    const guess = await by([...damaged, ...photos]);
    assert.equal(guess?.by, "4 photos");
    assert.deepEqual(await by([...photos, ...damaged].reverse()), guess);
  });

  it("is made by one's own photo where another's, which was to say it, cannot be read", async () => {
    const looking = newLooking();
    const [first, second] = await Promise.allSettled([
      looking.see({ model, image: join(top, "gone.png") }),
      looking.see({ model, image: photos[1] ?? "" }),
    ]);
    assert.equal(first.status, "rejected");
    assert.equal(second.status === "fulfilled" && second.value.guessedBy, basename(photos[1] ?? ""));
  });

  it("is made by the samples while there is no photo, which is said, and by the first photo there is", async () => {
    const looking = newLooking();
    const sample = await looking.seeSample({ model });
    assert.deepEqual([sample.from, sample.guessedBy], ["guess", "the sample photos"]);
    assert.equal((await looking.see({ model, image: photos[2] ?? "" })).guessedBy, basename(photos[2] ?? ""));
    // From then on that one holds for pictures from nothing as well.
    assert.equal((await looking.seeSample({ model })).guessedBy, basename(photos[2] ?? ""));
  });

  /** Looking at photos, with the paths that are read. */
  function watched(onRead: (path: string) => void = () => undefined) {
    const looking = newLooking();
    const read: string[] = [];
    const { read: reads } = looking;
    Object.assign(looking, { read: (path: string) => (read.push(path), onRead(path), reads(path)) });
    return { looking, read };
  }

  it("without a photo is made once", async () => {
    const { looking, read } = watched();
    const guess = await looking.guess({ model });
    assert.deepEqual(await looking.guess({ model }), guess);
    assert.equal(read.length, samplesIn(samplesFolder).photos.length);
  });

  it("without a photo is the one with one, for a network that knows the classes of ImageNet", async () => {
    const bare = join(folder(), "bare.onnx");
    copyFileSync(join(samplesFolder, "squeezenet1.1.onnx"), bare);
    const { looking, read } = watched();
    const guess = await looking.guess({ model: bare });
    const before = read.length;
    assert.deepEqual(await looking.guess({ model: bare, image: photos[0] ?? "" }), guess);
    assert.equal(read.length, before);
  });

  it("is left when nobody waits for it any longer, and made anew for who asks then", async () => {
    const leaving = new AbortController();
    const { looking, read } = watched(() => leaving.abort());
    await assert.rejects(looking.settle(model, photos, leaving.signal), { name: "AbortError" });
    await new Promise(setImmediate);
    assert.equal(read.length, 1);
    assert.equal((await looking.see({ model, image: photos[1] ?? "" })).guessedBy, basename(photos[1] ?? ""));
  });

  it("goes on for another who waits for it", async () => {
    const leaving = new AbortController();
    const { looking } = watched(() => leaving.abort());
    const [image = "", other = ""] = photos;
    const [left, stayed] = await Promise.allSettled([
      looking.see({ model, image }, leaving.signal),
      looking.see({ model, image: other }),
    ]);
    assert.equal(left.status, "rejected");
    assert.equal(stayed.status === "fulfilled" && stayed.value.guessedBy, basename(image));
  });

  it("is ended where a count of a folder is cancelled, and refuses no photo for it", async () => {
    const leaving = new AbortController();
    const { looking } = watched(() => leaving.abort());
    const count = async () => {
      for await (const _ of deadChannels(looking, { model, images: photos }, leaving.signal)) assert.fail("it is over");
    };
    await assert.rejects(count(), { name: "AbortError" });
  });

  it("holds for the noise that stands for a photo, once it is made", async () => {
    const looking = newLooking();
    const views = new Views(looking);
    const before = await views.noise({ model });
    const [usual] = candidates({ name: "", written: [], layout: "NCHW", channels: 3, height: 12, width: 10 });
    const unlike = async (image: string) =>
      JSON.stringify(await newLooking().guess({ model, image })) !== JSON.stringify(usual);
    const differing = (await Promise.all(photos.map(async (path) => ((await unlike(path)) ? [path] : [])))).flat();
    await looking.see({ model, image: differing[0] ?? assert.fail("one photo has another guess") });
    const after = await views.noise({ model });
    assert.notEqual(after.key, before.key);
    assert.notDeepEqual(after.image.data, before.image.data);
  });

  it("does not depend on the photo for a network that knows the classes of ImageNet", async () => {
    const bare = join(folder(), "bare.onnx"); // nothing beside it says how
    copyFileSync(join(samplesFolder, "squeezenet1.1.onnx"), bare);
    const words = await guessBy(bare, photos[0] ?? "");
    assert.equal(words, "224 × 224, whole photo, BGR, 0 to 255 (guessed)");
    assert.equal(await guessBy(bare, join(samplesFolder, "rocket.jpg")), words);
  });

  it("is said by every command that shows photos to a network", async () => {
    const [image = ""] = photos;
    const said = /\d+ × \d+, whole photo, (RGB|BGR), .+ \(guessed by .+\)$/m;
    assert.match(await printed(explain, model, image), said);
    assert.match(await printed(features, model, image, "--layer", "conv1"), said);
    assert.match(await printed(dead as typeof explain, model, top), said);
    assert.match(await printed(fires, model, top, "--layer", "conv1"), said);
    for (const json of [
      await printed(dead as typeof explain, model, top, "--json"),
      await printed(fires, model, top, "--layer", "conv1", "--json"),
    ]) {
      const { preparation, preparationFrom, guessedBy } = JSON.parse(json) as Readonly<Record<string, unknown>>;
      assert.deepEqual([typeof preparation, preparationFrom, typeof guessedBy], ["object", "guess", "string"]);
    }
  });

  it("is noted where a picture is made with it, and a choice is not", async () => {
    const image = photos[0] ?? "";
    const asked = { technique: "style-network", model: painter(), image };
    const { notes, finished } = await made(asked);
    const said = notes.filter(({ key }) => key === "prepared");
    assert.deepEqual(
      said.map(({ level, text }) => [level, text.includes(describePreparation(finished.recipe.preparation))]),
      [["warning", true]],
    );
    const chosen = await made({ ...asked, preparation: finished.recipe.preparation });
    assert.ok(chosen.notes.every(({ key }) => key !== "prepared"));
  });
});

/** Gives back what it gets. */
const painter = ({ input = "", output = "" } = {}) =>
  onnxFile({
    nodes: [node("Identity", ["x"], "painted")],
    inputs: [Buffer.concat([value("x", [1, 3, 12, 10]), all(text(3, input))])],
    outputs: [Buffer.concat([value("painted", [1, 3, 12, 10]), all(text(3, output))])],
  });

describe("a network that paints", () => {
  const bgr = "Image to stylize. Image(s) in BGR format. It is a [N, C, H, W]-tensor. The 1st/2nd/3rd slices […]";
  const how = async (model: string) => {
    const [photo = ""] = await photosOf();
    const { preparation } = await newLooking().see({ model, image: photo });
    return preparation && describePreparation(preparation);
  };

  it("is shown pixels as they are, in the order that its file says in words", async () => {
    assert.equal(await how(painter()), "10 × 12, whole photo, RGB, 0 to 255");
    assert.equal(await how(painter({ input: bgr })), "10 × 12, whole photo, BGR, 0 to 255");
    assert.equal(await how(painter({ output: bgr })), "10 × 12, whole photo, BGR, 0 to 255");
    assert.equal(await how(painter({ input: "in RGB format", output: bgr })), "10 × 12, whole photo, RGB, 0 to 255");
    assert.equal(await how(painter({ input: "The BGR of it" })), "10 × 12, whole photo, RGB, 0 to 255");
  });

  it("does not have its order from an output that is no picture of three colours", async () => {
    const model = onnxFile({
      nodes: [node("ReduceMax", ["x"], "depth", { axes: [1] })],
      inputs: [value("x", [1, 3, 12, 10])],
      outputs: [Buffer.concat([value("depth", [1, 1, 12, 10]), all(text(3, bgr))])],
    });
    assert.match((await how(model)) ?? "", /RGB, 0 to 1/);
  });

  it("and says a colour that its input has not is taken at its word in all else", async () => {
    const model = onnxFile({
      nodes: [node("Concat", ["x", "x", "x"], "painted", { axis: 1 })],
      inputs: [Buffer.concat([value("x", [1, 1, 12, 10]), all(text(3, "Made of an image in RGB format"))])],
      outputs: [Buffer.concat([value("painted", [1, 3, 12, 10]), all(text(3, "Image in RGB format"))])],
    });
    const entry = (key: string, said: string) => bytes(14, all(text(1, key), text(2, said)));
    const entries = all(entry("image_mean", "[0.5]"), entry("image_std", "[0.25]"));
    writeFileSync(model, Buffer.concat([readFileSync(model), entries]));
    const [photo = ""] = await photosOf();
    const { preparation, from } = await newLooking().see({ model, image: photo });
    assert.deepEqual([preparation?.mean, preparation?.deviation, from], [[0.5], [0.25], "metadata"]);
  });

  it("is one that answers to a photo with a picture of it, not every one with three maps of its size", async () => {
    const mapsOf = (last: string, kernel: readonly number[]) =>
      onnxFile({
        nodes: [
          node("Conv", ["x", "k"], "scores"),
          node(last, ["scores"], "maps", last === "Softmax" ? { axis: 1 } : {}),
        ],
        weights: [weight("k", [3, 3, 1, 1], kernel)],
        inputs: [value("x", [1, 3, 12, 10])],
        outputs: [value("maps", [1, 3, 12, 10])],
      });
    const classes = [0.02, -0.01, 0.01, -0.03, 0.02, 0, 0.01, -0.01, -0.01];
    const same = (factor: number) => [factor, 0, 0, 0, factor, 0, 0, 0, factor];
    const engine = newEngine();
    for (const [name, model] of [
      ["probabilities of classes", mapsOf("Softmax", classes)],
      ["their scores", mapsOf("Identity", classes)],
      ["small ones that follow the brightness", mapsOf("Identity", same(0.02))],
      ["large ones that follow it", mapsOf("Identity", same(4))],
      ["directions from -1 to 1", mapsOf("Tanh", classes)],
      ["a picture turned to its negative", mapsOf("Neg", same(1))],
    ] as const) {
      assert.match((await how(model)) ?? "", /RGB, 0 to 1, \(x − \[0\.485, 0\.456, 0\.406\]\) \/ /, name);
      assert.equal(await engine.paints({ model }, never), false, name);
    }
    assert.equal(await engine.paints({ model: painter() }, never), true);
    assert.equal(await engine.paints({ model: referenceFile() }, never), false);
  });

  it("has its colours back in order", async () => {
    const [image = ""] = await photosOf();
    const { finished } = await made({ technique: "style-network", model: painter({ input: bgr }), image });
    const { data } = await sharp(image).raw().toBuffer({ resolveWithObject: true });
    assert.deepEqual([...finished.picture.pixels], [...data]);
  });

  it("has every way to prepare a photo on offer", async () => {
    const [image = ""] = await photosOf();
    const choices = await newLooking().preparations({ model: painter(), image });
    assert.ok(choices.length > 4);
    assert.ok(choices.every(({ top, from }) => top === undefined && from === "guess"));
  });
});
