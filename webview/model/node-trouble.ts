import type { LayerCard } from "../../src/shared/protocol.ts";
import type { NodeCard } from "../../src/shared/structure.ts";

/**
 * Why a node cannot be computed: what is wrong with it itself, else what keeps its layer from being computed, as a file of
 * weights that is missing does: the file's structure is sound then, and only the network that was made of it knows.
 */
export const nodeTrouble = (node: NodeCard | undefined, layers: readonly LayerCard[]): string | undefined =>
  node && (node.trouble ?? layers[node.layer]?.trouble);
