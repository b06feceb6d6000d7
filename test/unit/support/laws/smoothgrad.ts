import assert from "node:assert/strict";
import { float32 } from "../../../../src/shared/tensor.ts";
import { normal } from "../../../../src/engine/images/arithmetic.ts";
import { ask, near, oneHot } from "../asking.ts";
import { openModel } from "../onnx-nets.ts";
import { classCount, gradientOf, picture, referenceFile } from "../reference-net.ts";

const weights = oneHot(classCount, 1);
const image = picture(7);

/** The gradients at the noisy copies, one by one, by the plain loops. */
function gradients(samples: number, noise: number, seed: number): Float64Array[] {
  const next = normal(seed);
  const deviation = noise * (Math.max(...image.data) - Math.min(...image.data));
  return Array.from({ length: samples }, () =>
    gradientOf(
      Float32Array.from(image.data, (x) => x + deviation * next()),
      weights,
    ),
  );
}

const mean = (all: readonly Float64Array[], of: (x: number) => number) =>
  all[0]!.map((_, i) => all.reduce((sum, one) => sum + of(one[i]!), 0) / all.length);

export default function (): void {
  it("is the gradient itself with one sample and no noise", async () => {
    const model = await openModel(referenceFile());
    const one = await ask("smoothgrad", { model, image, parameters: { samples: 1, noise: 0 } });
    near(one.map().raw.data, gradientOf(image.data, weights));
  });

  for (const [kind, of] of [
    ["signed", (x: number) => x],
    ["magnitude", Math.abs],
    ["squared", (x: number) => x * x],
  ] as const)
    it(`is the mean of gradients taken one by one (${kind}), whatever batch the file fixes`, async () => {
      const expected = mean(gradients(11, 0.2, 5), of);
      const parameters = { samples: 11, noise: 0.2, seed: 5, mean: kind };
      for (const batch of ["N", 1]) {
        const model = await openModel(referenceFile({ batch }));
        near((await ask("smoothgrad", { model, image, parameters })).map().raw.data, expected, 1e-4);
      }
    });

  it("shows the mean of what it has so far on the way", async () => {
    const model = await openModel(referenceFile());
    const found = await ask("smoothgrad", { model, image, parameters: { samples: 11, noise: 0.2, seed: 5 } });
    assert.deepEqual(
      found.progress,
      Array.from({ length: 11 }, (_, i) => i + 1),
    );
    const [first] = found.maps();
    near(
      first!.raw.data,
      mean(gradients(5, 0.2, 5), (x) => x),
      1e-4,
    );
  });

  it("is the same for the same seed, and another for another", async () => {
    const model = await openModel(referenceFile());
    const run = async (seed: number) =>
      (await ask("smoothgrad", { model, image, parameters: { samples: 3, seed } })).map().raw.data;
    assert.deepEqual(await run(1), await run(1));
    assert.notDeepEqual(await run(1), await run(2));
  });

  it("takes its noise as a share of the photo's own range", async () => {
    const model = await openModel(referenceFile());
    const flat = float32(image.shape, new Float32Array(image.data.length).fill(0.25));
    const found = await ask("smoothgrad", { model, image: flat, parameters: { samples: 4, noise: 1 } });
    near(found.map().raw.data, gradientOf(flat.data, weights));
  });
}
