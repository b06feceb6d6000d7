import { float32, type FloatTensor } from "../../../shared/tensor.ts";

/** The total activation of each channel of [1, C, h, w], or each value of [1, C]. */
export function channelTotals({ shape, data }: FloatTensor): Float32Array {
  const channels = shape[1] ?? 1;
  const plane = data.length / channels;
  return Float32Array.from({ length: channels }, (_, c) =>
    data.subarray(c * plane, (c + 1) * plane).reduce((a, b) => a + b, 0),
  );
}

/** The channel that responds most in all, which Zeiler & Fergus 2014 call a layer's strongest feature map. */
export function strongestChannel(activations: FloatTensor): number {
  const totals = channelTotals(activations);
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
