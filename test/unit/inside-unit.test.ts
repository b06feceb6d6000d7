import assert from "node:assert/strict";
import sharp from "sharp";
import { unitFindings, unitMaps } from "../../src/engine/inside/unit-maps.ts";
import { unit } from "../../src/engine/inside/unit.ts";
import type { Stroke } from "../../src/shared/inside.ts";
import { float32 } from "../../src/shared/tensor.ts";
import type { Finding, FloatHeatmap, Update } from "../../src/shared/updates.ts";
import { ask, near } from "./support/asking.ts";
import { node, onnxFile, releaseModels, value, weight } from "./support/onnx-nets.ts";
import { random } from "./support/random.ts";
import { back, deconvnetGate, forward, guidedGate, openGate, picture, referenceFile } from "./support/reference-net.ts";
import { never, npy } from "./support/engine.ts";
import { told } from "./support/told.ts";
import { cat, looking, squeezenet } from "./support/samples.ts";

const image = picture(7);
const reference = () => ({ model: referenceFile(), image: npy(image) });

async function collected<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const each of stream) all.push(each);
  return all;
}

describe("one unit", () => {
  afterEach(releaseModels);

  it("is the strongest of its channel where no place is given", async () => {
    const { a2 } = forward(image.data);
    for (let channel = 0; channel < 5; channel++) {
      const map = Array.from(a2.data.subarray(channel * 30, (channel + 1) * 30));
      const found = await unit(looking(), { ...reference(), layer: "conv2", channel }, never);
      near([found.value + 1], [Math.max(...map) + 1], 1e-5, "value");
      assert.equal(found.strongest, true);
      near([map[found.place[0] * 5 + found.place[1]]! + 1], [Math.max(...map) + 1], 1e-5, "place");
    }
    const other = await unit(looking(), { ...reference(), layer: "conv2", channel: 1, place: [3, 4] }, never);
    near([other.value + 1], [a2.data[30 + 3 * 5 + 4]! + 1], 1e-5, "value");
  });

  it("comes with what it sees of the photo", async () => {
    const found = await unit(looking(), { model: squeezenet, image: cat, layer: "fire2/expand3x3", channel: 3 }, never);
    const { top, left, bottom, right } = told(found.field);
    const { png, width, height } = found.patch!;
    const meta = await sharp(png).metadata();
    assert.deepEqual([meta.width, meta.height], [width, height]);
    assert.equal(width % (right - left), 0);
    assert.equal(width / (right - left), height / (bottom - top));
    assert.ok(width > 100 && right - left <= 15);
    // The middle of one enlarged pixel is the pixel of what the network sees.
    const { seen } = await import("../../src/engine/inside/seen.ts");
    const whole = await seen(looking(), { model: squeezenet, image: cat });
    const [large, small] = await Promise.all(
      [png, whole.png].map((bytes) => sharp(bytes).removeAlpha().raw().toBuffer()),
    );
    const factor = width / (right - left);
    const at = (2 * factor * width + 3 * factor) * 3;
    const from = ((top + 2) * whole.width + left + 3) * 3;
    assert.deepEqual([...large!.subarray(at, at + 3)], [...small!.subarray(from, from + 3)]);
  });

  it("is refused where there is none such", async () => {
    const engine = looking();
    const refused = (more: object) => unit(engine, { ...reference(), layer: "conv2", channel: 0, ...more }, never);
    await assert.rejects(refused({ channel: 5 }), /channels 0 to 4; there is no channel 5/);
    await assert.rejects(refused({ place: [0, 5] }), /maps of 6 × 5; there is no unit at row 0, column 5/);
    await assert.rejects(refused({ layer: "conv3" }), /no layer conv3/);
  });
});

describe("what excites a unit", () => {
  afterEach(releaseModels);

  const maps = (findings: readonly Finding[]) =>
    new Map(findings.flatMap((each) => (each.kind === "heatmap" ? [[each.key, each] as const] : [])));

  it("is what plain loops send back from it, in three ways", async () => {
    const request = { ...reference(), layer: "conv2", channel: 2 };
    const engine = looking();
    const { place } = await unit(engine, request, never);
    const found = maps(await collected(unitFindings(engine, request, never)));
    const seed = new Float32Array(150);
    seed[2 * 30 + place[0] * 5 + place[1]] = 1;
    for (const [key, gate] of [
      ["deconvnet", deconvnetGate],
      ["guided", guidedGate],
      ["gradient", openGate],
    ] as const) {
      const map = found.get(key) as FloatHeatmap;
      near(map.raw.data, back(image.data, seed, gate).pixels.data, 1e-5, key);
      assert.deepEqual(map.values.shape, [12, 10]);
    }
  });

  it("is, times its activation, what the deconvnet technique shows", async () => {
    const request = { model: squeezenet, image: cat, layer: "fire3/concat", channel: 17 };
    const engine = looking();
    const { place, value: activation } = await unit(engine, request, never);
    const found = maps(await collected(unitFindings(engine, request, never))).get("deconvnet")!;
    const { model, image } = await engine.see(request);
    const parameters = { from: "unit", channel: 17, row: place[0], column: place[1] };
    const { raw } = (await ask("deconvnet", { model, image, layer: request.layer, parameters })).map();
    assert.ok(activation > 0);
    near(
      found.raw.data.map((x) => x * activation),
      raw.data,
      1e-4,
      "projection",
    );
  });

  it("crosses as bytes, and says so where nothing comes back", async () => {
    const model = onnxFile({
      nodes: [node("Conv", ["image", "w", "b"], "conv"), node("Relu", ["conv"], "relu")],
      weights: [weight("w", [1, 3, 1, 1], [1, 1, 1]), weight("b", [1], [-100])],
      inputs: [value("image", [1, 3, 4, 4])],
      outputs: [value("relu", [])],
    });
    const request = { model, image: npy(float32([1, 3, 4, 4], random(1, 48))), layer: "conv", channel: 0 };
    const all: Update[] = await collected(unitMaps(looking(), request, never));
    const note = all.find((each) => each.kind === "note");
    assert.match(note!.text, /2 of the 3 maps are zero everywhere: the unit is silent/);
    assert.deepEqual(
      all.flatMap((each) => (each.kind === "heatmap" ? [[each.key, each.values.bytes instanceof Uint8Array]] : [])),
      [
        ["deconvnet", true],
        ["guided", true],
        ["gradient", true],
      ],
    );
    assert.deepEqual(
      all.flatMap((each) => (each.kind === "progress" ? [each.done] : [])),
      [1, 2, 3],
    );
  });

  it("follows the brush", async () => {
    const engine = looking();
    const request = { model: squeezenet, image: cat, layer: "conv1", channel: 5 };
    const plain = await unit(engine, request, never);
    const { top, left } = told(plain.field);
    const strokes: Stroke[] = [{ tool: "gray", radius: 30, points: [[left, top]] }];
    const painted = await unit(engine, { ...request, place: plain.place, strokes }, never);
    assert.ok(plain.value > 2 * painted.value, `${plain.value} became ${painted.value}`);
    assert.notDeepEqual(plain.patch!.png, painted.patch!.png);
    const maps = await collected(unitFindings(engine, { ...request, place: plain.place, strokes }, never));
    assert.ok(maps.some((each) => each.kind === "heatmap"));
  });
});
