import assert from "node:assert/strict";
import { join } from "node:path";
import { gaussianBlur, resizeBilinear } from "../../src/engine/images/arithmetic.ts";
import { Library } from "../../src/engine/library.ts";
import { inputLine } from "../../src/engine/synthesis/input-line.ts";
import { rootMeanSquare } from "../../src/engine/synthesis/parameterizations/ball.ts";
import { Cells, demandRoom } from "../../src/engine/synthesis/sheet.ts";
import { float32, type FloatTensor } from "../../src/shared/tensor.ts";
import type { Preparation } from "../../src/shared/preparation.ts";
import type { Checkpoint, Sheet } from "../../src/shared/synthesis.ts";
import { samplesFolder } from "./support/engine.ts";
import { made, makerEngine, type Made } from "./support/making.ts";
import { node, onnxFile, value, weight } from "./support/onnx-nets.ts";
import { cellOf, meanCosine } from "./support/pictures.ts";
import { random } from "./support/random.ts";
import { smallNet } from "./support/small-net.ts";

const squeezenet = join(samplesFolder, "squeezenet1.1.onnx");
const gray = 127.5;

const preparation: Preparation = {
  size: [64, 64],
  fit: "crop",
  color: "BGR",
  range: [0, 255],
  mean: [0],
  deviation: [1],
  layout: "NCHW",
};

const seenAt96 = (picture: FloatTensor) => inputLine(preparation).toNetwork(resizeBilinear(picture, 96, 96));

async function activations(pictures: readonly FloatTensor[], layer: string): Promise<readonly FloatTensor[]> {
  const model = await (await new Library().open(squeezenet)).at({ height: 96, width: 96 });
  const found: FloatTensor[] = [];
  for (const picture of pictures) found.push(await model.activations(seenAt96(picture), layer));
  return found;
}

/** What goes into fire3's first expanding rectifier, the channel's mean. */
async function beforeRectifier(picture: FloatTensor, channel: number): Promise<number> {
  const model = await (await new Library().open(squeezenet)).at({ height: 96, width: 96 });
  const bound = await model.bound(1);
  const rectifier = bound.network.graph.producer(model.value(bound, "fire3/concat"))!.inputs[0]!;
  const before = bound.network.graph.producer(rectifier)!.inputs[0]!;
  const { data, shape } = await model.activations(seenAt96(picture), before.name);
  const places = shape[2]! * shape[3]!;
  return data.subarray(channel * places, (channel + 1) * places).reduce((sum, x) => sum + x / places, 0);
}

async function gramsOf(pictures: readonly FloatTensor[], layer: string): Promise<number[][]> {
  return (await activations(pictures, layer)).map(({ data, shape: [, channels = 1] }) => {
    const places = data.length / channels;
    const rows = Array.from({ length: channels }, (_, c) => data.subarray(c * places, (c + 1) * places));
    return rows.flatMap((a) => rows.map((b) => a.reduce((sum, x, i) => sum + x * b[i]!, 0)));
  });
}

const smoothed = (picture: FloatTensor) => gaussianBlur(picture, 4);

const cut = ({ floats }: Made, sheet: Sheet, i: number) => cellOf(floats, sheet, i);

describe("a sheet", () => {
  const titles = ["a", "b", "c"].map((title) => ({ title }));
  const size = { height: 1, width: 2 };

  it("has its cells row by row, grey where one is still to come, white between them", () => {
    const cells = new Cells(size, titles);
    cells.put(float32([1, 3, 1, 2], [1, 2, 3, 4, 5, 6]), 2);
    assert.deepEqual(cells.canvas.shape, [1, 3, 6, 8]);
    const white = Array<number>(4).fill(255);
    const rows = (plane: number) => [0, 1, 5].map((y) => [...cells.canvas.data.slice(plane * 48 + y * 8).slice(0, 8)]);
    assert.deepEqual(rows(0), [
      [gray, gray, ...white, gray, gray],
      [255, 255, ...white, 255, 255],
      [1, 2, ...white, 255, 255],
    ]);
    assert.deepEqual(rows(2)[2], [5, 6, ...white, 255, 255]);
    assert.deepEqual(cells.sheet, { columns: 2, rows: 2, cell: [2, 1], gap: 4, cells: titles });
    cells.put(float32([2, 3, 1, 2], random(1, 12)), 0);
    assert.deepEqual([...cells.from(2, 1).data], [1, 2, 3, 4, 5, 6]);
    cells.leave(1, { title: "other" });
    assert.equal(cells.sheet.cells[1]?.title, "other");
    assert.ok([...cells.from(1, 1).data, cells.canvas.data[6]].every((x) => x === gray));
  });

  it("goes on from a checkpoint of its own kind alone", () => {
    const cells = new Cells(size, titles, 3);
    cells.put(float32([3, 3, 1, 2], random(2, 18)), 0);
    const again = new Cells(size, titles, 3);
    again.resume(cells.checkpoint(2, 5));
    assert.deepEqual(again.canvas, cells.canvas);
    const larger = new Cells({ height: 2, width: 2 }, titles.slice(1));
    assert.throws(
      () => larger.resume(cells.checkpoint(2, 5)),
      /3 pictures of 2 × 1 pixels to go on from, and 2 pictures of 2 × 2 pixels are asked for/,
    );
  });
});

describe("a sheet's memory", () => {
  it("is demanded before anything is made, and says what would fit", () => {
    const size = { height: 100, width: 100 };
    demandRoom(20, size, 20 * 480_000);
    assert.throws(
      () => demandRoom(21, size, 20 * 480_000),
      /21 pictures of 100 × 100 pixels in one sheet take 0\.010 GB, more than the 0\.0096 GB that the setting glassbox\.engine\.memoryLimit allows: 20 of that size would fit/,
    );
    assert.throws(() => demandRoom(1, size, 1), /not one of that size would fit/);
  });
});

describe("a feature grid", function () {
  this.timeout(120_000);
  const layer = "fire3/concat";
  const quick = { size: 32, steps: 4 };
  const request = { technique: "feature-grid", model: squeezenet, layer, checkpoints: true };
  const parameters = { ...quick, first: 2, count: 5 };
  let whole: Made;
  before(async () => (whole = await made({ ...request, parameters })));

  it("is filled in channel by channel, and a channel's picture is the same whatever stands beside it", async () => {
    const { sheet } = whole.finished;
    assert.ok(sheet);
    assert.deepEqual(
      sheet.cells,
      [2, 3, 4, 5, 6].map((channel) =>
        channel === 2
          ? { title: "Channel 2: inactive at first", short: "2: was 0", channel }
          : { title: `Channel ${channel}`, channel },
      ),
    );
    assert.deepEqual([sheet.columns, sheet.rows], [3, 2]);
    assert.deepEqual([whole.frames.length, whole.frames.at(-1)?.done, whole.frames.at(-1)?.total], [20, 20, 20]);
    const brightness = (frame: number, i: number) => {
      const { width, pixels } = whole.frames[frame]!.picture;
      return pixels[((Math.floor(i / 3) * 36 + 7) * width + (i % 3) * 36 + 9) * 3];
    };
    assert.deepEqual([brightness(3, 1), brightness(3, 4), brightness(15, 4)], [128, 128, 128]);
    for (const i of [0, 1, 2]) assert.equal(brightness(4 * i + 3, i), brightness(19, i), `cell ${i} stays`);
    const alone = await made({ ...request, parameters: { ...parameters, first: 4, count: 1 } });
    assert.deepEqual(cut(alone, alone.finished.sheet!, 0), cut(whole, sheet, 2));
    assert.notDeepEqual(cut(whole, sheet, 1), cut(whole, sheet, 2));
  });

  it("goes on from a checkpoint as if nothing had been, with what was finished kept", async () => {
    const { checkpoint } = whole.frames[9]!;
    const rest = await made({ ...request, parameters, from: checkpoint! });
    assert.deepEqual(
      rest.frames.slice(0, 3).map(({ octave, step, done }) => [octave, step, done]),
      [
        [3, 3, 11],
        [3, 4, 12],
        [4, 1, 13],
      ],
      "the third picture from where it stood, and those after it",
    );
    const { sheet } = whole.finished;
    for (const i of [0, 1, 3, 4]) assert.deepEqual(cut(rest, sheet!, i), cut(whole, sheet!, i), `cell ${i}`);
    const apart = (one: FloatTensor, other: FloatTensor) => rootMeanSquare(one.data, other.data);
    const gap = apart(cut(rest, sheet!, 2), cut(whole, sheet!, 2));
    const early = cellOf(float32(checkpoint!.shape.slice(1), checkpoint!.values), { ...sheet!, gap: 0 }, 0);
    assert.ok(gap < apart(early, cut(whole, sheet!, 2)), `${gap}`);
    await assert.rejects(
      made({ ...request, parameters: { ...parameters, count: 6 }, from: checkpoint! }),
      /5 pictures of 32 × 32 pixels to go on from, and 6 pictures of 32 × 32 pixels are asked for/,
    );
    const refused = (more: object, why: RegExp) =>
      assert.rejects(made({ ...request, parameters, from: checkpoint!, ...more }), why);
    await refused({ parameters: { ...parameters, first: 3 } }, /made with other settings \(first\)/);
    await refused({ layer: "fire4/concat" }, /made with other settings \(layer\)/);
    await refused(
      { technique: "neuron-visualization", channel: 1, parameters: {} },
      /several pictures of Feature grid/,
    );
    const { technique: _, ...old } = checkpoint!;
    await refused({ from: old as Checkpoint }, /An earlier version kept what there is to go on from/);
    const faster = await made({ ...request, parameters: { ...parameters, rate: 0.1, steps: 3 }, from: checkpoint! });
    assert.deepEqual(cut(faster, sheet!, 0), cut(whole, sheet!, 0));
  });

  it("tells which picture it makes, and whether that is whole", async () => {
    const { frames } = await made({ ...request, parameters: { ...quick, count: 2 } });
    assert.deepEqual(
      frames.map(({ making }) => making),
      [1, 2].flatMap((picture) => [1, 2, 3, 4].map((step) => ({ picture, pictures: 2, isWhole: step === 4 }))),
    );
  });

  it("ends with the layer's last channel, and is refused beyond it", async () => {
    const { finished } = await made({ ...request, parameters: { size: 32, steps: 1, first: 126, count: 9 } });
    assert.deepEqual(
      finished.sheet?.cells.map(({ channel }) => channel),
      [126, 127],
    );
    await assert.rejects(
      made({ ...request, parameters: { ...quick, first: 128 } }),
      /fire3\/concat has the channels 0 to 127; there is no channel 128/,
    );
  });

  it("raises what goes into the rectifier of a channel that nothing wakes otherwise", async () => {
    const result = await made({ ...request, layer: "conv1", parameters: { size: 64, steps: 20, first: 33, count: 1 } });
    assert.match(
      result.notes.map(({ text }) => text).join(),
      /stays at 0, what goes into its activation function is raised/,
    );
    assert.deepEqual(result.finished.sheet?.cells, [{ title: "Channel 33", channel: 33 }]);
    const anew = result.frames.findLast(({ step }) => step === 1)!;
    assert.ok(anew.objective < 0 && result.finished.objective[1] > (2 / 3) * anew.objective, `${anew.objective}`);
  });

  it("names the channels that nothing woke at first, all of them in one note", async () => {
    const six = { ...request, layer: "fire5/concat", parameters: { size: 32, steps: 8, count: 6 } };
    const { notes, frames, finished } = await made(six);
    const woken = notes.filter(({ text }) => text.includes("activated"));
    assert.ok(woken.length > 1, notes.map(({ text }) => text).join("\n"));
    assert.equal(new Set(woken.map(({ key }) => key)).size, 1);
    assert.match(woken.at(-1)!.text, /^Nothing of the picture activated channels \d(, \d)+ of fire5\/concat at first: what goes into their activation functions was raised for 1 step,/); // prettier-ignore
    assert.ok(!notes.some(({ text }) => text.includes("activated it")), "without a name nobody knows what it is");
    const named = finished.sheet!.cells.flatMap(({ title, channel }) =>
      title.endsWith(": inactive at first") ? [channel] : [],
    );
    assert.ok(woken.at(-1)!.text.includes(`channels ${named.join(", ")} of`), `${named.join(", ")} have it in their titles`); // prettier-ignore
    // As many after a pause behind the first of them: where the channel's last step was done, and in the midst of the next.
    const [first = 0, second = 0] = named.map((channel) => channel! + 1);
    for (const [octave, step] of [
      [first, 8],
      [second, 4],
    ]) {
      const { checkpoint } = frames.find((frame) => frame.octave === octave && frame.step === step)!;
      const rest = await made({ ...six, from: checkpoint! });
      const told = rest.notes.filter(({ key }) => key === "woken");
      assert.match(told[0]?.text ?? "", new RegExp(` channels? ${first - 1}\\b`));
      assert.equal(told.at(-1)?.text, woken.at(-1)!.text);
      assert.deepEqual(rest.finished.sheet, finished.sheet);
    }
  });

  it("leaves a dead channel grey, says so, and goes on", async () => {
    const model = onnxFile({
      nodes: [node("Conv", ["x", "k", "b"], "c"), node("Relu", ["c"], "fires")],
      weights: [weight("k", [3, 3, 1, 1], [...random(1, 3), 0, 0, 0, ...random(2, 3)]), weight("b", [3], [1, -1, 1])],
      inputs: [value("x", [1, 3, 32, 32])],
      outputs: [value("fires", [1, 3, 32, 32])],
    });
    const plain: Preparation = { ...preparation, size: [32, 32], color: "RGB", range: [0, 1] };
    const result = await made({ ...request, model, preparation: plain, layer: "fires", parameters: quick });
    const { sheet } = result.finished;
    assert.deepEqual(
      sheet?.cells.map(({ title }) => title),
      ["Channel 0", "Channel 1: dead here", "Channel 2"],
    );
    assert.ok(cut(result, sheet, 1).data.every((x) => x === gray));
    assert.ok(cut(result, sheet, 2).data.some((x) => x !== gray));
    assert.match(result.notes.map(({ text }) => text).join(), /Channel 1 of fires does not change with the picture/);
    const left = result.frames.find(({ octave }) => octave === 2)!;
    assert.deepEqual(left.making, { picture: 2, pictures: 3, isWhole: true });
    const again = { ...request, model, preparation: plain, layer: "fires", parameters: quick };
    const rest = await made({ ...again, from: left.checkpoint! });
    assert.deepEqual(rest.finished.sheet, sheet, "what was found out stays found out");
    assert.deepEqual(rest.floats, result.floats);
    const longer = await made({ ...again, parameters: { ...quick, steps: 6 }, from: left.checkpoint! });
    assert.deepEqual(longer.finished.sheet, sheet);
    assert.equal(longer.frames[0]?.octave, 3);
  });

  it("stops in between when it is cancelled", async () => {
    const cancelling = new AbortController();
    const seen: string[] = [];
    for await (const { kind } of makerEngine.synthesize({ ...request, parameters, frames: "all" }, cancelling.signal)) {
      if (kind !== "note" && kind !== "progress") seen.push(kind);
      if (seen.length === 4) cancelling.abort();
    }
    assert.deepEqual(seen, ["begun", "frame", "frame", "frame"]);
  });
});

describe("several pictures of a neuron", function () {
  this.timeout(120_000);
  const layer = "fire3/concat";
  const request = { technique: "neuron-visualization", model: squeezenet, layer, channel: 5, checkpoints: true };
  const quick = { size: 64, steps: 12 };

  it("differ the more, the more diversity weighs", async () => {
    const apart = async (diversity: number) => {
      const result = await made({ ...request, parameters: { ...quick, pictures: 3, diversity } });
      const { sheet } = result.finished;
      assert.deepEqual(
        sheet?.cells.map(({ title }) => title),
        ["1", "2", "3"],
      );
      assert.deepEqual([sheet?.columns, sheet?.rows, result.frames.length], [2, 2, 12]);
      return meanCosine(
        await gramsOf(
          [0, 1, 2].map((i) => cut(result, sheet, i)),
          layer,
        ),
      );
    };
    const [free, differing] = [await apart(0), await apart(5)];
    assert.ok(1 - differing > 1.5 * (1 - free), `${free} → ${differing}`);
  });

  it("stand side by side, best and least, and go on from a checkpoint with the first one kept", async () => {
    const parameters = { ...quick, sign: "both" };
    const result = await made({ ...request, parameters });
    const { sheet } = result.finished;
    assert.deepEqual(sheet, {
      columns: 2,
      rows: 1,
      cell: [64, 64],
      gap: 4,
      cells: [{ title: "Best" }, { title: "Least" }],
    });
    const [best, least] = await Promise.all([0, 1].map((i) => beforeRectifier(cut(result, sheet, i), 5)));
    assert.ok(best! > 0 && least! < 0, `${best}, ${least}`);
    const octaves = result.frames.map(({ octave }) => octave);
    assert.deepEqual([octaves.filter((each) => each === 1).length, octaves.length], [12, 24]);
    const { checkpoint } = result.frames[17]!;
    const rest = await made({ ...request, parameters, from: checkpoint! });
    assert.deepEqual(
      rest.frames.map(({ octave, step }) => [octave, step]),
      [7, 8, 9, 10, 11, 12].map((step) => [2, step]),
    );
    assert.deepEqual(cut(rest, sheet, 0), cut(result, sheet, 0));
    const rows = await made({ ...request, parameters: { ...parameters, steps: 1, pictures: 2, method: "l2" } });
    assert.deepEqual(
      rows.finished.sheet?.cells.map(({ title }) => title),
      ["Best 1", "Best 2", "Least 1", "Least 2"],
    );
    assert.deepEqual([rows.finished.sheet?.columns, rows.finished.sheet?.rows], [2, 2]);
    await assert.rejects(
      made({ ...request, parameters: quick, from: checkpoint! }),
      /There are 2 pictures to go on from, and one is asked for/,
    );
  });

  it("can have their low frequencies in common: then they are nearer to one another", async () => {
    const apart = async (base: string) => {
      const result = await made({ ...request, parameters: { ...quick, pictures: 2, base } });
      const [a, b] = [0, 1].map((i) => smoothed(cut(result, result.finished.sheet!, i)));
      return Math.sqrt(a!.data.reduce((sum, x, i) => sum + (x - b!.data[i]!) ** 2, 0) / a!.data.length);
    };
    const [own, common] = [await apart("own"), await apart("common")];
    assert.ok(common < 0.3 * own, `${own} → ${common}`);
  });

  it("weigh several channels with either sign", async () => {
    const sixth = async (weight: number) => {
      const layers = [
        { name: layer, weight: 1 },
        { name: layer, weight, channel: 6 },
      ];
      const { floats, finished } = await made({ ...request, layers, parameters: quick });
      assert.deepEqual(finished.recipe.layers, layers);
      return beforeRectifier(floats, 6);
    };
    const [raised, lowered] = [await sixth(1), await sixth(-1)];
    assert.ok(lowered < raised / 2, `${lowered}, ${raised}`);
  });
});

describe("a picture that goes on at another size", function () {
  this.timeout(60_000);

  for (const method of ["fourier", "laplacian", "l2"])
    it(`starts from what it was: ${method}`, async () => {
      const request = { technique: "class-visualization", model: smallNet(), target: 1, checkpoints: true };
      // Steps so small that the next frame shows what it started from.
      const still = { rate: 0.001, "total-variation": 0, ...(method === "l2" && { "step-size": 0.01 }) };
      const first = await made({ ...request, parameters: { method: "yosinski", steps: 12, size: 32 } });
      const { checkpoint } = first.frames.at(-1)!;
      assert.deepEqual(checkpoint?.shape, [1, 3, 32, 32]);
      const next = await made({ ...request, parameters: { method, ...still, steps: 13, size: 48 }, from: checkpoint });
      assert.deepEqual(next.floats.shape, [1, 3, 48, 48]);
      assert.equal(next.frames.length, 1);
      const expected = resizeBilinear(first.floats, 48, 48);
      const spread = rootMeanSquare(expected.data, new Float32Array(expected.data.length).fill(127));
      const gap = rootMeanSquare(next.floats.data, expected.data);
      assert.ok(gap < 0.1 * spread, `${gap} of ${spread}`);
    });
});
