import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { canvasOf } from "../../src/engine/synthesis/canvas.ts";
import { percent } from "../../src/shared/percent.ts";
import type { Drawn } from "../../src/shared/synthesis.ts";
import { folder } from "../fixtures/onnx/writer.ts";
import { near } from "./support/asking.ts";
import { made } from "./support/making.ts";
import { node, onnxFile, value, weight } from "./support/onnx-nets.ts";
import { untouched } from "./support/pictures.ts";

const side = 8;
/** The photo's grey. */
const grey = 100;

/** A class's score: how far the mean of all numbers is above a level, times a slope. */
interface Line {
  readonly label: string;
  readonly level: number;
  readonly slope: number;
}

/** A network of one sigmoid per class. */
function model(lines: readonly Line[]): string {
  const path = onnxFile({
    nodes: [
      node("GlobalAveragePool", ["x"], "average"),
      node("Flatten", ["average"], "flat"),
      node("Gemm", ["flat", "w", "b"], "scores", { transB: 1 }),
      node("Sigmoid", ["scores"], "y"),
    ],
    weights: [
      weight(
        "w",
        [lines.length, 3],
        lines.flatMap(({ slope }) => [slope / 3, slope / 3, slope / 3]),
      ),
      weight(
        "b",
        [lines.length],
        lines.map(({ level, slope }) => -slope * level),
      ),
    ],
    inputs: [value("x", [1, 3, side, side])],
    outputs: [value("y", [1, lines.length])],
  });
  const sidecar = { labels: lines.map(({ label }) => label), input: { ...untouched, size: [side, side] } };
  writeFileSync(path.replace(/onnx$/, "glassbox.json"), JSON.stringify(sidecar));
  return path;
}

const probabilityOf = (picture: Drawn, { level, slope }: Line): number => {
  const { data } = canvasOf(picture);
  const mean = data.reduce((sum, x) => sum + x / data.length, 0);
  return 1 / (1 + Math.exp(-slope * (mean - level)));
};

/** All of one grey, so that what a network of lines says of it is known. */
async function photo(): Promise<string> {
  const path = join(folder(), "photo.png");
  const background = { r: grey, g: grey, b: grey };
  await sharp({ create: { width: side, height: side, channels: 3, background } })
    .png()
    .toFile(path);
  return path;
}

const cat = (level: number): Line => ({ label: "cat", level, slope: 0.5 });

describe("a yes-or-no network", function () {
  this.timeout(30_000);
  const technique = "adversarial-example";

  for (const [was, is, level] of [
    ["yes", "no", grey - 2.5],
    ["no", "yes", grey + 2.5],
  ] as const)
    it(`that says ${was} is made to say ${is} by the smallest change that crosses 50 %`, async () => {
      const line = cat(level);
      const { finished, notes } = await made({ technique, model: model([line]), image: await photo() });
      const [before, after] = [1 / (1 + Math.exp(-line.slope * (grey - level))), probabilityOf(finished.picture, line)];
      assert.equal(after >= 0.5, is === "yes");
      assert.ok(Math.abs(after - 0.5) < 0.2, `${after}`);
      const last = notes.at(-1);
      assert.equal(last?.level, "good");
      const told = `Asked about cat, the network said ${was} (${percent(before)}) of the photo, and says ${is} (${percent(after)}) of this.`;
      assert.ok(last.text.startsWith(told), last.text);
      assert.ok(last.more?.includes(`Rounded to 8 bits it still works: ${is} (${percent(after)}).`), last.more);
    });

  it("says that the change is not enough where the answer is the same, and what it is", async () => {
    for (const [is, level] of [
      ["yes", grey - 9],
      ["no", grey + 9],
    ] as const) {
      // prettier-ignore
      const { notes } = await made({ technique, model: model([cat(level)]), image: await photo(), parameters: { epsilon: 2 } }); // prettier-ignore
      const last = notes.at(-1);
      assert.equal(last?.level, "warning");
      assert.match(last.text, new RegExp(`^Asked about cat, the network still says ${is} \\(.* %\\): this change is`));
    }
  });

  it("is made to say yes where that is asked for and it says no, and refused where it says yes already", async () => {
    const asked = { technique, image: await photo(), target: 0, parameters: { towards: "class" } };
    const no = cat(grey + 2.5);
    const { finished } = await made({ ...asked, model: model([no]) });
    assert.ok(probabilityOf(finished.picture, no) >= 0.5);
    await assert.rejects(
      made({ ...asked, model: model([cat(grey - 2.5)]) }),
      /Asked about cat, the network says yes \(77\.7 %\) of the photo already: leave the class out/,
    );
  });

  it("tells of a change between whole numbers that a file keeps nothing of it", async () => {
    const parameters = { epsilon: 0.3, counts: "numbers" };
    const { notes } = await made({ technique, model: model([cat(grey - 0.2)]), image: await photo(), parameters });
    assert.match(notes.at(-1)?.text ?? "", /and says no .* ε is 0\.3 of 255; in 8 bits nothing of it is left\.$/);
  });

  it("is fooled where it says yes with all certainty, and drawn a class", async () => {
    const line = cat(grey + 2);
    const { finished, notes } = await made({
      technique: "fooling-image",
      model: model([line]),
      target: 0,
      parameters: { photo: await photo() },
    });
    const after = probabilityOf(finished.picture, line);
    assert.ok(after >= 0.995, `${after}`);
    assert.deepEqual(
      notes.map(({ level, text }) => [level, text]),
      [["good", `Asked about cat, the network says yes (${percent(after)}) of it, and no (26.9 %) of what it started from.`]], // prettier-ignore
    );
    const visualized = await made({ technique: "class-visualization", model: model([cat(140)]), target: 0 });
    assert.match(
      visualized.notes.at(-1)?.text ?? "",
      /^Asked about cat, the network says yes \((99\.\d|> 99\.9|100) %\) of the picture/,
    );
  });
});

describe("classes that do not exclude one another", function () {
  this.timeout(30_000);
  const dog: Line = { label: "dog", level: grey - 20, slope: 2 };
  const sky: Line = { label: "sky", level: grey - 60, slope: 1 };

  it("are each fooled into by their own score, though others rise faster and stay more probable", async () => {
    const line = cat(grey + 2);
    const { finished, notes } = await made({
      technique: "fooling-image",
      model: model([line, dog, sky]),
      target: 0,
      parameters: { photo: await photo() },
    });
    const after = probabilityOf(finished.picture, line);
    assert.ok(after >= 0.995, `${after}`);
    const last = notes.at(-1);
    assert.equal(last?.level, "good");
    assert.ok(last.text.startsWith(`Asked about cat, the network says yes (${percent(after)}) of it`), last.text);
    near([finished.objective[1]], [Math.log(after / (1 - after))], 1e-3);
  });

  it("are refused where their odds are no number", async () => {
    await assert.rejects(
      made({ technique: "fooling-image", model: model([cat(NaN), cat(1)]), target: 0 }),
      /The logarithm of the odds of cat is no number for the picture that it starts from/,
    );
  });

  it("are said of by name where the one asked for falls short", async () => {
    const line = cat(grey + 2);
    const { finished, notes } = await made({
      technique: "fooling-image",
      model: model([line, dog]),
      target: 0,
      parameters: { photo: await photo(), epsilon: 3 },
    });
    const told = percent(probabilityOf(finished.picture, line));
    const last = notes.at(-1);
    assert.equal(last?.level, "warning");
    assert.ok(last.text.includes(`cat has ${told}, not the 99.5 % that were asked for`), last.text);
  });

  it("are each attacked by themselves: the one asked for becomes yes, or the most probable one no", async () => {
    const asked = { technique: "adversarial-example", image: await photo() };
    const line = cat(grey + 2.5);
    const towards = { ...asked, target: 0, parameters: { towards: "class" } };
    const yes = await made({ ...towards, model: model([line, dog]) });
    assert.ok(probabilityOf(yes.finished.picture, line) >= 0.5);
    assert.match(yes.notes.at(-1)?.text ?? "", /^Asked about cat, the network said no .* and says yes/);
    const no = await made({ ...asked, model: model([line, dog]) });
    assert.ok(probabilityOf(no.finished.picture, dog) < 0.5);
    assert.match(no.notes.at(-1)?.text ?? "", /^Asked about dog, the network said yes .* and says no/);
    await assert.rejects(
      made({ ...towards, target: 1, model: model([line, dog, sky]) }),
      /Asked about dog, the network says yes \(100 %\) of the photo already: choose another class/,
    );
  });
});
