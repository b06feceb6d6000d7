import assert from "node:assert/strict";
import { colorsIn } from "../../src/engine/colors.ts";
import { techniqueOf } from "../../src/engine/run.ts";
import { synthesisCards } from "../../src/engine/synthesis/synthesize.ts";
import { techniques } from "../../src/engine/techniques/index.ts";
import type { Model } from "../../src/engine/techniques/technique.ts";
import { techniqueCards } from "../../src/engine/technique-cards.ts";
import { complete, isPath } from "../../src/shared/parameters.ts";
import { conditionsOf, isRelevant } from "../../src/shared/relevance.ts";
import { float32, size, type FloatTensor, type Shape } from "../../src/shared/tensor.ts";
import cam from "./support/laws/cam.ts";
import deconvnet from "./support/laws/deconvnet.ts";
import gradCam from "./support/laws/grad-cam.ts";
import guidedBackpropagation from "./support/laws/guided-backpropagation.ts";
import guidedGradCam from "./support/laws/guided-grad-cam.ts";
import inputXGradient from "./support/laws/input-x-gradient.ts";
import integratedGradients from "./support/laws/integrated-gradients.ts";
import occlusion from "./support/laws/occlusion.ts";
import saliency from "./support/laws/saliency.ts";
import smoothgrad from "./support/laws/smoothgrad.ts";
import { releaseModels } from "./support/onnx-nets.ts";

/** What must hold of each technique. The compiler refuses one without a law. */
const laws: Readonly<Record<keyof typeof techniques, () => void>> = {
  cam,
  deconvnet,
  "grad-cam": gradCam,
  "guided-backpropagation": guidedBackpropagation,
  "guided-grad-cam": guidedGradCam,
  "input-x-gradient": inputXGradient,
  "integrated-gradients": integratedGradients,
  occlusion,
  saliency,
  smoothgrad,
};

/** What a technique spends with its defaults on a photo of 224 × 224 pixels, in gradients; the network is a linear one. */
async function spentBy(id: string): Promise<number> {
  let spent = 0;
  const ones = (shape: Shape) => float32(shape, new Float32Array(size(shape)).fill(1));
  const forward = <T>(images: FloatTensor, answer: (n: number) => T): Promise<T> => {
    const n = images.shape[0] ?? 1;
    spent += n / 6;
    return Promise.resolve(answer(n));
  };
  const maps = (n: number) => ones([n, 4, 7, 7]);
  const scoresOf = ({ shape: [n = 1], data }: FloatTensor) => {
    const sumOf = (k: number) =>
      data.subarray((k * data.length) / n, ((k + 1) * data.length) / n).reduce((a, b) => a + b);
    return float32(
      [n, 2],
      Float32Array.from({ length: 2 * n }, (_, i) => (i % 2 ? 0 : sumOf(i / 2))),
    );
  };
  const model: Model = {
    inputShape: [1, 3, 224, 224],
    batch: 16,
    scores: (images) => forward(images, () => scoresOf(images)),
    probabilities: (scores) => scores,
    activations: (images) => forward(images, maps),
    observe: (images) => forward(images, (n) => ({ scores: scoresOf(images), activations: maps(n) })),
    gradient(images, { at }) {
      spent += 1;
      const place = at === "pooled" ? ones([1, 4]) : at === undefined ? images : maps(1);
      return Promise.resolve({ signal: ones(place.shape), values: place, smooth: [] });
    },
    cam: () => Promise.resolve({ layer: "maps", pooled: "pooled" }),
  };
  const image = float32(
    [1, 3, 224, 224],
    Float32Array.from({ length: 3 * 224 * 224 }, (_, i) => (i % 7) / 7),
  );
  const technique = techniqueOf(id);
  const run = technique.run({
    model,
    image,
    target: { weights: Float32Array.of(1, 0), index: 0, label: "bright" },
    labels: ["bright", "nothing"],
    layer: "maps",
    parameters: complete(technique.parameters, {}),
    colors: colorsIn(image),
    photo: () => Promise.reject(new Error("There is no other photo.")),
    signal: new AbortController().signal,
  });
  for await (const _ of run);
  return spent;
}

describe("the techniques", () => {
  afterEach(releaseModels);

  for (const [id, law] of Object.entries(laws)) describe(id, law);

  it("each has its laws", () => {
    assert.deepEqual(Object.keys(laws).sort(), Object.keys(techniques).sort());
  });

  it("each declares what the screen says, and defaults that it accepts", () => {
    for (const { id, title, summary, convention, citation, parameters } of techniqueCards()) {
      for (const text of [title, summary, convention, citation.authors, citation.title]) assert.ok(text, id);
      assert.match(citation.url, /^https:\/\/arxiv\.org\/abs\/\d{4}\.\d{5}$|^https:\/\/arxiv\.org\/abs\/\d{4}\.\d{4}$/);
      assert.doesNotThrow(() => complete(parameters, {}));
    }
  });

  it("declare conditions, needs and presets of parameters and options that there are", () => {
    for (const { id, needs, parameters, presets = {} } of [...techniqueCards(), ...synthesisCards()]) {
      for (const [name, parameter] of Object.entries(parameters)) {
        for (const condition of conditionsOf(parameter)) {
          const other = parameters[condition.parameter];
          assert.ok(other && condition.parameter !== name, `${id}: ${name} depends on another parameter`);
          if ("is" in condition)
            for (const option of condition.is)
              assert.doesNotThrow(() => complete(parameters, { [condition.parameter]: option }));
          else if ("above" in condition) assert.ok(other.kind === "number" && condition.above < other.max, id);
          else assert.ok(isPath(other), id);
        }
        assert.doesNotThrow(() => isRelevant(parameters, {}, name), `${id}: ${name} does not depend on itself`);
      }
      for (const parameter of Object.values(parameters))
        if (parameter.kind === "choice")
          for (const [option, listed] of Object.entries(parameter.needs ?? {})) {
            assert.ok(Object.hasOwn(parameter.options, option), `${id} has the option ${option}`);
            for (const need of [listed ?? []].flat())
              assert.ok(need === "class" || needs.includes(need), `${id} may look at a ${need}`);
          }
      for (const { parameters: values } of Object.values(presets))
        assert.doesNotThrow(() => complete(parameters, values), id);
    }
  });

  it("have the windows of the field's tools as occlusion's presets", () => {
    const presets = techniqueCards().find(({ id }) => id === "occlusion")?.presets;
    assert.deepEqual(presets?.["fine"]?.parameters, { window: 15, stride: 8 });
    assert.deepEqual(presets["fast"]?.parameters, { window: 32, stride: 16 });
  });

  it("declare what they cost: gradients, and forward runs at a sixth of one", async () => {
    for (const { id, cost } of techniqueCards()) {
      const spent = await spentBy(id);
      assert.ok(Math.abs(spent - cost) <= 0.5 + cost / 10, `${id} declares ${cost} and spends ${spent}`);
    }
  });

  it("are listed with Grad-CAM first", () => {
    assert.equal(techniqueCards()[0]?.id, "grad-cam");
  });
});
