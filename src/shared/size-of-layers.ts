import type { LayerAnatomy } from "./inside.ts";
import type { LayerCard, ModelCard } from "./protocol.ts";

export type Size = Pick<LayerAnatomy, "multiplyAdds" | "uncounted"> & Pick<LayerCard, "parameters">;

/** What layers, by name, have and cost together. */
export function sizeOf(
  layers: readonly string[],
  card: Pick<ModelCard, "layers">,
  anatomy: readonly LayerAnatomy[],
): Size {
  const names = new Set(layers);
  const sum = (numbers: readonly number[]) => numbers.reduce((total, each) => total + each, 0);
  return {
    parameters: sum(card.layers.flatMap(({ name, parameters }) => (names.has(name) ? parameters : []))),
    multiplyAdds: sum(anatomy.flatMap(({ layer, multiplyAdds }) => (names.has(layer) ? multiplyAdds : []))),
    uncounted: anatomy.flatMap(({ layer, uncounted = [] }) => (names.has(layer) ? uncounted : [])),
  };
}
