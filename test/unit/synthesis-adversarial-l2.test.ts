import assert from "node:assert/strict";
import { join } from "node:path";
import sharp from "sharp";
import { rootMeanSquare } from "../../src/engine/synthesis/parameterizations/ball.ts";
import { wholeText } from "../../src/shared/updates.ts";
import { folder } from "../fixtures/onnx/writer.ts";
import { near } from "./support/asking.ts";
import { made } from "./support/making.ts";
import { node, onnxFile, value, weight } from "./support/onnx-nets.ts";
import { inPlanes, untouched } from "./support/pictures.ts";
import { random } from "./support/random.ts";

const [side, classes] = [8, 3];
const numbers = 3 * side * side;
const pixels = Uint8Array.from(random(5, numbers), (x) => 128 + 60 * x);
/** In planes, as the network sees them. */
const photo = inPlanes([...pixels]);

/** Of each class, how much each number counts: its scores are sums, of which the nearest picture of another class is known. */
const weights = Array.from({ length: classes }, (_, c) => random(20 + c, numbers).map((x) => x / 40));
/** By which the photo is of class 0, and the others are some levels away. */
const bias = weights.map((own, c) => (c ? -5 * c : 0) - own.reduce((sum, w, i) => sum + w * photo[i]!, 0));

const scoresOf = (picture: ArrayLike<number>) =>
  weights.map((own, c) => own.reduce((sum, w, i) => sum + w * picture[i]!, bias[c]!));
const topOf = (picture: ArrayLike<number>) => {
  const scores = scoresOf(picture);
  return scores.indexOf(Math.max(...scores));
};

/** The root mean square of the smallest change that makes both scores alike. */
function nearest(other: number): number {
  const [scores, apart] = [scoresOf(photo), weights[0]!.map((w, i) => weights[other]![i]! - w)];
  return (scores[0]! - scores[other]!) / Math.hypot(...apart) / Math.sqrt(numbers);
}

describe("the smallest change of a file, in L2 and by PGD", () => {
  const request = async () => {
    const image = join(folder(), "photo.png");
    await sharp(pixels, { raw: { width: side, height: side, channels: 3 } })
      .png()
      .toFile(image);
    const model = onnxFile({
      nodes: [
        node("Flatten", ["x"], "all"),
        node("Gemm", ["all", "w", "b"], "scores", { transB: 1 }),
        node("Softmax", ["scores"], "y"),
      ],
      weights: [
        weight(
          "w",
          [classes, numbers],
          weights.flatMap((own) => [...own]),
        ),
        weight("b", [classes], bias),
      ],
      inputs: [value("x", [1, 3, side, side])],
      outputs: [value("y", [1, classes])],
    });
    const preparation = { ...untouched, size: [side, side] } as const;
    const parameters = { attack: "pgd", norm: "l2", counts: "file", epsilon: "smallest", steps: 10 };
    return { technique: "adversarial-example", model, image, preparation, parameters };
  };

  for (const [what, more, other] of [
    ["any other class", {}, 1],
    ["the class that is asked for", { target: 2 }, 2],
  ] as const)
    it(`is found, of whole levels, and is of ${what} as the file has it`, async () => {
      const asked = await request();
      const towards = "target" in more ? { towards: "class" } : {};
      const { finished, notes } = await made({ ...asked, ...more, parameters: { ...asked.parameters, ...towards } });
      const file = inPlanes([...finished.picture.pixels]);
      assert.equal(topOf(photo), 0);
      assert.equal(topOf(file), other);
      const reach = rootMeanSquare(Float32Array.from(file), Float32Array.from(photo));
      const least = nearest(other);
      assert.ok(reach >= least && reach < 1.6 * least, `${reach}, and ${least} before rounding`);

      const largest = Math.max(...file.map((x, i) => Math.abs(x - photo[i]!)));
      assert.ok(largest > 2 * reach, `in L2 what counts much is changed much: ${largest}`);

      const told = wholeText(notes.at(-1)!);
      const [, after] =
        /After rounding, ε is ([\d.]+) of 255 \(root mean square\); it survives 8 bits/.exec(told) ?? [];
      const [, before] = /Before rounding it was at most ([\d.]+), the smallest found/.exec(told) ?? [];
      near([Number(after)], [reach], 0.005);
      assert.ok(reach <= 1.005 * Number(before), told);
      const [, below] = /An ε of ([\d.]+) was too small/.exec(notes.map(wholeText).join("\n")) ?? [];
      assert.ok(Number(below) < Number(before) && 1.11 * Number(below) > Number(before), `${below}, ${before}`);
      const fixed = async (epsilon: number, seed: number) => {
        const parameters = { ...asked.parameters, ...towards, epsilon };
        return inPlanes([...(await made({ ...asked, ...more, parameters, seed })).finished.picture.pixels]);
      };
      assert.notEqual(topOf(await fixed(Number(below), 0)), other);
      assert.notDeepEqual(await fixed(Number(before), 1), await fixed(Number(before), 0), "it begins by chance");
    });
});
