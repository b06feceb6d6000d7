import assert from "node:assert/strict";
import { copyFileSync, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { adversarial } from "../../src/cli/adversarial.ts";
import { dream } from "../../src/cli/dream.ts";
import { fool } from "../../src/cli/fool.ts";
import { invert } from "../../src/cli/invert.ts";
import { style } from "../../src/cli/style.ts";
import type { Maker } from "../../src/cli/synthesis.ts";
import { texture } from "../../src/cli/texture.ts";
import { visualize } from "../../src/cli/visualize.ts";
import { recipeIn } from "../../src/engine/synthesis/recipe-png.ts";
import { syntheses } from "../../src/engine/synthesis/techniques/index.ts";
import type { engine } from "../../src/shared/protocol.ts";
import type { Client } from "../../src/shared/rpc.ts";
import type { SynthesisRequest } from "../../src/shared/synthesis.ts";
import { float32 } from "../../src/shared/tensor.ts";
import { folder } from "../fixtures/onnx/writer.ts";
import { npy, samplesFolder } from "./support/engine.ts";
import { integers, node, onnxFile, value, weight } from "./support/onnx-nets.ts";
import { random } from "./support/random.ts";
import { client, printed, squeezenet } from "./support/cli-pictures.ts";

function photos(): string {
  const place = folder();
  for (const name of ["cat-chelsea.png", "coffee.png"]) copyFileSync(join(samplesFolder, name), join(place, name));
  return place;
}

/** How many frames an animated PNG says it has. */
function framesOf(path: string): number | undefined {
  const file = readFileSync(path);
  const at = file.indexOf("acTL", 0, "latin1");
  return at < 0 ? undefined : file.readUInt32BE(at + 4);
}

describe("pictures on the command line", function () {
  this.timeout(60_000);

  it("dream zooms without end: the film has the finished pictures alone", async () => {
    const image = join(folder(), "small.png");
    await sharp(join(samplesFolder, "coffee.png")).resize(60, 40, { fit: "fill" }).png().toFile(image);
    const zoom = [image, "--octaves", "2", "--steps", "2", "--zoom", "3", "--zoom-by", "1.2"];
    const out = join(folder(), "zoom.apng");
    assert.match(await printed(dream, ...zoom, "--out", out), /^wrote .*zoom\.apng: 60 × 40 pixels, 12 steps/);
    assert.equal(framesOf(out), 3);
    const last = join(folder(), "last.png");
    assert.match(await printed(dream, ...zoom, "--out", last), /\n {2}It is the last of 3 pictures: a \.webp, /);
    const gif = join(folder(), "zoom.gif");
    await printed(dream, ...zoom, "--out", gif);
    assert.equal((await sharp(gif, { animated: true }).metadata()).pages, 3);
    const grown = join(folder(), "grown.apng");
    await printed(dream, image, "--octaves", "2", "--steps", "2", "--out", grown);
    assert.equal(framesOf(grown), 4, "without a zoom, each step");
  });

  it("a picture takes the place of nothing that it is made of", async () => {
    const place = folder();
    for (const name of ["photo.png", "style.png"]) copyFileSync(join(samplesFolder, "coffee.png"), join(place, name));
    const [photo, painted] = [join(place, "photo.png"), join(place, "style.png")];
    const own = /is read here, and what is written would take its place/;
    await assert.rejects(printed(dream, photo, "--steps", "1", "--out", photo), own);
    await assert.rejects(printed(style, photo, painted, "--steps", "1", "--out", painted), own);
    for (const folder of ["--folder", "--color-folder"])
      await assert.rejects(printed(visualize, "--target", "1", folder, place, "--steps", "1", "--out", photo), own);
    assert.deepEqual(readFileSync(painted), readFileSync(join(samplesFolder, "coffee.png")));
  });

  it("a folder is no photo, whatever photos are in it, and no seed is larger than chance counts", async () => {
    const place = photos();
    const photo = join(samplesFolder, "coffee.png");
    const out = ["--steps", "1", "--out", join(place, "coffee.png")];
    await assert.rejects(
      printed(dream, place, ...out),
      /dream needs an image, and .* is a folder: glassbox dream .* IMAGE$/,
    );
    const wrong = { name: "WrongUse", message: /^--seed needs a whole number from 0 to 4294967295, not 4294967296$/ };
    for (const [command, ...words] of [
      [dream, photo],
      [invert, photo],
      [visualize, "--target", "1"],
    ] as const)
      await assert.rejects(printed(command, ...words, "--seed", "4294967296", ...out), wrong);
  });

  it("a guide or a style that is a tensor is refused for what it is", async () => {
    const [image, tensor] = [
      join(samplesFolder, "coffee.png"),
      npy(float32([1, 3, 224, 224], new Float32Array(150528))),
    ];
    const out = ["--steps", "1", "--out", join(folder(), "refused.png")];
    const why = /picture\.npy: it is a tensor, and a photo is needed here: save the picture as PNG$/;
    await assert.rejects(printed(dream, image, "--guide", tensor, ...out), why);
    await assert.rejects(printed(style, image, tensor, ...out), why);
  });

  it("visualize knows by what it is given what to make", async () => {
    const out = join(folder(), "made.png");
    const made = async (...words: readonly string[]) => {
      const text = await printed(visualize, ...words, "--steps", "2", "--out", out);
      const { technique, parameters, layers } = recipeIn(readFileSync(out))!;
      return { technique, parameters, layers, text };
    };
    const place = photos();
    const natural = await made("--target", "espresso", "--folder", place);
    assert.equal(natural.technique, "class-reconstruction");
    assert.match(
      natural.text,
      /\n {2}Read 2 photos in .*\.\n {2}2 photos are few to learn from: .*\n {2}The network takes the picture for [^\n]+, not for espresso \(/,
    );
    assert.equal(natural.text.includes("Reading"), false, "of what is said under one key, the last");
    assert.equal(JSON.stringify(natural.parameters).includes(place), false);

    const atlas = await made("--folder", place, "--grid", "2", "--size", "64");
    assert.equal(atlas.technique, "activation-atlas");
    assert.match(atlas.text, /of 4 cells hold \d+ of \d+ activations of fire6\/concat in 2 photos/);
    const again = await made("--folder", place, "--layer", "fire4/concat", "--grid", "2", "--size", "64");
    assert.match(again.text, /activations of fire4\/concat/);

    const grid = await made("--technique", "feature-grid", "--layer", "fire2/concat", "--count", "2", "--size", "64");
    assert.equal(grid.technique, "feature-grid");
    assert.match(grid.text, /\n {2}channels 0 to 1 of 128, from left to right\n$/);
    const four = await made("--layer", "fire2/concat", "--channel", "1", "--size", "64", "--pictures", "3");
    assert.match(four.text, /\n {2}row by row: 1, 2, 3\n$/);

    const several = await made(
      "--layer",
      "fire6/concat=2",
      "--layer",
      "fire4/concat=-0.5",
      "--channel",
      "3",
      "--size",
      "64",
    );
    assert.deepEqual(several.layers, [
      { name: "fire6/concat", weight: 2 },
      { name: "fire4/concat", weight: -0.5 },
    ]);

    const generator = onnxFile({
      nodes: [node("MatMul", ["z", "m"], "a"), node("Reshape", ["a", "shape"], "b"), node("Sigmoid", ["b"], "y")],
      weights: [weight("m", [4, 3 * 16 * 16], random(3, 4 * 3 * 16 * 16)), integers("shape", [1, 3, 16, 16])],
      inputs: [value("z", [1, 4])],
      outputs: [value("y", [1, 3, 16, 16])],
    });
    const drawn = await made("--target", "207", "--generator", generator);
    assert.deepEqual(
      [drawn.technique, drawn.parameters.prior, drawn.parameters.generator],
      ["class-reconstruction", "generator", "model.onnx"],
    );
    assert.match(drawn.text, /on a scale of 0 to 1 \(it ends in Sigmoid\)/);
  });

  it("refuses what has a say only with something else that is not given", async () => {
    const image = join(samplesFolder, "coffee.png");
    const out = ["--steps", "1", "--out", join(folder(), "none.png")];
    const refused = (why: string, command: typeof visualize, ...words: readonly string[]) =>
      assert.rejects(printed(command, ...words, ...out), { name: "WrongUse", message: why });
    const small = [image, "--octaves", "1"];
    const goesWith = "has no effect here: it goes with";
    await refused(`--compare ${goesWith} --guide`, dream, ...small, "--compare", "cosine");
    await refused(`--zoom-by ${goesWith} --zoom above 1`, dream, ...small, "--zoom-by", "1.2");
    await refused(`--zoom-by ${goesWith} --zoom above 1`, dream, ...small, "--zoom-by", "1.2", "--zoom", "1");
    const layer = ["--layer", "fire2/concat", "--channel", "1", "--size", "64"];
    await refused(`--diversity ${goesWith} --pictures above 1`, visualize, ...layer, "--diversity", "50");
    const base = `--base ${goesWith} --pictures above 1 and --method fourier`;
    await refused(base, visualize, ...layer, "--base", "common");
    await refused(base, visualize, ...layer, "--base", "common", "--pictures", "2", "--method", "laplacian");
    await printed(visualize, ...layer, "--base", "common", "--pictures", "2", "--diversity", "2", ...out);
    await printed(dream, ...small, "--guide", join(samplesFolder, "rocket.jpg"), "--compare", "cosine", ...out);
  });

  it("visualize refuses what does not go together, before anything is computed", async () => {
    const out = join(folder(), "no.png");
    const wrong = async (why: RegExp, ...words: readonly string[]) => {
      await assert.rejects(
        printed(visualize, ...words, "--out", out),
        (error: Error) => error.name === "WrongUse" && why.test(error.message),
      );
      assert.equal(existsSync(out), false);
    };
    await wrong(/--technique is one of class-visualization, .*, not "dream"/, "--technique", "dream");
    await wrong(/--target and a class, or --layer .*, not both/, "--target", "1", "--layer", "fire6/concat");
    await wrong(/class-reconstruction needs --target/, "--technique", "class-reconstruction");
    await wrong(/--target has no effect with activation-atlas/, "--technique", "activation-atlas", "--target", "1");
    await wrong(/--channel has no effect with feature-grid/, "--technique", "feature-grid", "--channel", "1");
    await wrong(/--grid has no effect here/, "--target", "1", "--grid", "3");
    const fire6 = ["--layer", "fire6/concat"];
    await wrong(/--channel takes one value, and is given 7 and 8/, ...fire6, "--channel", "7", "--channel", "8");
    await wrong(/--steps takes one value/, "--target", "1", "--steps", "2", "--steps=3");
    const grid = ["--technique", "feature-grid", ...fire6];
    await wrong(
      /feature-grid looks at one layer, .*fire6\/concat and fire2\/concat/,
      ...grid,
      "--layer",
      "fire2/concat",
    );
    await wrong(/--steps: expected a whole number from 1 to 5000, got abc/, "--target", "1", "--steps", "abc");
    await wrong(
      /--generator has no effect here: it goes with --prior generator/,
      ...["--target", "1", "--generator", "g.onnx", "--prior", "folder"],
    );
    const nowhere = join(folder(), "nowhere");
    await assert.rejects(printed(visualize, "--target", "1", "--out", join(nowhere, "a.png")), (error: Error) =>
      error.message.endsWith(`nowhere/a.png was not written: there is no folder ${nowhere}.`),
    );
    await assert.rejects(
      printed(visualize, "--target", "1", "--out", join(squeezenet, "a.png")),
      /^Error: \S*a\.png was not written: a part of its path is a file, not a folder\.$/,
    );
    await assert.rejects(
      printed(visualize, "--folder", join(folder(), "nowhere"), "--out", out),
      /nowhere: there is no such folder/,
    );
  });

  it("visualize draws a caricature of a photo, and of nothing else", async () => {
    const photo = join(samplesFolder, "coffee.png");
    const out = join(folder(), "caricature.png");
    const told = await printed(visualize, photo, "--layer", "fire2/concat", "--steps", "1", "--out", out);
    assert.match(told, /^wrote .*caricature\.png: /);
    const { technique, image, layer } = recipeIn(readFileSync(out))!;
    assert.deepEqual([technique, image, layer], ["caricature", "coffee.png", "fire2/concat"]);
    const wrong = (why: RegExp, ...words: readonly string[]) =>
      assert.rejects(printed(visualize, ...words, "--out", out), why);
    await wrong(/caricature needs a photo beside the model/, "--technique", "caricature", "--layer", "fire2/concat");
    await wrong(/feature-grid takes no photo/, photo, "--technique", "feature-grid", "--layer", "fire2/concat");
    await wrong(/--target has no effect with caricature/, photo, "--target", "1");
    await wrong(/visualize takes a model and an image: there is no place for .*coffee\.png$/, photo, photo);
  });
});

describe("on the command line each technique that makes pictures", () => {
  const photo = join(samplesFolder, "coffee.png");
  const layer = ["--layer", "fire2/concat"];
  type Command = (
    words: readonly string[],
    maker: Maker & Pick<Client<typeof engine>, "open" | "fields">,
    print: (text: string) => void,
  ) => Promise<void>;
  const ways: Readonly<Record<string, readonly [Command, ...string[]]>> = {
    "deep-dream": [dream, photo],
    "class-visualization": [visualize, "--target", "1"],
    "class-reconstruction": [visualize, "--target", "1", "--folder", samplesFolder],
    "neuron-visualization": [visualize, ...layer],
    "feature-grid": [visualize, "--technique", "feature-grid", ...layer],
    "activation-atlas": [visualize, "--folder", samplesFolder],
    caricature: [visualize, photo, "--technique", "caricature", ...layer],
    inversion: [invert, photo],
    "texture-synthesis": [texture, photo],
    "style-transfer": [style, photo, photo],
    "style-network": [style, photo],
    "adversarial-example": [adversarial, photo],
    "fooling-image": [fool, "--target", "1"],
  };

  /** As if it were a network that was made to paint: such a one has no classes. */
  const asPainting: typeof client.open = async (...asked) => {
    return { ...(await client.open(...asked)), classes: undefined };
  };

  for (const id of Object.keys(syntheses))
    it(`can be asked for: ${id}`, async () => {
      const [command, ...words] = ways[id] ?? assert.fail("no command makes it");
      const requests: SynthesisRequest[] = [];
      const asking: Parameters<Command>[1] = {
        syntheses: client.syntheses,
        open: id === "style-network" ? asPainting : client.open,
        fields: client.fields,
        pictureFile: client.pictureFile,
        filmFile: client.filmFile,
        // eslint-disable-next-line require-yield
        async *synthesize(request) {
          requests.push(request);
          throw new Error("That is enough.");
        },
      };
      const out = join(folder(), "made.png");
      await assert.rejects(
        command([squeezenet, ...words, "--out", out], asking, () => undefined),
        /That is enough/,
      );
      assert.deepEqual(
        requests.map(({ technique }) => technique),
        [id],
      );
    });
});
