import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { dead } from "../../src/cli/dead.ts";
import { features } from "../../src/cli/features.ts";
import { WrongUse } from "../../src/cli/words.ts";
import { cardOf } from "../../src/engine/card.ts";
import { dead as deadOf } from "../../src/engine/inside/dead.ts";
import { activation, features as featuresOf } from "../../src/engine/inside/features.ts";
import { featureSheet } from "../../src/engine/inside/feature-sheet.ts";
import { parseNpy } from "../../src/engine/images/npy.ts";
import { Looking } from "../../src/engine/subject.ts";
import { samplesIn } from "../../src/engine/samples.ts";
import { encodeNpy } from "../../src/shared/npy.ts";
import { float32 } from "../../src/shared/tensor.ts";
import { folder } from "../fixtures/onnx/writer.ts";
import { near } from "./support/asking.ts";
import { never, npy, samplesFolder } from "./support/engine.ts";
import { node, onnxFile, value, weight } from "./support/onnx-nets.ts";
import { random } from "./support/random.ts";
import { forward, picture, referenceFile } from "./support/reference-net.ts";

const known = samplesIn(samplesFolder);
const looking = new Looking(known);
const client = {
  open: async ({ model }: { readonly model: string }) => cardOf(await looking.library.open(model), known),
  features: (request: Parameters<typeof featuresOf>[1]) => featuresOf(looking, request, never),
  activation: (request: Parameters<typeof activation>[1]) => activation(looking, request, never),
  featureSheet: (request: Parameters<typeof featureSheet>[1]) => featureSheet(looking, request, never),
  dead: (request: Parameters<typeof deadOf>[1]) => deadOf(looking, request, never) as AsyncGenerator<never, void>,
};

async function said(command: typeof features | typeof dead, ...words: string[]) {
  let text = "";
  const problems: string[] = [];
  const remarks: string[] = [];
  await command(
    words,
    client,
    (more) => (text += more),
    (problem) => problems.push(problem),
    undefined,
    (remark) => remarks.push(remark),
  );
  return { text, problems, remarks };
}

describe("glassbox features", () => {
  const [model, image] = [referenceFile(), npy(picture(7))];

  it("describes a layer and writes its floats and its picture", async () => {
    const [raw, out] = [join(folder(), "raw.npy"), join(folder(), "maps.png")];
    const { text } = await said(features, model, image, "--layer", "conv1", "--raw", raw, "--out", out);
    const written = parseNpy(readFileSync(raw));
    assert.deepEqual(written.shape, [1, 4, 12, 10]);
    near(written.data, Array.from(forward(picture(7).data).a1.data), 1e-5, "raw");
    assert.deepEqual([...readFileSync(out).subarray(1, 4)], [...Buffer.from("PNG")]);
    assert.match(text, /^conv1 of model\.onnx on picture\.npy: maps 4 × 12 × 10, 0 to [\d.]+, [\d.]+ % zero\n/);
    assert.match(text, /raw\.npy: float32, 1 × 4 × 12 × 10\n.*maps\.png: all 4 channels\n/);
    assert.match(text, /maps\.png.*\n {2}one scale: 0 to [\d.]+\n {2}row by row/);
    const mean = (c: number) => written.data.slice(c * 120, (c + 1) * 120).reduce((sum, x) => sum + Math.abs(x), 0);
    const order = [0, 1, 2, 3].sort((one, other) => mean(other) - mean(one));
    assert.notDeepEqual(order, [0, 1, 2, 3]);
    assert.ok(text.endsWith(`\n  row by row: ${order.join(", ")}\n`), text);
  });

  it("takes a value's name as well, and no picture of another kind than PNG", async () => {
    assert.match((await said(features, model, image, "--layer", "pool1")).text, /maps 4 × 6 × 5/);
    await assert.rejects(said(features, model, image, "--layer", "conv1", "--out", "a.jpg"), WrongUse);
    await assert.rejects(said(features, model, image), /needs --layer/);
    await assert.rejects(said(features, model, "--layer", "conv1"), /features needs an image: /);
    await assert.rejects(said(features, model, image, "--layer", "x"), /has no layer x/);
  });
});

describe("the channels that glassbox features names", () => {
  const count = 40;
  const silent = onnxFile({
    nodes: [node("Conv", ["x", "k"], "c"), node("Relu", ["c"], "y")],
    weights: [weight("k", [count, 3, 1, 1], new Float32Array(3 * count))],
    inputs: [value("x", [1, 3, 4, 4])],
    outputs: [value("y", [1, count, 4, 4])],
  });
  const named = async (onTerminal: boolean) => {
    let text = "";
    const words = [silent, npy(float32([1, 3, 4, 4], random(1, 48))), "--layer", "y"];
    await features(words, client, (more) => (text += more), undefined, onTerminal);
    return text;
  };

  it("are the first of them at a terminal, all in a file or a pipe", async () => {
    assert.match(await named(true), /^ {2}40 dead: 0, 1, 2, .*, 11 and 28 more$/m);
    const all = Array.from({ length: count }, (_, c) => c).join(", ");
    assert.ok((await named(false)).includes(`\n  40 dead: ${all}\n`));
  });
});

describe("channels that are silent for zeros in a second input", () => {
  const masked = onnxFile({
    nodes: [node("Conv", ["image", "k"], "c"), node("Mul", ["c", "mask"], "y")],
    weights: [weight("k", [5, 3, 1, 1], random(3, 15))],
    inputs: [value("image", [1, 3, 4, 4]), value("mask", [1, 1, 4, 4])],
    outputs: [value("y", [1, 5, 4, 4])],
  });
  const photo = float32([1, 3, 4, 4], random(1, 48));
  const photos = folder();
  writeFileSync(join(photos, "one.npy"), encodeNpy(photo));

  for (const [title, command, ...words] of [
    ["features", features, masked, npy(photo), "--layer", "y"],
    ["dead", dead, masked, photos],
    ["dead --json", dead, masked, photos, "--json"],
  ] as const)
    it(`are told from dead ones by glassbox ${title}`, async () => {
      const { problems, remarks } = await said(command, ...words);
      assert.deepEqual(problems, [], "nothing failed");
      assert.deepEqual(remarks, ["glassbox: Only image is given the photo; the input mask is given zeros: channels may be silent for that alone.\n"]); // prettier-ignore
    });

  it("are not spoken of where a photo is all that the network is given", async () => {
    const words = [referenceFile(), npy(picture(7)), "--layer", "conv1"];
    assert.deepEqual((await said(features, ...words)).remarks, []);
  });
});

describe("glassbox dead", () => {
  const model = referenceFile();
  const photos = folder();
  mkdirSync(join(photos, "class"));
  [1, 2, 3].forEach((seed) => {
    writeFileSync(join(photos, "class", `${seed}.npy`), encodeNpy(picture(seed)));
  });

  it("prints a line a layer and a sum", async () => {
    const { text, problems } = await said(dead, model, photos);
    assert.deepEqual(problems, []);
    assert.match(text, /^ +nearly +active +active\nlayer +channels +dead +dead +places +photos\nconv1 +4\b/);
    assert.match(
      text,
      /^None found that is saturated, constant or duplicate, or that holds NaN or infinite values\.$/m,
    );
    assert.match(text, /^conv2 +5 +1 +[\d.]+ % +80\.0 %$/m, "four of five channels fire on every photo");
    assert.match(text, /^conv2\n {2}dead: \d\n$/m, "which one does not");
    assert.match(text, /\d+ of \d+ channels are dead, each counted where it is made: zero everywhere on 3 photos\n$/);
  });

  it("prints JSON that can be read", async () => {
    const { text } = await said(dead, model, photos, "--json");
    const { images, layers } = JSON.parse(text) as { images: number; layers: { layer: string; places: number[] }[] };
    assert.equal(images, 3);
    assert.deepEqual(layers.map(({ places }) => places.length).slice(0, 2), [4, 4]);
    assert.equal(layers[0]?.layer, "conv1");
  });

  it("tells each photo that it could not read", async () => {
    writeFileSync(join(photos, "broken.png"), "no picture");
    const { text, problems } = await said(dead, model, photos);
    assert.equal(problems.length, 1);
    assert.match(problems[0] ?? "", /broken\.png/);
    assert.match(text, /on 3 photos/);
  });

  it("needs a folder with photos", async () => {
    await assert.rejects(said(dead, model, folder()), /has no photos/);
    await assert.rejects(said(dead, model, "/no/such/folder"), /is not a folder/);
    await assert.rejects(said(dead, model, join(model, "photos")), /photos is not a folder$/);
    await assert.rejects(said(dead, model), WrongUse);
  });
});
