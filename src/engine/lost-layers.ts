import { sentence } from "../shared/sentence.ts";
import type { Network } from "./formats/format.ts";
import type { Value } from "./graph/graph.ts";
import { lastOfScope, layersOf, type Layer, type LostLayer } from "./graph/layers.ts";
import { weightsOf } from "./graph/weights.ts";
import type { Bound } from "./model.ts";
import { descendants } from "./propagation/differentiate.ts";

/** All that people may ask about, in the order of a model's card. */
export const allLayers = ({ layers, lost }: Bound): readonly (Layer | LostLayer)[] => [...layers, ...lost];

/** Why a layer cannot be computed, as a sentence; undefined where nothing is known to be in the way. */
export function troubleOf(layer: Layer | LostLayer, { numberless }: Bound): string | undefined {
  const reason = "trouble" in layer ? layer.trouble : numberless.get(layer.output);
  return reason === undefined ? undefined : sentence(reason);
}

/** Layers of what cannot be computed, as far as the picture would reach them. */
export function lostLayers(
  { lost, unresolved }: Network,
  reached: ReadonlySet<Value>,
  beside: readonly Layer[],
): LostLayer[] {
  if (!lost.nodes.length) return [];
  const within = descendants(lost.nodes, [...reached]);
  return layersOf(lost, within, { beside }).map((layer) => {
    const reasons = layer.nodes.flatMap(({ outputs }) => outputs.flatMap(({ name }) => unresolved.get(name) ?? []));
    return { ...layer, trouble: reasons[0] ?? "", weights: weightsOf(layer.nodes, lost, within) }; // each was given up for a reason
  });
}

/** By its own name, a node's, or the module's that it is the last of. */
export const lostLayer = (lost: readonly LostLayer[], name: string): LostLayer | undefined =>
  lost.find((layer) => layer.name === name || layer.nodes.some((node) => node.name === name)) ??
  lastOfScope(lost, name);
