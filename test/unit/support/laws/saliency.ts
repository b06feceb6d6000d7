import assert from "node:assert/strict";
import { ask, near, oneHot } from "../asking.ts";
import { openModel } from "../onnx-nets.ts";
import { classCount, gradientOf, picture, pictureShape, referenceFile, scoresOf } from "../reference-net.ts";

export default function (): void {
  it("is what central differences of the score give, pixel by pixel", async () => {
    const model = await openModel(referenceFile());
    const image = picture(7);
    const { raw } = (await ask("saliency", { model, image, target: 2 })).map();
    const pixels = Float64Array.from(image.data);
    const h = 1e-6;
    const numeric = pixels.map((x, i) => {
      const at = (t: number) => scoresOf(pixels.with(i, x + t))[2]!;
      return (at(h) - at(-h)) / (2 * h);
    });
    assert.deepEqual(raw.shape, pictureShape);
    near(raw.data, numeric);
  });

  it("shows the largest magnitude over the channels", async () => {
    const model = await openModel(referenceFile());
    const { raw, values, signed } = (await ask("saliency", { model, image: picture(7) })).map();
    assert.deepEqual(values.shape, [12, 10]);
    assert.equal(signed, false);
    values.data.forEach((shown, p) => {
      assert.equal(shown, Math.max(...[0, 1, 2].map((c) => Math.abs(raw.data[c * 120 + p]!))));
    });
  });

  it("explains the difference of two classes", async () => {
    const model = await openModel(referenceFile());
    const image = picture(8);
    const { raw } = (await ask("saliency", { model, image, target: 0, against: 3 })).map();
    near(raw.data, gradientOf(image.data, oneHot(classCount, 0, 3)));
  });

  it("is of the score before the softmax, whatever the file ends in", async () => {
    const image = picture(9);
    for (const end of ["Softmax", "LogSoftmax", "Sigmoid"] as const) {
      const { raw } = (await ask("saliency", { model: await openModel(referenceFile({ end })), image })).map();
      near(raw.data, gradientOf(image.data, oneHot(classCount, 1)), 1e-5, end);
    }
  });
}
