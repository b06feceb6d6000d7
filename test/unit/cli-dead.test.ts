import assert from "node:assert/strict";
import { dead } from "../../src/cli/dead.ts";
import type { DeadLayer, DeadReport } from "../../src/shared/inside.ts";
import { folder } from "../fixtures/onnx/writer.ts";

const shares = (values: ArrayLike<number>) => Float32Array.from(values);
const upTo = (count: number) => Array.from({ length: count }, (_, i) => i);

const fine: DeadLayer = {
  layer: "fine",
  own: true,
  channels: 4,
  dead: [],
  nearlyDead: [],
  saturated: [],
  constant: [],
  duplicates: [],
  broken: [],
  places: shares([0.5, 0.5, 0.5, 0.5]),
  photos: shares([1, 1, 1, 1]),
};

/** A layer of which everything is wrong, under a name that no terminal has room for. */
const worst: DeadLayer = {
  ...fine,
  layer: `/backbone/${"stage/".repeat(12)}last/Conv`,
  channels: 2048,
  dead: upTo(1024),
  nearlyDead: upTo(700).map((i) => 1024 + i),
  saturated: [1900],
  constant: [1901, 1902],
  duplicates: upTo(90).map((i) => ({ a: 1910 + i, b: 1911 + i, correlation: 0.99951 })),
  broken: upTo(30).map((i) => 2010 + i),
  places: shares(upTo(2048).map((i) => (i < 1024 ? 0 : i < 1724 ? 0.0004 : 1))),
  photos: shares(upTo(2048).map((i) => (i < 1024 ? 0 : i < 1724 ? 1 / 3 : 1))),
};

async function told(layers: readonly DeadLayer[], ...flags: readonly string[]): Promise<string> {
  const report: DeadReport = { kind: "report", images: 3, refused: [], layers };
  const client = {
    async *dead() {
      yield report;
    },
  };
  const top = folder();
  let text = "";
  await dead(
    ["model.onnx", top, ...flags],
    client,
    (piece) => (text += piece),
    (problem) => assert.fail(problem),
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
    assert.match(row ?? "", /^\/back[^ ]*…[^ ]*Conv +2048 +1024 +700 +1 +2 +90 +30 +\d+\.\d % +\d+\.\d %$/);
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
    assert.match(text, /^ {2}duplicate \(90\): 1910 as 1911 \(0\.9995\)/m);
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
    assert.match(text, /^none found: saturated, duplicate, NaN or infinite$/m);
    assert.doesNotMatch(await told([worst]), /none found/);
  });
});
