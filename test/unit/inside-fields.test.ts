import assert from "node:assert/strict";
import { anatomy } from "../../src/engine/inside/anatomy.ts";
import { fieldless, fieldOf, fields, seenBy } from "../../src/engine/inside/fields.ts";
import { node as facts } from "../../src/engine/inside/node.ts";
import { patchOf } from "../../src/engine/inside/patch.ts";
import { unit } from "../../src/engine/inside/unit.ts";
import { unitFindings } from "../../src/engine/inside/unit-maps.ts";
import type { Rectangle } from "../../src/shared/inside.ts";
import { float32 } from "../../src/shared/tensor.ts";
import { integers, node, onnxFile, openModel, releaseModels, value, weight } from "./support/onnx-nets.ts";
import { random } from "./support/random.ts";
import { picture, referenceFile } from "./support/reference-net.ts";
import { never, newEngine, npy } from "./support/engine.ts";
import { looking, squeezenet } from "./support/samples.ts";
import { told } from "./support/told.ts";

const image = picture(7);
const reference = () => ({ model: referenceFile(), image: npy(image) });

const holds = ({ top, left, bottom, right }: Rectangle, [y, x]: readonly [number, number]) =>
  y >= top && y < bottom && x >= left && x < right;

/** The smallest rectangle around places of a map. */
function around(places: readonly (readonly [number, number])[]): Rectangle | undefined {
  if (!places.length) return undefined;
  const [rows, columns] = [places.map(([row]) => row), places.map(([, column]) => column)];
  return {
    top: Math.min(...rows),
    left: Math.min(...columns),
    bottom: Math.max(...rows) + 1,
    right: Math.max(...columns) + 1,
  };
}

/** Four patches of 4 × 4 as tokens, with one more token before them. */
const patches = () =>
  onnxFile({
    nodes: [
      node("Conv", ["image", "w"], "patch", { strides: [4, 4] }),
      node("Reshape", ["patch", "shape"], "line"),
      node("Transpose", ["line"], "turned", { perm: [0, 2, 1] }),
      node("Concat", ["class", "turned"], "joined", { axis: 1 }),
      node("Tanh", ["joined"], "tokens"),
    ],
    weights: [
      weight("w", [5, 3, 4, 4], random(1, 240)),
      integers("shape", [1, 5, 4]),
      weight("class", [1, 1, 5], random(2, 5)),
    ],
    inputs: [value("image", [1, 3, 8, 8])],
    outputs: [value("tokens", [])],
  });

/** A layer behind an operator of which it is not known where it looks. */
const mixed = () =>
  onnxFile({
    nodes: [
      node("Conv", ["image", "w"], "conv"),
      node("Einsum", ["conv", "m"], "mix", { equation: "bchw,oc->bohw" }),
      node("Relu", ["mix"], "relu"),
      node("GlobalAveragePool", ["relu"], "pool"),
    ],
    weights: [weight("w", [4, 3, 3, 3], random(1, 108)), weight("m", [5, 4], random(2, 20))],
    inputs: [value("image", [1, 3, 8, 8])],
    outputs: [value("pool", [1, 5, 1, 1])],
  });

describe("fields of a layer's places", () => {
  afterEach(releaseModels);

  it("and the places that see a pixel are two sides of the same", async () => {
    const [engine, subject] = [looking(), reference()];
    for (const [layer, height, width] of [
      ["conv1", 12, 10],
      ["pool1", 6, 5],
      ["conv2", 6, 5],
    ] as const) {
      const places = Array.from({ length: height * width }, (_, i) => [Math.floor(i / width), i % width] as const);
      const seen = await Promise.all(places.map((place) => fieldOf(engine, { ...subject, layer, place })));
      for (let y = 0; y < 12; y++)
        for (let x = 0; x < 10; x++) {
          const expected = around(places.filter((_, i) => holds(told(seen[i]).clipped, [y, x])));
          assert.deepEqual(await seenBy(engine, { ...subject, layer, pixel: [y, x] }), expected, `${layer} ${y}, ${x}`);
        }
    }
  });

  it("are those that are worked out by hand, and clipped at the border", async () => {
    const [engine, subject] = [looking(), reference()];
    // conv2 after a pooling of 2 and a convolution of 3: 3 · 2 + 2 pixels, 2 apart.
    assert.deepEqual(await fieldOf(engine, { ...subject, layer: "conv2", place: [0, 1] }), {
      whole: { top: -3, left: -1, bottom: 5, right: 7 },
      clipped: { top: 0, left: 0, bottom: 5, right: 7 },
    });
    const found = await fields(engine, { model: subject.model, layer: "conv2" });
    assert.deepEqual(found, [{ layer: "conv2", size: [8, 8], stride: [2, 2], center: [0.5, 0.5], whole: false }]);
    await assert.rejects(fieldOf(engine, { ...subject, layer: "conv2", place: [6, 0] }), /no row 6/);
  });

  it("are known of every layer and every value by name", async () => {
    const found = await fields(looking(), { model: squeezenet });
    const open = await openModel(squeezenet);
    const { layers, network, reached } = await open.bound(1);
    const names = new Set(found.map(({ layer }) => layer));
    assert.equal(names.size, found.length);
    for (const { name } of layers) assert.ok(names.has(name), name);
    for (const [name, each] of network.values) assert.equal(names.has(name), reached.has(each), name);
    // Three poolings and a first convolution of 3 by 2; fire9's 3 × 3 after them.
    const { size, stride } = found.find(({ layer }) => layer === "fire2/expand3x3")!;
    assert.deepEqual(
      [size, stride],
      [
        [15, 15],
        [4, 4],
      ],
    );
    assert.equal(found.find(({ layer }) => layer === "pool10")!.whole, true);
  });

  it("leave out no layer but with a reason", async () => {
    const behind = mixed();
    for (const [model, unknown] of [
      [behind, ["mix", "pool"]],
      [squeezenet, []],
    ] as const) {
      const { layers } = await newEngine().open({ model }, never);
      const known = new Set((await fields(looking(), { model })).map(({ layer }) => layer));
      const rest = await fieldless(looking(), { model });
      assert.deepEqual(
        rest.map(({ layer }) => layer),
        unknown,
      );
      for (const { name } of layers) assert.notEqual(known.has(name), rest.some(({ layer }) => layer === name), name); // prettier-ignore
      for (const { why } of rest) assert.equal(why, "Where Einsum (node mix) looks in its input is not known.");
    }
    const asked = fields(looking(), { model: behind, layer: "pool" });
    await assert.rejects(asked, /pool of .* has no receptive field: where Einsum \(node mix\) looks/);
  });

  it("that are not known are told from none, wherever they are asked for", async () => {
    const [engine, model] = [looking(), mixed()];
    const unknown = { why: "where Einsum (node mix) looks in its input is not known" };
    const asked = { model, image: npy(float32([1, 3, 8, 8], random(3, 192))), layer: "mix" };
    assert.deepEqual(await fieldOf(engine, { ...asked, place: [1, 2] }), unknown);
    assert.deepEqual(await seenBy(engine, { ...asked, pixel: [1, 2] }), unknown);
    assert.deepEqual((await unit(engine, { ...asked, channel: 1 }, never)).field, unknown);
    const { field, picture } = await patchOf(engine, { ...asked, place: [1, 2] });
    assert.deepEqual([field, picture?.width], [undefined, 8], "it may be anywhere in all of the photo");
    const found = new Map((await anatomy(engine.library, { model })).map(({ layer, field }) => [layer, field]));
    assert.deepEqual([found.get("mix"), found.get("pool")], [unknown, unknown]);
    told(found.get("conv"));
    assert.deepEqual((await facts(engine.library, { model, node: 2 })).field, unknown);
  });

  it("are nothing between the dots of a transposed convolution", async () => {
    const model = onnxFile({
      nodes: [
        node("Conv", ["image", "w"], "conv"),
        node("ConvTranspose", ["conv", "dots"], "apart", { strides: [2, 2] }),
      ],
      weights: [weight("w", [2, 3, 3, 3], random(1, 54)), weight("dots", [2, 2, 1, 1], random(2, 4))],
      inputs: [value("image", [1, 3, 8, 8])],
      outputs: [value("apart", [1, 2, 11, 11])],
    });
    const asked = { model, image: npy(float32([1, 3, 8, 8], random(3, 192))), layer: "apart" };
    assert.equal(await fieldOf(looking(), { ...asked, place: [1, 2] }), undefined);
    assert.equal((await patchOf(looking(), { ...asked, place: [1, 2] })).picture, undefined);
    assert.equal((await unit(looking(), { ...asked, channel: 0, place: [1, 2] }, never)).field, undefined);
    told(await fieldOf(looking(), { ...asked, place: [2, 2] }));
  });

  it("are the whole picture after attention, and not known before it, where tokens are split among heads", async () => {
    const model = onnxFile({
      nodes: [
        node("Conv", ["image", "w"], "patch", { strides: [4, 4] }),
        node("Reshape", ["patch", "line"], "turned"),
        node("Concat", ["turned", "class"], "tokens", { axis: 2 }),
        node("Reshape", ["tokens", "heads"], "keys"),
        node("Transpose", ["keys"], "values", { perm: [0, 1, 3, 2] }),
        node("MatMul", ["values", "keys"], "likeness"),
        node("MatMul", ["likeness", "values"], "attended"),
      ],
      weights: [
        weight("w", [6, 3, 4, 4], random(1, 288)),
        integers("line", [1, 6, 4]),
        weight("class", [1, 6, 1], random(2, 6)),
        integers("heads", [1, 2, 3, 5]),
      ],
      inputs: [value("image", [1, 3, 8, 8])],
      outputs: [value("attended", [1, 2, 5, 3])],
    });
    const asked = { model, image: npy(float32([1, 3, 8, 8], random(3, 192))), place: [0, 0], pixel: [3, 3] } as const;
    const whole = { top: 0, left: 0, bottom: 8, right: 8 };
    assert.deepEqual(await fieldOf(looking(), { ...asked, layer: "attended" }), { whole, clipped: whole });
    assert.deepEqual(await seenBy(looking(), { ...asked, layer: "attended" }), { ...whole, bottom: 5, right: 3 });
    const unknown = { why: "its numbers are not laid out over the picture" };
    assert.deepEqual(await fieldOf(looking(), { ...asked, layer: "values" }), unknown);
    assert.deepEqual(await seenBy(looking(), { ...asked, layer: "values" }), unknown);
  });

  it("are where the gradient is, also where rows and columns have changed places", async () => {
    const model = onnxFile({
      nodes: [
        node("Conv", ["image", "w"], "conv"),
        node("Transpose", ["conv"], "turned", { perm: [0, 1, 3, 2] }),
        node("Conv", ["turned", "v"], "y", { strides: [2, 1] }),
        node("MaxPool", ["y"], "pool", { kernel_shape: [1, 2] }),
      ],
      weights: [weight("w", [2, 3, 3, 1], random(1, 18)), weight("v", [2, 2, 3, 1], random(2, 12))],
      inputs: [value("image", [1, 3, 7, 9])],
      outputs: [value("pool", [])],
    });
    const engine = looking();
    const asked = { model, image: npy(float32([1, 3, 7, 9], random(3, 189))), layer: "y" };
    for (let row = 0; row < 5; row++)
      for (let column = 0; column < 4; column++) {
        const place = [row, column] as const;
        const pixels: (readonly [number, number])[] = [];
        for await (const found of unitFindings(engine, { ...asked, channel: 1, place }, never))
          if (found.kind === "heatmap" && found.key === "gradient")
            found.raw.data.forEach((slope, i) => {
              if (slope) pixels.push([Math.floor((i % 63) / 9), i % 9]);
            });
        const field = told(await fieldOf(engine, { ...asked, place })).clipped;
        assert.deepEqual(field, around(pixels), `${row}, ${column}`);
        for (const pixel of pixels)
          assert.ok(holds(told(await seenBy(engine, { ...asked, pixel })), place), `${row}, ${column}`);
      }
  });

  it("are found for tokens as for the patches that they are", async () => {
    const subject = { model: patches(), image: npy(float32([1, 3, 8, 8], random(3, 192))), layer: "tokens" };
    const engine = looking();
    const part = { top: 4, left: 0, bottom: 8, right: 4 };
    assert.deepEqual(await fieldOf(engine, { ...subject, place: [1, 0] }), { whole: part, clipped: part });
    assert.deepEqual(await seenBy(engine, { ...subject, pixel: [6, 3] }), { top: 1, left: 0, bottom: 2, right: 1 });
    const card = await unit(engine, { ...subject, channel: 2, place: [1, 0] }, never);
    assert.deepEqual(card.field, part);
  });
});
