import assert from "node:assert/strict";
import { NotApplicable } from "../../../../src/engine/techniques/technique.ts";
import { float32 } from "../../../../src/shared/tensor.ts";
import { ask, near, oneHot } from "../asking.ts";
import { openModel } from "../onnx-nets.ts";
import { random } from "../random.ts";
import { back, classCount, deconvnetGate, forward, gradientOf, picture, referenceFile } from "../reference-net.ts";
import { smoothFile } from "../smooth-net.ts";

const image = picture(7);
const activations = forward(image.data).a2.data;
const cells = 30;

export default function (): void {
  it("projects the score with deconvnet gates, written out as loops", async () => {
    const model = await openModel(referenceFile());
    const found = await ask("deconvnet", { model, image });
    near(found.map().raw.data, gradientOf(image.data, oneHot(classCount, 1), deconvnetGate));
  });

  it("projects one unit's activation", async () => {
    const model = await openModel(referenceFile());
    const at = activations.reduce((best, value, i) => (value > activations[best]! ? i : best), 0);
    const channel = Math.floor(at / cells);
    const [row, column] = [Math.floor((at % cells) / 5), at % 5];
    const parameters = { from: "unit", channel, row, column };
    const found = await ask("deconvnet", { model, image, layer: "conv2", parameters });
    const seed = activations.map((value, i) => (i === at ? value : 0));
    near(found.map().raw.data, back(image.data, seed, deconvnetGate).pixels.data);
    assert.match(found.map().title, new RegExp(`unit at ${row}, ${column} of channel ${channel} of conv2`));
  });

  it("projects the layer's strongest map: the one with the greatest total", async () => {
    const model = await openModel(referenceFile());
    const totals = [0, 1, 2, 3, 4].map((c) =>
      activations.subarray(c * cells, (c + 1) * cells).reduce((a, b) => a + b, 0),
    );
    const channel = totals.indexOf(Math.max(...totals));
    const found = await ask("deconvnet", { model, image, layer: "conv2", parameters: { from: "strongest" } });
    const seed = activations.map((value, i) => (Math.floor(i / cells) === channel ? value : 0));
    near(found.map().raw.data, back(image.data, seed, deconvnetGate).pixels.data);
    assert.match(found.map().title, new RegExp(`channel ${channel} of conv2`));
  });

  it("refuses a unit that there is not, and says what there is", async () => {
    const model = await openModel(referenceFile());
    const parameters = { from: "unit", channel: 5 };
    await assert.rejects(ask("deconvnet", { model, image, layer: "conv2", parameters }), (error: Error) => {
      assert.ok(error instanceof NotApplicable);
      assert.match(error.message, /conv2 has 5 channels of 6 × 5/);
      return true;
    });
  });

  it("says that it is not defined for SiLU on the way, and nothing of one that is not", async () => {
    const model = await openModel(smoothFile("Swish"));
    const small = float32([1, 3, 8, 8], random(5, 192));
    assert.match((await ask("deconvnet", { model, image: small })).note("smooth")?.text ?? "", /Through Swish/);
    const parameters = { from: "strongest" };
    assert.equal(
      (await ask("deconvnet", { model, image: small, layer: "before", parameters })).note("smooth"),
      undefined,
    );
  });
}
