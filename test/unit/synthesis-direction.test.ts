import assert from "node:assert/strict";
import { join } from "node:path";
import { demandMaps } from "../../src/engine/synthesis/climbable.ts";
import { lengthOf, sumsAlong } from "../../src/engine/synthesis/sums.ts";
import { Library } from "../../src/engine/library.ts";
import type { Preparation } from "../../src/shared/preparation.ts";
import { near } from "./support/asking.ts";
import { samplesFolder } from "./support/engine.ts";
import { made } from "./support/making.ts";
import { integers, node, onnxFile, value, weight } from "./support/onnx-nets.ts";
import { transformer } from "./support/small-transformer.ts";

const along = join(samplesFolder, "coffee.png");
const preparation: Preparation = { size: [8, 8], fit: "stretch", color: "RGB", range: [0, 1], mean: [0], deviation: [1], layout: "NCHW" }; // prettier-ignore
const climbed = (model: string, layer: string, size: readonly [number, number]) =>
  made({
    technique: "neuron-visualization",
    model,
    layer,
    preparation: { ...preparation, size },
    parameters: { of: "direction", along, method: "l2", l2: 0, steps: 30 },
  });

describe("the channels of a layer", () => {
  it("are its last axis where they stand for tokens", async () => {
    const model = await (await new Library().open(onnxFile(transformer))).at({ height: 8, width: 12 });
    const bound = await model.bound(1);
    const axisOf = (name: string) => demandMaps(model, bound, name).axis;
    assert.deepEqual(["patches", "placed", "pooled", "scores"].map(axisOf), [1, 2, 1, 1]);
  });

  it("are refused where it cannot be told which they are", async () => {
    const mixed = onnxFile({
      nodes: [node("Reshape", ["x", "to"], "mixed")],
      weights: [integers("to", [1, 12, 16])],
      inputs: [value("x", [1, 3, 8, 8])],
      outputs: [value("mixed", [1, 12, 16])],
    });
    await assert.rejects(climbed(mixed, "mixed", [8, 8]), /Which axis of mixed, .*, are its channels cannot be told/);
  });

  it("are added up along that axis, and are as long as they are, however many", () => {
    const data = [1, 2, 3, 4, 5, 6];
    assert.deepEqual([...sumsAlong(data, [1, 3, 2], 2)], [9, 12]);
    assert.deepEqual([...sumsAlong(data, [1, 3, 2], 1)], [3, 7, 11]);
    near([lengthOf(new Float32Array(400_000).fill(2))], [2 * Math.sqrt(400_000)], 1e-9);
  });
});

describe("the direction of a photo in a layer", function () {
  this.timeout(60_000);

  it("is climbed where the layer is tokens", async () => {
    const { objective } = (await climbed(onnxFile(transformer), "placed", [8, 12])).finished;
    assert.ok(objective[1] > objective[0], objective.join(" → "));
  });

  const scaled = (by: number) =>
    onnxFile({
      nodes: [node("Mul", ["x", "by"], "scaled")],
      weights: [weight("by", [1], [by])],
      inputs: [value("x", [1, 3, 8, 8])],
      outputs: [value("scaled", [1, 3, 8, 8])],
    });

  it("is refused where there is none, with the reason", async () => {
    await assert.rejects(climbed(scaled(0), "scaled", [8, 8]), /sees nothing in .*means are all zero there/);
    await assert.rejects(climbed(scaled(NaN), "scaled", [8, 8]), /What scaled holds of .* is not finite/);
    await assert.rejects(climbed(scaled(Infinity), "scaled", [8, 8]), /is not finite/);
  });
});
