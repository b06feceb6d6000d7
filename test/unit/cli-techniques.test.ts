import assert from "node:assert/strict";
import { join } from "node:path";
import { explain } from "../../src/cli/explain.ts";
import { gaussLegendre } from "../../src/engine/techniques/parts/gauss-legendre.ts";
import { folder } from "../fixtures/onnx/writer.ts";
import { near, oneHot } from "./support/asking.ts";
import { printed, readRaw, type Answer } from "./support/cli.ts";
import { npy } from "./support/engine.ts";
import { node, onnxFile, value, weight } from "./support/onnx-nets.ts";
import { random } from "./support/random.ts";
import { classCount, gradientOf, picture, referenceFile } from "./support/reference-net.ts";

const image = picture(7);
const explained = (...words: readonly string[]) => printed(explain, ...words);

async function answers(model: string, ...words: readonly string[]): Promise<Answer["explanations"]> {
  const [only] = JSON.parse(await explained(model, npy(image), "--json", ...words)) as Answer[];
  return only?.explanations ?? [];
}

describe("the flags that techniques declare", () => {
  it("--steps 50 --rule gauss-legendre --baseline 0 is the integral of fifty points and of no more", async () => {
    const path = join(folder(), "raw.npy");
    const words = ["--steps", "50", "--rule", "gauss-legendre", "--baseline", "0", "--target", "1", "--raw", path];
    await explained(referenceFile(), npy(image), "--technique", "integrated-gradients", ...words);
    const { points, weights } = gaussLegendre(50);
    const sum = new Float64Array(image.data.length);
    points.forEach((point, k) => {
      const slopes = gradientOf(
        image.data.map((x) => point * x),
        oneHot(classCount, 1),
      );
      slopes.forEach((slope, i) => (sum[i]! += weights[k]! * slope * image.data[i]!));
    });
    near(readRaw(path).data, sum, 1e-4);
  });

  it("--layer: the answer says which one was looked at, where one was", async () => {
    const model = referenceFile();
    const layersOf = async (...words: string[]) => (await answers(model, ...words)).map(({ layer }) => layer);
    assert.deepEqual(await layersOf("--technique", "grad-cam,saliency"), ["conv2", undefined]);
    assert.deepEqual(await layersOf("--technique", "saliency,grad-cam", "--layer", "conv1"), [undefined, "conv1"]);
    assert.deepEqual(await layersOf("--technique", "deconvnet"), [undefined]);
    assert.deepEqual(await layersOf("--technique", "deconvnet", "--from", "strongest"), ["conv2"]);
  });

  it("--layer: without classes a projection starts at one", async () => {
    const model = onnxFile({
      nodes: [
        node("Conv", ["photo", "k"], "c", { pads: [1, 1, 1, 1] }),
        node("Relu", ["c"], "r"),
        node("Conv", ["r", "back"], "painted", { pads: [1, 1, 1, 1] }),
      ],
      weights: [weight("k", [4, 3, 3, 3], random(1, 108)), weight("back", [3, 4, 3, 3], random(2, 108))],
      inputs: [value("photo", ["N", 3, 12, 10])],
      outputs: [value("painted", ["N", 3, 12, 10])],
    });
    assert.deepEqual(
      (await answers(model, "--technique", "deconvnet")).map(({ layer }) => layer),
      ["painted"],
    );
  });

  it("--preset: its values, but for those that are given beside it", async () => {
    const words = ["--technique", "occlusion,saliency", "--preset", "fine", "--stride", "15"];
    const [occlusion, saliency] = await answers(referenceFile(), ...words);
    assert.deepEqual(occlusion?.parameters, { window: 15, stride: 15 });
    assert.deepEqual(saliency?.parameters, {});
  });

  it("--seed: for the technique that has a use for it, beside one that has none", async () => {
    const [smoothgrad, occlusion] = await answers(
      referenceFile(),
      ...["--technique", "smoothgrad,occlusion", "--seed", "3"],
    );
    assert.deepEqual([smoothgrad?.parameters, occlusion?.parameters], [{ seed: 3 }, {}]);
  });
});
