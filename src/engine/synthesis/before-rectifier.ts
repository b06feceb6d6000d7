import { kindOf } from "../graph/definitions.ts";
import type { Graph, Value } from "../graph/graph.ts";

/** Some of a layer's channels, as another value holds them. */
export interface Part {
  readonly value: Value;
  /** What a rectifier makes of that, where there is one. */
  readonly rectified?: Value;
  /** The layer's channel that the value begins with. */
  readonly first: number;
}

/** What gives its input as it is, in a network that is not trained. */
const passedOn: ReadonlySet<string> = new Set(["Identity", "Dropout"]);

/**
 * What goes into the rectifiers that a layer comes from, which says how far below zero it is, where the layer says 0:
 * one part for each of the values that it puts side by side. The layer itself where there is no rectifier. `axis`: its
 * channels.
 */
export function beforeRectifiers(graph: Graph, layer: Value, axis: number): readonly Part[] {
  const node = graph.producer(layer);
  const [input] = node?.inputs ?? [];
  if (node && input && kindOf(node) === "rectifier") return [{ value: input, rectified: layer, first: 0 }];
  if (node && input && passedOn.has(node.op)) return beforeRectifiers(graph, input, axis);
  if (node?.op !== "Concat" || node.attributes.axis !== axis) return [{ value: layer, first: 0 }];
  let first = 0;
  return node.inputs.flatMap((part) => {
    if (!part) return [];
    const own = beforeRectifiers(graph, part, axis).map((each) => ({ ...each, first: first + each.first }));
    first += part.shape[axis] ?? 1;
    return own;
  });
}
