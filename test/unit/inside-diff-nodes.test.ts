import assert from "node:assert/strict";
import { differs, diffSummary } from "../../src/shared/diff-summary.ts";
import * as w from "../fixtures/onnx/writer.ts";
import { changesOf, float, int, ints, of, scalar, tensor, wordsOf } from "./support/diffs.ts";
import { differingNet as net } from "./support/differing-net.ts";

describe("The comparison of models that are not all layers", () => {
  /** x → Conv → an operator that nothing knows → Conv → y */
  const odd = ({ weights = 1, alpha = 1, known = false } = {}) =>
    w.file(
      w.model(
        w.graph({
          nodes: [
            w.node("Conv", ["x", "w1"], ["a"], { name: "first" }),
            known
              ? w.node("AveragePool", ["a"], ["b"], { name: "odd", attributes: [ints("kernel_shape", 1, 1)] })
              : w.node("Odd", ["a"], ["b"], { name: "odd", domain: "acme", attributes: [float("alpha", alpha)] }),
            w.node("Conv", ["b", "w2"], ["y"], { name: "second" }),
          ],
          initializers: [tensor("w1", [3, 3, 1, 1]), tensor("w2", [3, 3, 1, 1], weights)],
          inputs: [w.value("x", [1, 3, 4, 4])],
          outputs: [w.value("y", [1, 3, 4, 4])],
        }),
        w.opset(8, 1, "acme"),
      ),
    );

  it("goes on behind an operator that nothing knows", async () => {
    assert.deepEqual(changesOf(await of(odd(), odd())), []);
    const found = await of(odd(), odd({ weights: 7 }));
    assert.deepEqual(changesOf(found), [["second", "weights"]]);
    assert.ok((found.outside.find(({ layer }) => layer === "second")?.relative ?? 0) > 0.1);
    assert.match(diffSummary(found).join(), /1 of \d parts outside the layers differs: 1 with other weights/);
    const told = await of(odd(), odd({ alpha: 2 }));
    assert.deepEqual(changesOf(told), [["odd", "attributes"]]);
    assert.match(wordsOf(told), /alpha 1 → 2/);
  });

  /** A network of vectors, which has no layers, with a graph inside a node. */
  const vectors = ({ weights = 1, axis = 1, inner = 0.5, unread = 1, swapped = false } = {}) => {
    const branch = (value: number) =>
      w.graph({
        nodes: [w.node("Mul", ["h", "factor"], ["z"], { name: "inner" })],
        initializers: [scalar("factor", value)],
        outputs: [w.value("z")],
      });
    const body = (name: string, value: number) => w.attribute(name, 5, w.bytes(6, branch(value)));
    const [one, other] = swapped ? ["p", "chosen"] : ["chosen", "p"];
    return w.file(
      w.model(
        w.graph({
          nodes: [
            w.node("MatMul", ["x", "weight"], ["h"], { name: "mul" }),
            w.node("If", ["flag"], ["chosen"], {
              name: "if",
              attributes: [body("then_branch", inner), body("else_branch", 2)],
            }),
            w.node("Softmax", ["h"], ["p"], { name: "softmax", attributes: [int("axis", axis)] }),
            w.node("Identity", [one], ["y1"], { name: "y1" }),
            w.node("Identity", [other], ["y2"], { name: "y2" }),
          ],
          initializers: [tensor("weight", [4, 5], weights), tensor("nobody", [3], unread)],
          inputs: [w.value("x", [1, 4]), w.value("flag", [])],
          outputs: [w.value("y1", [1, 5]), w.value("y2", [1, 5])],
        }),
      ),
    );
  };

  it("compares node by node where no input takes a picture", async () => {
    const all = await of(vectors(), vectors());
    assert.deepEqual(changesOf(all), []);
    assert.equal(all.layers.length, 0);
    assert.match(diffSummary(all).join(), /the same: all 4 nodes, weights and outputs/);
    const weights = await of(vectors(), vectors({ weights: 3 }));
    assert.deepEqual(changesOf(weights), [["mul", "weights"]]);
    const axis = await of(vectors(), vectors({ axis: 0 }));
    assert.deepEqual(changesOf(axis), [["softmax", "attributes"]]);
    assert.match(wordsOf(axis), /axis 1 → 0/);
  });

  it("looks into graphs inside a node, at weights that nothing reads, and at what leaves as which output", async () => {
    assert.match(wordsOf(await of(vectors(), vectors({ inner: 0.75 }))), /factor 0\.5 → 0\.75/);
    assert.deepEqual(changesOf(await of(vectors(), vectors({ unread: 2 }))), [["nobody", "weights"]]);
    const outputs = await of(vectors(), vectors({ swapped: true }));
    assert.deepEqual(changesOf(outputs), [
      ["y1", "inputs"],
      ["y2", "inputs"],
    ]);
    assert.match(wordsOf(outputs), /reads softmax in place of if/);
  });

  it("compares what one of them can compute and the other cannot", async () => {
    const known = odd({ known: true });
    const found = await of(odd(), known);
    assert.deepEqual(changesOf(found), [["odd", "kind"]]);
    assert.match(wordsOf(found), /acme\.Odd became AveragePool/);
    const weights = await of(odd({ weights: 7 }), known);
    assert.deepEqual(changesOf(weights), [
      ["odd", "kind"],
      ["second", "weights"],
    ]);
  });

  it("compares a network with layers to one without node by node", async () => {
    const found = await of(net(), vectors());
    assert.equal(found.layers.length, 0);
    assert.ok(found.outside.filter(differs).length > 5);
  });
});

describe("The comparison of models whose nodes are only numbered", () => {
  /** Three convolutions with a pooling between them, where asked for a second one; all called by their places. */
  const numbered = (more: boolean) => {
    const ops = ["Conv", "MaxPool", ...(more ? ["MaxPool"] : []), "Conv", "Tanh", "Conv"];
    const attributes = { MaxPool: [ints("kernel_shape", 2, 2)] } as Readonly<Record<string, readonly Uint8Array[]>>;
    let convolutions = 0;
    const nodes = ops.map((op, i) => {
      const inputs = [i === 0 ? "x" : String(i), ...(op === "Conv" ? [`w${convolutions++}`] : [])];
      const output = i === ops.length - 1 ? "y" : String(i + 1);
      return w.node(op, inputs, [output], { name: `${op}_${i}`, attributes: attributes[op] ?? [] });
    });
    const initializers = [0, 1, 2].map((i) => tensor(`w${i}`, [3, 3, 1, 1], i));
    return w.file(
      w.model(w.graph({ nodes, initializers, inputs: [w.value("x", [1, 3, 9, 9])], outputs: [w.value("y")] })),
    );
  };

  it("finds the one that was added, and what stands behind it again", async () => {
    const found = await of(numbered(false), numbered(true));

    const changes = changesOf(found).map(([, change]) => change);
    assert.deepEqual(changes.filter((change) => change === "added").length, 1);
    assert.ok(
      !changes.includes("removed") && !changes.includes("weights") && !changes.includes("kind"),
      changes.join(),
    );
  });
});
