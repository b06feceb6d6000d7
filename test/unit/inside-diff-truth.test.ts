import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { InferenceSession, Tensor } from "onnxruntime-node";
import { diffSummary } from "../../src/shared/diff-summary.ts";
import type { LayerDiff } from "../../src/shared/structure.ts";
import * as w from "../fixtures/onnx/writer.ts";
import { changesOf, float, int, of, scalar, tensor, waves, wordsOf } from "./support/diffs.ts";
import { differingNet as net, type Net } from "./support/differing-net.ts";
import { referenceFile } from "./support/reference-net.ts";

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

describe("The comparison of the same numbers stored in another width", () => {
  it("says that none of them changed", async () => {
    const found = await of(referenceFile(), referenceFile({ stored: "float16" }));
    const conv = found.layers.find(({ layer }) => layer === "conv1");
    assert.deepEqual(
      [conv?.change, conv?.words, conv?.relative],
      ["weights", "float32 became float16, the same numbers", 0],
    );
    const summary = diffSummary(found).join();
    assert.match(summary, /\d+ with the same weights in another type/);
    assert.doesNotMatch(summary, /other weights/);
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
