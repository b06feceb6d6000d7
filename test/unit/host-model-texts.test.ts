import assert from "node:assert/strict";
import { deadText } from "../../src/host/dead-text.ts";
import { diffText } from "../../src/host/diff-text.ts";
import { fieldText, iconOf, share } from "../../src/host/layer-words.ts";
import { markdownTable } from "../../src/host/markdown-table.ts";
import { figure } from "../../src/shared/figure.ts";
import type { LayerDiff } from "../../src/shared/structure.ts";

const layerDiff = (layer: string, change: LayerDiff["change"], relative?: number): LayerDiff => ({
  layer,
  change,
  words: `${layer} changed`,
  relative,
  largest: relative,
  parameters: { a: 1200, b: 1200 },
});
const rows = (text: string) =>
  [...text.matchAll(/^\| ([\w.]+) +\| (?:removed|added|kind|shape|weights) /gm)].map(([, name]) => name);

describe("A comparison of models as text", () => {
  const diff = {
    a: "/a.onnx",
    b: "/b.onnx",
    facts: [
      { name: "opset", a: "13", b: "17" },
      { name: "layers", a: "6", b: "6" },
    ],
    layers: [
      layerDiff("small", "weights", 0.001),
      layerDiff("same", "same", 0),
      layerDiff("great", "weights", 0.5),
      layerDiff("broken", "weights"),
      layerDiff("other", "kind"),
      layerDiff("gone", "removed"),
    ],
    outside: [],
  };

  it("begins with what changes the network, then the greatest differences; what is no number is the greatest", () => {
    assert.deepEqual(rows(diffText(diff, "a", "b")), ["gone", "other", "broken", "great", "small"]);
  });

  it("counts, and gives numbers", () => {
    const text = diffText(diff, "a.onnx", "b.onnx");
    assert.match(text, /5 of 6 layers differ: 1 removed, 1 of another kind, 3 with other weights\./);
    assert.match(text, /\| great +\| weights +\| 50 % +\| 0\.5 +\| 1,200 /);
    assert.match(text, /\| opset +\| 13 +\| 17 +\|/);
    assert.doesNotMatch(text, /\| layers +\| 6/, "facts that are the same say nothing");
  });

  it("says that nothing differs", () => {
    const text = diffText({ ...diff, facts: [], layers: [layerDiff("x", "same", 0)] }, "a", "b");
    assert.match(text, /The same: the one layer/);
  });

  it("tells what is in no layer apart, and says the same only of what could be read", () => {
    const layers = [layerDiff("x", "same", 0)];
    const outside = [layerDiff("y", "attributes"), layerDiff("z", "same")].map((each) => ({
      ...each,
      piece: "node" as const,
    }));
    const text = diffText({ ...diff, layers, outside }, "a", "b");
    assert.match(text, /1 of 2 parts outside the layers differs: 1 with other attributes\./);
    assert.match(text, /## Outside the layers\n\n\| Name/);
    const single = diffText({ ...diff, layers, outside: outside.slice(0, 1) }, "a", "b");
    assert.match(single, /The one node outside the layers differs: with other attributes\./);
    const output = [{ ...layerDiff("y", "inputs"), piece: "output" as const }];
    assert.match(
      diffText({ ...diff, layers, outside: output }, "a", "b"),
      /The one output outside the layers differs: with other inputs\./,
    );
    const unread = diffText({ ...diff, facts: [], layers: [layerDiff("x", "unreadable")] }, "a", "b");
    assert.match(unread, /The weights of the one layer cannot be read\. Nothing else differs\./);
    assert.doesNotMatch(unread, /the same/i);
    const nodes = diffText(
      { ...diff, facts: [], layers: [], outside: [{ ...layerDiff("z", "same"), piece: "node" }] } as const,
      "a",
      "b",
    );
    assert.match(nodes, /The same: the one node, weights included\./);
  });
});

describe("Dead filters as text", () => {
  const layer = (name: string, dead: readonly number[]) => ({
    layer: name,
    own: true,
    channels: 32,
    dead,
    nearlyDead: [],
    saturated: [],
    constant: [],
    duplicates: [],
    broken: [] as readonly number[],
    places: new Float32Array(32),
    photos: new Float32Array(32),
  });

  it("lists layers that have any, the worst first, and names the channels", () => {
    const many = Array.from({ length: 20 }, (_, i) => i);
    const report = {
      kind: "report" as const,
      images: 3,
      refused: [],
      layers: [layer("a", [4]), layer("b", []), layer("c", many)],
    };
    const text = deadText(report, "net.onnx", "photos");
    assert.match(text, /21 of 96 channels are dead over photos \(3 photos\)/);
    const names = [...text.matchAll(/^\| (\w) +\| 32 /gm)].map(([, name]) => name);
    assert.deepEqual(names, ["c", "a"]);
    assert.match(text, /0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 and 8 more/);
  });

  it("tells of channels that are not just dead how often they are active, and names those with NaN", () => {
    const [places, photos] = [new Float32Array(32), new Float32Array(32)];
    places[5] = 0.0005;
    photos[5] = 1 / 3;
    places[9] = photos[9] = 1;
    const odd = { ...layer("odd", [0]), nearlyDead: [5], broken: [9], places, photos };
    const text = deadText({ kind: "report", images: 3, refused: [], layers: [odd] }, "net.onnx", "photos");
    assert.match(text, /\| odd +\| 5 +\| nearly dead +\| 0\.05 % +\| 33 % +\|/);
    assert.match(text, /\| odd +\| 9 +\| NaN or infinite +\| 100 % +\| 100 % +\|/);
    assert.doesNotMatch(text, /\| odd +\| 0 +\| dead/, "of a dead one the shares are zero by definition");
    assert.match(text, /\| odd +\| 32 +\| 1 +\| 1 +\| 1 +\| 3\.1 % +\| 4\.2 % +\| 0 /);
  });

  it("says what could not be read", () => {
    const report = {
      kind: "report" as const,
      images: 0,
      refused: [{ image: "x.png", why: "It is empty." }],
      layers: [],
    };
    assert.match(deadText(report, "net.onnx", "photos"), /\| x\.png +\| It is empty\. \|/);
  });
});

describe("Tables", () => {
  it("stand in columns, and show what files hold as it is", () => {
    const table = markdownTable(
      ["Name", "×"],
      [
        ["a|b", "1"],
        ["**x**\n\u202E", "20"],
      ],
    );
    const lines = table.split("\n");
    assert.equal(new Set(lines.map((line) => [...line].length)).size, 1, table);
    assert.equal(lines.length, 4);
    assert.ok(table.includes("a\\|b") && table.includes("\\*\\*x\\*\\*") && !table.includes("\u202E"));
  });
});

describe("What is written of layers", () => {
  it("has three figures", () => {
    assert.deepEqual(
      [share(0.7, 100), share(12, 100), share(1, 1e6), share(0, 5)],
      ["0.70 %", "12 %", "< 0.01 %", "0 %"],
    );
    assert.deepEqual([figure(-1.23456), figure(NaN)], ["−1.23", "NaN"]);
  });

  it("tells a receptive field", () => {
    const field = { size: [11, 11], stride: [4, 4], center: [0, 0], whole: false } as const;
    assert.equal(fieldText(field), "11 × 11 pixels, step 4");
    assert.equal(fieldText({ ...field, size: [11, 7], stride: [4, 2] }), "11 × 7 pixels, step 4 × 2");
    assert.equal(fieldText({ ...field, uneven: true }), "up to 11 × 11 pixels, step differs from unit to unit");
    assert.equal(fieldText({ ...field, whole: true }), "the whole picture");
    assert.equal(fieldText({ why: "where Magic looks is not known" }), "not known: where Magic looks is not known");
    assert.equal(fieldText(undefined), undefined);
  });

  it("has an icon for every kind", () => {
    assert.equal(iconOf("Conv + BatchNormalization + Relu"), "layers");
    assert.equal(iconOf("GlobalAveragePool"), "fold");
    assert.equal(iconOf("NobodyKnows"), "symbol-operator");
  });
});
