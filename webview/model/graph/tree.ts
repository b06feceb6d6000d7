import { fill, h } from "../../shared/dom.ts";
import type { Block } from "./blocks.ts";
import type { GraphState } from "./state.ts";

/** Before and behind the active one; a list of thousands would be slow, and read by nobody. */
const around = 60;

/**
 * The visible boxes as a tree, for those who do not see the canvas: the keyboard's place in it is the graph's. It is out of
 * sight, but not out of reach: its items can be clicked.
 */
export function tree(state: GraphState, choose: (block: Block) => void) {
  const element = h("div", {
    class: "unseen",
    role: "tree",
    id: "graph-tree",
    tabindex: -1,
    "aria-label": "Boxes of the graph",
  });
  let drawn: readonly unknown[] = [];

  function update(): string | undefined {
    const { picture, graph, active, chosen, between, differences } = state;
    if (!picture || !graph) return undefined;
    const current = active ?? chosen;
    const box = current && picture.scene.boxOf(current);
    const now = [picture, box, chosen, between, differences];
    const id = box ? itemId(box.block) : undefined;
    if (now.every((each, i) => each === drawn[i])) return id;
    drawn = now;
    const place = Math.max(
      0,
      picture.scene.boxes.findIndex((each) => each === box),
    );
    const start = Math.max(0, place - around);
    const marks = state.marks(true);
    fill(
      element,
      ...picture.scene.boxes.slice(start, place + around).map((each) => {
        const { block } = each;
        const { name, kind, shape, badge, trouble } = graph.measures.label(block);
        const siblings = block.parent?.children ?? [];
        const words = [name, kind === name ? "" : kind, shape, badge, trouble, differences.get(block)?.words, marks.between.has(each) ? "on the way" : ""]; // prettier-ignore
        return h(
          "div",
          {
            role: "treeitem",
            id: itemId(block),
            "data-key": block.key,
            "aria-level": block.depth,
            "aria-setsize": siblings.length,
            "aria-posinset": siblings.indexOf(block) + 1,
            "aria-selected": String(each === marks.chosen),
            "aria-expanded": block.children.length ? String(each.open) : undefined,
            onclick: () => choose(block),
            ondblclick: () => state.toggle(block),
          },
          words.filter(Boolean).join(", "),
        );
      }),
    );
    return id;
  }
  return { element, update };
}

const itemId = ({ id }: Block) => `graph-box-${id}`;
