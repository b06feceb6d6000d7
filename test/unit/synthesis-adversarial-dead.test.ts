import assert from "node:assert/strict";
import { join } from "node:path";
import sharp from "sharp";
import type { Given } from "../../src/shared/parameters.ts";
import { folder } from "../fixtures/onnx/writer.ts";
import { made } from "./support/making.ts";
import { node, onnxFile, value, weight } from "./support/onnx-nets.ts";
import { untouched } from "./support/pictures.ts";

const [side, grey] = [4, 128];

async function photo(): Promise<string> {
  const path = join(folder(), "photo.png");
  await sharp({ create: { width: side, height: side, channels: 3, background: { r: grey, g: grey, b: grey } } })
    .png()
    .toFile(path);
  return path;
}

/** Says 0 with a score of `usual`, and 1 with how far red is above `wakesAt`, on average. */
const waking = (wakesAt: number, usual: number) =>
  onnxFile({
    nodes: [
      node("Conv", ["x", "red", "below"], "c"),
      node("Relu", ["c"], "r"),
      node("GlobalAveragePool", ["r"], "p"),
      node("Flatten", ["p"], "f"),
      node("Gemm", ["f", "w", "b"], "scores"),
    ],
    weights: [
      weight("red", [1, 3, 1, 1], [1, 0, 0]),
      weight("below", [1], [-wakesAt]),
      weight("w", [1, 2], [0, 1]),
      weight("b", [2], [usual, 0]),
    ],
    inputs: [value("x", [1, 3, side, side])],
    outputs: [value("scores", [1, 2])],
  });

const fooled = async (model: string, parameters: Given) =>
  made({
    technique: "adversarial-example",
    model,
    image: await photo(),
    preparation: { ...untouched, size: [side, side] },
    parameters,
  });

describe("an adversarial example of a network that nothing wakes", () => {
  for (const [attack, tries] of [
    ["pgd", 7],
    ["iterated", 7],
    ["fgsm", 64],
  ] as const)
    it(`is refused as dead when every ε was tried (${attack})`, () =>
      assert.rejects(
        fooled(waking(1000, 2), { attack }),
        new RegExp(`odds against 0 is still dead after ${tries} tries with the redirected gradient`),
      ));

  it("is found where a larger ε wakes it", async () => {
    const { finished, notes } = await fooled(waking(grey + 5, 0.5), { attack: "iterated" });
    assert.match(notes.at(-1)?.text ?? "", /takes this for 1 .* ε is 6 of 255; /);
    assert.equal(finished.picture.pixels[0], grey + 6);
  });

  it("is the one that came nearest where it is awake and no ε is enough", async () => {
    const { notes } = await fooled(waking(grey - 1, 200), { attack: "iterated" });
    assert.match(notes.at(-1)?.text ?? "", /none of the 7 ε that were tried/);
  });
});

it("an adversarial example of scores that are no numbers is refused, and no class is named", () =>
  assert.rejects(fooled(waking(NaN, 2), {}), /^NotApplicable: The network's scores for this photo are no numbers/));
