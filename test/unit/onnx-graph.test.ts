import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Unreadable } from "../../src/engine/formats/unreadable.ts";
import { loadTensor, rawAttributes, readModel } from "../../src/engine/formats/onnx/structure.ts";
import type { NodeRecord } from "../../src/engine/formats/onnx/structure.ts";
import * as w from "../fixtures/onnx/writer.ts";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const read = (bytes: Uint8Array) => readModel(w.file(bytes));

describe("the ONNX reader, on the order of nodes", () => {
  it("sorts what is unsorted, by what the graphs inside nodes read too", () => {
    const inner = w.graph({ nodes: [w.node("Neg", ["a"], ["r"])], outputs: [w.value("r")] });
    const branch = (name: string) => w.attribute(name, 5, w.bytes(6, inner));
    const { graph, problems } = read(
      w.small({
        nodes: [
          w.node("Relu", ["b"], ["c"]),
          w.node("If", ["t"], ["b"], { attributes: [branch("then_branch"), branch("else_branch")] }),
          w.node("Abs", ["x"], ["a"]),
          w.node("Cast", ["x"], ["t"]),
        ],
      }),
    );
    assert.deepEqual(problems, []);
    const order = graph.nodes.map(({ outputs }) => outputs[0]);
    for (const [before, after] of [
      ["a", "b"],
      ["t", "b"],
      ["b", "c"],
    ])
      assert.ok(order.indexOf(before) < order.indexOf(after), `${before} before ${after}: ${order.join()}`);
  });

  it("refuses a cycle, and names its nodes and no others", () => {
    const nodes = [
      w.node("Add", ["x", "c"], ["a"], { name: "one" }),
      w.node("Relu", ["a"], ["b"], { name: "two" }),
      w.node("Relu", ["b"], ["c"], { name: "three" }),
      w.node("Relu", ["c"], ["d"], { name: "downstream" }),
    ];
    assert.throws(
      () => read(w.small({ nodes })),
      ({ message, name }: Error) =>
        name === "Unreadable" && /"one".*"two".*"three"/.test(message) && !/downstream|copy/.test(message),
    );
  });

  it("finds a node that reads itself, and a cycle of 50,000 nodes", () => {
    assert.throws(() => read(w.small({ nodes: [w.node("Add", ["x", "a"], ["a"], { name: "self" })] })), /"self"/);
    const ring = Array.from({ length: 50_000 }, (_, i) => w.node("Relu", [`v${i}`], [`v${(i + 1) % 50_000}`]));
    assert.throws(() => read(w.small({ nodes: ring })), /circle.*and 49992 more/);
  });
});

describe("the ONNX reader, on graphs that are wrong", () => {
  const problemsOf = (parts: w.GraphParts) => read(w.small(parts)).problems;

  it("names the node and the value of a dangling input", () => {
    const nodes = [w.node("Conv", ["x", "lost.weight", ""], ["z"], { name: "conv1" })];
    assert.deepEqual(problemsOf({ nodes }), [`"Conv" node "conv1" reads "lost.weight", which nothing writes.`]);
  });

  it("looks into the graphs inside nodes", () => {
    const inner = w.graph({ nodes: [w.node("Add", ["x", "lost"], ["r"])], outputs: [w.value("r")] });
    const nodes = [w.node("If", ["x"], ["z"], { attributes: [w.attribute("then_branch", 5, w.bytes(6, inner))] })];
    const problems = problemsOf({ nodes });
    assert.ok(problems.length > 0 && problems.every((problem) => problem.includes('"lost"')), problems.join());
  });

  it("counts the first of two nodes that write one value", () => {
    const { graph, problems } = read(w.small({ nodes: [w.node("Relu", ["x"], ["y"], { name: "again" })] }));
    assert.match(problems.join(), /"again" writes "y", which is already written by "Identity" node "copy"/);
    assert.deepEqual(
      graph.nodes.map(({ outputs }) => outputs),
      [["y"], [""]],
    );
  });

  it("says so when an output is written by no node, or an input by one", () => {
    assert.match(problemsOf({ outputs: [w.value("lost")] }).join(), /output "lost" is written by no node/);
    assert.match(problemsOf({ nodes: [w.node("Relu", ["y"], ["x"])] }).join(), /writes "x", which is an input/);
  });

  it("says so when there are no nodes, outputs, operator names or versions", () => {
    const { problems } = read(w.all(w.int(1, 8), w.bytes(7, w.graph({ inputs: [w.value("x")] }))));
    assert.deepEqual(problems, ["The graph has no nodes.", "The graph has no outputs."]);
    assert.match(problemsOf({ nodes: [w.node("", ["x"], ["z"])] }).join(), /does not say what it computes/);
    assert.match(
      problemsOf({ nodes: [w.node("Odd", ["x"], ["z"], { domain: "my" })] }).join(),
      /version of the operators of "my"/,
    );
  });

  it("lists no more problems than a person reads", () => {
    const nodes = Array.from({ length: 5000 }, (_, i) => w.node("Relu", [`lost${i}`], [`z${i}`]));
    const problems = problemsOf({ nodes });
    assert.equal(problems.length, 101);
    assert.equal(problems.at(-1), "And 4900 more such problems.");
  });

  for (const [what, dims, pattern] of [
    ["negative", [2, -4], /"w" has a negative dimension \(2 × -4\)/],
    ["impossible", [2 ** 30, 2 ** 30, 16], /"w" has an impossible shape .*18446744073709551616 elements/],
    ["larger than its bytes", [100, 100], /"w" should have 40000 bytes by its shape \(100 × 100 float32\), and has 12/],
    ["smaller than its bytes", [2], /"w" should have 8 bytes by its shape \(2 float32\), and has 12/],
  ] as const)
    it(`calls a tensor broken whose shape is ${what}`, () => {
      for (const field of [9, 4]) {
        const initializers = [w.tensor("w", 1, dims, w.floats(field, [1, 2, 3]))];
        const { graph, problems } = read(w.small({ initializers }));
        assert.match(problems.join(), pattern);
        const stored = graph.initializers.get("w");
        assert.equal(stored?.kind, "broken");
        assert.throws(() => loadTensor(stored), Unreadable);
      }
    });

  it("calls tensors broken that have no type, no bytes, another type's field, or are sparse", () => {
    const sparse = w.bytes(15, w.all(w.bytes(1, w.tensor("s", 1, [1], w.floats(4, [1]))), w.int(3, 9)));
    const initializers = [
      w.tensor("typeless", 0, [1], w.floats(9, [1])),
      w.tensor("empty", 1, [3]),
      w.tensor("other", 6, [1], w.floats(4, [1])),
      w.tensor("other2", 1, [1], w.int(5, 1)),
    ];
    const { graph, problems } = read(w.small({ initializers, more: [sparse] }));
    assert.equal(problems.length, 5);
    assert.ok([...graph.initializers.values()].every(({ kind }) => kind === "broken"));
    assert.match(problems.join(), /"s" is stored as a sparse tensor/);
  });

  it("does not believe an input's absurd shape", () => {
    const { graph, problems } = read(w.small({ inputs: [w.value("image", ["N", 2 ** 40, 2 ** 40])] }));
    assert.match(problems.join(), /The shape of "image" cannot be: N × 1099511627776 × 1099511627776/);
    assert.deepEqual(graph.inputs[1]?.dims, ["N", undefined, undefined]);
  });
});

describe("the ONNX reader, on local functions", () => {
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- nested lists, as make.py wrote them
  const shapeOf = ({ op, inputs, attributes }: NodeRecord): any => [
    op,
    inputs.length,
    ...[...attributes.values()].flatMap((value) => (value.kind === "graph" ? [value.value.nodes.map(shapeOf)] : [])),
  ];
  const functions = readModel(here("../fixtures/onnx/functions.onnx"));
  const named = (name: string) => functions.graph.nodes.find((node) => node.name === name);

  it("puts the same nodes in their place as onnx's own inliner", () => {
    const expected = JSON.parse(readFileSync(here("../fixtures/onnx/expected.json"), "utf8"))["functions.onnx inlined"];
    assert.deepEqual(functions.problems, []);
    assert.deepEqual(functions.graph.nodes.filter(({ op }) => op !== "Identity").map(shapeOf), expected);
  });

  it("names nodes and values by the calls they came from", () => {
    assert.deepEqual(named("second/inner/Greater")?.inputs, ["second/inner/total", "second/inner/zero"]);
    assert.deepEqual(named("first/sum")?.outputs, ["a"]);
    const then = named("first/inner/If")?.attributes.get("then_branch");
    assert.ok(then?.kind === "graph");
    assert.deepEqual(then.value.nodes[0]?.inputs, ["first/t", "first/inner/total"]);
  });

  it("gives attributes of the call, else the function's defaults, under the name they have inside", () => {
    assert.deepEqual(named("first/leak")?.attributes.get("alpha"), { kind: "float", value: 0.25 });
    const leak = named("second/leak");
    assert.deepEqual(leak?.attributes.get("alpha"), { kind: "float", value: 0.125 });
    const raw = Buffer.from(rawAttributes(functions, leak).get("alpha") ?? []);
    assert.ok(raw.lastIndexOf("alpha") > raw.indexOf("slope"), "the last name counts");
  });

  it("keeps the versions of operators that a function asks for", () => {
    assert.deepEqual([named("first/inner/Greater")?.opset, named("first/sum")?.opset], [17, 18]);
  });

  it("copies a value that a function hands through", () => {
    const copy = functions.graph.nodes.find(({ op }) => op === "Identity");
    assert.deepEqual([copy?.inputs, copy?.outputs], [["a"], ["z"]]);
  });

  const local = (name: string, nodes: readonly Uint8Array[], ...more: readonly ReturnType<typeof w.int>[]) =>
    w.bytes(
      25,
      w.all(
        w.text(1, name),
        w.text(4, "p"),
        w.text(5, "q"),
        ...nodes.map((n) => w.bytes(7, n)),
        w.text(10, "f"),
        ...more,
      ),
    );
  const calling = (call: Uint8Array, ...bodies: readonly ReturnType<typeof w.int>[]) =>
    w.model(w.graph({ nodes: [call], inputs: [w.value("x")], outputs: [w.value("y")] }), ...bodies);
  const call = (name: string, from = "x", to = "y") => w.node(name, [from], [to], { domain: "f" });

  it("chooses among overloads", () => {
    const bodies = ["Relu", "Tanh"].map((op, i) => local("F", [w.node(op, ["p"], ["q"])], w.text(13, `v${i}`)));
    const { graph } = read(
      calling(
        w.message((m) => w.text(8, "v1")(m.raw(call("F")))),
        ...bodies,
      ),
    );
    assert.deepEqual(
      graph.nodes.map(({ op }) => op),
      ["Tanh"],
    );
  });

  it("refuses a function that calls itself, and ones that expand without end", () => {
    assert.throws(() => read(calling(call("F"), local("F", [call("F", "p", "q")]))), /"F" may call itself/);
    const tower = Array.from({ length: 40 }, (_, i) =>
      local(`F${i}`, [call(`F${i + 1}`, "p", "m"), call(`F${i + 1}`, "m", "q")]),
    );
    assert.throws(() => read(calling(call("F0"), ...tower)), /expand to more than 200000 nodes/);
  }).timeout(20_000);
});
