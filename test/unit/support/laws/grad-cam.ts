import assert from "node:assert/strict";
import { NotApplicable } from "../../../../src/engine/techniques/technique.ts";
import { ask, near, oneHot } from "../asking.ts";
import { openModel } from "../onnx-nets.ts";
import { back, classCount, forward, openGate, picture, referenceFile, signalAtMaps } from "../reference-net.ts";

const image = picture(7);
const cells = 30;

/** Σ over channels of the mean gradient times the activation, before the ReLU. */
export function combined(activations: Float64Array, gradients: Float64Array): Float64Array {
  const sum = new Float64Array(cells);
  for (let c = 0; c < activations.length / cells; c++) {
    const mean = gradients.subarray(c * cells, (c + 1) * cells).reduce((a, b) => a + b, 0) / cells;
    for (let p = 0; p < cells; p++) sum[p]! += mean * activations[c * cells + p]!;
  }
  return sum;
}

export default function (): void {
  it("is the maps weighted by their mean gradients, computed by hand, at the last layer and before it", async () => {
    const model = await openModel(referenceFile());
    for (let target = 0; target < classCount; target++) {
      const signal = signalAtMaps(oneHot(classCount, target));
      const { a2, pool } = forward(image.data);
      const atPool = back(image.data, signal, openGate).pool.data;
      for (const [layer, expected] of [
        ["conv2", combined(a2.data, signal)],
        ["pool1", combined(pool.data, atPool)],
      ] as const) {
        const run = async (negative: boolean) =>
          (await ask("grad-cam", { model, image, target, layer, parameters: { negative } })).map();
        const signed = await run(true);
        near(signed.raw.data, expected, 1e-4, layer);
        assert.deepEqual(signed.raw.shape, [1, 1, 6, 5]);
        assert.equal(signed.signed, true);
        const rectified = await run(false);
        assert.equal(rectified.signed, false);
        assert.deepEqual(rectified.values.shape, [6, 5]);
        assert.deepEqual(
          rectified.raw.data,
          signed.raw.data.map((value) => Math.max(value, 0)),
        );
      }
    }
  });

  it("looks at the last layer with maps unless told otherwise, and at any value by its name", async () => {
    const model = await openModel(referenceFile());
    const run = async (layer?: string) => (await ask("grad-cam", { model, image, ...(layer && { layer }) })).map().raw;
    assert.deepEqual(await run(), await run("conv2"));
    assert.deepEqual(await run("relu2"), await run("conv2"));
    assert.notDeepEqual((await run("relu1")).shape, (await run()).shape);
  });

  it("says so when nothing speaks for the class", async () => {
    const model = await openModel(referenceFile());
    const notes = await Promise.all(
      [0, 1, 2, 3].map(async (target) => {
        const found = await ask("grad-cam", { model, image, target });
        return [found.note("empty") !== undefined, found.map().raw.data.every((value) => value === 0)] as const;
      }),
    );
    for (const [said, empty] of notes) assert.equal(said, empty);
  });

  it("refuses a layer without maps, by name and shape", async () => {
    const model = await openModel(referenceFile());
    await assert.rejects(ask("grad-cam", { model, image, layer: "flat" }), (error: Error) => {
      assert.ok(error instanceof NotApplicable);
      assert.match(error.message, /flat has no maps: its output is 1 × 5/);
      return true;
    });
  });
}
