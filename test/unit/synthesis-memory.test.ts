import assert from "node:assert/strict";
import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { memoryLimitVariable } from "../../src/shared/engine-process.ts";
import type { SynthesisRequest } from "../../src/shared/synthesis.ts";
import { folder } from "../fixtures/onnx/writer.ts";
import { samplesFolder } from "./support/engine.ts";
import { made } from "./support/making.ts";

const image = join(samplesFolder, "coffee.png");
const decides = "The memory that is allowed decides it: with more, the same recipe makes another picture.";

describe("pictures for which the memory does not do", function () {
  this.timeout(120_000);

  /** What is said of a picture that is made with so many bytes. */
  async function saidWith(bytes: number, request: Omit<SynthesisRequest, "model">): Promise<string> {
    process.env[memoryLimitVariable] = String(bytes);
    try {
      const model = join(folder(), "squeezenet.onnx"); // one that is open already has its limit
      copyFileSync(join(samplesFolder, "squeezenet1.1.onnx"), model);
      const { notes } = await made({ model, ...request });
      return notes.map(({ text }) => text).join("\n");
    } finally {
      delete process.env[memoryLimitVariable];
    }
  }

  it("are shown and judged as a whole where they are of a class, reduced", async () => {
    const parameters = { method: "l2", size: 160, steps: 2 };
    const said = await saidWith(40e6, { technique: "class-visualization", target: 207, parameters });
    const [, side] = /sees the whole of it, at (\d+) × \1 pixels/.exec(said) ?? [];
    assert.match(said, new RegExp(` %\\) at ${side ?? "?"} × ${side ?? "?"} pixels, reduced\\.`));
    assert.match(said, /takes the picture for [^(]+ \([\d.]+ %\), not for golden retriever \([< \d.]+ %\) at/);
    assert.ok(said.includes(decides), said);
  });

  for (const [how, request, words] of [
    [
      "a dream in tiles",
      { technique: "deep-dream", image, parameters: { octaves: 1, steps: 1 } },
      "it is done in tiles of .* pixels",
    ],
    [
      "several pictures reduced",
      {
        technique: "neuron-visualization",
        layer: "fire2/concat",
        channel: 5,
        parameters: { pictures: 2, size: 160, steps: 1 },
      },
      "The network sees them at .* pixels",
    ],
    [
      "a texture smaller",
      { technique: "texture-synthesis", image, parameters: { size: 256, steps: 1 } },
      "256 × 256 pixels at once take too much memory: it is made at .*",
    ],
  ] as const)
    // prettier-ignore
    it(`are made all the same, ${how}, and it is said that more would make another one`, async () => {
      assert.match(await saidWith(40e6, request), new RegExp(`${words}\\. ${decides}`));
    });
});
