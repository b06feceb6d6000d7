import assert from "node:assert/strict";
import { blocksOf, leavesOf } from "../../webview/model/graph/blocks.ts";
import type { Block, Blocks } from "../../webview/model/graph/blocks.ts";
import { flowOf } from "../../webview/model/graph/flow.ts";
import { labelOf, shapeText } from "../../webview/model/graph/labels.ts";
import { modulesOf, shownName } from "../../webview/model/graph/names.ts";
import { openAll, openAtFirst, sceneOf } from "../../webview/model/graph/scene.ts";
import type { Box } from "../../webview/model/graph/scene.ts";
import type { LayerCard } from "../../src/shared/protocol.ts";
import { chain, residual, structureOf } from "./webview-graph-support.ts";
import type { Step } from "./webview-graph-support.ts";

const of = (steps: readonly Step[]): Blocks => blocksOf(flowOf(structureOf(steps)));
const outline = (block: Block): unknown =>
  block.children.length ? { [block.name]: block.children.map(outline) } : block.name;

describe("the blocks of a graph", () => {
  it("nest as the names do, layers under one roof", () => {
    const { whole } = of(residual(2, 1));
    assert.deepEqual(whole.children.map(outline), [
      "in",
      { "stage0.0": [{ conv1: ["Conv", "BatchNormalization", "Relu"] }, "conv2", "Add"] },
      { "stage1.0": [{ conv1: ["Conv", "BatchNormalization", "Relu"] }, "conv2", "Add"] },
      "out",
    ]);
  });

  it("split scopes at dots and slashes", () => {
    assert.deepEqual(modulesOf("layer1.0.conv1"), ["layer1", "0", "conv1"]);
    assert.deepEqual(modulesOf("/stage2/block1/depthwise"), ["stage2", "block1", "depthwise"]);
    assert.deepEqual(modulesOf(""), []);
  });

  it("hold every node exactly once, whatever they were made of", () => {
    for (const steps of [residual(3, 5), chain(950), chain(2), residual(1, 130)]) {
      const blocks = of(steps);
      const leaves = leavesOf(blocks.whole);
      assert.equal(new Set(leaves).size, leaves.length);
      assert.equal(leaves.length, steps.length + 2);
      assert.equal(blocks.whole.nodes, steps.length);
      for (const block of blocks.all) assert.ok(block.children.length <= 100, `${block.key}: ${block.children.length}`);
      assert.equal(blocks.byKey.size, blocks.all.length);
    }
  });

  it("fold modules in a row that are built alike", () => {
    const { whole } = of([
      { op: "Conv", scope: "stage0.stem", reads: ["in"], makes: "s" },
      ...residual(1, 4).map((step) => ({ ...step, reads: step.reads.map((name) => (name === "in" ? "s" : name)) })),
    ]);
    const [, stage] = whole.children;
    const repeat = stage?.children[1];
    assert.equal(repeat?.kind, "repeat");
    assert.equal(repeat.times, 4);
    assert.equal(repeat.name, "stage0.0 … 3");
    assert.deepEqual(new Set(repeat.children.map(({ alike }) => alike)), new Set([repeat.alike]));
  });

  it("count a block of nothing but equals, and do not put another around them", () => {
    const { whole } = of(residual(1, 4));
    const stage = whole.children[1];
    assert.equal(stage?.kind, "module");
    assert.equal(stage.times, 4);
    assert.equal(stage.children.length, 4);
  });

  it("do not take blocks for equal whose settings or wires differ", () => {
    const steps = residual(1, 3);
    const other = steps.map((step) => (step.scope === "stage0.1.conv2" ? { ...step, detail: "5 × 5" } : step));
    assert.equal(of(other).whole.children[1]?.times, 1);
    const unwired = steps.map((step) =>
      step.scope === "stage0.1" ? { ...step, reads: [step.reads[0]!, step.reads[0]!] } : step,
    );
    assert.equal(of(unwired).whole.children[1]?.times, 3, "a second reading of the same tensor is the same wire");
    const skipped = steps.map((step) => (step.scope === "stage0.1" ? { ...step, reads: ["d0_1", "c0_1"] } : step));
    assert.equal(of(skipped).whole.children[1]?.times, 1);
  });

  it("leave constants out: they are arguments", () => {
    const { whole, ofLeaf } = of([
      { op: "Constant", reads: [], makes: "k" },
      { op: "Reshape", reads: ["in", "k"], makes: "out" },
    ]);
    assert.equal(whole.nodes, 1);
    assert.equal(ofLeaf[0], undefined);
  });

  it("leave out a weight under another name, which some exporters write before all else", () => {
    const { whole, ofLeaf } = of([
      { op: "Identity", reads: ["Weight"], makes: "same", scope: "late.conv" },
      { op: "Conv", reads: ["in", "First"], makes: "a", scope: "early.conv" },
      { op: "Conv", reads: ["a", "same"], makes: "out", scope: "late.conv" },
    ]);
    assert.equal(ofLeaf[0], undefined);
    assert.deepEqual(
      whole.children.map(({ name }) => name),
      ["in", "early", "late", "out"],
    );
  });

  it("write names that stand in one as their file does", () => {
    const name = (scope: string) => {
      const steps: Step[] = [
        { op: "Conv", reads: ["in"], makes: "a", scope: `${scope}` },
        { op: "Relu", reads: ["a"], makes: "b", scope: `${scope}` },
        { op: "Relu", reads: ["b"], makes: "out", scope: "end" },
      ];
      return of(steps).whole.children[1]?.name;
    };
    assert.equal(name("stage1/block1"), "stage1/block1");
    assert.equal(name("layer1.0.conv"), "layer1.0.conv");
    assert.equal(name("model/layer.1/conv"), "model/layer.1/conv");
  });

  it("know the network's trouble from outside", () => {
    const blocks = of(residual(1, 2).map((step, i) => (i === 3 ? { ...step, trouble: "no such operator" } : step)));
    const stage = blocks.whole.children.find(({ name }) => name.startsWith("stage0"))!;
    assert.equal(stage.troubled, 1);
    assert.match(labelOf(stage, blocks).trouble, /1 node in it has trouble/);
  });

  it("call a layer what the card calls it, where its module holds more", () => {
    const steps: Step[] = [
      { op: "Conv", scope: "net", reads: ["in"], makes: "a", layer: 0 },
      { op: "Relu", scope: "net", reads: ["a"], makes: "b", layer: 0 },
      { op: "Conv", scope: "net", reads: ["b"], makes: "c", layer: 1 },
      { op: "Relu", scope: "net", reads: ["c"], makes: "out", layer: 1 },
    ];
    const cards = ["net.first", "net.second"].map((name) => ({ name }) as LayerCard);
    const { whole, ofLayer } = blocksOf(flowOf(structureOf(steps)), cards);
    assert.deepEqual(
      whole.children[1]?.children.map(({ name }) => name),
      ["first", "second"],
    );
    assert.equal(ofLayer.get(1)?.name, "second");
    const without = of(steps);
    assert.deepEqual(
      [...without.byKey.keys()],
      [...blocksOf(flowOf(structureOf(steps)), cards).byKey.keys()],
      "keys do not wait for the card",
    );
  });

  it("stay drawable with a megabyte of name and 100,000 nodes", () => {
    const long = "a.".repeat(500_000);
    const hostile = `evil\u202Ename\u0007${"x".repeat(1_000_000)}`;
    const blocks = of(chain(100_000, (i) => (i === 7 ? { scope: long } : i === 8 ? { name: hostile } : {})));
    assert.ok(blocks.all.every(({ name, depth }) => name.length <= 60 && depth < 40));
    assert.equal(blocks.whole.nodes, 100_000);
    const scene = sceneOf(blocks, openAtFirst(blocks));
    assert.ok(scene.boxes.length <= 60, `${scene.boxes.length}`);
    assert.ok(sceneOf(blocks, openAll(blocks)).boxes.length <= 6000);
  });

  it("show control and bidi characters as their codes", () => {
    assert.equal(shownName("a\u202Eb\u0000"), "a\\u202eb\\u0000");
    assert.ok(shownName("x".repeat(1_000_000)).length <= 48);
  });
});

describe("the flow of a graph", () => {
  it("keeps the file's order where it is one of execution", () => {
    const { rank } = flowOf(structureOf(chain(4)));
    assert.deepEqual([...rank], [1, 2, 3, 4, 0, 5]);
  });

  it("finds an order for an unsorted file", () => {
    const steps = chain(6).reverse();
    const { wires, rank } = flowOf(structureOf(steps));
    assert.ok(wires.every(({ from, to }) => rank[from]! < rank[to]!));
    assert.deepEqual(
      [...rank].sort((a, b) => a - b),
      [0, 1, 2, 3, 4, 5, 6, 7],
    );
  });

  it("marks one wire of a circle as its fault, and ends", () => {
    const structure = structureOf([
      { op: "Add", reads: ["in", "c"], makes: "a" },
      { op: "Relu", reads: ["a"], makes: "b" },
      { op: "Relu", reads: ["b"], makes: "c" },
      { op: "Relu", reads: ["c"], makes: "out" },
    ]);
    const { wires, rank } = flowOf({ ...structure, cycle: [0, 1, 2] });
    assert.deepEqual(
      wires.filter(({ backwards }) => backwards).map(({ from, to }) => [from, to]),
      [[2, 0]],
    );
    assert.equal(new Set(rank).size, rank.length);
  });
});

describe("what is to be seen of a graph", () => {
  const blocks = of(residual(2, 3));
  const total = ({ links, children }: Box): number =>
    links.length + children.reduce((sum, child) => sum + total(child), 0);

  it("shows every wire between two visible boxes exactly at the level where they part", () => {
    for (const open of [new Set<Block>(), openAtFirst(blocks), openAll(blocks)]) {
      const scene = sceneOf(blocks, open);
      const check = (box: Box) => {
        for (const { from, to, values } of box.links) {
          assert.ok(values.length > 0);
          for (const [end, ports, own] of [
            [from, "outs", box.ins],
            [to, "ins", box.outs],
          ] as const) {
            const child = box.children[end.child];
            const there = child ? (child.open ? child[ports].length : 1) : own.length;
            assert.ok(end.port >= 0 && end.port < there);
          }
        }
        box.children.forEach(check);
      };
      check(scene.root);
    }
  });

  it("has as many links as the wires demand", () => {
    assert.equal(total(sceneOf(blocks, new Set()).root), 3); // in → stage0 → stage1 → out
    const all = sceneOf(blocks, openAll(blocks));
    const leaves = all.boxes.filter(({ open }) => !open);
    assert.equal(leaves.length, 30 + 2);
    assert.ok(total(all.root) > blocks.flow.wires.length);
  });

  it("opens by itself no more than can be read", () => {
    const scene = sceneOf(blocks, openAtFirst(blocks));
    assert.equal(scene.boxes.length, 2 + 2 + 6 + 18);
    const larger = of(residual(4, 3));
    assert.equal(sceneOf(larger, openAtFirst(larger)).boxes.length, 2 + 1 + 4 + 12);
  });

  it("bundles what is too much for ports of its own", () => {
    const fan: Step[] = Array.from({ length: 9 }, (_, i) => ({
      op: "Relu",
      scope: "head",
      reads: ["in"],
      makes: `h${i}`,
    }));
    const join: Step = { op: "Concat", scope: "tail.join", reads: fan.map(({ makes }) => makes), makes: "j" };
    const tail: Step = { op: "Relu", scope: "tail.end", reads: ["j"], makes: "out" };
    const wide = of([...fan, join, tail]);
    const scene = sceneOf(wide, openAll(wide));
    const box = scene.boxes.find(({ block }) => block.name === "tail");
    assert.deepEqual(box?.ins, [-1]);
    assert.equal(box.links[0]?.values.length, 9);
  });
});

describe("labels", () => {
  it("leave the batch out of shapes", () => {
    assert.equal(shapeText([1, 64, 56, 56]), "64 × 56 × 56");
    assert.equal(shapeText(["batch", 10]), "10");
    assert.equal(shapeText([undefined, 3, "h", "w"]), "3 × h × w");
    assert.equal(shapeText([8, 3]), "8 × 3");
    assert.equal(shapeText([]), "number");
    assert.equal(shapeText(undefined), "");
  });

  it("say what a layer is made of", () => {
    const layer = of(residual(1, 1)).all.find(({ kind }) => kind === "layer")!;
    assert.equal(labelOf(layer, of(residual(1, 1))).kind, "Conv 3 × 3, stride 2 + BN + Relu");
  });
});
