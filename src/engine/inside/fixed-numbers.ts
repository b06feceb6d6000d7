import { zeros, type FloatTensor } from "../../shared/tensor.ts";
import { isHeld, type Value } from "../graph/graph.ts";
import type { Bound, OpenModel } from "../model.ts";
import { floatsOf } from "./floats.ts";
import { weightValues } from "./weights.ts";

/**
 * The numbers of a value that no picture reaches: a constant, wherever its bytes are, or what is computed of constants
 * (weights that are dequantized, or turned, before they are used).
 */
export async function fixedNumbers(
  model: OpenModel,
  { network }: Bound,
  value: Value,
  signal: AbortSignal,
): Promise<FloatTensor> {
  const constant = network.graph.constants.get(value);
  if (constant && isHeld(constant)) return floatsOf(constant);
  if (constant) return floatsOf(await weightValues({ model: model.file.path, weight: value.name }, signal));
  const [computed] = await model.together(zeros(model.inputShape), () => [value]);
  return floatsOf(computed as FloatTensor); // it was asked for
}
