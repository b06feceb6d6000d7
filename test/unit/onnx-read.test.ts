import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { numbers } from "../../src/shared/tensor.ts";
import { loadTensor, rawAttributes, readModel } from "../../src/engine/formats/onnx/structure.ts";
import type { GraphRecord, Stored } from "../../src/engine/formats/onnx/structure.ts";
import * as w from "../fixtures/onnx/writer.ts";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const fixture = (name: string) => readModel(here(`../fixtures/onnx/${name}`));
/** What make.py recorded: numbers by tensor, and for "types.onnx" texts by element type. */
const expected = JSON.parse(readFileSync(here("../fixtures/onnx/expected.json"), "utf8")) as Record<
  string,
  number[]
> & { readonly "types.onnx": Record<string, string[]> };

const constant = (graph: GraphRecord, name: string): Stored => {
  const stored = graph.initializers.get(name);
  assert.ok(stored, `no constant ${name}`);
  return stored;
};
const read = (graph: GraphRecord, name: string) => numbers(loadTensor(constant(graph, name), "float32"));

describe("the ONNX reader, on exporters' files", () => {
  it("reads what PyTorch's first exporter writes", () => {
    const { graph, problems, opsets, irVersion, producer } = fixture("torchscript.onnx");
    assert.deepEqual(problems, []);
    assert.deepEqual([irVersion, opsets.get(""), producer.name], [7, 13, "pytorch"]);
    assert.deepEqual(
      graph.inputs.map(({ name, dims }) => [name, dims]),
      [["image", ["batch", 3, 16, 16]]],
    );
    assert.deepEqual(
      graph.outputs.map(({ name, dims }) => [name, dims]),
      [["scores", ["batch", 5]]],
    );
    assert.deepEqual(
      graph.nodes.map(({ op }) => op),
      ["Conv", "Relu", "Conv", "ReduceMean", "Gemm"],
    );
    const [conv] = graph.nodes;
    assert.deepEqual(conv?.attributes.get("pads"), { kind: "ints", value: [1, 1, 1, 1] });
    assert.equal(conv?.opset, 13);
  });

  it("reads what PyTorch's second exporter writes, with the scopes but not the stack traces", () => {
    const { graph, problems } = fixture("dynamo.onnx");
    assert.deepEqual(problems, []);
    const relu = graph.nodes.find(({ op }) => op === "Relu");
    assert.equal(relu?.metadata.get("pkg.torch.onnx.name_scopes"), "['', 'features', 'features.2', 'relu']");
    assert.equal(relu.metadata.has("pkg.torch.onnx.stack_trace"), false);
    assert.deepEqual(numbers(loadTensor(constant(graph, "val_16"))), [2, 3]);
  });

  it("subtracts initializers from the inputs of an IR 3 file, and finds weights where they are", () => {
    const { graph, irVersion, metadata, problems } = readModel(here("../../samples/squeezenet1.1.onnx"));
    assert.equal(irVersion, 3);
    assert.deepEqual([problems, metadata.size], [[], 0]);
    assert.deepEqual(
      graph.inputs.map(({ name, dims }) => [name, dims]),
      [["data_0", [1, 3, 224, 224]]],
    );
    assert.equal(graph.initializers.size, 52);
    const first = graph.nodes[0]?.inputs[1] ?? "";
    const weight = constant(graph, first);
    assert.equal(weight.kind, "place");
    assert.deepEqual(weight.dims, [64, 3, 3, 3]);
    const values = read(graph, first);
    assert.equal(values.length, 64 * 27);
    assert.ok(values.every((x) => Math.abs(x) < 5) && values.some((x) => Math.abs(x) > 1e-3), "these are no weights");
  });

  it("converts float16 weights", () => {
    const { graph, inputs } = { ...fixture("half.onnx"), inputs: fixture("half.onnx").graph.inputs };
    assert.equal(inputs[0]?.dtype, "float16");
    const name = "features.3.weight";
    assert.equal(constant(graph, name).dtype, "float16");
    assert.deepEqual(read(graph, name), expected[`${name} in half.onnx`]);
    assert.ok(loadTensor(constant(graph, name)).data instanceof Uint16Array);
  });

  for (const way of ["raw", "typed"])
    it(`reads every element type, stored as ${way} data`, () => {
      const { graph, problems } = fixture("types.onnx");
      assert.deepEqual(problems, []);
      for (const [name, values] of Object.entries(expected["types.onnx"])) {
        const { data } = loadTensor(constant(graph, `${name} ${way}`), "float32");
        const wide = data instanceof BigInt64Array || data instanceof BigUint64Array;
        const wanted = wide
          ? values.map(BigInt)
          : values.map((text) => Math.fround(Number(text.replace("inf", "Infinity"))));
        assert.deepEqual(
          [...data],
          name === "uint32" || name === "int32" ? values.map(Number) : wanted,
          `${name} ${way}`,
        );
      }
    });

  it("keeps types that it cannot compute with as bytes, and text as text", () => {
    const { graph } = fixture("types.onnx");
    const { data } = loadTensor(constant(graph, "int4 typed"));
    assert.deepEqual([constant(graph, "int4 typed").elementType, ...data], [22, 0xe1, 0x03]);
    assert.deepEqual([...loadTensor(constant(graph, "float8 typed")).data], [0x38, 0x40]);
    const texts = constant(graph, "string typed");
    assert.deepEqual(texts.kind === "texts" && texts.texts, ["café", "\\xff"]);
    assert.deepEqual(read(graph, "scalar typed"), [3.5]);
    assert.deepEqual(read(graph, "empty typed"), []);
  });
});

describe("the ONNX reader, on protobuf's freedoms", () => {
  const graphOf = (bytes: Uint8Array) => {
    const { graph, problems } = readModel(w.file(bytes));
    assert.deepEqual(problems, []);
    return graph;
  };
  const loose = (field: number, values: readonly number[]) => (writer: Parameters<ReturnType<typeof w.int>>[0]) =>
    values.reduce((all, value) => all.uint32((field << 3) | 5).float(value), writer);

  it("reads floats packed, one by one, and both in turn", () => {
    const graph = graphOf(
      w.small({
        initializers: [
          w.tensor("packed", 1, [3], w.floats(4, [1, 2, 3])),
          w.tensor("loose", 1, [3], loose(4, [1, 2, 3])),
          w.tensor("pieces", 1, [5], w.floats(4, [1, 2]), loose(4, [3]), w.floats(4, [4, 5])),
          w.tensor(
            "large",
            1,
            [500],
            w.floats(
              4,
              Array.from({ length: 500 }, (_, i) => i),
            ),
          ),
        ],
      }),
    );
    assert.deepEqual(read(graph, "packed"), [1, 2, 3]);
    assert.deepEqual(read(graph, "loose"), [1, 2, 3]);
    assert.deepEqual(read(graph, "pieces"), [1, 2, 3, 4, 5]);
    assert.equal(constant(graph, "large").kind, "place");
    assert.equal(read(graph, "large")[499], 499);
  });

  it("reads integers packed and one by one, negative and of 64 bits", () => {
    const one = w.message((m) => m.int32(-2).int64(5));
    const graph = graphOf(
      w.small({
        initializers: [
          w.tensor("loose", 7, [2], w.int(7, -1), (m) => m.uint32(7 << 3).uint64("9223372036854775807")),
          w.tensor("packed", 6, [2], w.bytes(5, one)),
        ],
      }),
    );
    assert.deepEqual([...loadTensor(constant(graph, "loose")).data], [-1n, 2n ** 63n - 1n]);
    assert.deepEqual(read(graph, "packed"), [-2, 5]);
  });

  it("puts messages together that come in pieces", () => {
    const nodes = [w.node("Relu", ["x"], ["h"]), w.node("Relu", ["h"], ["y"])].map((each) => w.bytes(1, each));
    const first = w.all(w.bytes(11, w.value("x", [1])), ...nodes.slice(0, 1));
    const second = w.all(...nodes.slice(1), w.bytes(12, w.value("y", [1])));
    const graph = graphOf(w.all(w.int(1, 8), w.bytes(7, first), w.opset(8, 17), w.bytes(7, second)));
    assert.deepEqual(
      graph.nodes.map(({ outputs }) => outputs),
      [["h"], ["y"]],
    );
    assert.deepEqual([graph.inputs.length, graph.outputs.length], [1, 1]);
  });

  it("steps over fields and groups that it does not know", () => {
    const group = (m: Parameters<ReturnType<typeof w.int>>[0]) =>
      m
        .uint32((90 << 3) | 3)
        .uint32((1 << 3) | 3)
        .uint32(8)
        .uint32(1)
        .uint32((1 << 3) | 4)
        .uint32((90 << 3) | 4);
    const unknown = [w.text(1000, "later"), w.int(1001, 7), group, loose(99, [1])];
    const body = w.graph({
      nodes: [w.all(w.bytes(77, w.node("Relu", [], [])), w.text(1, "x"), w.text(2, "y"), w.text(4, "Relu"))],
      inputs: [w.value("x", [1])],
      outputs: [w.value("y", [1])],
      more: unknown,
    });
    assert.equal(graphOf(w.model(body, ...unknown)).nodes.length, 1);
  });

  it("tells attributes' kinds apart where the file is too old to say", () => {
    const old = (name: string, field: (m: Parameters<ReturnType<typeof w.int>>[0]) => typeof m) =>
      w.all(w.text(1, name), field);
    const attributes = [old("axis", w.int(3, -1)), old("mode", w.text(4, "same")), old("scales", w.floats(7, [1, 2]))];
    const [, other] = graphOf(w.small({ nodes: [w.node("Odd", ["x"], ["z"], { attributes })] })).nodes;
    assert.deepEqual(Object.fromEntries(other?.attributes ?? []), {
      axis: { kind: "int", value: -1 },
      mode: { kind: "string", value: "same" },
      scales: { kind: "floats", value: [1, 2] },
    });
  });

  it("gives attributes as they stand in the file, for operators that it does not know", () => {
    const attributes = [w.attribute("huge", 2, (m) => m.uint32(3 << 3).int64("9223372036854775807"))];
    const model = readModel(
      w.file(w.small({ nodes: [w.node("Odd", ["x"], ["z"], { domain: "custom", attributes })] })),
    );
    const [, odd] = model.graph.nodes;
    assert.ok(odd);
    const raw = rawAttributes(model, odd).get("huge");
    assert.equal(Buffer.from(raw ?? []).includes(Buffer.from(attributes[0] ?? [])), true);
  });

  it("keeps names apart that are not UTF-8, and lives with a name of a megabyte", () => {
    const odd = (byte: number) => w.bytes(2, Uint8Array.of(byte));
    const long = "n".repeat(2 ** 20);
    const graph = graphOf(
      w.small({
        nodes: [
          w.all(w.text(1, "x"), odd(0xff), odd(0xfe), w.text(4, "Split")),
          w.node("Relu", ["x"], [long], { name: long }),
          w.node("Relu", [long], ["z"]),
        ],
      }),
    );
    assert.deepEqual(graph.nodes[1]?.outputs, ["\\xff", "\\xfe"]);
    assert.equal(graph.nodes[3]?.inputs[0], long);
  });

  it("treats -1 as an unknown size, and symbols by name", () => {
    const graph = graphOf(w.small({ inputs: [w.value("image", [-1, 3, "h", "w"]), w.value("anything")] }));
    assert.deepEqual(graph.inputs[1]?.dims, [undefined, 3, "h", "w"]);
    assert.equal(graph.inputs[2]?.dims, undefined);
  });
});
