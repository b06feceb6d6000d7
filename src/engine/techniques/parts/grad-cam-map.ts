import type { FloatTensor } from "../../../shared/tensor.ts";
import type { Run } from "../technique.ts";
import { demandMaps, spatialMeans, weightedSum } from "./class-activation.ts";

/** Selvaraju et al. 2017, equations 1 and 2: [1, 1, h, w] at the layer's own grid, after ReLU unless `keepNegative`. */
export async function gradCamMap(
  { model, image, target, layer }: Pick<Run, "model" | "image" | "target" | "layer">,
  keepNegative: boolean,
): Promise<FloatTensor> {
  const { signal, values } = await model.gradient(image, { of: { kind: "class", weights: target.weights }, at: layer });
  demandMaps(values, layer);
  return weightedSum(values, spatialMeans(signal), keepNegative);
}
