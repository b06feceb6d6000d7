import assert from "node:assert/strict";
import { basename } from "node:path";
import sharp from "sharp";
import { drawLines, lineHeight, shortened, textWidth } from "../../src/engine/images/lettering.ts";
import { featureSheet } from "../../src/engine/inside/feature-sheet.ts";
import { features } from "../../src/engine/inside/features.ts";
import { filterSheet } from "../../src/engine/inside/filter-sheet.ts";
import { filters } from "../../src/engine/inside/filters.ts";
import { glance } from "../../src/engine/inside/glance.ts";
import { patchSheet } from "../../src/engine/inside/patch-sheet.ts";
import { float32 } from "../../src/shared/tensor.ts";
import { never, npy } from "./support/engine.ts";
import { node, onnxFile, releaseModels, value, weight } from "./support/onnx-nets.ts";
import { random } from "./support/random.ts";
import { picture, referenceFile } from "./support/reference-net.ts";
import { cat, looking, squeezenet } from "./support/samples.ts";

interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly data: Buffer;
}

async function pixelsOf(png: Uint8Array): Promise<Pixels> {
  const { data, info } = await sharp(png).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, data };
}

/** How often a line of text stands in a picture, in letters of two pixels a cell: ink where they are, paper between them. */
function timesWritten({ width, height, data }: Pixels, text: string, ink: number, paper: number): number {
  const line = { width: textWidth(text, 2), height: 14 };
  const written = new Uint8Array(line.width * line.height * 3).fill(paper);
  drawLines({ ...line, pixels: written }, [text], [0, 0], 2, [ink, ink, ink]);
  const isHere = (left: number, top: number) => {
    for (let y = 0; y < line.height; y++) {
      const from = ((top + y) * width + left) * 3;
      const row = data.subarray(from, from + line.width * 3);
      if (Buffer.compare(row, written.subarray(y * line.width * 3, (y + 1) * line.width * 3))) return false;
    }
    return true;
  };
  let count = 0;
  for (let top = 0; top + line.height <= height; top++)
    for (let left = 0; left + line.width <= width; left++) if (isHere(left, top)) count++;
  return count;
}

describe("the picture of a layer's maps", () => {
  afterEach(releaseModels);
  const subject = { model: referenceFile(), image: npy(picture(7)) };

  it("says what it shows, on which scale, and which channel each map is", async () => {
    const sheet = await featureSheet(looking(), { ...subject, layer: "conv1" }, never);
    assert.ok(sheet);
    const pixels = await pixelsOf(sheet.png);
    assert.deepEqual([pixels.width, pixels.height], [sheet.width, sheet.height]);
    const times = (text: string) => timesWritten(pixels, text, 236, 32);
    assert.equal(times("conv1 of model.onnx on picture.npy"), 1);
    assert.equal(times("all 4 channels, 12 × 10, on one scale:"), 1);
    assert.equal(times(`${sheet.low.toPrecision(4)} to ${sheet.high.toPrecision(4)}`), 1);
    for (const channel of [0, 1, 2, 3]) assert.equal(times(`channel ${channel}`), 1);
    assert.equal(times("channel 4"), 0);
  });

  it("has the channels of the hover's picture, in its order and on its scale", async () => {
    const request = { model: squeezenet, image: cat, layer: "fire2/concat" };
    const [sheet, small] = [await featureSheet(looking(), request, never), await glance(looking(), request, never)];
    assert.deepEqual(sheet?.tiles, small.tiles);
    assert.deepEqual([sheet?.low, sheet?.high, sheet?.clipped], [small.low, small.high, small.clipped]);
  });

  it("is on the scale of the grid and of the hover, where a channel much louder than the others is cut off", async () => {
    const request = { model: squeezenet, image: cat, layer: "conv1" };
    const engine = looking();
    const { scale, statistics } = await features(engine, { ...request, channels: [] }, never);
    assert.ok(scale?.clipped && scale.high < Math.max(...statistics.greatest) / 2, JSON.stringify(scale));
    for (const { low, high, clipped } of [
      (await featureSheet(engine, request, never))!,
      await glance(engine, request, never),
    ])
      assert.deepEqual({ low, high, clipped }, scale);
  });

  it("draws a vector as bars under the names of its greatest", async () => {
    const request = { ...subject, layer: "scores" };
    const sheet = await featureSheet(looking(), request, never);
    const { statistics } = await features(looking(), request, never);
    const greatest = Array.from(statistics.greatest);
    const best = greatest.indexOf(Math.max(...greatest));
    const pixels = await pixelsOf(sheet!.png);
    assert.deepEqual(sheet!.tiles, [0, 1, 2, 3]);
    const times = (text: string) => timesWritten(pixels, text, 236, 32);
    assert.equal(times("4 numbers in order, 0 to 3; the greatest:".slice(0, 36)), 1);
    assert.ok(times(`${best} (${greatest[best]!.toPrecision(3)})`) === 1, `${best}`);
  });

  it("says of bars the scale on which they stand, from zero, as the hover does", async () => {
    const above = onnxFile({
      nodes: [
        node("GlobalAveragePool", ["image"], "p"),
        node("Add", ["p", "one"], "high"),
        node("Neg", ["high"], "low"),
      ],
      weights: [weight("one", [], [1])],
      inputs: [value("image", [1, 3, 4, 4])],
      outputs: [value("low", [1, 3, 1, 1])],
    });
    const image = npy(float32([1, 3, 4, 4], random(1, 48)));
    for (const layer of ["high", "low"]) {
      const asked = { model: above, image, layer };
      const [sheet, small] = [await featureSheet(looking(), asked, never), await glance(looking(), asked, never)];
      assert.ok(sheet);
      assert.equal(layer === "high" ? sheet.low : sheet.high, 0);
      assert.ok(layer === "high" ? sheet.high > 0.5 : sheet.low < -0.5);
      assert.deepEqual([small.low, small.high], [sheet.low, sheet.high]);
      const ends = `${sheet.low.toPrecision(4)} to ${sheet.high.toPrecision(4)}`;
      assert.equal(timesWritten(await pixelsOf(sheet.png), ends, 236, 32), 1, ends);
    }
  });

  it("is none where no value is a number", async () => {
    const none = onnxFile({
      nodes: [node("Mul", ["image", "nan"], "product")],
      weights: [weight("nan", [], [NaN])],
      inputs: [value("image", [1, 1, 4, 4])],
      outputs: [value("product", [1, 1, 4, 4])],
    });
    const image = npy(float32([1, 1, 4, 4], random(1, 16)));
    assert.equal(await featureSheet(looking(), { model: none, image, layer: "product" }, never), undefined);
  });
});

describe("the picture of a layer's filters", () => {
  afterEach(releaseModels);
  const amber = [226, 164, 62].join();
  const colorsIn = ({ width, height, data }: Pixels, left: number, top: number, side: number) => {
    const found = new Set<string>();
    for (let y = top; y < Math.min(height, top + side); y++)
      for (let x = left; x < Math.min(width, left + side); x++)
        found.add([...data.subarray((y * width + x) * 3, (y * width + x) * 3 + 3)].join());
    return found;
  };
  /** Three filters: one that is zero, and two of which one is ten thousand times the other; with another direction or not. */
  const net = (third: readonly number[]) =>
    onnxFile({
      nodes: [node("Conv", ["image", "w"], "conv")],
      weights: [weight("w", [3, 3, 3, 3], [...Array<number>(27).fill(0), ...random(3, 27), ...third])],
      inputs: [value("image", [1, 3, 8, 8])],
      outputs: [value("conv", [1, 3, 6, 6])],
    });
  const strong = random(3, 27).map((each) => 1e4 * each);
  const drawnOf = async (model: string, layer: string, scale: "all" | "each") =>
    pixelsOf((await filterSheet(looking(), { model, layer, scale }, never)).png);

  it("says whose filters they are, what is drawn, and on which scale", async () => {
    const deep = await drawnOf(squeezenet, "fire2/expand3x3", "all");
    const times = (pixels: Pixels, text: string) => timesWritten(pixels, text, 236, 32);
    assert.equal(times(deep, "Filters of fire2/expand3x3 in squeezenet1.1.onnx"), 1);
    assert.equal(times(deep, "64 filters of 3 × 3 over 16 channels: each place"), 1);
    const { pictures } = await filters(looking(), { model: squeezenet, layer: "fire2/expand3x3" }, never);
    assert.equal(times(deep, `one scale: 0 to ${String(Number(pictures.high.toPrecision(4)))}`), 1);
    const each = await drawnOf(squeezenet, "fire2/expand3x3", "each");
    assert.equal(times(each, "each its own scale: 0 to its greatest norm,"), 1);
    const matrix = await drawnOf(squeezenet, "fire2/squeeze1x1", "all");
    assert.equal(times(matrix, "Outputs from top to bottom, inputs from left to right."), 1);
  });

  it("crosses out what is dead and marks what has a double, and says so", async () => {
    const model = net(Array.from(strong));
    const sheet = await drawnOf(model, "conv", "each");
    const times = (text: string) => timesWritten(sheet, text, 236, 32);
    assert.equal(times("A corner: points the same way as"), 1);
    assert.equal(times("Crossed out: dead filters, whose"), 1);
    // Two in the first row and one in the second, each 72 pixels wide, over the number.
    const [first, second] = [sheet.height - 2 * (72 + 18 + 4) - 8, sheet.height - (72 + 18 + 4) - 8];
    assert.ok(colorsIn(sheet, 12, first, 72).has(amber), "the cross");
    assert.ok(colorsIn(sheet, 12 + 36, first + 36, 2).has(amber), "through its middle");
    assert.ok(!colorsIn(sheet, 88, first + 36, 60).has(amber), "no cross over the second");
    assert.ok(colorsIn(sheet, 88 + 60, first, 12).has(amber), "a corner");
    assert.ok(colorsIn(sheet, 12 + 60, second, 12).has(amber), "its double's");
    const other = await drawnOf(squeezenet, "conv1", "all");
    assert.ok(!colorsIn(other, 0, 0, 2000).has(amber), "none where nothing is wrong");
  });

  it("has the weak filters in grey on one scale, and in their colours each on its own", async () => {
    const model = net(Array.from(strong).reverse());
    const contrast = async (scale: "all" | "each") => {
      const sheet = await drawnOf(model, "conv", scale);
      const colors = [...colorsIn(sheet, 88, sheet.height - 2 * (72 + 18 + 4) + 14, 50)].join();
      const levels = colors.split(",").map(Number);
      return Math.max(...levels) - Math.min(...levels);
    };
    assert.ok((await contrast("all")) <= 1);
    assert.ok((await contrast("each")) > 120);
  });
});

describe("the picture of what fires a channel", () => {
  afterEach(releaseModels);

  it("has its title over the patches, and under each what was said of it", async () => {
    const patch = (words: readonly string[]) => ({ image: cat, place: [3, 4] as const, words });
    const long = "a photo of a very, very long name.png";
    const sheet = await patchSheet(
      looking(),
      {
        model: squeezenet,
        layer: "fire4/concat",
        title: ["channel 7 of fire4/concat"],
        patches: [patch([basename(cat), "12.34 at 3, 4"]), patch([long]), patch([]), patch(["三毛猫.png"])],
      },
      never,
    );
    const pixels = await pixelsOf(sheet.png);
    const times = (text: string) => timesWritten(pixels, text, 255, 96);
    assert.equal(times("channel 7 of fire4/concat"), 1);
    assert.equal(times(basename(cat)), 1);
    assert.equal(times("12.34 at 3, 4"), 1);
    assert.equal(times("photo 4"), 1, "its name has letters that are not drawn");
    const short = shortened(long, 224, 2);
    assert.match(short, /^a photo .*….*name\.png$/, "what has no room loses its middle");
    assert.equal(times(short), 1);
    assert.equal(sheet.height, 2 * (224 + 2 * lineHeight(2) + 4 + 8) + 8 + lineHeight(2) + 4);
  });
});
