import assert from "node:assert/strict";
import { partsOf } from "../../src/host/differing-parts.ts";
import type { DifferingPart } from "../../src/shared/model-panel.ts";
import type { LayerCard } from "../../src/shared/protocol.ts";
import { blocksOf } from "../../webview/model/graph/blocks.ts";
import { differencesOf, placeOf } from "../../webview/model/graph/differences.ts";
import { flowOf } from "../../webview/model/graph/flow.ts";
import { structureOf } from "./webview-graph-support.ts";

const flow = flowOf(
  structureOf([
    { op: "Conv", name: "conv", reads: ["in"], makes: "a", layer: 0 },
    { op: "Relu", name: "a", reads: ["a"], makes: "b" },
    { op: "Softmax", name: "last", reads: ["b"], makes: "out", layer: 1 },
  ]),
);
// Only names are asked for.
const blocks = blocksOf(flow, [{ name: "conv" }, { name: "out" }] as unknown as readonly LayerCard[]);
const marks = (...parts: readonly Omit<DifferingPart, "words">[]) =>
  [...differencesOf(blocks, { with: "x", parts: parts.map((part) => ({ ...part, words: "w" })) })].map(
    ([{ kind, leaf }, { change }]) => [kind, leaf, change],
  );

describe("the marks of what differs", () => {
  it("stand at the box of an output and not at that of the layer of its name", () => {
    assert.deepEqual(marks({ name: "out", piece: "output", change: "added" }), [["output", flow.firstOutput, "added"]]);
    assert.deepEqual(
      marks({ name: "out", piece: "layer", change: "weights" }, { name: "out", piece: "output", change: "inputs" }),
      [
        ["node", 2, "changed"],
        ["output", flow.firstOutput, "changed"],
      ],
    );
    assert.deepEqual(marks({ name: "conv", piece: "constant", change: "weights" }), []);
  });

  it("stand at a node by its own name before what another writes, and the first stays", () => {
    assert.deepEqual(marks({ name: "a", piece: "node", change: "added" }), [["node", 1, "added"]]);
    const twice = [
      { name: "a", piece: "node", change: "added" } as const,
      { name: "a", piece: "node", change: "kind" } as const,
    ];
    assert.deepEqual(marks(...twice), [["node", 1, "added"]]);
  });

  it("lead on from whatever is chosen", () => {
    const [conv, relu, last] = [0, 1, 2].map((leaf) => blocks.ofLeaf[leaf]!);
    const all = [conv!, last!];
    const place = (chosen: typeof conv, by: 1 | -1) => all.at(placeOf(all, chosen, (leaf) => flow.rank[leaf]!, by));
    assert.deepEqual([place(relu, 1), place(relu, -1)], [last, conv]);
    assert.deepEqual([place(last, 1), place(last, -1)], [conv, conv]);
    assert.deepEqual([place(undefined, 1), place(undefined, -1)], [conv, last]);
    assert.equal(place(blocks.ofLeaf[flow.firstOutput], 1), conv, "round and round");
    assert.equal(place(blocks.ofLeaf[flow.firstInput], -1), last);
  });
});

describe("what of a comparison is told to a side", () => {
  const plain = { words: "w", relative: undefined, largest: undefined, parameters: { a: 0, b: 0 } };
  const found = {
    layers: [
      { layer: "gone", change: "removed", ...plain },
      { layer: "old", renamed: "new", change: "weights", ...plain },
    ],
    outside: [{ layer: "y", change: "added", piece: "output", ...plain }],
  } as const;

  it("is in that one, by its name there, with what kind of thing it is", () => {
    const told = (side: "a" | "b") => partsOf(found, side).map(({ name, piece, change }) => [name, piece, change]);
    assert.deepEqual(told("a"), [
      ["gone", "layer", "removed"],
      ["old", "layer", "weights"],
    ]);
    assert.deepEqual(told("b"), [
      ["new", "layer", "weights"],
      ["y", "output", "added"],
    ]);
  });

  it("is neither added nor removed where nothing says which came first", () => {
    const told = (side: "a" | "b") => partsOf(found, side, "from p to q").map(({ change, words }) => [change, words]);
    assert.deepEqual(told("a"), [
      ["only", "w"],
      ["weights", "w (from p to q)"],
    ]);
    assert.deepEqual(told("b"), [
      ["weights", "w (from p to q)"],
      ["only", "w"],
    ]);
  });
});
