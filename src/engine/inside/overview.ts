import { type LayerOverview, type PaintedSubject, type Verdict } from "../../shared/inside.ts";
import { Canceled } from "../../shared/rpc.ts";
import { float32, type FloatTensor } from "../../shared/tensor.ts";
import type { Progress } from "../../shared/updates.ts";
import { quantize } from "../images/arithmetic.ts";
import { makesChannels, type Layer } from "../graph/layers.ts";
import { RuntimeFailure } from "../runtime/failure.ts";
import { troubleOf } from "../lost-layers.ts";
import type { Looking } from "../subject.ts";
import { Activations, type Activation } from "./activations.ts";
import { tallyOf, verdictOf } from "./channels.ts";
import { reducedTo } from "./reduced.ts";

type Step = Progress | { readonly kind: "layer"; readonly overview: LayerOverview };

/** The longer side of a mean map. */
const most = 64;
/** Layers that cannot be understood and are named; what comes after them fails for the same reason. */
const mostLost = 500;

/** Every layer on one photo, in the order of the network, those that cannot be computed with the reason. */
export async function* overview(looking: Looking, request: PaintedSubject, signal: AbortSignal): AsyncGenerator<Step> {
  const store = Activations.of(looking);
  const view = await store.views.photo(request, signal);
  const { bound } = view;
  const { layers } = bound;
  const lost = bound.lost.slice(0, mostLost);
  const total = layers.length + lost.length;
  let done = 0;
  const step = (overview: LayerOverview): Step[] => [
    { kind: "layer", overview },
    { kind: "progress", done: ++done, total, unit: "layers" },
  ];
  for (const layer of layers) {
    if (signal.aborted) throw new Canceled();
    yield* step(await lineOf(layer));
  }
  for (const layer of lost) yield* step(unknown(layer.name, troubleOf(layer, bound) ?? ""));

  async function lineOf(layer: Layer): Promise<LayerOverview> {
    const { name, output } = layer;
    const trouble = troubleOf(layer, bound);
    if (trouble !== undefined) return unknown(name, trouble);
    let activation: Activation;
    try {
      activation = await store.of(view, output, signal);
    } catch (error) {
      if (!(error instanceof RuntimeFailure) && !(error instanceof TypeError)) throw error;
      return unknown(name, error.message);
    }
    return described(name, makesChannels(layer), activation);
  }
}

const unknown = (layer: string, trouble: string): LayerOverview => ({
  layer,
  own: false,
  mean: undefined,
  channels: 0,
  zeros: 0,
  dead: 0,
  saturated: 0,
  broken: 0,
  trouble,
});

function described(layer: string, own: boolean, { maps, layout, rectifier }: Activation): LayerOverview {
  const [channels] = layout.arrangement.shape;
  const tally = tallyOf(maps, channels, rectifier);
  const sum = (counts: Float64Array) => counts.reduce((a, b) => a + b, 0);
  const verdicts = Array.from({ length: channels }, (_, c) =>
    tally.broken[c]! > 0 ? "broken" : verdictOf(tally, c, rectifier),
  );
  const count = (asked: Verdict) => verdicts.filter((verdict) => verdict === asked).length;
  return {
    layer,
    own,
    mean: quantize(meanOf(maps, layout.arrangement.shape), false),
    channels,
    zeros: sum(tally.zeros) / Math.max(1, sum(tally.places)),
    dead: count("dead"),
    saturated: count("saturated"),
    broken: count("broken"),
    trouble: undefined,
  };
}

/** Mean over channels of the magnitude of what is finite, at most 64 on a side. */
function meanOf(maps: Float32Array, [channels, height, width]: readonly [number, number, number]): FloatTensor {
  const plane = height * width;
  const sums = new Float32Array(plane);
  const counts = new Uint32Array(plane);
  for (let c = 0; c < channels; c++)
    for (let p = 0; p < plane; p++) {
      const value = Math.abs(maps[c * plane + p]!);
      if (value - value !== 0) continue;
      sums[p]! += value;
      counts[p]!++;
    }
  const means = sums.map((sum, p) => sum / Math.max(1, counts[p]!));
  const shrink = Math.min(1, most / Math.max(height, width));
  const [h, w] = [Math.max(1, Math.round(height * shrink)), Math.max(1, Math.round(width * shrink))];
  return float32([h, w], reducedTo(means, height, width, h, w));
}
