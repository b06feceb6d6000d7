import { multiply, resizeBilinear } from "../images/arithmetic.ts";
import { float32 } from "../../shared/tensor.ts";
import { guided } from "../propagation/guided.ts";
import { done, emptiness, signedMap, undefinedFor } from "./parts/findings.ts";
import { gradCam } from "./parts/papers.ts";
import { gradCamMap } from "./parts/grad-cam-map.ts";
import { technique } from "./technique.ts";

export default technique({
  title: "Guided Grad-CAM",
  summary: "Guided backpropagation where Grad-CAM is bright: fine detail that belongs to this class.",
  convention: "Grad-CAM after ReLU, resized bilinearly, times the guided gradient; signed sum over channels",
  citation: gradCam,
  needs: ["class", "layer"],
  parameters: {},
  order: 70,
  cost: 2,

  async *run(run) {
    const { model, image, target } = run;
    const map = await gradCamMap(run, false);
    const { signal, smooth } = await model.gradient(image, {
      of: { kind: "class", weights: target.weights },
      method: guided,
    });
    const [, channels = 1, height = 1, width = 1] = signal.shape;
    const plane = resizeBilinear(map, height, width).data;
    const everywhere = float32(
      signal.shape,
      signal.data.map((_, i) => plane[i % (height * width)]!),
    );
    const product = multiply(signal, everywhere);
    yield done();
    yield signedMap(product, {
      title: "Guided Grad-CAM",
      unit: `guided gradient × Grad-CAM${channels > 1 ? ", over channels" : ""}`,
    });
    yield* undefinedFor(smooth, "Guided backpropagation");
    yield* emptiness(product, "Grad-CAM or the guided gradient is.");
  },
});
