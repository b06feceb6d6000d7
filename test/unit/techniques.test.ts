import assert from "node:assert/strict";
import { techniques } from "../../src/engine/techniques/index.ts";
import { techniqueCards } from "../../src/engine/technique-cards.ts";
import { complete } from "../../src/shared/parameters.ts";
import { isRelevant } from "../../src/shared/relevance.ts";
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
    for (const { id, needs, parameters, presets = {} } of techniqueCards()) {
      for (const [name, { when }] of Object.entries(parameters)) {
        if (!when) continue;
        const other = parameters[when.parameter];
        assert.ok(other && when.parameter !== name, `${id}: ${name} depends on another parameter`);
        for (const option of when.is) assert.doesNotThrow(() => complete(parameters, { [when.parameter]: option }));
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

  it("are listed with Grad-CAM first", () => {
    assert.equal(techniqueCards()[0]?.id, "grad-cam");
  });
});
