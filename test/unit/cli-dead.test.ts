import assert from "node:assert/strict";
import { dead } from "../../src/cli/dead.ts";
import type { DeadLayer, DeadReport } from "../../src/shared/dead.ts";
import type { ModelCard } from "../../src/shared/protocol.ts";
import { folder } from "../fixtures/onnx/writer.ts";
import { layerWith } from "./support/dead-layers.ts";

const shares = (values: ArrayLike<number>) => Float32Array.from(values);
const upTo = (count: number) => Array.from({ length: count }, (_, i) => i);

const fine = layerWith("fine", 4);

/** A layer of which everything is wrong, under a name that no terminal has room for. */
const worst = layerWith(`/backbone/${"stage/".repeat(12)}last/Conv`, 2048, {
  dead: upTo(1024),
  nearlyDead: upTo(700).map((i) => 1024 + i),
  saturated: [1900],
  constant: [1901, 1902],
  duplicates: upTo(90).map((i) => ({ a: 1910 + i, b: 1911 + i, correlation: 0.99951 })),
  broken: upTo(30).map((i) => 2010 + i),
  places: shares(upTo(2048).map((i) => (i < 1024 ? 0 : i < 1724 ? 0.0004 : 1))),
  photos: shares(upTo(2048).map((i) => (i < 1024 ? 0 : i < 1724 ? 1 / 3 : 1))),
});

/** At a terminal of 80 columns. */
const told = (layers: readonly DeadLayer[], ...flags: readonly string[]) => printed(80, layers, [], ...flags);

async function printed(
  columns: number,
  layers: readonly DeadLayer[],
  uncomputed: DeadReport["uncomputed"] = [],
  ...flags: readonly string[]
): Promise<string> {
  const report: DeadReport = { kind: "report", images: 3, refused: [], layers, uncomputed };
  const client = {
    async *dead() {
      yield report;
    },
    open: () => Promise.resolve({ inputs: [], picture: undefined, problems: [] } as unknown as ModelCard), // all that is read of it
  };
  const top = folder();
  let text = "";
  await dead(
    ["model.onnx", top, ...flags],
    client,
    (piece) => (text += piece),
    (problem) => assert.fail(problem),
    columns,
  );
  return text;
}

describe("the table of dead channels in a terminal", () => {
  it("has no line of more than 80 columns, whatever is wrong and however a layer is called", async () => {
    const lines = (await told([fine, worst])).split("\n").slice(0, -2); // the last one is a sentence
    assert.ok(lines.length > 10);
    for (const line of lines) assert.ok(line.length <= 80, `${line.length}: ${line}`);
  });

  it("keeps numbers whole and under each other, and both ends of a name", async () => {
    const lines = (await told([fine, worst])).split("\n");
    const [row, other] = [
      lines.find((line) => line.startsWith("/back")),
      lines.find((line) => line.startsWith("fine")),
    ];
    assert.match(row ?? "", /^\/back[^ ]*…[^ ]*Conv +2048 +1024 +700 +1 +2 +91 +30 +\d+\.\d % +\d+\.\d %$/);
    assert.match(other ?? "", /^fine +4 +50\.0 % +100 %$/);
    assert.equal(row?.length, other?.length);
    const ends = (line: string) => [...line.matchAll(/%/g)].map(({ index }) => index);
    assert.deepEqual(ends(row ?? ""), ends(other ?? ""));
  });

  it("names the first few of many and counts the rest; --json has them all", async () => {
    const text = await told([worst]);
    assert.match(text, /^ {2}dead \(1,024\): 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 and 1,012 more$/m);
    assert.match(text, /^ {2}nearly dead \(700\): 1024 \(0\.04 % of places, 33\.3 % of photos\),/m);
    assert.match(text, /and 696 more$/m);
    assert.match(text, /^ {2}saturated: 1900$/m);
    assert.match(text, /^ {2}constant: 1901, 1902$/m);
    assert.match(text, /^ {2}duplicate \(90 pairs\): 1910 as 1911 \(0\.9995\)/m);
    const { layers } = JSON.parse(await told([worst], "--json")) as { layers: readonly { nearlyDead: number[] }[] };
    assert.equal(layers[0]?.nearlyDead.length, 700);
  });

  it("tells a vector's numbers by photos alone", async () => {
    const vector = { ...fine, nearlyDead: [2], places: shares([1, 1, 0, 1]), photos: shares([1, 1, 0, 1]) };
    assert.match(await told([vector]), /^ {2}nearly dead: 2 \(0 % of photos\)$/m);
  });

  it("has columns for what there is, and says what there is not", async () => {
    const text = await told([{ ...fine, constant: [1] }]);
    assert.match(text, /^ +nearly +con- +active +active\nlayer +channels +dead +dead +stant +places +photos\n/);
    assert.match(text, /^None found that is saturated or duplicate, or that holds NaN or infinite values\.$/m);
    assert.doesNotMatch(await told([worst]), /None found/);
  });

  it("says where duplicates were not looked for, or not all are told", async () => {
    const wide = layerWith("wide", 5000, { compared: "none" });
    const alike = layerWith("alike", 8, { compared: "some", duplicates: [{ a: 5, b: 6, correlation: 1 }] });
    const text = await told([wide, alike]);
    assert.match(text, /^wide +5000 +– /m);
    assert.match(text, /^alike +8 +≥ 2 /m);
    assert.match(text, /^ {2}duplicate \(at least 1 pair\): 5 as 6/m);
    assert.match(text, /^There are more duplicates than the table has: alike\.$/m);
    const none = await told([wide]);
    assert.match(none, /^None found that is saturated or constant, or that holds NaN or infinite values\.$/m);
    assert.match(none, /^Duplicates are not looked for among more than 4,096 channels: wide\.$/m);
  });

  it("tells layers apart whose names differ in the middle alone, by a line of their own", async () => {
    const name = (block: number, layer = "denselayer1") => `/features/denseblock${block}/${layer}/features/conv1/Conv`;
    const layers = [name(1), name(2), name(2, "denselayer24"), `/stem/${"a/".repeat(20)}Conv`, "fc"];
    const lines = (await told(layers.map((layer) => ({ ...worst, layer })))).split("\n");
    const rows = lines.slice(2, lines.indexOf(""));
    const numbers = / +2048 +1024 +700 +1 +2 +91 +30 +[\d.]+ % +[\d.]+ %$/;
    const words = rows.map((row) => row.replace(numbers, ""));
    assert.deepEqual(words.slice(0, 6), [name(1), "", name(2), "", name(2, "denselayer24"), ""]);
    assert.match(words[6] ?? "", /^\/stem.*….*Conv$/);
    assert.equal(words[7], "fc");
    assert.equal(new Set(rows.filter((row) => numbers.test(row)).map(({ length }) => length)).size, 1, "columns");
    for (const layer of layers.slice(0, 3)) assert.equal(lines.filter((line) => line === layer).length, 2, layer);
  });
});

describe("the table of dead channels in a file or a pipe", () => {
  it("has each layer's name whole, and its numbers beside it", async () => {
    const layers = [1, 2].map((i) => ({
      ...worst,
      layer: `/backbone/${"stage/".repeat(15)}${i}/${"part/".repeat(9)}Conv`,
    }));
    const lines = (await printed(Infinity, [fine, ...layers])).split("\n");
    for (const { layer } of layers) {
      const [row = "", title, ...more] = lines.filter((line) => line.includes(layer));
      assert.match(row.slice(layer.length), /^ +2048 +1024 /);
      assert.deepEqual([title, more], [layer, []]);
    }
    assert.ok(!lines.some((line) => line.includes("…")));
  });

  it("has both ends of a name that is a megabyte long, and is not as wide in its other rows", async () => {
    const layer = `first${"n".repeat(2 ** 20)}last`;
    const long = { ...worst, layer };
    const text = await printed(
      Infinity,
      [long, ...Array.from({ length: 20 }, () => fine)],
      [{ layer, why: "it is lost" }],
    );
    assert.ok(text.length < 20_000, `${text.length}`);
    const name = /^(?:1 layer could not be computed \()?firstn+… \(1,047,585 characters left out\) …n+last\b/gm;
    assert.equal(
      [...text.matchAll(name)].length,
      3,
      "in the table, above its channels, and among what could not be had",
    );
  });
});
