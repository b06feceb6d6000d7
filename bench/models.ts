import { availableParallelism, totalmem } from "node:os";
import { openOnnx } from "../src/engine/formats/onnx/index.ts";
import { OpenModel } from "../src/engine/model.ts";
import { float32, size, type FloatTensor, type Shape } from "../src/shared/tensor.ts";

/** As the engine opens models. */
export const options = { threads: Math.min(8, availableParallelism()), memory: totalmem() / 2, copyWeights: false };

export const openModel = (path: string): Promise<OpenModel> =>
  OpenModel.open(openOnnx(path), { height: 224, width: 224 }, options);

/** What stands for photos: speed does not depend on what is on them. */
export const noise = (shape: Shape): FloatTensor =>
  float32(
    shape,
    Float32Array.from({ length: size(shape) }, () => 2 * Math.random() - 1),
  );
