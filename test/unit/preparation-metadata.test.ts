import assert from "node:assert/strict";
import { candidates } from "../../src/engine/preparation/candidates.ts";
import { parseLiteral } from "../../src/engine/preparation/literal.ts";
import { readDescription } from "../../src/engine/preparation/metadata.ts";
import { possiblePreparations } from "../../src/engine/preparation/resolve.ts";
import type { InputShape, Preparation } from "../../src/shared/preparation.ts";

const described = (entries: Readonly<Record<string, string>>) => readDescription(new Map(Object.entries(entries)));

describe("parseLiteral", () => {
  const map = (entries: Record<string, unknown>) => new Map(Object.entries(entries));
  const literals: Record<string, unknown> = {
    "{0: 'cat', 1: \"it's\", 2: 'a\\'b\\n'}": map({ 0: "cat", 1: "it's", 2: "a'b\n" }),
    '{"mean": [0.5, -1e-3], "ok": true, "none": null}': map({ mean: [0.5, -0.001], ok: true, none: null }),
    "(3, 224, 224,)": [3, 224, 224],
    "[]": [],
    "[True, None, .5]": [true, null, 0.5],
    "'caf\\u00e9 \\x41'": "café A",
    " 7 ": 7,
    "{'__proto__': 'x'}": map({ ["__proto__"]: "x" }),
  };
  for (const [text, value] of Object.entries(literals)) it(text, () => assert.deepEqual(parseLiteral(text), value));

  const others = [
    "",
    "cat",
    "[1, 2",
    "{1 2}",
    "__import__('os')",
    "[1] + [2]",
    "'open",
    "{[1]: 2}",
    "[".repeat(1000),
    "1,",
    "toString",
  ];
  for (const text of others)
    it(`does not read ${text.slice(0, 20)}`, () => assert.equal(parseLiteral(text), undefined));
});

describe("a model's own description", () => {
  it("of Ultralytics", () => {
    const { input, labels } = described({
      author: "Ultralytics",
      task: "classify",
      imgsz: "[224, 192]",
      names: "{0: 'tench, Tinca tinca', 1: 'goldfish'}",
    });
    assert.deepEqual(labels, ["tench, Tinca tinca", "goldfish"]);
    assert.deepEqual(input, { size: [224, 192], color: "RGB", range: [0, 1], mean: [0], deviation: [1], fit: "crop" });
  });
  it("of Windows ML", () => {
    const { input } = described({
      "Image.BitmapPixelFormat": "Gray8",
      "Image.NominalPixelRange": "NominalRange_0_255",
    });
    assert.deepEqual(input, { color: "gray", range: [0, 255], mean: [0], deviation: [1] });
    assert.deepEqual(described({ "Image.BitmapPixelFormat": "toString" }).input, {});
  });
  it("of timm, its configuration inside another", () => {
    const config = {
      architecture: "x",
      pretrained_cfg: { input_size: [3, 240, 320], mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] },
    };
    const { input } = described({ config: JSON.stringify(config) });
    assert.deepEqual(input, { range: [0, 1], mean: [0.5, 0.5, 0.5], deviation: [0.5, 0.5, 0.5], size: [240, 320] });
  });
  it("of Hugging Face", () => {
    const { input, labels } = described({
      preprocessor: JSON.stringify({
        image_mean: [0.1, 0.2, 0.3],
        image_std: [1, 1, 1],
        size: { height: 32, width: 64 },
      }),
      config: JSON.stringify({ id2label: { 1: "dog", 0: "cat" } }),
    });
    assert.deepEqual(input, { range: [0, 1], mean: [0.1, 0.2, 0.3], deviation: [1, 1, 1], size: [32, 64] });
    assert.deepEqual(labels, ["cat", "dog"]);
  });
  it("by plain keys, in units of bytes", () => {
    const { input } = described({ mean: "123.675, 116.28, 103.53", std: "58.395 57.12 57.375", input_size: "224" });
    const bytes = { range: [0, 255], mean: [123.675, 116.28, 103.53], deviation: [58.395, 57.12, 57.375] };
    assert.deepEqual(input, { ...bytes, size: [224, 224] });
  });
  it("by a list of labels in any of its forms", () => {
    for (const text of ["cat\ndog", "cat,dog", '["cat", "dog"]', "['cat', 'dog']", '{"0": "cat", "1": "dog"}'])
      assert.deepEqual(described({ labels: text }).labels, ["cat", "dog"], text);
  });
  it("is left alone where it makes no sense", () => {
    const nonsense = {
      mean: "nice",
      std: "0",
      names: "{0: 'a', 5: 'b'}",
      imgsz: "[-1, 9999999]",
      size: "{}",
      labels: "[[1]]",
    };
    assert.deepEqual(described(nonsense), { input: {}, labels: undefined });
    assert.deepEqual(described({ mean: "[0.5]", std: "[0]" }).input, {});
  });
});

const shape = (change: Partial<InputShape> = {}): InputShape => ({
  name: "x",
  layout: "NCHW",
  channels: 3,
  height: 64,
  width: 96,
  written: [1, 3, 64, 96],
  ...change,
});

describe("candidates", () => {
  it("fit the input, the most common first", () => {
    const list = candidates(shape({ layout: "NHWC" }));
    assert.deepEqual(list[0]?.mean, [0.485, 0.456, 0.406]);
    assert.ok(list.every(({ size, layout, fit }) => size.join() === "64,96" && layout === "NHWC" && fit === "stretch"));
    assert.ok(candidates(shape({ channels: 1 })).every(({ color }) => color === "gray"));
    assert.deepEqual(candidates(shape({ channels: 4 })), []);
    assert.deepEqual(candidates(shape({ height: undefined, width: undefined }))[0]?.size, [224, 224]);
  });
  it("are those that agree with what is known", () => {
    assert.ok(candidates(shape(), { color: "BGR" }).length > 1);
    assert.ok(candidates(shape(), { color: "BGR" }).every(({ color }) => color === "BGR"));
    const [only, ...none] = candidates(shape(), { range: [0, 255], mean: [127.5, 127.5, 127.5], fit: "crop" });
    assert.deepEqual([only?.deviation, only?.fit, none.length], [[127.5], "crop", 0]);
  });
  it("take in what is known where nothing usual agrees", () => {
    const list = candidates(shape(), { range: [0, 1], mean: [0.3], deviation: [0.2] });
    assert.deepEqual(
      list.map(({ color }) => color),
      ["RGB", "BGR"],
    );
    assert.ok(list.every(({ mean, deviation }) => mean[0] === 0.3 && deviation[0] === 0.2));
  });
});

describe("possiblePreparations", () => {
  const settled = { color: "BGR", range: [0, 255], mean: [1, 2, 3], deviation: [4] } as const;

  it("takes the sidecar's word before the file's", () => {
    const { candidates: list, from } = possiblePreparations(
      "m.onnx",
      shape(),
      { input: { ...settled } },
      { color: "RGB", mean: [9] },
    );
    assert.deepEqual([from, list.length, list[0]?.color, list[0]?.mean], ["sidecar", 1, "BGR", [1, 2, 3]]);
  });
  it("takes the file's word where it settles the matter", () => {
    assert.equal(possiblePreparations("m.onnx", shape(), undefined, settled).from, "metadata");
    assert.equal(possiblePreparations("m.onnx", shape(), { input: { fit: "pad" } }, settled).candidates[0]?.fit, "pad");
  });
  it("takes a range by itself for all that pixels become", () => {
    const of = (input: Partial<Preparation>, described: Partial<Preparation> = {}) => {
      const { candidates: list, from } = possiblePreparations("m.onnx", shape(), { input }, described);
      return [from, ...list.map(({ color, range, mean, deviation }) => [color, ...range, ...mean, ...deviation])];
    };
    assert.deepEqual(of({ range: [0, 255], color: "RGB" }), ["sidecar", ["RGB", 0, 255, 0, 1]]);
    assert.deepEqual(of({ range: [0, 1], color: "BGR" }), ["sidecar", ["BGR", 0, 1, 0, 1]]);
    assert.deepEqual(of({ range: [-1, 1] }), ["guess", ["RGB", -1, 1, 0, 1], ["BGR", -1, 1, 0, 1]]);
    // With one of the two the other is still found among the usual ways.
    assert.deepEqual(of({ range: [0, 255], mean: [127] }), ["sidecar", ["RGB", 0, 255, 127, 128]]);
    // The file's own mean is in units of the file's own range.
    const described = { color: "RGB", range: [0, 1], mean: [0.3], deviation: [0.2] } as const;
    assert.deepEqual(of({ range: [0, 1] }, described), ["metadata", ["RGB", 0, 1, 0.3, 0.2]]);
    assert.deepEqual(of({ range: [0, 255] }, described), ["metadata", ["RGB", 0, 255, 0, 1]]);
  });
  it("leaves the rest to be guessed", () => {
    const { candidates: list, from } = possiblePreparations("m.onnx", shape(), { input: { color: "RGB" } }, {});
    assert.ok(list.length > 1 && list.every(({ color }) => color === "RGB"));
    assert.equal(from, "guess");
  });
  it("refuses a sidecar that the network contradicts, and ignores such metadata", () => {
    const sized = (size: readonly [number, number]) => possiblePreparations("m.onnx", shape(), { input: { size } }, {});
    assert.throws(() => sized([32, 96]), /m\.glassbox\.json: input\.size: \[32, 96\] does not fit.*\[64, 96\]/);
    const gray = { input: { color: "gray" as const } };
    assert.throws(
      () => possiblePreparations("m.onnx", shape(), gray, {}),
      /gray has 1 channels, but the network takes 3/,
    );
    assert.deepEqual(
      possiblePreparations("m.onnx", shape(), undefined, { size: [1, 1] }).candidates[0]?.size,
      [64, 96],
    );
  });
});
