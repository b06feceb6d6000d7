import assert from "node:assert/strict";
import { ask, near, oneHot } from "../asking.ts";
import { openModel } from "../onnx-nets.ts";
import { classCount, gradientOf, picture, pictureShape, referenceFile } from "../reference-net.ts";

export default function (): void {
  it("is the product of pixels and gradient, its channels summed for the screen", async () => {
    const model = await openModel(referenceFile());
    const image = picture(7);
    const { raw, values, signed } = (await ask("input-x-gradient", { model, image })).map();
    const gradient = gradientOf(image.data, oneHot(classCount, 1));
    const product = gradient.map((slope, i) => slope * image.data[i]!);
    assert.deepEqual(raw.shape, pictureShape);
    near(raw.data, product);
    assert.equal(signed, true);
    const sums = Float64Array.from({ length: 120 }, (_, p) => product[p]! + product[120 + p]! + product[240 + p]!);
    near(values.data, sums);
  });
}
