import type { UnitRequest } from "../../shared/inside.ts";
import { Canceled } from "../../shared/rpc.ts";
import { shown } from "../../shared/shown.ts";
import { zeros, type FloatTensor } from "../../shared/tensor.ts";
import type { Finding, FloatHeatmap, Update } from "../../shared/updates.ts";
import { deconvnet } from "../propagation/deconvnet.ts";
import { guided } from "../propagation/guided.ts";
import { plain } from "../propagation/plain.ts";
import type { Propagation } from "../propagation/propagation.ts";
import type { Looking } from "../subject.ts";
import { done, magnitudeMap, signedMap, undefinedFor } from "../techniques/parts/findings.ts";
import { encodable } from "../wire.ts";
import { unitOf } from "./unit.ts";

interface Way {
  readonly method: Propagation;
  readonly map: (signal: FloatTensor, unit: string) => FloatHeatmap;
}

const ways: readonly Way[] = [
  {
    method: deconvnet,
    map: (signal, unit) =>
      signedMap(signal, { key: "deconvnet", title: `Deconvnet projection of ${unit}`, unit: "projected from 1" }),
  },
  {
    method: guided,
    map: (signal, unit) =>
      signedMap(signal, { key: "guided", title: `Guided gradient of ${unit}`, unit: "guided ∂ unit / ∂ pixel" }),
  },
  {
    method: plain,
    map: (signal, unit) =>
      magnitudeMap(signal, { key: "gradient", title: `Gradient of ${unit}`, unit: "|∂ unit / ∂ pixel|" }),
  },
];

/** What excites one unit, taken back to the pixels in three ways. Each begins with 1 at the unit and 0 elsewhere. */
export async function* unitMaps(looking: Looking, request: UnitRequest, signal: AbortSignal): AsyncGenerator<Update> {
  for await (const finding of unitFindings(looking, request, signal)) yield encodable(finding);
}

/** The same, as floats. */
export async function* unitFindings(
  looking: Looking,
  request: UnitRequest,
  signal: AbortSignal,
): AsyncGenerator<Finding> {
  const { view, activation, channel, place, index, value } = await unitOf(looking, request, signal);
  const { model, image } = view;
  if (activation.value === view.bound.network.input)
    throw new RangeError(`${shown(request.layer)} is the picture itself: its units are the pixels.`);
  const seed = zeros(activation.numbers.shape);
  seed.data[index] = 1;
  const words = `channel ${channel} at ${place.join(", ")}`;
  let silent = 0;
  for (const [i, { method, map }] of ways.entries()) {
    if (signal.aborted) throw new Canceled();
    const answer = await model.gradient(image, { of: { kind: "layer", layer: request.layer, seed }, method });
    if (answer.signal.data.every((each) => each === 0)) silent++;
    yield map(answer.signal, words);
    if (method === deconvnet) yield* undefinedFor(answer.smooth, "Deconvnet, as guided backpropagation,");
    yield done(i + 1, ways.length);
  }
  if (silent)
    yield {
      kind: "note",
      key: "empty",
      title: "Nothing comes back",
      level: "warning",
      text: `${silent} of the ${ways.length} maps ${silent === 1 ? "is" : "are"} zero everywhere: ${reasonFor(value)}.`,
    };
}

const reasonFor = (value: number) =>
  value === 0
    ? "the unit is silent on this photo, and a small change of the pixels leaves it so"
    : "no pixel changes the unit in that way";
