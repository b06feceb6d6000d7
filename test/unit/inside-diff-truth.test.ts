import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { InferenceSession, Tensor } from "onnxruntime-node";
import { Library } from "../../src/engine/library.ts";
import { diff } from "../../src/engine/inside/diff.ts";
import { differs, diffSummary } from "../../src/shared/diff-summary.ts";
import type { LayerDiff, ModelDiff } from "../../src/shared/structure.ts";
import * as w from "../fixtures/onnx/writer.ts";

const of = (a: string, b: string): Promise<ModelDiff> => diff(new Library(), { a, b }, new AbortController().signal);
const changesOf = ({ layers, outside }: ModelDiff) =>
  [...layers, ...outside].filter(({ change }) => change !== "same").map(({ layer, change }) => [layer, change]);
const wordsOf = ({ layers, outside }: ModelDiff): string =>
  [...layers, ...outside]
    .filter(({ change }) => change !== "same")
    .map(({ words }) => words)
    .join("; ");

const ints = (name: string, ...values: readonly number[]) => w.attribute(name, 7, ...values.map((n) => w.int(8, n)));
const int = (name: string, value: number) => w.attribute(name, 2, w.int(3, value));
const float = (name: string, value: number) =>
  w.attribute(name, 1, (writer) => writer.uint32((2 << 3) | 5).float(value));
const tensor = (name: string, dims: readonly number[], seed = 1) =>
  w.tensor(
    name,
    1,
    dims,
    w.floats(
      4,
      waves(
        dims.reduce((product, n) => product * n, 1),
        seed,
      ),
    ),
  );
const scalar = (name: string, value: number) => w.tensor(name, 1, [], w.floats(4, [value]));
const waves = (count: number, seed: number) => Array.from({ length: count }, (_, i) => Math.sin(seed + 1.7 * i));

interface Net {
  readonly pads?: number;
  readonly dilations?: readonly number[];
  readonly weights?: number;
  readonly alpha?: number;
  readonly most?: number;
  readonly order?: readonly [string, string];
  readonly sum?: readonly [string, string];
  readonly skip?: string;
  readonly pool?: "MaxPool" | "AveragePool";
  readonly permutation?: readonly number[];
  readonly scale?: number;
}

/** A network in which each thing that changes what is computed, and some that do not, can be another. */
function net({
  pads = 1,
  dilations,
  weights = 1,
  alpha = 0.1,
  most = 0.5,
  order = ["left", "right"],
  sum = ["joined", "mixed"],
  skip = "joined",
  pool = "MaxPool",
  permutation = [0, 1, 2, 3],
  scale = 0.3,
}: Net = {}): string {
  const named = (name: string, ...attributes: readonly Uint8Array[]) => ({ name, attributes });
  const around = ints("pads", pads, pads, pads, pads);
  return w.file(
    w.model(
      w.graph({
        nodes: [
          w.node(
            "Conv",
            ["x", "w1"],
            ["a"],
            named("first", around, ...(dilations ? [ints("dilations", ...dilations)] : [])),
          ),
          w.node("LeakyRelu", ["a"], ["left"], named("leaky", float("alpha", alpha))),
          w.node("Conv", ["left", "w2"], ["b"], named("second")),
          w.node("Clip", ["b", "least", "most"], ["right"], named("clip")),
          w.node("Concat", order, ["joined"], named("join", int("axis", 1))),
          w.node("Conv", [skip, "w3"], ["mixed"], named("third")),
          w.node("Add", sum, ["s"], named("sum")),
          w.node("Mul", ["s", "scale"], ["scaled"], named("scale")),
          w.node("Transpose", ["scaled"], ["turned"], named("turn", ints("perm", ...permutation))),
          w.node(pool, ["turned"], ["y"], named("pool", ints("kernel_shape", 2, 2), ints("strides", 2, 2))),
        ],
        initializers: [
          tensor("w1", [3, 3, 3, 3], weights),
          tensor("w2", [3, 3, 1, 1], 2),
          tensor("w3", [6, 6, 1, 1], 3),
          scalar("least", -0.5),
          scalar("most", most),
          scalar("scale", scale),
        ],
        inputs: [w.value("x", [1, 3, 8, 8])],
        outputs: [w.value("y", undefined)],
      }),
    ),
  );
}

describe("What the comparison of two models says is what they compute", () => {
  const run = async (path: string): Promise<readonly number[]> => {
    const session = await InferenceSession.create(readFileSync(path));
    const { y } = await session.run({ x: new Tensor("float32", Float32Array.from(waves(192, 5)), [1, 3, 8, 8]) });
    return [...(y?.dims ?? []), ...Array.from(y?.data as Float32Array)];
  };
  const differing: Readonly<Record<string, readonly [Net, LayerDiff["change"], RegExp]>> = {
    dilations: [{ pads: 2, dilations: [2, 2] }, "attributes", /pads 1 1 1 1 → 2 2 2 2; Conv dilations 1 1 → 2 2/],
    weights: [{ weights: 9 }, "weights", /other weights/],
    "the slope of a rectifier": [{ alpha: 0.3 }, "attributes", /alpha 0\.1 → 0\.3/],
    "the bound of a clip": [{ most: 0.25 }, "attributes", /Clip max 0\.5 → 0\.25/],
    "the order of a concatenation": [{ order: ["right", "left"] }, "inputs", /inputs in another order/],
    "what a sum adds": [{ sum: ["joined", "joined"] }, "inputs", /reads join in place of third/],
    "the operator": [{ pool: "AveragePool" }, "kind", /MaxPool became AveragePool/],
    "the order of axes": [{ permutation: [0, 1, 3, 2] }, "attributes", /perm 0 1 2 3 → 0 1 3 2/],
    "a lone number": [{ scale: 0.4 }, "attributes", /0\.3 → 0\.4/],
  };
  for (const [what, [changed, change, words]] of Object.entries(differing))
    it(`tells another by ${what}`, async () => {
      const [a, b] = [net(), net(changed)];
      assert.notDeepEqual(await run(a), await run(b), "they do compute something else");
      const found = await of(a, b);
      assert.deepEqual(
        changesOf(found).map(([, each]) => each),
        [change],
      );
      assert.match(wordsOf(found), words);
      assert.doesNotMatch(diffSummary(found).join(), /the same/);
    });

  const same: Readonly<Record<string, Net>> = {
    "an attribute is written that is the default": { dilations: [1, 1] },
    "a sum is written the other way round": { sum: ["mixed", "joined"] },
  };
  for (const [what, changed] of Object.entries(same))
    it(`finds the same where ${what}`, async () => {
      const [a, b] = [net(), net(changed)];
      assert.deepEqual(await run(a), await run(b));
      assert.deepEqual(changesOf(await of(a, b)), []);
    });
});

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
    assert.match(diffSummary(found).join(), /1 of \d parts outside the layers differ: 1 with other weights/);
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

describe("The comparison of what the graph has in other words than the file", () => {
  const one = (node: Uint8Array, opset = 17, input: readonly number[] = [1, 4]) =>
    w.file(
      w.all(
        w.int(1, 8),
        w.bytes(7, w.graph({ nodes: [node], inputs: [w.value("x", input)], outputs: [w.value("y")] })),
        w.opset(8, opset),
      ),
    );
  const cast = (to: number) => w.node("Cast", ["x"], ["y"], { name: "cast", attributes: [int("to", to)] });
  const clip = (...bounds: readonly Uint8Array[]) => w.node("Clip", ["x"], ["y"], { name: "clip", attributes: bounds });

  it("tells a cast to another type", async () => {
    for (const input of [
      [1, 4],
      [1, 3, 4, 4],
    ]) {
      const found = await of(one(cast(1), 17, input), one(cast(10), 17, input));
      assert.match(wordsOf(found), /to float32 → float16/);
    }
  });

  it("tells a bound that is infinite from one that is none", async () => {
    const found = await of(one(clip(float("max", Infinity)), 6), one(clip(float("max", -Infinity)), 6));
    assert.match(wordsOf(found), /max Infinity → -Infinity/);
  });

  it("tells an operator that meant something else in an older version", async () => {
    const softmax = w.node("Softmax", ["x"], ["y"], { name: "softmax" });
    const found = await of(one(softmax, 11, [1, 2, 3]), one(softmax, 13, [1, 2, 3]));
    assert.deepEqual(changesOf(found), [["softmax", "attributes"]]);
  });

  it("finds a bound the same whether it is an attribute or a constant", async () => {
    const input = [1, 3, 4, 4];
    const asInput = w.file(
      w.model(
        w.graph({
          nodes: [w.node("Clip", ["x", "", "most"], ["y"], { name: "clip" })],
          initializers: [scalar("most", 6)],
          inputs: [w.value("x", input)],
          outputs: [w.value("y")],
        }),
      ),
    );
    assert.deepEqual(changesOf(await of(one(clip(float("max", 6)), 6, input), asInput)), []);
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

describe("The comparison of models whose weights cannot be read", () => {
  const model = (external: boolean, alpha = 0.1) =>
    w.file(
      w.model(
        w.graph({
          nodes: [
            w.node("Conv", ["x", "weight"], ["a"], { name: "conv" }),
            w.node("LeakyRelu", ["a"], ["y"], { name: "leaky", attributes: [float("alpha", alpha)] }),
          ],
          initializers: [
            external ? w.tensor("weight", 1, [3, 3, 1, 1], w.external("gone.bin")) : tensor("weight", [3, 3, 1, 1]),
          ],
          inputs: [w.value("x", [1, 3, 4, 4])],
          outputs: [w.value("y", [1, 3, 4, 4])],
        }),
      ),
    );

  it("says so, and never that they are the same", async () => {
    for (const [a, b, where] of [
      [true, true, "weight needs"],
      [true, false, "in the first, weight needs"],
      [false, true, "in the second, weight needs"],
    ] as const) {
      const found = await of(model(a), model(b));
      assert.ok(wordsOf(found).includes(`weights not readable: ${where} the file "gone.bin"`), wordsOf(found));
      assert.deepEqual(new Set(changesOf(found).map(([, change]) => change)), new Set(["unreadable"]));
      const [part] = [...found.layers, ...found.outside].filter(({ change }) => change === "unreadable");
      assert.equal(part?.relative, undefined);
      assert.doesNotMatch(diffSummary(found).join(), /the same/);
      assert.match(diffSummary(found).join(), /the weights of 1 of \d .*cannot be read/);
    }
  });

  it("still compares what can be read", async () => {
    assert.match(wordsOf(await of(model(true), model(true, 0.2))), /alpha 0\.1 → 0\.2/);
  });

  it("says so of indices too", async () => {
    const picking = (missing: boolean, axis = 1) =>
      w.file(
        w.model(
          w.graph({
            nodes: [
              w.node("Conv", ["x", "weight"], ["a"], { name: "conv" }),
              w.node("Gather", ["a", "places"], ["y"], { name: "pick", attributes: [int("axis", axis)] }),
            ],
            initializers: [
              tensor("weight", [3, 3, 1, 1]),
              missing
                ? w.tensor("places", 7, [2], w.external("gone.bin"))
                : w.tensor("places", 7, [2], w.bytes(9, new Uint8Array(new BigInt64Array([2n, 0n]).buffer))),
            ],
            inputs: [w.value("x", [1, 3, 4, 4])],
            outputs: [w.value("y")],
          }),
        ),
      );
    for (const [a, b] of [
      [true, true],
      [true, false],
      [false, true],
    ] as const) {
      const found = await of(picking(a), picking(b));
      assert.deepEqual(
        changesOf(found).map(([, change]) => change),
        ["unreadable"],
      );
      assert.match(wordsOf(found), /settings not readable: .*places needs the file "gone\.bin"/);
      assert.doesNotMatch(diffSummary(found).join(), /the same/);
    }
    assert.match(wordsOf(await of(picking(true), picking(true, 2))), /axis 1 → 2.*settings not readable/);
    assert.deepEqual(changesOf(await of(picking(false), picking(false))), []);
  });
});

describe("The comparison of an operator whose first output is left out", () => {
  it("tells its attributes apart", async () => {
    const recurrent = (activation: string) =>
      w.file(
        w.model(
          w.graph({
            nodes: [
              w.node("Reshape", ["x", "sizes"], ["rows"], { name: "rows" }),
              w.node("RNN", ["rows", "w", "r"], ["", "h"], {
                name: "rnn",
                attributes: [int("hidden_size", 2), w.attribute("activations", 8, w.text(9, activation))],
              }),
              w.node("Identity", ["h"], ["y"], { name: "y" }),
            ],
            initializers: [
              w.tensor("sizes", 7, [3], w.bytes(9, new Uint8Array(new BigInt64Array([4n, 1n, 12n]).buffer))),
              tensor("w", [1, 2, 12]),
              tensor("r", [1, 2, 2]),
            ],
            inputs: [w.value("x", [1, 3, 4, 4])],
            outputs: [w.value("y", [1, 1, 2])],
          }),
        ),
      );
    const found = await of(recurrent("Tanh"), recurrent("Relu"));
    assert.match(wordsOf(found), /activations Tanh → Relu/);
    assert.deepEqual(changesOf(await of(recurrent("Tanh"), recurrent("Tanh"))), []);
  });
});
