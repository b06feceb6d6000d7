import assert from "node:assert/strict";
import { choiceOrNumber, number, photo } from "../../src/shared/parameters.ts";
import type { Preparation } from "../../src/shared/preparation.ts";
import { figureOf, wrapped } from "../../webview/explain/figure.ts";
import { escaped, svgOf } from "../../webview/explain/figure-svg.ts";
import { frameOf } from "../../webview/explain/frame.ts";
import { legendOf } from "../../webview/explain/legend.ts";
import { matching } from "../../webview/shared/matching.ts";
import { read } from "../../webview/explain/reading.ts";
import type { Picture } from "../../webview/explain/result.ts";
import { samePreparation } from "../../src/shared/preparation.ts";
import { scaleWords } from "../../webview/explain/scale-words.ts";
import { ofDifference } from "../../webview/explain/subject-words.ts";
import { hasPreset, withPreset } from "../../webview/shared/preset-values.ts";
import { parameterWords } from "../../webview/shared/relevant.ts";
import {
  duration,
  figure,
  hundredths,
  percent,
  shortLabel,
  visible,
  withoutFolders,
} from "../../webview/shared/words.ts";

const parts = {
  aspect: 1.5,
  sideBySide: true,
  title: "Grad-CAM of “tabby”",
  caption: "cat.png seen by a network. ".repeat(12),
  scale: { low: "0", high: "0.18", unit: "weighted activation" },
  legend: [],
};

describe("a figure to save", () => {
  it("has photo and map beside each other, the scale below, and all words within its edges", () => {
    const { width, height, images, texts } = figureOf(parts);
    const [photo, map, scale] = ["photo", "map", "scale"].map((name) => images.find((image) => image.name === name)!);
    assert.ok(photo!.x + photo!.width <= map!.x && photo!.y === map!.y);
    assert.equal(photo!.width / photo!.height, 1.5);
    assert.ok(scale!.y >= map!.y + map!.height);
    for (const { x, y } of texts) assert.ok(x >= 0 && x <= width && y > 0 && y <= height, `text at ${x}, ${y}`);
  });

  it("has the map alone where it lies over the photo", () => {
    const { images } = figureOf({ ...parts, sideBySide: false });
    assert.deepEqual(
      images.map(({ name }) => name),
      ["map", "scale"],
    );
  });

  it("breaks its caption between words and loses none", () => {
    const lines = wrapped(parts.caption, 300, 12);
    assert.ok(lines.length > 3 && lines.every((line) => line.length <= 300 / (12 * 0.45)));
    assert.equal(lines.join(" "), parts.caption.trim());
    assert.ok(wrapped("tabby at 76.9\u00a0%", 84, 12).includes("76.9\u00a0%"), "a number stays with its unit");
  });

  it("keeps its words as text in the SVG, and no name becomes markup", () => {
    const title = `<script>alert("x")</script> & 'cat'\u0000`;
    const svg = svgOf(figureOf({ ...parts, title }), { photo: "data:a", map: "data:b", scale: "data:c" }, title);
    assert.ok(!svg.includes("<script"));
    assert.ok(svg.includes("&lt;script&gt;"));
    assert.equal([...svg.matchAll(/<image /g)].length, 3);
    assert.ok(!svg.includes("\u0000"));
    assert.equal(escaped("🐈\ud800"), "🐈\ufffd");
  });
});

describe("the probe", () => {
  const prediction = { photo: [400, 200] as const, seen: { left: 100, top: 0, width: 200, height: 200 } };
  const map: Picture = {
    kind: "heatmap",
    key: "m",
    title: "M",
    values: { shape: [2, 2], low: -1, high: 4, bytes: Uint8Array.of(0, 51, 102, 255), broken: 0 },
    signed: true,
    draw: "smooth",
    unit: "score",
  };
  const label = (index: number) => `class ${index}, thing`;

  it("reads the value, its share, and the cell at that place of the photo", () => {
    const { cell, map: words, pixel } = read([0.74, 0.9], prediction, map, label);
    assert.deepEqual(pixel, [296, 180]);
    assert.deepEqual([cell?.row, cell?.column], [1, 1]);
    assert.deepEqual(cell?.box, { left: 200, top: 100, width: 100, height: 100 });
    assert.deepEqual(words, ["4 score", "1.00 of the strongest, in favour", "cell 2, 2 of 2 × 2"]);
    assert.equal(read([0.3, 0.1], prediction, map, label).map[1], "0.25 of the strongest, against");
  });

  it("says where the network does not look", () => {
    const { cell, map: words } = read([0.1, 0.5], prediction, map, label);
    assert.equal(cell, undefined);
    assert.deepEqual(words, ["outside of what the network sees"]);
  });

  it("reaches what is padded beyond the photo, where there is no pixel", () => {
    const padded = { photo: [400, 200] as const, seen: { left: 0, top: -100, width: 400, height: 400 } };
    assert.deepEqual(frameOf(padded), { left: 0, top: -100, width: 400, height: 400 });
    assert.equal(read([0.5, 0.1], padded, map, label).pixel, undefined);
    assert.ok(read([0.5, 0.1], padded, map, label).cell);
  });

  it("names the class in a map of classes", () => {
    const classes: Picture = { kind: "classes", key: "c", title: "C", shape: [1, 2], classes: [7, 9] };
    assert.match(read([0.7, 0.5], prediction, classes, label).map[0]!, /“class 9” is likeliest/);
  });
});

describe("words of the view", () => {
  it("finds classes by number, name, and part of a name, in this order", () => {
    const labels = ["great cat", "cat, tabby", "category", "dog", "bobcat"];
    assert.deepEqual(matching(labels, 5, "cat", 10), [1, 2, 0, 4]);
    assert.deepEqual(matching(labels, 5, "3", 10), [3]);
    assert.deepEqual(matching(labels, 7, "class 6", 10), [6]);
    assert.deepEqual(matching(labels, 5, "cat", 2), [1, 2]);
    assert.deepEqual(matching(labels, 5, " ", 10), []);
  });

  it("writes numbers alike everywhere", () => {
    assert.deepEqual([0.769, 0.048, 0.005, 0.00002, 0, 1].map(percent), [
      "76.9\u00a0%",
      "4.8\u00a0%",
      "0.50\u00a0%",
      "<\u00a00.01\u00a0%",
      "0\u00a0%",
      "100\u00a0%",
    ]);
    assert.deepEqual([0.18312, -4, 0, 1234567, -9.3852e-9, 1e-100].map(figure), [
      "0.183",
      "−4",
      "0",
      "1.23×10⁶",
      "−9.39×10⁻⁹",
      "1.00×10⁻¹⁰⁰",
    ]);
    assert.deepEqual([3.72, 118.4, 1420].map(duration), ["3.7 ms", "118 ms", "1.4 s"]);
    assert.equal(shortLabel("tabby, tabby cat"), "tabby");
  });

  it("shows what would turn or hide text as its code", () => {
    assert.equal(visible("cat\u202Egnp.exe\u200B"), "cat\\u202egnp.exe\\u200b");
  });

  it("gives the commonest classes of a map their letters, and the rest one together", () => {
    const classes = [1, 1, 1, 2, 2, ...Array.from({ length: 8 }, (_, i) => 10 + i)];
    const legend = legendOf({ kind: "classes", key: "c", title: "C", shape: [1, classes.length], classes });
    assert.deepEqual([legend[0]?.index, legend[0]?.letter, legend[1]?.index], [1, "A", 2]);
    assert.equal(legend.at(-1)?.index, undefined);
    assert.ok(Math.abs(legend.reduce((sum, { share }) => sum + share, 0) - 1) < 1e-9);
  });
});

describe("what a technique ran with", () => {
  const schema = {
    steps: number({ label: "Steps", default: 50, min: 1, max: 100 }),
    baseline: choiceOrNumber({
      label: "Start from",
      default: "black",
      options: { black: "Black", noise: "White noise", photo: "Another photo" },
      min: -1,
      max: 1,
    }),
    photo: photo({ label: "The other photo", default: "", when: { parameter: "baseline", is: ["photo"] } }),
    seed: number({ label: "Seed", default: 0, min: 0, max: 9, when: { parameter: "baseline", is: ["noise"] } }),
  };

  it("is said in the form's words, without what did not matter", () => {
    assert.deepEqual(parameterWords(schema, {}), ["Steps: 50", "Start from: Black"]);
    const given = { steps: 7, baseline: "photo", photo: "/far/away/dog.png" };
    assert.deepEqual(parameterWords(schema, given), [
      "Steps: 7",
      "Start from: Another photo",
      "The other photo: dog.png",
    ]);
    assert.deepEqual(parameterWords(schema, { baseline: 0.5 }), ["Steps: 50", "Start from: 0.5"]);
  });

  it("takes a preset on top of what was given, and knows it again", () => {
    const preset = { steps: 7, seed: 0 };
    assert.deepEqual(withPreset(schema, { baseline: "mean", steps: 9 }, preset), { baseline: "mean", steps: 7 });
    assert.equal(hasPreset(schema, { steps: 7 }, preset), true);
    assert.equal(hasPreset(schema, { steps: 7, seed: 1 }, preset), false);
    assert.equal(hasPreset(schema, {}, preset), false);
  });
});

describe("what the view says", () => {
  const preparation: Preparation = {
    size: [2, 2],
    fit: "crop",
    color: "RGB",
    range: [0, 1],
    mean: [0.5, 0.5, 0.5],
    deviation: [1],
    layout: "NCHW",
  };

  it("know the same preparation whatever the order of its fields", () => {
    const reordered = Object.fromEntries(Object.entries(preparation).toReversed()) as unknown as Preparation;
    assert.equal(samePreparation(preparation, reordered), true);
    assert.equal(samePreparation(preparation, { ...preparation, mean: [0.5] }), true);
    assert.equal(samePreparation(preparation, { ...preparation, mean: [0.5, 0.5, 0.4] }), false);
    assert.equal(samePreparation(preparation, { ...preparation, fit: "pad" }), false);
  });

  it("say in favour and against of evidence for a class only", () => {
    const values = { shape: [1, 1], low: -1, high: 2, bytes: Uint8Array.of(255), broken: 0 };
    const map = { kind: "heatmap", key: "map", title: "", values, signed: true, draw: "smooth" } as const;
    assert.match(scaleWords({ ...map, unit: "of the score" }).high, /in favour$/);
    assert.equal(scaleWords({ ...map, unit: "projected activation" }).high, "2");
    assert.equal(scaleWords({ ...map, unit: "of the score" }, true).unit, "of the difference of the two scores");
    assert.equal(
      ofDifference("The probability, of the score"),
      "The difference of the two probabilities, of the difference of the two scores",
    );
    assert.equal(ofDifference("probability with this part covered"), "probability with this part covered");
  });

  it("write no minus before a zero and no folders in small places", () => {
    assert.deepEqual([hundredths(-0.001), hundredths(-0.25), hundredths(0.5)], ["0.00", "−0.25", "0.50"]);
    assert.equal(withoutFolders("/home/me/my nets/a.onnx: ends early"), "a.onnx: ends early");
    assert.equal(withoutFolders("C:\\nets\\a.onnx: ends early"), "a.onnx: ends early");
    assert.equal(withoutFolders("no gradient through layer1/0/conv"), "no gradient through layer1/0/conv");
  });

  it("give a very long photo a pane high enough to point at", () => {
    const seen = { left: 0, top: 0, width: 3000, height: 40 };
    assert.deepEqual(frameOf({ photo: [3000, 40], seen }), { left: 0, top: -280, width: 3000, height: 600 });
  });
});
