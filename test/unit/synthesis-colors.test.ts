import assert from "node:assert/strict";
import { mkdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { decode } from "../../src/engine/images/decode.ts";
import { canvasOf } from "../../src/engine/synthesis/canvas.ts";
import { colorFolder, mixingChosen } from "../../src/engine/synthesis/color-folder.ts";
import { decorrelated } from "../../src/engine/synthesis/parameterizations/colors.ts";
import { pictureFile } from "../../src/engine/synthesis/recipe-png.ts";
import { folder } from "../fixtures/onnx/writer.ts";
import { near } from "./support/asking.ts";
import { never, samplesFolder } from "./support/engine.ts";
import { made } from "./support/making.ts";
import { random } from "./support/random.ts";
import { smallNet } from "./support/small-net.ts";

const model = smallNet();
const [side, count] = [16, 3];

/** Photos whose red and blue go against each other. */
async function photos(): Promise<{ path: string; colors: number[][] }> {
  const path = join(folder(), "photos");
  mkdirSync(path);
  const colors: number[][] = [];
  for (let photo = 0; photo < count; photo++) {
    const [along, across] = [random(photo, side * side), random(photo + 50, side * side)];
    const own = Array.from(along, (a, i) => [128 + 70 * a, 120 + 20 * across[i]!, 128 - 60 * a].map(Math.round));
    await sharp(Uint8Array.from(own.flat()), { raw: { width: side, height: side, channels: 3 } })
      .png()
      .toFile(join(path, `${photo}.png`));
    colors.push(...own);
  }
  return { path, colors };
}

function covarianceOf(colors: readonly number[][]): number[] {
  const mean = [0, 1, 2].map((c) => colors.reduce((sum, color) => sum + color[c]!, 0) / colors.length);
  return [0, 1, 2].flatMap((i) =>
    [0, 1, 2].map((j) => colors.reduce((sum, x) => sum + (x[i]! - mean[i]!) * (x[j]! - mean[j]!), 0) / colors.length),
  );
}

const timesItself = (m: ArrayLike<number>) =>
  [0, 1, 2].flatMap((i) => [0, 1, 2].map((j) => [0, 1, 2].reduce((sum, k) => sum + m[3 * i + k]! * m[3 * j + k]!, 0)));
const columnLengths = (m: ArrayLike<number>) =>
  [0, 1, 2].map((k) => Math.hypot(m[k]!, m[3 + k]!, m[6 + k]!)).sort((a, b) => b - a);

describe("decorrelated colours", function () {
  this.timeout(60_000);

  it("are Lucid's, or those of a folder: M Mᵀ is the covariance, and the longest column has length 1", async () => {
    near(
      decorrelated.slice(0, 3),
      [0.26, 0.09, 0.02].map((x) => x / Math.hypot(0.26, 0.27, 0.27)),
      1e-6,
    );
    const { path, colors } = await photos();
    const run = { read: decode, view: canvasOf, signal: never };
    const looks = mixingChosen(colorFolder, { "color-folder": path }, run);
    let last = await looks.next();
    let said = "";
    for (; !last.done; last = await looks.next()) ({ said } = last.value);
    assert.match(said, /Read 3 photos/);
    const mixing = last.value!;
    const [longest, second] = columnLengths(mixing);
    near([longest!], [1], 1e-6);
    assert.ok(second! < 0.5, "red and blue together are one direction");
    const covariance = covarianceOf(colors);
    const scale = Math.max(...covariance) / Math.max(...timesItself(mixing));
    near(
      timesItself(mixing).map((x) => scale * x),
      covariance,
      1e-3,
    );
  });

  it("make another picture, whose recipe names the folder, and numbers of other colours are not gone on with", async () => {
    const { path } = await photos();
    for (const [technique, ways] of [
      ["class-visualization", { method: "fourier" }],
      ["class-visualization", { method: "laplacian" }],
      ["texture-synthesis", {}],
    ] as const) {
      const image = join(samplesFolder, "coffee.png");
      const request = { technique, model, image, target: 1, checkpoints: true };
      const parameters = { ...ways, steps: 3, size: 32 };
      const usual = await made({ ...request, parameters });
      const own = await made({ ...request, parameters: { ...parameters, "color-folder": path } });
      assert.notDeepEqual(own.finished.picture, usual.finished.picture);
      assert.equal(own.finished.recipe.parameters["color-folder"], "photos");
      const kinds = [usual, own].map(({ frames }) => frames.at(-1)?.checkpoint?.state?.parameterization);
      assert.notEqual(kinds[0], kinds[1]);
      const from = own.frames[1]!.checkpoint!;
      const rest = await made({ ...request, parameters: { ...parameters, "color-folder": path }, from });
      assert.deepEqual(rest.finished.picture, own.finished.picture);
    }
  });

  it("are gone on with whatever else comes into the folder, and refused by its name where its photos are others", async () => {
    const { path } = await photos();
    const parameters = { count: 2, size: 32, steps: 2, "color-folder": path };
    const request = { technique: "feature-grid", model, layer: "conv1", parameters };
    const whole = await made({ ...request, checkpoints: true });
    const { checkpoint: from } = whole.frames[1]!;
    const on = () => made({ ...request, from: from! });
    writeFileSync(join(path, "note.txt"), "no photo");
    writeFileSync(join(path, "grid.png"), await pictureFile(whole.finished.picture, whole.finished.recipe));
    assert.deepEqual((await on()).finished.picture, whole.finished.picture);

    const others = { message: `The photos in ${path} are not those that it was made of: go on with the same, or start anew.` }; // prettier-ignore
    await sharp(join(samplesFolder, "coffee.png")).resize(20, 20).toFile(join(path, "coffee.png"));
    await assert.rejects(on(), others, "one more");
    rmSync(join(path, "coffee.png"));
    await on();
    utimesSync(join(path, "0.png"), 1, 1);
    await assert.rejects(on(), others, "edited");
  });

  it("are refused from photos of one colour", async () => {
    const path = join(folder(), "flat");
    mkdirSync(path);
    await sharp({ create: { width: 20, height: 20, channels: 3, background: "#3070b0" } })
      .png()
      .toFile(join(path, "a.png"));
    const parameters = { steps: 1, size: 64, "color-folder": path };
    const request = { technique: "class-visualization", model, target: 1, parameters };
    await assert.rejects(made(request), /are of one colour: colours do not vary in them/);
  });
});
