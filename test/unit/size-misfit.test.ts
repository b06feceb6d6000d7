import assert from "node:assert/strict";
import { openOnnx } from "../../src/engine/formats/onnx/index.ts";
import { OpenModel } from "../../src/engine/model.ts";
import { sentence } from "../../src/shared/sentence.ts";
import { integers, node, onnxFile, value, weight } from "./support/onnx-nets.ts";
import { random } from "./support/random.ts";

const options = { threads: 1, memory: 1e9, copyWeights: false };
const any = [1, 3, "S", "S"] as const;

/** Halves its maps `times`, doubles them as often, and puts the photo beside: "joined". */
function halving(times: number): string {
  const names = ["x", ...Array.from({ length: times }, (_, i) => `half${i}`)];
  const back = [names.at(-1)!, ...Array.from({ length: times }, (_, i) => `twice${i}`)];
  return onnxFile({
    nodes: [
      ...names.slice(1).map((to, i) => node("MaxPool", [names[i]!], to, { kernel_shape: [2, 2], strides: [2, 2] })),
      ...back.slice(1).map((to, i) => node("Resize", [back[i]!, "", "scales"], to, { mode: "nearest" })),
      node("Concat", [back.at(-1)!, "x"], "joined", { axis: 1 }),
    ],
    weights: [weight("scales", [4], [1, 1, 2, 2])],
    inputs: [value("x", any)],
    outputs: [value("joined", [1, 6, "S", "S"])],
  });
}

/** Two convolutions, the second of 9 × 9. */
const wide = () =>
  onnxFile({
    nodes: [node("Conv", ["x", "k"], "joined")],
    weights: [weight("k", [2, 3, 9, 9], random(1, 2 * 3 * 81))],
    inputs: [value("x", any)],
    outputs: [value("joined", [1, 2, "S", "S"])],
  });

/** Made for one size, of which the file says nothing. */
const headed = (side: number) =>
  onnxFile({
    nodes: [node("Reshape", ["x", "to"], "joined")],
    weights: [integers("to", [1, 3 * side * side])],
    inputs: [value("x", any)],
    outputs: [value("joined", [1, 3 * side * side])],
  });

describe("a size that was chosen and does not fit the network", () => {
  const reason = async (path: string, side: number, more = {}) => {
    const model = await OpenModel.open(openOnnx(path), { height: side, width: side }, { ...options, ...more });
    const { network } = await model.bound(1);
    await model.release();
    const why = network.unresolved.get("joined") ?? "";
    assert.deepEqual(network.problems, why ? [sentence(why)] : []);
    return why;
  };

  for (const times of [1, 3, 5])
    it(`is said to be none of the multiples of ${2 ** times} that it takes, at which node too`, async () => {
      const multiples = `which takes sides that are multiples of ${2 ** times}; hence Concat (node joined) could not`;
      const fault = "a picture of 45 × 45 pixels does not fit this network";
      assert.ok((await reason(halving(times), 45)).startsWith(`${fault}, ${multiples}`));
      assert.equal(await reason(halving(times), 64), "");
    });

  it("is said to be too small, or not the one that it takes", async () => {
    assert.match(await reason(wide(), 6), /^a picture of 6 × 6 pixels is too small for this network; hence Conv /);
    const taken = /^a picture of 20 × 20 pixels does not fit this network, which takes 224 × 224; hence Reshape /;
    assert.match(await reason(headed(224), 20), taken);
  });

  it("is not blamed where nothing is known to be better, nor looked into where several are tried", async () => {
    assert.match(await reason(headed(50), 20), /^Reshape \(node joined\) could not be understood/);
    assert.match(await reason(halving(3), 20, { isTrial: true }), /^Concat \(node joined\) could not be understood/);
  });
});
