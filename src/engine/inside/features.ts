import type { FeatureMaps, LayerRequest } from "../../shared/inside.ts";
import type { FloatTensor } from "../../shared/tensor.ts";
import { preparedOf, type Looking } from "../subject.ts";
import { Activations } from "./activations.ts";
import { statisticsOf, tallyOf } from "./channels.ts";
import { layerScale, mostActive } from "./sheet-scale.ts";

/** Bytes that are sent without being asked for by channel: 512 channels of 56 × 56 with their statistics fit. */
const most = 2e6;
/** Of one channel's statistics and range. */
const perChannel = 40;

type FeatureRequest = LayerRequest & { readonly channels?: readonly number[] };

/** Maps of a layer in bytes, each channel by its own range, and numbers about all of its channels. */
export async function features(looking: Looking, request: FeatureRequest, signal: AbortSignal): Promise<FeatureMaps> {
  const store = Activations.of(looking);
  const { layer } = request;
  const view = await store.views.photo(request, signal);
  const { maps, layout, rectifier, ms } = await store.named(view, layer, signal);
  const prepared = preparedOf(view.seen);
  const start = performance.now();
  const { arrangement } = layout;
  const [channels, height, width] = arrangement.shape;
  const plane = height * width;
  const fit = Math.max(1, Math.floor((most - perChannel * channels) / plane));
  const asked = request.channels ?? Array.from({ length: Math.min(channels, fit) }, (_, c) => c);
  for (const channel of asked)
    if (!Number.isInteger(channel) || channel < 0 || channel >= channels)
      throw new RangeError(`${layer} has the channels 0 to ${channels - 1}; there is no channel ${channel}.`);
  const tally = tallyOf(maps, channels, rectifier);
  const statistics = statisticsOf(tally, rectifier);
  const low = Float32Array.from(asked, (c) => statistics.least[c]!);
  const high = Float32Array.from(asked, (c) => statistics.greatest[c]!);
  const bytes = new Uint8Array(asked.length * plane);
  asked.forEach((channel, i) =>
    quantizeInto(
      bytes.subarray(i * plane, (i + 1) * plane),
      maps.subarray(channel * plane, (channel + 1) * plane),
      low[i]!,
      high[i]!,
    ),
  );
  return {
    layer,
    arrangement,
    channels: Int32Array.from(asked),
    bytes,
    low,
    high,
    statistics,
    scale: layerScale(maps, plane, mostActive(tally), tally),
    ...rectifier,
    ...(prepared && { prepared }),
    ms: ms + performance.now() - start,
  };
}

/** What is no number is drawn as the least. */
function quantizeInto(bytes: Uint8Array, values: Float32Array, low: number, high: number): void {
  const perUnit = high > low ? 255 / (high - low) : 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    bytes[i] = value - value === 0 ? (value - low) * perUnit + 0.5 : 0;
  }
}

/** The layer's output as it is, in the file's own order of axes. */
export async function activation(looking: Looking, request: LayerRequest, signal: AbortSignal): Promise<FloatTensor> {
  const store = Activations.of(looking);
  const { numbers } = await store.named(await store.views.photo(request, signal), request.layer, signal);
  return numbers;
}
