import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { float32 } from "../../src/shared/tensor.ts";
import { near } from "./support/asking.ts";
import { never, newEngine, npy, rawOf } from "./support/engine.ts";

interface Recorded {
  readonly photo: readonly number[];
  readonly scores: readonly number[];
  readonly gradient: readonly number[];
}
const at = (name: string) => fileURLToPath(new URL(`../fixtures/onnx/${name}`, import.meta.url));
/** What PyTorch said of each file (`make_whole.py`). */
const recorded = JSON.parse(readFileSync(at("whole.json"), "utf8")) as Readonly<Record<string, Recorded>>;

const layers: Readonly<Record<string, readonly string[]>> = {
  "bfloat16.onnx": ["conv1", "pool1", "conv2", "average", "flat", "fc"],
  // Named after the calls, as the modules that they stand for.
  "calls.onnx": ["stage1/conv", "stage1", "stage2/conv", "stage2", "head/average", "head"],
};

describe("a whole network", () => {
  for (const [name, { photo, scores, gradient }] of Object.entries(recorded))
    it(`in ${name} gives the scores and the gradient that PyTorch gives`, async () => {
      const engine = newEngine();
      const asked = { model: at(name), image: npy(float32([1, 3, 8, 8], photo)) };
      const card = await engine.open({ model: asked.model }, never);
      assert.deepEqual(card.problems, []);
      assert.deepEqual(
        card.layers.map((layer) => layer.name),
        layers[name],
      );
      near((await engine.predict(asked, never)).scores, scores, 1e-5);
      near((await rawOf(engine, { ...asked, technique: "saliency", target: 1 })).data, gradient, 1e-5);
    });

  it("of bfloat16 says so of its input and output", async () => {
    const { inputs, outputs } = await newEngine().open({ model: at("bfloat16.onnx") }, never);
    assert.deepEqual([inputs[0]?.dtype, outputs[0]?.dtype], ["bfloat16", "bfloat16"]);
  });
});
