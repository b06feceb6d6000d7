import assert from "node:assert/strict";
import { diffSummary } from "../../src/shared/diff-summary.ts";
import * as w from "../fixtures/onnx/writer.ts";
import { changesOf, float, int, of, tensor, wordsOf } from "./support/diffs.ts";

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
      assert.match(diffSummary(found).join(), /the weights of (1 of \d|the one) .*cannot be read/);
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
