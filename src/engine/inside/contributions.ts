import type { Contributions, ContributionSource } from "../../shared/contributions.ts";
import type { UnitRequest } from "../../shared/inside.ts";
import { zeros, type FloatTensor, type Tensor } from "../../shared/tensor.ts";
import type { Value } from "../graph/graph.ts";
import type { Looking } from "../subject.ts";
import { Activations } from "./activations.ts";
import { arranged, channelAt, layoutOf, type Layout } from "./arrangement.ts";
import { axesOf } from "./axes.ts";
import { floatsOf } from "./floats.ts";
import { stepBack } from "./one-step-back.ts";
import { unitOf } from "./unit.ts";
import type { PhotoView } from "./views.ts";

/** Channels of each source that are named. */
const mostChannels = 32;

/**
 * What a unit's value before its activation is made of: each number of the layers before times the unit's derivative to it.
 * Where the way between is linear at this photo (weights, sums, poolings, normalisation as it was learned), the remainder is
 * bias and constants; where it is not (attention, a gate), the remainder has what linear terms leave.
 */
export async function contributions(
  looking: Looking,
  request: UnitRequest,
  signal: AbortSignal,
): Promise<Contributions> {
  const { view, activation, index } = await unitOf(looking, request, signal);
  const store = Activations.of(looking);
  const { sources, leaves, result, activated, linear, seed, derivatives } = stepBack(view.bound, activation.value);
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
  const remainder = value - all.reduce((sum, { total }) => sum + total, 0);
  return { value, activated, remainder, linear, sources: all };
}

function sourceOf(view: PhotoView, source: Value, values: FloatTensor, slopes: FloatTensor): ContributionSource {
  const { bound, entry } = view;
  const products = values.data.map((each, i) => each * slopes.data[i]!);
  const layout = layoutOf(axesOf(bound).get(source), source.shape);
  const [channels, height, width] = layout.arrangement.shape;
  const isInput = source === bound.network.input;
  const layer = bound.layers.find(({ output }) => output === source)?.name ?? source.name;
  return {
    layer: isInput ? (entry.file.picture?.name ?? source.name) : layer,
    isInput,
    total: products.reduce((sum, product) => sum + product, 0),
    channels: byChannel(products, layout)
      .filter(({ contribution }) => contribution !== 0)
      .sort((a, b) => Math.abs(b.contribution) - Math.abs(a.contribution))
      .slice(0, mostChannels),
    placeless: products.length / channels - height * width,
  };
}

/** Of each channel the sum over all of it, tokens that its map leaves out included, and where the strongest product is. */
function byChannel(products: Float32Array, layout: Layout): ContributionSource["channels"][number][] {
  const [channels, height, width] = layout.arrangement.shape;
  const [sums, strongest] = [new Float64Array(channels), new Float32Array(channels)];
  products.forEach((product, i) => {
    const channel = channelAt(layout, i);
    sums[channel]! += product;
    if (Math.abs(product) > strongest[channel]!) strongest[channel] = Math.abs(product);
  });
  const maps = arranged(layout, products);
  const plane = height * width;
  return Array.from(sums, (contribution, channel) => {
    const map = maps.subarray(channel * plane, (channel + 1) * plane);
    const best = map.findIndex((product) => Math.abs(product) === strongest[channel]);
    return { channel, contribution, place: best < 0 ? undefined : [Math.floor(best / width), best % width] };
  });
}
