import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { inputLine } from "../../src/engine/synthesis/input-line.ts";
import { Program } from "../../src/engine/synthesis/program.ts";
import { energy } from "../../src/engine/synthesis/objectives.ts";
import { percent } from "../../src/shared/percent.ts";
import type { Drawn, Finished } from "../../src/shared/synthesis.ts";
import { float32 } from "../../src/shared/tensor.ts";
import { wholeText } from "../../src/shared/updates.ts";
import { folder } from "../fixtures/onnx/writer.ts";
import { near } from "./support/asking.ts";
import { never, samplesFolder } from "./support/engine.ts";
import { made, makerEngine, wired } from "./support/making.ts";
import { node, onnxFile, openModel, releaseModels, value, weight } from "./support/onnx-nets.ts";
import { cellOf, untouched } from "./support/pictures.ts";
import { random } from "./support/random.ts";

/** A network of one channel, which can only be shown grey. */
const blind = () =>
  onnxFile({
    nodes: [
      node("Conv", ["x", "w"], "a"),
      node("Relu", ["a"], "map"),
      node("GlobalAveragePool", ["a"], "pooled"),
      node("Flatten", ["pooled"], "y"),
    ],
    weights: [weight("w", [6, 1, 3, 3], random(1, 54))],
    inputs: [value("x", [1, 1, 24, 24])],
    outputs: [value("y", [1, 6]), value("map", [1, 6, 22, 22])],
  });

/** One that half a level of brightness means much to. */
const steep = () =>
  onnxFile({
    nodes: [node("Flatten", ["x"], "flat"), node("Gemm", ["flat", "w"], "y")],
    weights: [
      weight(
        "w",
        [576, 6],
        random(5, 576 * 6).map((x) => 20 * x),
      ),
    ],
    inputs: [value("x", [1, 1, 24, 24])],
    outputs: [value("y", [1, 6])],
  });

/** What the product says of the saved file, opened like any photo. */
async function opened(model: string, { picture, recipe }: Pick<Finished, "picture" | "recipe">) {
  const image = join(folder(), "made.png");
  writeFileSync(image, await makerEngine.pictureFile({ picture, recipe }, never));
  return (await wired().predict({ model, image })).top[0]!;
}

const luma = [0.299, 0.587, 0.114];

/** Of each pixel, how far apart red, green and blue are at most. */
const colorfulness = ({ pixels }: Drawn): number =>
  Math.max(...Array.from({ length: pixels.length / 3 }, (_, p) => {
    const own = [...pixels.subarray(3 * p, 3 * p + 3)];
    return Math.max(...own) - Math.min(...own);
  })); // prettier-ignore

async function photo(kind: "grey" | "colored"): Promise<string> {
  const path = join(folder(), `${kind}.png`);
  // Nothing is near black or white, where a step would be cut off.
  const mild = sharp(join(samplesFolder, "coffee.png")).resize(40, 30, { fit: "fill" }).linear(0.4, 70);
  await (kind === "grey" ? mild.grayscale() : mild).png().toFile(path);
  return path;
}

describe("pictures for a network that sees no colours", function () {
  this.timeout(60_000);
  afterEach(releaseModels);

  const layer = "map";
  for (const [name, request] of Object.entries({
    "a dream of a grey photo": async () => ({ technique: "deep-dream", layer, image: await photo("grey"), parameters: { octaves: 2, steps: 3 } }), // prettier-ignore
    "a class, by frequencies": () => ({ technique: "class-visualization", target: 1, parameters: { steps: 3 } }),
    "a class, by a pyramid": () => ({ technique: "class-visualization", target: 1, parameters: { method: "laplacian", steps: 3 } }), // prettier-ignore
    "a class, by pixels": () => ({ technique: "class-visualization", target: 1, parameters: { method: "yosinski", steps: 3 } }), // prettier-ignore
    "a texture of a coloured photo, by pixels": async () => ({ technique: "texture-synthesis", image: await photo("colored"), layers: [{ name: layer, weight: 1 }], parameters: { size: 32, steps: 30, made: "pixels" } }), // prettier-ignore
    "a fooling image": () => ({ technique: "fooling-image", target: 1, parameters: { steps: 3 } }),
  }))
    it(`are grey: ${name}`, async () => {
      const { finished, floats } = await made({ model: blind(), ...(await request()) });
      assert.ok(new Set(floats.data).size > 10, "there is something in it");
      assert.ok(colorfulness(finished.picture) === 0, `${colorfulness(finished.picture)}`);
      assert.ok(finished.objective[1] > finished.objective[0], finished.objective.join());
    });

  it("keep a photo's own colours, and change its brightness", async () => {
    const image = await photo("colored");
    const { data } = await sharp(image).raw().toBuffer({ resolveWithObject: true });
    const { floats, finished } = await made({ model: blind(), technique: "deep-dream", layer, image, parameters: { octaves: 1, steps: 3 } }); // prettier-ignore
    const plane = floats.data.length / 3;
    const moved = [0, 1, 2].map((c) => Float32Array.from({ length: plane }, (_, p) => floats.data[c * plane + p]! - data[3 * p + c]!)); // prettier-ignore
    assert.ok(moved[0]!.some((x) => Math.abs(x) > 1));
    near(moved[1]!, moved[0]!, 1e-3);
    near(moved[2]!, moved[0]!, 1e-3);
    assert.ok(colorfulness(finished.picture) > 20);
  });

  it("are compared with the photo in brightness, which is all that the network sees of it", async () => {
    const image = join(folder(), "small.png");
    await sharp(await photo("colored"))
      .resize(24, 24, { fit: "fill" })
      .png()
      .toFile(image);
    const { data } = await sharp(image).raw().toBuffer({ resolveWithObject: true });
    const bright = Array.from({ length: 576 }, (_, p) => luma.reduce((sum, w, c) => sum + w * data[3 * p + c]!, 0));
    const model = blind();
    const request = { technique: "inversion", model, image, parameters: { steps: 30 } };
    const { finished, notes } = await made({ ...request, layer });
    const { pixels } = finished.picture;
    const apart = Math.sqrt(bright.reduce((sum, x, p) => sum + (pixels[3 * p]! - x) ** 2, 0) / 576);
    assert.match(notes.find(({ key }) => key === "verdict")!.text, new RegExp(`, the pixels ${apart.toFixed(1)} of 255\\.`)); // prettier-ignore
    const layers = ["a", layer].map((name) => ({ name, weight: 1 }));
    const row = await made({ ...request, layers, parameters: { steps: 1 } });
    assert.equal(row.finished.sheet?.cells[0]?.title, "The photo");
    const shown = cellOf(row.floats, row.finished.sheet, 0);
    for (let c = 0; c < 3; c++) near(shown.data.subarray(576 * c, 576 * (c + 1)), bright, 1e-4);
  });

  for (const parameters of [
    { norm: "l2", attack: "iterated", steps: 3 },
    { norm: "l2", attack: "iterated", steps: 5 },
    { norm: "l2", attack: "pgd", steps: 4 },
    { norm: "linf", attack: "fgsm" },
  ])
    it(`are judged as their files are: an adversarial example, ${JSON.stringify(parameters)}`, async () => {
      const model = steep();
      const { finished, notes } = await made({ technique: "adversarial-example", model, image: await photo("colored"), parameters }); // prettier-ignore
      const { index, probability } = await opened(model, finished);
      const said = wholeText(notes.find(({ key }) => key === "verdict")!);
      assert.ok(said.includes(`takes this for ${index} (${percent(probability)})`), `${index} ${probability}: ${said}`);
      assert.ok(said.includes(`Rounded to 8 bits it still works: ${index} (${percent(probability)})`), said);
      const unchanged = await opened(model, { ...finished, picture: finished.beside![1]!.picture });
      assert.ok(said.includes(`took the photo for ${unchanged.index} (${percent(unchanged.probability)})`), said);
    });

  it("are judged as their files are: a fooling image", async () => {
    const model = steep();
    const parameters = { photo: await photo("colored"), epsilon: 3, sure: 0.6 };
    const { finished, notes } = await made({ technique: "fooling-image", model, target: 2, parameters });
    const { index, probability } = await opened(model, finished);
    const { text, level } = notes.find(({ key }) => key === "verdict")!;
    assert.equal(level, index === 2 && probability >= 0.6 ? "good" : "warning");
    assert.ok(
      text.includes(`takes it for ${index} (${percent(probability)})`.replace(" (", " with ").replace(")", "")),
      `${index} ${probability}: ${text}`,
    );
  });

  it("are climbed by the true slope of all that is grey", async () => {
    const line = inputLine({ ...untouched, color: "gray", mean: [9], deviation: [3] });
    const model = await openModel(blind());
    const program = await Program.open(model, { height: 24, width: 24 }, line, energy("map"));
    try {
      const shape = [1, 3, 24, 24];
      const canvas = float32(
        shape,
        Float32Array.from(random(3, 3 * 576), (x) => 128 + 90 * x),
      );
      const { gradient } = await program.evaluate(canvas);
      const way = random(4, 576);
      const worth = async (by: number) => {
        const moved = canvas.data.map((x, i) => x + by * way[i % 576]!);
        return (await program.evaluate(float32(shape, moved))).objective;
      };
      const slope = ((await worth(0.5)) - (await worth(-0.5))) / 1;
      near([gradient.data.reduce((sum, g, i) => sum + g * way[i % 576]!, 0)], [slope], 5e-3);
      for (let p = 0; p < 576; p++) near([gradient.data[p]!, gradient.data[p]!], [gradient.data[576 + p]!, gradient.data[1152 + p]!], 1e-6); // prettier-ignore
    } finally {
      await program.release();
    }
  });

  it("leave the line's own way back what it is", () => {
    const { back, moving } = inputLine({ ...untouched, color: "gray" });
    const signal = float32([1, 1, 2, 2], [3, -1, 0, 7]);
    near(
      back(signal).data,
      luma.flatMap((w) => [...signal.data].map((x) => w * x)),
      1e-6,
    ); // the adjoint as ever
    near(moving.along(back(signal)).data, [0, 1, 2].flatMap(() => [...signal.data].map((x) => x / 3)), 1e-6); // prettier-ignore
  });
});
