import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { dream } from "../../src/cli/dream.ts";
import { visualize } from "../../src/cli/visualize.ts";
import { recipeIn } from "../../src/engine/synthesis/recipe-png.ts";
import { folder } from "../fixtures/onnx/writer.ts";
import { samplesFolder } from "./support/engine.ts";
import { wired } from "./support/making.ts";

const squeezenet = join(samplesFolder, "squeezenet1.1.onnx");
const cat = join(samplesFolder, "cat-chelsea.png");

const wire = wired();

async function printed(command: typeof dream | typeof visualize, ...words: readonly string[]): Promise<string> {
  let text = "";
  await command(words, wire, (piece) => (text += piece));
  return text;
}

/** A photo that is quickly dreamt on. */
async function small(): Promise<string> {
  const path = join(folder(), "small.png");
  await sharp(cat).resize(80, 60, { fit: "fill" }).png().toFile(path);
  return path;
}
const quick = ["--octaves", "2", "--steps", "2"];

describe("pictures as files", function () {
  this.timeout(60_000);

  it("dream writes the photo's own size, with the recipe that gives the same picture again", async () => {
    const [image, out] = [await small(), join(folder(), "dream.png")];
    const text = await printed(dream, squeezenet, image, ...quick, "--jitter", "4", "--seed", "7", "--out", out);
    assert.match(
      text,
      /^wrote .*dream\.png: 80 × 60 pixels, 4 steps in all in .* s, objective .* → .* in the last octave\n$/,
    );
    const { width, height, format } = await sharp(out).metadata();
    assert.deepEqual([width, height, format], [80, 60, "png"]);
    const recipe = recipeIn(readFileSync(out));
    assert.equal(recipe?.technique, "deep-dream");
    assert.deepEqual(
      [recipe?.model, recipe?.image, recipe?.layer],
      ["squeezenet1.1.onnx", "small.png", "fire6/concat"],
    );
    assert.deepEqual([recipe?.seed, recipe?.parameters.jitter, recipe?.parameters.octaves], [7, 4, 2]);
    assert.equal(JSON.stringify(recipe).includes(folder()), false);

    const again = join(folder(), "again.png");
    await printed(dream, squeezenet, image, ...quick, "--jitter", "4", "--seed", "7", "--out", again);
    assert.deepEqual(readFileSync(again), readFileSync(out), "the same file, byte by byte");
    assert.deepEqual(await askedRecipe(out), recipe);
  });

  it("leaves the PNG whole: another reader checks every chunk", async function () {
    const out = join(folder(), "dream.png");
    await printed(dream, squeezenet, await small(), ...quick, "--out", out);
    // Python's zlib knows CRC-32 without us.
    const check =
      "import struct,sys,zlib;b=open(sys.argv[1],'rb').read();i=8\n" +
      "while i<len(b):\n n,t=struct.unpack('>I4s',b[i:i+8]);assert zlib.crc32(b[i+4:i+8+n])==struct.unpack('>I',b[i+8+n:i+12+n])[0],t;print(t.decode());i+=12+n";
    const { status, stdout, error } = spawnSync("python3", ["-c", check, out], { encoding: "utf8" });
    if (error) this.skip();
    assert.equal(status, 0);
    assert.match(stdout, /^IHDR\ntEXt\niTXt\n/);
    assert.match(stdout, /IEND\n$/);
  });

  it("finds no recipe where there is none", async () => {
    assert.equal(recipeIn(readFileSync(cat)), undefined);
    assert.equal(recipeIn(new Uint8Array(0)), undefined);
    const marked = join(folder(), "marked.png");
    writeFileSync(marked, readFileSync(cat).subarray(0, 60));
    assert.equal(recipeIn(readFileSync(marked)), undefined);
  });

  for (const kind of ["webp", "gif"] as const)
    it(`dream writes a film of every step as ${kind}`, async () => {
      const out = join(folder(), `dream.${kind}`);
      await printed(dream, squeezenet, await small(), ...quick, "--out", out);
      const { pages, delay, pageHeight, width, format } = await sharp(out, { animated: true }).metadata();
      assert.deepEqual([pages, pageHeight, width, format], [4, 60, 80, kind]);
      assert.equal(delay?.at(-1), 1000);
    });

  it("visualize makes a class's, a channel's, a unit's and a layer's picture", async () => {
    const out = join(folder(), "seen.png");
    const words = ["--size", "96", "--steps", "3", "--out", out];
    const recipe = () => recipeIn(readFileSync(out));
    const text = await printed(visualize, squeezenet, "--target", "golden retriever", ...words);
    assert.match(text, /\n {2}The network takes the picture for [^\n]+, not for golden retriever \(/);
    assert.deepEqual([recipe()?.technique, recipe()?.target], ["class-visualization", 207]);
    await printed(visualize, squeezenet, "--layer", "fire6/concat", "--channel", "3", ...words);
    assert.deepEqual([recipe()?.channel, recipe()?.parameters.of], [3, "channel"]);
    await printed(visualize, squeezenet, "--layer", "fire6/concat", "--channel", "3", "--place", "2,1", ...words);
    assert.deepEqual([recipe()?.place, recipe()?.parameters.of], [[2, 1], "unit"]);
    await printed(visualize, squeezenet, "--layer", "fire6/concat", ...words);
    assert.equal(recipe()?.parameters.of, "layer");
  });

  it("wrong words are refused before anything is computed, and nothing is written", async () => {
    const out = join(folder(), "no.png");
    const wrong = async (command: typeof dream | typeof visualize, why: RegExp, ...words: readonly string[]) => {
      await assert.rejects(
        printed(command, ...words),
        (error: Error) => error.name === "WrongUse" && why.test(error.message),
      );
      assert.equal(existsSync(out), false);
    };
    await wrong(dream, /dream needs an image: glassbox dream .* IMAGE/, squeezenet, "--out", out);
    await wrong(dream, /--out needs the name of a file/, squeezenet, cat);
    await wrong(dream, /ends in \.png \(the picture\)/, squeezenet, cat, "--out", "x.jpg");
    await wrong(
      dream,
      /--octaves: expected a whole number from 1 to 12, got 0/,
      squeezenet,
      cat,
      "--octaves",
      "0",
      "--out",
      out,
    );
    await wrong(dream, /there is no option --speed/, squeezenet, cat, "--speed", "3", "--out", out);
    await wrong(dream, /--seed needs a whole number from 0, not "x"/, squeezenet, cat, "--seed", "x", "--out", out);
    await wrong(visualize, /needs --target and a class, or --layer/, squeezenet, "--out", out);
    await wrong(
      visualize,
      /--channel has no effect with --target/,
      squeezenet,
      "--target",
      "1",
      "--channel",
      "2",
      "--out",
      out,
    );
    await wrong(
      visualize,
      /--place needs a row and a column/,
      squeezenet,
      "--layer",
      "l",
      "--place",
      "2",
      "--out",
      out,
    );
    await wrong(visualize, /a unit needs --channel/, squeezenet, "--layer", "l", "--place", "2,2", "--out", out);
    await wrong(
      visualize,
      /--l2 has no effect here: it goes with --method l2/,
      squeezenet,
      "--target",
      "1",
      "--l2",
      "3",
      "--out",
      out,
    );
    await assert.rejects(printed(visualize, squeezenet, "--target", "1000", "--out", out), /there is no class 1000/);
    await assert.rejects(printed(dream, squeezenet, cat, "--out", join(out, "no", "x.png")), /was not written/);
  });
});

/** As a view asks for it. */
const askedRecipe = (image: string) => wire.recipeOf({ image });
