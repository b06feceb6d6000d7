import { toggle } from "../../shared/parameters.ts";
import { done, emptiness, gridMap } from "./parts/findings.ts";
import { gradCam } from "./parts/papers.ts";
import { gradCamMap } from "./parts/grad-cam-map.ts";
import { technique } from "./technique.ts";

export default technique({
  title: "Grad-CAM",
  summary: "Which parts of a layer's feature maps raise the score: the maps, weighted by their mean gradient.",
  convention: "score before the softmax, mean weights, ReLU unless negative evidence is asked for; resized bilinearly",
  citation: gradCam,
  needs: ["class", "layer"],
  parameters: {
    negative: toggle({ label: "Negative evidence", help: "Also what lowers the score.", default: false }),
  },
  order: 0,
  cost: 1,

  async *run(run) {
    const { negative } = run.parameters;
    const map = await gradCamMap(run, negative);
    yield done();
    yield gridMap(map, { title: "Grad-CAM", unit: "weighted activation" }, negative);
    yield* emptiness(map, `nothing in ${run.layer} raises the score of this class.`);
  },
});
