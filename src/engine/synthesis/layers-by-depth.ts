import { makesChannels, type Layer } from "../graph/layers.ts";
import type { Bound } from "../model.ts";

/**
 * How far into the network each layer is, from 0 to 1. Only weights count: a network that casts, turns and normalizes its
 * picture itself is no deeper for it.
 */
export function depthIn({ layers, numberless }: Bound): (layer: Layer) => number {
  let weighted = 0;
  const depths = new Map(
    layers.flatMap((layer) =>
      numberless.has(layer.output) ? [] : [[layer, (weighted += Number(makesChannels(layer)))] as const],
    ),
  );
  return (layer) => (depths.get(layer) ?? 0) / Math.max(1, weighted);
}

/** Of several at one depth the first; undefined of none. */
export function nearestTo(depth: number, layers: readonly Layer[], bound: Bound): Layer | undefined {
  const depthOf = depthIn(bound);
  const distance = (layer: Layer) => Math.abs(depthOf(layer) - depth);
  return layers.toSorted((a, b) => distance(a) - distance(b))[0];
}
