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
});
