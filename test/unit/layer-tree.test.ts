import assert from "node:assert/strict";
import { layersOfBranch, layerTree, type LayerBranch, type ScopedLayer } from "../../src/shared/layer-tree.ts";

/** "label#layer [children]" */
const written = (branches: readonly LayerBranch[]): string =>
  branches
    .map(({ label, layer, children }) => {
      const own = layer === undefined ? "" : `#${layer}`;
      return `${label}${own}${children.length ? ` [${written(children)}]` : ""}`;
    })
    .join(" ");

const named = (...names: readonly string[]): ScopedLayer[] => names.map((name) => ({ name, scope: name }));
const all = (branches: readonly LayerBranch[]): LayerBranch[] => branches.flatMap((b) => [b, ...all(b.children)]);

describe("The tree of layers", () => {
  it("nests as names do, and joins what holds one thing only", () => {
    const tree = layerTree(named("stem", "stage1/block1/depthwise", "stage1/block1/project", "stage2/block1/expand"));
    assert.equal(written(tree), "stem#0 stage1/block1 [depthwise#1 project#2] stage2/block1/expand#3");
  });

  it("knows a block's sum by the block's name", () => {
    const tree = layerTree(named("layer1.0.conv1", "layer1.0.conv2", "layer1.0", "layer1.1.conv1", "fc"));
    assert.equal(written(tree), "layer1 [0#2 [conv1#0 conv2#1] 1.conv1#3] fc#4");
  });

  it("knows the layers of a module in order of execution, however its own modules take turns", () => {
    const [module, rest] = layerTree(named("block.a.first", "block.b.one", "block.b.two", "block.a.last", "fc"));
    assert.ok(module && rest);
    assert.equal(written([module]), "block [a [first#0 last#3] b [one#1 two#2]]");
    assert.deepEqual(layersOfBranch(module), [0, 1, 2, 3]);
    assert.deepEqual(layersOfBranch(rest), [4]);
  });

  it("puts what has no name of its own into its module", () => {
    const tree = layerTree([
      { name: "/features/denselayer1/Concat", scope: "features.denselayer1" },
      { name: "features.denselayer1.conv", scope: "features.denselayer1.conv" },
      { name: "classifier", scope: "classifier" },
    ]);
    assert.equal(written(tree), "features.denselayer1 [Concat#0 conv#1] classifier#2");
  });

  it("writes names that stand in one as their file does", () => {
    const only = (name: string, scope: string) =>
      layerTree([
        { name, scope },
        { name: "fc", scope: "fc" },
      ])[0]?.label;
    assert.equal(only("/blocks/0/attn/MatMul", "blocks.0.attn"), "blocks.0.attn.MatMul");
    assert.equal(only("stage1/attention/MatMul", "stage1/attention"), "stage1/attention/MatMul");
    assert.equal(only("blocks.0.fc1", "blocks.0.fc1"), "blocks.0.fc1");
    assert.equal(only("stage1/block1/project", "stage1/block1/project"), "stage1/block1/project");
  });

  it("leaves out what everything stands in, also where names do without it", () => {
    const tree = layerTree([
      { name: "conv1", scope: "model/conv1" },
      { name: "block/conv2", scope: "model/block/conv2" },
      { name: "block", scope: "model/block" },
    ]);
    assert.equal(written(tree), "conv1#0 block#2 [conv2#1]");
  });

  it("lists names without parts as they are", () => {
    assert.equal(written(layerTree(named("conv0", "relu0", "fc"))), "conv0#0 relu0#1 fc#2");
    assert.deepEqual(layerTree([]), []);
  });

  it("holds every layer once, each branch under an id of its own, whatever the names", () => {
    const odd = [
      ...named("a", "a.b", "a/b", "a..b", ".a", "a.", "/", "a\nb", "", '["a","b"]', "1.0", "x".repeat(5000)),
      { name: "b", scope: "a" },
      { name: "a b", scope: "a" },
      ...named(Array.from({ length: 10_000 }, (_, i) => i).join(".")),
    ];
    const branches = all(layerTree(odd));
    const layers = branches.flatMap(({ layer }) => layer ?? []);
    assert.deepEqual(
      layers.sort((a, b) => a - b),
      odd.map((_, i) => i),
    );
    assert.equal(new Set(branches.map(({ id }) => id)).size, branches.length);
  });

  it("keeps ids when a model gets another layer", () => {
    const before = new Set(all(layerTree(named("a/b/c", "a/b/d", "e"))).map(({ id }) => id));
    const after = new Set(all(layerTree(named("a/b/c", "a/x", "a/b/d", "e"))).map(({ id }) => id));
    assert.deepEqual(
      [...before].filter((id) => !after.has(id)),
      [],
    );
  });
});
