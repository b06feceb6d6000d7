import { fill, h } from "../../shared/dom.ts";
import { count } from "../../shared/words.ts";
import type { Block } from "./blocks.ts";
import type { GraphState } from "./state.ts";

/** A layout that is there sooner is not worth a word. Milliseconds. */
const patience = 120;
const most = 200;

/**
 * In the graph's place until it is laid out: its blocks in words, each of which can be chosen at once. `gone` is told when the focus
 * was here and the graph takes the place.
 */
export function outline(state: GraphState, choose: (block: Block) => void, gone: () => void) {
  const heading = h("p", { class: "dim", role: "status" });
  const list = h("ul", {});
  const element = h("div", { class: "graph-outline", hidden: true }, heading, list);
  let waiting: ReturnType<typeof setTimeout> | undefined;
  let patient = true;
  let drawn: readonly unknown[] = [];

  function update(): void {
    const { graph, picture, failure, chosen } = state;
    const missing = graph !== undefined && !picture && graph.blocks.flow.leaves > 0;
    if (missing)
      waiting ??= setTimeout(() => {
        patient = false;
        update();
      }, patience);
    else clearTimeout(waiting);
    const focused = list.contains(document.activeElement) ? document.activeElement?.parentElement : undefined;
    element.hidden = !missing || patient;
    if (element.hidden && focused) gone();
    if (element.hidden || !graph) return;
    const now = [graph, failure, chosen];
    if (now.every((each, i) => each === drawn[i])) return;
    drawn = now;
    const { blocks } = graph;
    fill(
      heading,
      failure === undefined
        ? `Drawing the graph of ${count(blocks.flow.structure.nodes.length, "node")} …`
        : "The graph could not be drawn. What it is made of:",
    );
    const shown = blocksIn(blocks.whole.children);
    const rest = shown.length - most;
    const place = focused ? [...list.children].indexOf(focused) : -1;
    fill(
      list,
      ...shown.slice(0, most).map(({ block, depth }) => item(block, depth, block === chosen)),
      rest > 0 ? h("li", { class: "dim" }, `and ${rest.toLocaleString("en")} more`) : undefined,
    );
    list.children[place]?.querySelector("button")?.focus();
  }

  function item(block: Block, depth: number, isChosen: boolean): HTMLElement {
    const { name, kind, shape, badge } = state.graph!.measures.label(block); // drawn only where there is one
    const facts = [badge, kind === name ? "" : kind, shape].filter(Boolean).join(" · ");
    const choice = h(
      "button",
      {
        type: "button",
        "aria-pressed": String(isChosen),
        "data-depth": Math.min(depth, 4),
        onclick: () => choose(block),
      },
      h("span", { class: "name" }, name),
      h("span", { class: "dim" }, facts),
    );
    return h("li", {}, choice);
  }

  /** As the picture will have them: what stands open with what is in it. */
  function blocksIn(blocks: readonly Block[], depth = 0): { readonly block: Block; readonly depth: number }[] {
    return blocks.flatMap((block) => [
      { block, depth },
      ...(state.open.has(block) ? blocksIn(block.children, depth + 1) : []),
    ]);
  }
  return { element, update };
}
