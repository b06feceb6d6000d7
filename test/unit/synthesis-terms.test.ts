import assert from "node:assert/strict";
import { join } from "node:path";
import { inputLine } from "../../src/engine/synthesis/input-line.ts";
import { channelMean, sum, type Objective } from "../../src/engine/synthesis/objectives.ts";
import { Program } from "../../src/engine/synthesis/program.ts";
import { inTiles } from "../../src/engine/synthesis/tiles.ts";
import type { Frame, SynthesisRequest, Term } from "../../src/shared/synthesis.ts";
import { near } from "./support/asking.ts";
import { never, samplesFolder } from "./support/engine.ts";
import { made } from "./support/making.ts";
import { openModel, releaseModels } from "./support/onnx-nets.ts";
import { untouched } from "./support/pictures.ts";
import { picture, referenceFile } from "./support/reference-net.ts";

const model = join(samplesFolder, "squeezenet1.1.onnx");
const cat = join(samplesFolder, "cat-chelsea.png");
const coffee = join(samplesFolder, "coffee.png");

const total = (terms: readonly Term[]) => terms.reduce((sum, { value }) => sum + value, 0);

/** The terms that are part of no other add up to the objective, those of each to that one. Returns their names. */
function demandSum({ objective = NaN, terms = [] }: Pick<Frame, "objective" | "terms">): readonly string[] {
  near([total(terms.filter(({ of }) => of === undefined))], [objective], 1e-4);
  for (const whole of new Set(terms.flatMap(({ of }) => of ?? []))) {
    const [value] = terms.flatMap((term) => (term.name === whole && term.of === undefined ? term.value : []));
    near([total(terms.filter(({ of }) => of === whole))], [value!], 1e-4, whole);
  }
  return terms.map(({ name, of }) => (of === undefined ? name : `${of}: ${name}`));
}

describe("the terms of an objective", function () {
  this.timeout(60_000);
  afterEach(releaseModels);

  const evaluated = async (objective: Objective) => {
    const model = await openModel(referenceFile());
    const program = await Program.open(model, model.inputSize, inputLine(untouched), objective);
    try {
      const whole = await program.evaluate(picture(3));
      const { height, width } = program.size;
      const larger = { ...picture(3), shape: [1, 3, height, 2 * width], data: new Float32Array(6 * height * width) };
      larger.data.set(picture(3).data);
      return { whole, tiled: await inTiles(larger, program.size, (part) => program.evaluate(part), never) };
    } finally {
      await program.release();
    }
  };
  const [one, other] = [channelMean("relu2", 1), channelMean("relu2", 2)];

  it("are those that have a name, with their weights; in tiles, their means", async () => {
    const { whole, tiled } = await evaluated(
      sum([
        [2, sum([[3, one, "a"], [-1, other, "b"]]), "both"], // prettier-ignore
        [0.5, one, "again"],
      ]),
    );
    assert.deepEqual(demandSum(whole), ["both", "both: a", "both: b", "again"]);
    assert.deepEqual(demandSum(tiled), ["both", "both: a", "both: b", "again"]);
    const value = (name: string) => whole.terms?.find((term) => term.name === name)?.value;
    near([value("a")!], [12 * value("again")!], 1e-5);
  });

  it("are not told of what weighs nothing, or is there alone", async () => {
    assert.equal((await evaluated(sum([[2, one, "a"]]))).whole.terms, undefined);
    assert.equal((await evaluated(sum([[2, one, "a"], [0, other, "b"]]))).whole.terms, undefined); // prettier-ignore
    const inner = sum([[1, one, "a"], [1, other, "b"]]); // prettier-ignore
    assert.deepEqual(demandSum((await evaluated(sum([[-3, inner, "both"]]))).whole), ["a", "b"]);
  });

  const size = { size: 64, steps: 2 };
  const layers = [
    { name: "fire2/concat", weight: 1 },
    { name: "fire4/concat", weight: -0.5 },
  ];
  const rows: Readonly<Record<string, readonly [request: Partial<SynthesisRequest>, names: readonly string[]]>> = {
    "style transfer": [
      { technique: "style-transfer", image: coffee, parameters: { ...size, style: cat, octaves: 1 } },
      ["style", "content in fire4/concat"],
    ],
    "texture synthesis": [
      { technique: "texture-synthesis", image: coffee, parameters: { ...size, depth: 2 } },
      ["Gram matrix of conv1", "Gram matrix of fire2/concat"],
    ],
    "class visualization": [
      { technique: "class-visualization", target: 281, parameters: size },
      ["score", "log-probability"],
    ],
    "neuron visualization": [
      { technique: "neuron-visualization", layers, channel: 3, parameters: size },
      ["Channel 3 of fire2/concat", "Channel 3 of fire4/concat"],
    ],
    "several pictures": [
      {
        technique: "neuron-visualization",
        layers,
        layer: "fire2/concat",
        channel: 3,
        parameters: { ...size, pictures: 2 },
      },
      ["Channel 3 of fire2/concat", "Channel 3 of fire4/concat"],
    ],
    DeepDream: [
      { technique: "deep-dream", image: cat, layers, parameters: { octaves: 1, steps: 2 } },
      ["fire2/concat", "fire4/concat"],
    ],
  };
  for (const [name, [request, names]] of Object.entries(rows))
    it(`add up, of ${name}, in every frame`, async () => {
      const { frames } = await made({ model, technique: "", ...request });
      assert.ok(frames.length > 0);
      for (const frame of frames) {
        const [own, parts] = [demandSum(frame), demandSum(frame).filter((term) => term.startsWith("style: "))];
        assert.deepEqual(
          own.filter((term) => !parts.includes(term)),
          names,
        );
        if (request.technique === "style-transfer") assert.match(parts.join(), /Gram matrix of conv1,.*fire4/);
      }
    });

  it("are none where one thing is climbed", async () => {
    const { frames } = await made({
      model,
      technique: "inversion",
      image: cat,
      layer: "conv1",
      parameters: { steps: 1 },
    });
    assert.equal(frames[0]!.terms, undefined);
  });
});
