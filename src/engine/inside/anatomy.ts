import type { FieldCard, LayerAnatomy, NotKnown } from "../../shared/inside.ts";
import type { TensorCard } from "../../shared/protocol.ts";
import { shown } from "../../shared/shown.ts";
import { costOf, bytesOf, type Cost } from "../analysis/cost.ts";
import { receptiveFields, type ReceptiveFields } from "../analysis/receptive-field.ts";
import { fedBeside } from "../fed-beside.ts";
import type { Value } from "../graph/graph.ts";
import { makesChannels } from "../graph/layers.ts";
import type { Library } from "../library.ts";
import { allLayers } from "../lost-layers.ts";
import type { Bound } from "../model.ts";
import { boundOf } from "./bound.ts";
import { weightsOfLayer } from "./layer-weights.ts";

/** Cost, reach and weights of each layer, in the order of the model's card. */
export async function anatomy(
  library: Library,
  { model }: { readonly model: string },
): Promise<readonly LayerAnatomy[]> {
  const entry = await library.open(model);
  const bound = await boundOf(entry);
  return bound ? anatomyOf(bound, entry.file.inputs) : [];
}

export function anatomyOf(bound: Bound, inputs: readonly Pick<TensorCard, "name">[]): readonly LayerAnatomy[] {
  const { readBy, fed } = fedBeside(bound, inputs);
  return allLayers(bound).map((layer) => {
    const isLost = layer.output.dtype === "unknown";
    const { multiplyAdds, uncounted } = isLost ? none : costOf([...layer.nodes, ...(readBy.get(layer) ?? [])], fed);
    return {
      layer: layer.name,
      scope: layer.scope,
      multiplyAdds,
      ...(uncounted.length && { uncounted: uncounted.map((op) => shown(op)) }),
      bytes: isLost ? 0 : bytesOf(layer.output),
      field: "trouble" in layer ? { why: layer.trouble } : fieldIn(bound, layer.output),
      own: makesChannels(layer),
      weights: weightsOfLayer(layer, bound).map(({ name }) => name),
      ...(layer.shared && { shared: layer.shared }),
    };
  });
}

const none: Cost = { multiplyAdds: 0, uncounted: [] };

/** How the units of a value see the picture; undefined where they see nothing of it. */
export function fieldIn(bound: Bound, value: Value): FieldCard | NotKnown | undefined {
  const why = fieldsIn(bound).whyUnknown(value);
  return why === undefined ? fieldsIn(bound).fieldOf(value) : { why };
}

const known = new WeakMap<Bound, ReceptiveFields>();

/** The receptive fields of a network, found once: the graph that is asked about grows by every gradient, its values do not. */
export function fieldsIn(bound: Bound): ReceptiveFields {
  const found = known.get(bound) ?? receptiveFields(bound.network.graph, bound.network.input);
  known.set(bound, found);
  return found;
}
