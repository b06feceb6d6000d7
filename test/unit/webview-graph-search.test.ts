import assert from "node:assert/strict";
import { blocksOf } from "../../webview/model/graph/blocks.ts";
import { flowOf } from "../../webview/model/graph/flow.ts";
import { Search } from "../../webview/model/graph/search.ts";
import { Trace } from "../../webview/model/graph/trace.ts";
import type { Structure } from "../../src/shared/structure.ts";
import { structureOf } from "./webview-graph-support.ts";
import type { Step } from "./webview-graph-support.ts";

const steps: readonly Step[] = [
  { op: "Conv", name: "stem", reads: ["in", "W1"], makes: "a", detail: "3 × 3, stride 2, 96 groups" },
  { op: "Relu", name: "stem.relu", reads: ["a"], makes: "b" },
  { op: "Conv", name: "left", reads: ["b", "W2"], makes: "c", detail: "13 × 3" },
  { op: "Conv", name: "right2", reads: ["b", "W3"], makes: "d", detail: "1 × 1, stride 1" },
  { op: "Sigmoid", name: "gate", reads: ["d"], makes: "e" },
  { op: "Add", name: "sum", reads: ["c", "e"], makes: "out" },
];
const blocks = blocksOf(flowOf(structureOf(steps, { c: [1, 512, 56, 56], d: [1, 1512, 7, 7], W1: [96, 1, 3, 3] })));
const search = new Search(blocks);
const found = (query: string) => search.hits(query).map(({ name }) => name);

describe("the search in a graph", () => {
  it("finds names and operators, in whatever case, the exact name first", () => {
    assert.deepEqual(found("STEM"), ["stem", "stem.relu"]);
    assert.deepEqual(found("conv"), ["stem", "left", "right2"]);
    assert.deepEqual(found("sum"), ["sum"]);
    assert.deepEqual(found("relu stem"), ["stem.relu"]);
  });

  it("finds settings, whether × or x is typed, and only whole numbers", () => {
    assert.deepEqual(found("3x3"), ["stem"]);
    assert.deepEqual(found("3 × 3"), ["stem"]);
    assert.deepEqual(found("Conv stride 2"), ["stem"]);
    assert.deepEqual(found("conv strides=2"), []);
    assert.deepEqual(found("96 groups"), ["stem"]);
  });

  it("finds every attribute by its name, and by one of its values", () => {
    const padded = "pads 0 0 1 1\nepsilon 0.00001\nceil_mode 1\nauto_pad SAME_UPPER";
    const bare: Structure = structureOf(steps);
    const set = (place: number, settings: string) => ({ ...bare.nodes[place]!, settings });
    const nodes = [set(0, padded), ...bare.nodes.slice(1, 4), set(4, "alpha 0.1\nkeepdims 0"), bare.nodes[5]!];
    const attributes = new Search(blocksOf(flowOf({ ...bare, nodes })));
    const hits = (query: string) => attributes.hits(query).map(({ name }) => name);
    for (const query of [
      "pads 1",
      "padding 1",
      "pads",
      "padding",
      "pads 0",
      "pads=1",
      "epsilon",
      "epsilon 1e-5",
      "epsilon 0.00001",
    ])
      assert.deepEqual(hits(query), ["stem"], query);
    for (const query of ["ceil_mode", "ceil_mode 1", "same_upper"]) assert.deepEqual(hits(query), ["stem"], query);
    for (const query of ["alpha 0.1", "keepdims", "keepdims 0", "ALPHA"])
      assert.deepEqual(hits(query), ["gate"], query);
    for (const query of ["pads 2", "alpha 0.2", "keepdims 1", "ceil_mode 0"]) assert.deepEqual(hits(query), [], query);
  });

  it("finds what has a hyphen in it, and names with a colon", () => {
    const named: readonly Step[] = [
      { op: "Softmax", name: "conv-1", reads: ["in"], makes: "a" },
      { op: "BatchNormalization", name: "conv1:0", reads: ["a"], makes: "b" },
      { op: "Relu", name: "conv1", reads: ["b"], makes: "out" },
    ];
    const bare = structureOf(named);
    const settings = ["axis -1", "epsilon 0.00001", "epsilon 1e-7"];
    const nodes = bare.nodes.map((node, i) => ({ ...node, settings: settings[i]! }));
    const hyphened = new Search(blocksOf(flowOf({ ...bare, nodes })));
    for (const [query, names] of [
      ["axis -1", ["conv-1"]],
      ["axis=-1", ["conv-1"]],
      ["axis 1", []],
      ["1e-5", ["conv1:0"]],
      ["epsilon 1e-7", ["conv1"]],
      ["1e-7", ["conv1"]],
      ["conv-1", ["conv-1"]],
      ["conv1:0", ["conv1:0"]],
      ["conv1:1", []],
    ] as const)
      assert.deepEqual(
        hyphened.hits(query).map(({ name }) => name),
        names,
        query,
      );
  });

  it("finds shapes and single dimensions", () => {
    assert.deepEqual(found("512"), ["left"]);
    assert.deepEqual(found("512x56x56"), ["left"]);
    assert.deepEqual(found("56 × 56"), ["left"]);
    assert.deepEqual(found("7x7"), ["right2"]);
  });

  it("finds the network's ends, and nothing for nothing", () => {
    assert.deepEqual(found("input"), ["in"]);
    assert.deepEqual(found("  "), []);
    assert.deepEqual(found("nowhere"), []);
    assert.deepEqual(found("(["), []);
  });
});

describe("the way between two nodes", () => {
  const trace = new Trace(blocks.flow);
  const named = (name: string) => blocks.all.find((block) => block.name === name)!;
  const names = (leaves: Iterable<number>) => [...leaves].map((leaf) => steps[leaf]?.name ?? "end");

  it("is all that lies between, and the shortest of it", () => {
    const between = trace.between(named("stem"), named("sum"));
    assert.deepEqual(names([...between!.all].sort((a, b) => a - b)), [
      "stem",
      "stem.relu",
      "left",
      "right2",
      "gate",
      "sum",
    ]);
    assert.deepEqual(names(between!.shortest), ["stem", "stem.relu", "left", "sum"]);
  });

  it("does not care which of them was chosen first", () => {
    const between = trace.between(named("sum"), named("right2"));
    assert.equal(between?.from.name, "right2");
    assert.deepEqual(names(between.shortest), ["right2", "gate", "sum"]);
    assert.equal(between.all.size, 3);
  });

  it("is none where no tensor runs", () => {
    assert.equal(trace.between(named("left"), named("right2")), undefined);
    assert.equal(trace.between(named("left"), named("left")), undefined);
  });

  it("agrees with a search of all ways, on random graphs", () => {
    let state = 7;
    const random = (n: number) => (state = (state * 48271) % 2147483647) % n;
    for (let round = 0; round < 30; round++) {
      const many: Step[] = Array.from({ length: 12 }, (_, i) => ({
        op: "Add",
        name: `n${i}`,
        reads: i === 0 ? ["in"] : [`v${random(i)}`, `v${random(i)}`],
        makes: `v${i}`,
      }));
      const graph = blocksOf(flowOf(structureOf(many)));
      const ways: number[][] = [];
      const walk = (way: number[]) => {
        const here = way.at(-1)!;
        if (here === 11) ways.push(way);
        for (const wire of graph.flow.wires) if (wire.from === here) walk([...way, wire.to]);
      };
      walk([1]);
      const between = new Trace(graph.flow).between(graph.ofLeaf[1]!, graph.ofLeaf[11]!);
      assert.deepEqual(
        [...(between?.all ?? [])].sort((a, b) => a - b),
        [...new Set(ways.flat())].sort((a, b) => a - b),
      );
      if (ways.length) assert.equal(between?.shortest.length, Math.min(...ways.map(({ length }) => length)));
    }
  });

  it("follows a tensor to its readers", () => {
    const value = blocks.flow.structure.values.findIndex(({ name }) => name === "b");
    const { maker, readers } = trace.ends(value);
    assert.deepEqual([names([maker!]), names(readers)], [["stem.relu"], ["left", "right2"]]);
    assert.deepEqual(names(trace.readersOf(1)), ["left", "right2"]);
    assert.deepEqual(names(trace.feedersOf(5)), ["left", "gate"]);
  });
});
