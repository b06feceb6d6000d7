import assert from "node:assert/strict";
import { techniques } from "../../src/engine/techniques/index.ts";
import { techniqueCards } from "../../src/engine/technique-cards.ts";
import { complete } from "../../src/shared/parameters.ts";
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

  it("are listed with Grad-CAM first", () => {
    assert.equal(techniqueCards()[0]?.id, "grad-cam");
  });
});
