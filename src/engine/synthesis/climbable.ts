import { shown } from "../../shared/shown.ts";
import { shapeText, size } from "../../shared/tensor.ts";
import type { Builder } from "../graph/builder.ts";
import type { Value } from "../graph/graph.ts";
import { stepsIn } from "../graph/quantized.ts";
import type { Bound, OpenModel } from "../model.ts";
import { onFloats } from "../propagation/differentiate.ts";
import { NotApplicable } from "../techniques/technique.ts";
import { mapsOf, type Maps } from "./maps.ts";

/** A layer's value. Throws where no picture could raise it. */
export function demandClimbable(model: OpenModel, bound: Bound, name: string): Value {
  const value = model.value(bound, name);
  if (!bound.reached.has(value))
    throw new NotApplicable(`${shown(name)} does not depend on the picture: no picture changes it.`);
  if (value.dtype !== "float32") {
    const { graph } = bound.network;
    const isQuantized = stepsIn(graph).has(value) || graph.producer(value)?.opaque?.kin !== undefined;
    const why = `${shown(name)} holds ${value.dtype}, not numbers that a picture could raise a little.`;
    throw new NotApplicable(isQuantized ? `${why} ${onFloats}.` : why);
  }
  if (size(value.shape) === 0) throw new NotApplicable(`${shown(name)} is empty at this size.`);
  return value;
}

/** A layer's channels and places. Throws where it cannot be told which they are. */
export function demandMaps(model: OpenModel, bound: Bound, name: string): Maps & { readonly value: Value } {
  const value = demandClimbable(model, bound, name);
  const maps = mapsOf(bound, value);
  if (maps) return { ...maps, value };
  throw new NotApplicable(
    `Which axis of ${shown(name)}, ${shapeText(value.shape)}, are its channels cannot be told: choose another layer.`,
  );
}

/** A layer as [1, C, h, w], or a vector's [1, C, …]. */
export function mapsIn(g: Builder, model: OpenModel, bound: Bound, name: string): Value {
  const { value, inProgram } = demandMaps(model, bound, name);
  return inProgram(g, value);
}
