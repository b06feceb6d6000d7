import { link } from "../../shared/controls.ts";
import { fill, h } from "../../shared/dom.ts";
import { count } from "../../shared/words.ts";
import type { Block } from "./blocks.ts";
import { pathName } from "./labels.ts";
import type { GraphState } from "./state.ts";
import { tensorText } from "./tooltip.ts";

const listed = 6;

/** A line at the lower edge: the tensor that is followed, or what lies between two nodes, with ways to go there. */
export function strip(state: GraphState, go: (block: Block) => void) {
  const element = h("div", { class: "graph-strip", hidden: true });
  let drawn: readonly unknown[] = [];
  const done = () => {
    state.follow(undefined);
  };

  function update(): void {
    const now = [state.graph, state.followed, state.between];
    if (now.every((each, i) => each === drawn[i])) return;
    drawn = now;
    const words = wordsOf();
    element.hidden = words.length === 0;
    fill(element, h("div", { class: "words" }, ...words), link("Clear", done, "Clear what is highlighted"));
  }

  function wordsOf(): readonly (Node | string)[] {
    const { graph, followed, between } = state;
    if (!graph) return [];
    const boxes = (leaves: readonly number[]) => leaves.flatMap((leaf) => graph.blocks.ofLeaf[leaf] ?? []);
    const place = (block: Block) => link(pathName(block), () => go(block), `Go to ${pathName(block)}`);
    if (between) {
      const others = between.all.size - between.shortest.length;
      return [
        place(between.from),
        " → ",
        place(between.to),
        `: ${count(between.shortest.length - 1, "step")} on the shortest way, ${count(between.all.size, "node")} on all of them` +
          (others ? "." : ": there is only one."),
      ];
    }
    if (followed === undefined) return [];
    const { maker, readers } = graph.trace.ends(followed);
    const [from, to] = [boxes(maker === undefined ? [] : [maker]), boxes(readers)];
    const rest = to.length - listed;
    return [
      tensorText(graph.blocks, followed),
      ...(from[0] ? [" · made by ", place(from[0])] : []),
      ...(to.length
        ? [" · read by ", ...to.slice(0, listed).flatMap((block, i) => [i ? ", " : "", place(block)])]
        : []),
      ...(rest > 0 ? [` and ${rest} more`] : []),
    ];
  }
  return { element, update };
}
