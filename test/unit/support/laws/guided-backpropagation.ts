import assert from "node:assert/strict";
import { float32 } from "../../../../src/shared/tensor.ts";
import { ask, near, oneHot } from "../asking.ts";
import { openModel } from "../onnx-nets.ts";
import { random } from "../random.ts";
import { classCount, gradientOf, guidedGate, picture, referenceFile } from "../reference-net.ts";
import { smoothFile } from "../smooth-net.ts";

export default function (): void {
  it("is the backward pass with guided gates, written out as loops", async () => {
    const model = await openModel(referenceFile());
    const image = picture(7);
    const weights = oneHot(classCount, 1);
    const found = await ask("guided-backpropagation", { model, image });
    near(found.map().raw.data, gradientOf(image.data, weights, guidedGate));
    assert.ok(found.note("smooth") === undefined);
    const plain = (await ask("saliency", { model, image })).map().raw.data;
    assert.notDeepEqual(found.map().raw.data, plain);
  });

  for (const activation of ["Swish", "Gelu"] as const)
    it(`says that it is not defined for ${activation}, and takes the plain gradient there`, async () => {
      const model = await openModel(smoothFile(activation));
      const image = float32([1, 3, 8, 8], random(5, 192));
      const found = await ask("guided-backpropagation", { model, image });
      assert.match(found.note("smooth")?.text ?? "", new RegExp(`Through .*${activation}.* plain gradient`));
      near(found.map().raw.data, (await ask("saliency", { model, image })).map().raw.data);
    });
}
