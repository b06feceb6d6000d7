import type { Contributions, ContributionSource, UnitRequest } from "../../shared/inside.ts";
import { zeros, type FloatTensor, type Tensor } from "../../shared/tensor.ts";
import type { Value } from "../graph/graph.ts";
import type { Looking } from "../subject.ts";
import { Activations } from "./activations.ts";
import { arranged, layoutOf } from "./arrangement.ts";
import { axesOf } from "./axes.ts";
import { floatsOf } from "./floats.ts";
import { stepBack } from "./one-step-back.ts";
import { unitOf } from "./unit.ts";
import type { PhotoView } from "./views.ts";

/** Channels of each source that are named. */
const mostChannels = 32;

/**
 * What a unit's value before its rectifier is made of: each number of the layers before times the unit's derivative to it.
 * The way between is linear at this photo (weights, sums, poolings, normalisation as it was learned), so that with the
 * remainder they add up to the value; where it is not (attention), the remainder has what linear terms leave.
 */
export async function contributions(
  looking: Looking,
  request: UnitRequest,
  signal: AbortSignal,
): Promise<Contributions> {
  const { view, activation, index } = await unitOf(looking, request, signal);
  const store = Activations.of(looking);
  const { sources, leaves, result, seed, derivatives } = stepBack(view.bound, activation.value);
  const feeds = new Map<Value, Tensor>();
  for (const [i, source] of sources.entries())
    feeds.set(leaves[i] as Value, { ...(await store.of(view, source, signal)).numbers, shape: source.shape });
  const one = zeros(result.shape);
  one.data[index] = 1;
  const values = [...feeds.values()] as readonly FloatTensor[];
  const [computed, ...found] = await view.model.together(
    view.image,
    () => [result, ...derivatives],
    feeds.set(seed, one),
  );
  const value = floatsOf(computed as Tensor).data[index] ?? NaN; // it was asked for
  const all = sources.map(
    (source, i) => sourceOf(view, source, values[i] as FloatTensor, floatsOf(found[i] as Tensor)), // one for each
  );
  return { value, remainder: value - all.reduce((sum, { total }) => sum + total, 0), sources: all };
}

function sourceOf(view: PhotoView, source: Value, values: FloatTensor, slopes: FloatTensor): ContributionSource {
  const { bound, entry } = view;
  const products = Float64Array.from(values.data, (value, i) => value * slopes.data[i]!);
  const layout = layoutOf(axesOf(bound).get(source), source.shape);
  const [channels, height, width] = layout.arrangement.shape;
  const maps = arranged(layout, Float32Array.from(products));
  const plane = height * width;
  const isInput = source === bound.network.input;
  const layer = bound.layers.find(({ output }) => output === source)?.name ?? source.name;
  return {
    layer: isInput ? (entry.file.picture?.name ?? source.name) : layer,
    isInput,
    total: products.reduce((sum, product) => sum + product, 0),
    channels: Array.from({ length: channels }, (_, c) => channelOf(maps.subarray(c * plane, (c + 1) * plane), c, width))
      .filter(({ contribution }) => contribution !== 0)
      .sort((a, b) => Math.abs(b.contribution) - Math.abs(a.contribution))
      .slice(0, mostChannels),
  };
}

function channelOf(map: Float32Array, channel: number, width: number): ContributionSource["channels"][number] {
  let [contribution, best] = [0, 0];
  for (let i = 0; i < map.length; i++) {
    contribution += map[i]!;
    if (Math.abs(map[i]!) > Math.abs(map[best]!)) best = i;
  }
  return { channel, contribution, place: [Math.floor(best / width), best % width] };
}
