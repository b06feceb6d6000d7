import { toggle } from "../../shared/parameters.ts";
import { spatialMeans, weightedSum } from "./parts/class-activation.ts";
import { done, emptiness, gridMap } from "./parts/findings.ts";
import { NotApplicable, technique } from "./technique.ts";

export default technique({
  title: "CAM",
  summary:
    "The last feature maps, weighted by the class's own weights in the linear layer after global average pooling.",
  convention: "weights of the last linear layer, ReLU unless negative evidence is asked for; resized bilinearly",
  citation: {
    authors: "Zhou, Khosla, Lapedriza, Oliva, Torralba",
    title: "Learning deep features for discriminative localization",
    venue: "CVPR",
    year: 2016,
    url: "https://arxiv.org/abs/1512.04150",
  },
  needs: ["class"],
  parameters: {
    negative: toggle({ label: "Negative evidence", help: "Also what lowers the score.", default: false }),
  },
  order: 60,
  cost: 1,

  async *run({ model, image, target, parameters: { negative } }) {
    const form = await model.cam();
    if ("reason" in form) throw new NotApplicable(`CAM does not apply to this network: ${form.reason}.`);
    // The score is linear in the pooled values: its gradient there is the class's row of weights.
    const { signal } = await model.gradient(image, { of: { kind: "class", weights: target.weights }, at: form.pooled });
    const maps = await model.activations(image, form.layer);
    const map = weightedSum(maps, spatialMeans({ ...signal, shape: [1, signal.data.length, 1, 1] }), negative);
    yield done();
    yield gridMap(map, { title: "Class activation map", unit: "weighted activation" }, negative);
    yield* emptiness(map, "no feature map speaks for this class anywhere.");
  },
});
