import assert from "node:assert/strict";
import { explain } from "../../src/cli/explain.ts";
import { float32 } from "../../src/shared/tensor.ts";
import { glassbox, said } from "./support/cli.ts";
import { npy } from "./support/engine.ts";
import { node, onnxFile, value, weight } from "./support/onnx-nets.ts";
import { random } from "./support/random.ts";
import { picture, referenceFile } from "./support/reference-net.ts";

const image = picture(7);

/** Two convolutions; one of the second's weights is NaN. */
function broken(): string {
  const kernel = random(2, 4 * 4 * 9);
  kernel[40] = NaN;
  return onnxFile({
    nodes: [
      node("Conv", ["photo", "k1"], "sound", { pads: [1, 1, 1, 1] }),
      node("Conv", ["sound", "k2"], "spoiled", { pads: [1, 1, 1, 1] }),
      node("GlobalAveragePool", ["spoiled"], "p"),
      node("Flatten", ["p"], "scores"),
    ],
    weights: [weight("k1", [4, 3, 3, 3], random(1, 108)), weight("k2", [4, 4, 3, 3], kernel)],
    inputs: [value("photo", ["N", 3, 12, 10])],
    outputs: [value("scores", ["N", 4])],
  });
}

/** Three classes behind a sigmoid; to the scores from `first` on something is added. */
function independent(first: number, ...added: readonly number[]): string {
  const bias = new Float32Array(3);
  bias.set(added, first);
  return onnxFile({
    nodes: [
      node("Conv", ["photo", "k"], "c", { pads: [1, 1, 1, 1] }),
      node("GlobalAveragePool", ["c"], "p"),
      node("Flatten", ["p"], "f"),
      node("Add", ["f", "bias"], "scores"),
      node("Sigmoid", ["scores"], "shares"),
    ],
    weights: [weight("k", [3, 3, 3, 3], random(1, 81)), weight("bias", [3], bias)],
    inputs: [value("photo", ["N", 3, 12, 10])],
    outputs: [value("shares", ["N", 3])],
  });
}

describe("glassbox explain, where the scores are not numbers", () => {
  it("refuses in one line that names the files and the layer where NaN begins, with status 1", async () => {
    const [model, path] = [broken(), npy(image)];
    const { code, out, error } = await glassbox(["explain", model, path]);
    assert.equal(code, 1);
    assert.equal(out, "");
    assert.equal(
      error,
      `glassbox: The scores of ${model} for ${path} are not numbers (NaN), so there is no class to explain. ` +
        "The first NaN or infinite values come out of layer spoiled.\n",
    );
  });

  it("says so where it is the tensor that holds them, and explains the others", async () => {
    const holes = npy(
      float32(
        image.shape,
        Float32Array.from(image.data, (value, i) => (i === 3 ? NaN : value)),
      ),
    );
    const { text, complaints } = await said(explain, referenceFile(), holes, npy(image));
    assert.equal(complaints.length, 1);
    assert.ok(complaints[0]?.includes(holes));
    assert.match(complaints[0] ?? "", /What goes into the network is NaN or infinite in places already\.$/);
    assert.equal(text.match(/grad-cam of class/g)?.length, 1);
  });

  it("has the reason in its JSON, in the place of classes", async () => {
    const path = npy(image);
    const { text } = await said(explain, broken(), path, "--json");
    const [only] = JSON.parse(text) as readonly { readonly image: string; readonly error?: string }[];
    assert.equal(only?.image, path);
    assert.match(only.error ?? "", /are not numbers \(NaN\)/);
    assert.deepEqual(Object.keys(only), ["image", "error"]);
  });

  it("gives the map of a class that was asked for all the same", async () => {
    const { complaints } = await said(explain, broken(), npy(image), "--target", "3");
    assert.deepEqual(complaints, []);
  });

  it("explains the most probable of independent classes, of which another is NaN", async () => {
    for (const spoiled of [0, 2]) {
      const model = independent(spoiled, NaN);
      const { text, complaints } = await said(explain, model, npy(image), "--json");
      assert.deepEqual(complaints, []);
      const [only] = JSON.parse(text) as readonly {
        readonly top: readonly { readonly index: number; readonly score: number | null }[];
        readonly target: { readonly index: number };
      }[];
      const scores = only?.top.map(({ score }) => score) ?? [];
      assert.deepEqual([scores.length, scores.at(-1)], [3, null], "what is no number comes last");
      assert.equal(only?.top.at(-1)?.index, spoiled);
      assert.ok((scores[0] ?? NaN) > (scores[1] ?? NaN));
      assert.equal(only?.target.index, only?.top[0]?.index);
    }
  });

  it("refuses independent classes of which none is a number, or the most probable one infinite", async () => {
    const none = await said(explain, independent(0, NaN, NaN, NaN), npy(image));
    assert.match(none.complaints.join(), /are not numbers \(NaN\), so there is no class to explain/);
    const endless = await said(explain, independent(1, Infinity), npy(image));
    assert.match(endless.complaints.join(), /are infinite, so there is no class to explain/);
    assert.equal(endless.complaints.length, 1);
  });
});
