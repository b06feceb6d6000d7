import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { Library } from "../../src/engine/library.ts";
import { nodesInCycles } from "../../src/engine/inside/cycle.ts";
import { structure } from "../../src/engine/inside/structure.ts";
import type { Structure } from "../../src/shared/structure.ts";
import * as w from "../fixtures/onnx/writer.ts";

const sample = (name: string) => fileURLToPath(new URL(`../../samples/${name}`, import.meta.url));
const fixture = (name: string) => fileURLToPath(new URL(`../fixtures/onnx/${name}`, import.meta.url));
const of = (model: string): Promise<Structure> => structure(new Library(), { model });

const picture = w.value("x", [1, 3, 8, 8]);
const answer = w.value("y", [1, 3, 8, 8]);
const chain = (...nodes: readonly Uint8Array[]) => w.model(w.graph({ nodes, inputs: [picture], outputs: [answer] }));

describe("the structure of a model file", () => {
  it("has every node of the built-in network, its layer and what it reads", async () => {
    const { nodes, values, inputs, outputs, cycle } = await of(sample("squeezenet1.1.onnx"));
    assert.equal(nodes.length, 66);
    assert.deepEqual(cycle, []);
    const [first] = nodes;
    assert.equal(first?.op, "Conv");
    assert.equal(first.detail, "3 × 3, stride 2");
    assert.deepEqual(
      first.inputs.map((place) => values[place]?.name),
      ["data_0", "conv1_w_0", "conv1_b_0"],
    );
    assert.deepEqual(values[first.inputs[1] ?? -1]?.shape, [64, 3, 3, 3]);
    assert.equal(values[first.inputs[1] ?? -1]?.weight, true);
    assert.equal(first.layer, nodes[1]?.layer); // its ReLU
    assert.deepEqual(
      inputs.map((place) => values[place]?.name),
      ["data_0"],
    );
    assert.deepEqual(values[outputs[0] ?? -1]?.shape, [1, 1000, 1, 1]);
    assert.deepEqual(
      nodes.filter(({ layer }) => layer < 0).map(({ op }) => op),
      [],
    );
  });

  it("has the short attributes of each node for the search, and no table of a thousand numbers", async () => {
    const ints = (values: readonly number[]) => values.map((value) => w.int(8, value));
    const pads = w.attribute("pads", 7, ...ints([1, 1, 2, 2]));
    const table = w.attribute("table", 7, ...ints(Array.from({ length: 1000 }, (_, i) => i)));
    const path = w.file(
      chain(
        w.node("Fancy", ["x"], ["a"], { attributes: [pads, w.attribute("strange", 2, w.int(3, 7))] }),
        w.node("Relu", ["a"], ["b"]),
        w.node("Fancy", ["b"], ["y"], { attributes: [table] }),
      ),
    );
    const [conv, plain, long] = (await of(path)).nodes;
    assert.equal(conv?.settings, "pads 1 1 2 2\nstrange 7");
    assert.equal(plain?.settings, undefined);
    assert.equal(long?.settings, "");
  });

  it("names scopes as torch's two exporters note them", async () => {
    for (const file of ["torchscript.onnx", "dynamo.onnx"]) {
      const scopes = (await of(fixture(file))).nodes.map(({ scope }) => scope);
      assert.ok(
        scopes.every((scope) => scope !== ""),
        `${file}: ${scopes.join(", ")}`,
      );
    }
  });

  it("shows calls of local functions as what the file says", async () => {
    const { nodes } = await of(fixture("functions.onnx"));
    assert.ok(
      nodes.some(({ domain }) => domain !== ""),
      nodes.map(({ op }) => op).join(),
    );
  });

  it("is there for a graph in a circle, which is pointed out", async () => {
    const file = w.file(
      chain(
        w.node("Relu", ["x"], ["a"]),
        w.node("Add", ["a", "c"], ["b"]),
        w.node("Relu", ["b"], ["c"]),
        w.node("Relu", ["a"], ["y"]),
      ),
    );
    const { nodes, cycle } = await of(file);
    assert.deepEqual(cycle, [1, 2]);
    assert.match(nodes[1]?.trouble ?? "", /circle/);
    assert.equal(nodes[3]?.trouble, undefined);
  });

  it("says what a node reads that nothing writes, and what that leads to", async () => {
    const file = w.file(chain(w.node("Add", ["x", "ghost"], ["a"]), w.node("Relu", ["a"], ["y"])));
    const { nodes } = await of(file);
    assert.match(nodes[0]?.trouble ?? "", /reads ghost, which nothing writes/);
    assert.match(nodes[1]?.trouble ?? "", /ghost/);
  });

  it("runs what comes before an unknown operator, and says of what follows why not", async () => {
    const file = w.file(
      chain(
        w.node("Relu", ["x"], ["a"]),
        w.node("Fancy", ["a"], ["b"], { domain: "my.ops" }),
        w.node("Relu", ["b"], ["y"]),
      ),
    );
    const { nodes } = await of(file);
    assert.equal(nodes[0]?.trouble, undefined);
    assert.match(nodes[1]?.trouble ?? "", /Fancy/);
    assert.match(nodes[2]?.trouble ?? "", /Fancy/);
  });

  it("is there for a network without a picture", async () => {
    const { nodes, values } = await of(w.file(w.small()));
    assert.equal(nodes.length, 1);
    assert.deepEqual(
      values.map(({ name }) => name),
      ["x", "y"],
    );
    assert.equal(nodes[0]?.layer, -1);
  });

  it("goes as far as a file that breaks off", async () => {
    const whole = w.graph({ nodes: [w.node("Relu", ["x"], ["a"]), w.node("Relu", ["a"], ["y"])], inputs: [picture] });
    const bytes = w.model(whole);
    const { nodes } = await of(w.file(bytes.subarray(0, bytes.length - 20)));
    assert.ok(nodes.length >= 1);
  });

  it("keeps names with markup and control characters as they are, and cuts one of a megabyte", async () => {
    const odd = '<img src=x onerror="alert(1)">\u202e\u0007';
    const long = "n".repeat(1_000_000);
    const { nodes } = await of(
      w.file(chain(w.node("Relu", ["x"], ["a"], { name: odd }), w.node("Relu", ["a"], ["y"], { name: long }))),
    );
    assert.equal(nodes[0]?.name, odd);
    assert.equal(nodes[1]?.name.length, 1000);
  });

  it("takes shapes from the network where the file gives symbols", async () => {
    const file = w.file(
      w.model(
        w.graph({
          nodes: [w.node("Relu", ["x"], ["y"])],
          inputs: [w.value("x", ["N", 3, 8, 8])],
          outputs: [w.value("y", ["N", 3, 8, 8])],
        }),
      ),
    );
    const { values } = await of(file);
    assert.deepEqual(
      values.map(({ shape }) => shape),
      [
        [1, 3, 8, 8],
        [1, 3, 8, 8],
      ],
    );
  });

  it("takes 20,000 nodes", async function () {
    this.timeout(60_000);
    const count = 20_000;
    const nodes = Array.from({ length: count }, (_, i) =>
      w.node("Relu", [i ? `v${i - 1}` : "x"], [i === count - 1 ? "y" : `v${i}`]),
    );
    assert.equal((await of(w.file(chain(...nodes)))).nodes.length, count);
  });
});

describe("finding cycles", () => {
  it("agrees with following every path, on random graphs", () => {
    let seed = 1;
    const random = () => (seed = (seed * 48271) % 2147483647) / 2147483647;
    for (let round = 0; round < 200; round++) {
      const count = 1 + Math.floor(random() * 8);
      const reads = Array.from({ length: count }, () =>
        Array.from({ length: Math.floor(random() * 3) }, () => Math.floor(random() * count)),
      );
      const reaches = (from: number, to: number, seen = new Set<number>()): boolean =>
        (reads[from] ?? []).some((next) => next === to || (!seen.has(next) && reaches(next, to, seen.add(next))));
      const expected = [...reads.keys()].filter((node) => reaches(node, node));
      assert.deepEqual(nodesInCycles(reads), expected, JSON.stringify(reads));
    }
  });

  it("is not deep where the graph is", () => {
    const count = 200_000;
    const reads = Array.from({ length: count }, (_, i) => [(i + 1) % count]);
    assert.equal(nodesInCycles(reads).length, count);
  });
});
