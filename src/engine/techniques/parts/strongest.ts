import { float32, type FloatTensor } from "../../../shared/tensor.ts";

/** The total activation of a channel of [1, C, h, w], or a value of [1, C]. */
export function channelTotal({ shape, data }: FloatTensor, channel: number): number {
  const plane = data.length / (shape[1] ?? 1);
  return data.subarray(channel * plane, (channel + 1) * plane).reduce((a, b) => a + b, 0);
}

/** The channel that responds most in all, which Zeiler & Fergus 2014 call a layer's strongest feature map. */
export function strongestChannel(activations: FloatTensor): number {
  const totals = Float32Array.from({ length: activations.shape[1] ?? 1 }, (_, c) => channelTotal(activations, c));
  return totals.reduce((best, value, c) => (value > (totals[best] ?? -Infinity) ? c : best), 0);
}

/** The activations of one channel, or of one place in it, and zero everywhere else: what is projected back to the pixels. */
export function onlyChannel(
  { shape, data }: FloatTensor,
  channel: number,
  place?: { readonly row: number; readonly column: number },
): FloatTensor {
  const [, channels = 1, , width = 1] = shape;
  const plane = data.length / channels;
  const from = channel * plane;
  return float32(
    shape,
    data.map((value, i) => {
      const inside = i >= from && i < from + plane && (!place || i === from + place.row * width + place.column);
      return inside ? value : 0;
    }),
  );
}
