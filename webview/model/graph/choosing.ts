import type { Structure } from "../../../src/shared/structure.ts";
import type { Session } from "../session.ts";
import type { Block, Blocks } from "./blocks.ts";
import { pathName } from "./labels.ts";

/** Tells the session what was chosen in the graph: a layer where it is one, else the node; of a block, what leaves it. */
export function tell(session: Session, block: Block, { ofLeaf, flow: { structure } }: Blocks): void {
  const own = session.layers[block.layer]?.name;
  if (own !== undefined) {
    session.selectLayer(own);
    return;
  }
  const isNode = block.kind === "node";
  const leaf = isNode ? block.leaf : block.exit;
  if (!structure.nodes[leaf] || !ofLeaf[leaf]) return;
  const layer = session.layers[structure.nodes[leaf].layer]?.name;
  const layers = namesIn(session, block, structure);
  if (!isNode && layer !== undefined)
    session.selectLayer(layer, layers.length > 1 ? { name: pathName(block), layers } : undefined);
  else session.selectNode(leaf);
}

/** The layers that have nodes in a block. */
function namesIn({ layers }: Session, whole: Block, { nodes }: Structure): readonly string[] {
  const names = new Set<string>();
  const blocks = [whole];
  for (const { children, leaf } of blocks) {
    blocks.push(...children);
    const own = layers[nodes[leaf]?.layer ?? -1];
    if (own) names.add(own.name);
  }
  return [...names];
}

/** The layer that a box is, or whose output leaves it. */
export function layerOf({ layers }: Session, block: Block, { flow: { structure } }: Blocks): string | undefined {
  const exit = structure.nodes[block.kind === "node" ? block.leaf : block.exit];
  return (layers[block.layer] ?? layers[exit?.layer ?? -1])?.name;
}

/** The box of what the session looks at: the chosen node, else the layer. */
export function told({ remembered, layer, layers }: Session, { ofLeaf, ofLayer }: Blocks): Block | undefined {
  const { node } = remembered;
  if (node !== undefined) return ofLeaf[node];
  return layer && ofLayer.get(layers.indexOf(layer));
}
