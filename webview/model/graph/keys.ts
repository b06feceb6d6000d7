import type { Block } from "./blocks.ts";
import { neighbour } from "./picture.ts";
import type { PlacedBox } from "./picture.ts";
import type { Box } from "./scene.ts";
import type { GraphState } from "./state.ts";

/** Where an arrow leads: up and down along the links, left and right to what stands there; Home and End to the ends. */
export function destination(state: GraphState, key: string): Block | undefined {
  const { picture, active, chosen } = state;
  if (!picture) return undefined;
  const current = active ?? chosen;
  const box = current && picture.scene.boxOf(current);
  const here = box && picture.placeOf.get(box);
  if (key === "Home") return picture.boxes[0]?.block;
  if (key === "End") return picture.boxes.findLast(({ box }) => !box.open)?.block;
  if (!here) return key.startsWith("Arrow") ? picture.boxes[0]?.block : undefined;
  if (key === "ArrowLeft" || key === "ArrowRight")
    return neighbour(picture, here, key === "ArrowLeft" ? "left" : "right")?.block;
  if (key === "ArrowDown" || key === "ArrowUp") return along(state, here, key === "ArrowDown")?.block;
  return undefined;
}

/** The box at the other end of a link; of several the one that is nearest to straight ahead. Into open blocks, and out of them. */
function along(state: GraphState, here: PlacedBox, down: boolean): PlacedBox | undefined {
  const { picture } = state;
  if (!picture) return undefined;
  // An open block: first what is in it.
  if (here.box.open && down) return placedOf(state, here.box.children[0]);
  const found = linked(here.box, down).flatMap((box) => placedOf(state, box) ?? []);
  const middle = here.x + here.width / 2;
  const aside = ({ x, width }: PlacedBox) => Math.abs(x + width / 2 - middle);
  return found.sort((a, b) => aside(a) - aside(b))[0];
}

const placedOf = (state: GraphState, box: Box | undefined) => box && state.picture?.placeOf.get(box);

function linked(box: Box, down: boolean): readonly Box[] {
  const { parent } = box;
  if (!parent) return [];
  const [near, far] = down ? (["from", "to"] as const) : (["to", "from"] as const);
  const place = parent.children.indexOf(box);
  return parent.links
    .filter((link) => link[near].child === place && !link.backwards)
    .flatMap((link) => {
      const child = parent.children[link[far].child];
      if (child) return [child.open ? innermost(child, link[far].port, down) : child];
      return linked(parent, down);
    });
}

/** Where a link that ends at an open block's port goes on inside. */
function innermost(box: Box, port: number, down: boolean): Box {
  for (const link of box.links) {
    const [own, other] = down ? [link.from, link.to] : [link.to, link.from];
    const child = box.children[other.child];
    if (own.child < 0 && own.port === port && child) return child.open ? innermost(child, other.port, down) : child;
  }
  return box;
}
