import type { Value } from "../graph/graph.ts";
import type { Layer } from "../graph/layers.ts";
import { weightsOf } from "../graph/weights.ts";
import type { Bound } from "../model.ts";

/** The constants of the file that a layer reads, running statistics included. */
export const weightsOfLayer = ({ nodes }: Layer, { network: { graph }, reached }: Bound): readonly Value[] =>
  weightsOf(nodes, graph, reached);
