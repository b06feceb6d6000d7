import { fill, h } from "../../shared/dom.ts";
import { count } from "../../shared/words.ts";
import { symbols } from "./differences.ts";
import { linkText } from "./draw.ts";
import { pathName } from "./labels.ts";
import { shownName } from "./names.ts";
import type { PlacedLink } from "./picture.ts";
import type { Pointed } from "./pointer.ts";
import type { Graph, GraphState } from "./state.ts";

const delay = 350;

/** What is under the pointer, in words: a box's full name and facts, a tensor's name, type and shape. */
export function tooltip(state: GraphState) {
  const element = h("div", { class: "graph-tooltip", "aria-hidden": "true", hidden: true });
  let timer = 0;

  function show(at: Pointed): void {
    const { graph } = state;
    const lines = graph ? linesOf(graph, at, state) : [];
    if (!lines.length) return;
    const [title, ...more] = lines;
    fill(element, h("strong", {}, title), ...more.map((line) => h("div", {}, line)));
    element.hidden = false;
    const { offsetWidth: width, offsetHeight: height } = element;
    const left = Math.min(at.x + 14, state.view.width - width - 6);
    const above = at.y + 20 + height > state.view.height;
    element.style.left = `${Math.max(6, left)}px`;
    element.style.top = `${Math.max(6, above ? at.y - height - 10 : at.y + 18)}px`;
  }

  return {
    element,
    point(at: Pointed | undefined): void {
      clearTimeout(timer);
      element.hidden = true;
      if (at?.placed || at?.link) timer = setTimeout(() => show(at), delay); // a page's timers are numbers
    },
  };
}

function linesOf(graph: Graph, { placed, link }: Pointed, { differences, chosen }: GraphState): readonly string[] {
  if (link) return tensorLines(graph, link);
  if (!placed) return [];
  const { blocks, measures } = graph;
  const { block } = placed;
  const { kind, shape, badge, trouble } = measures.label(block);
  const node = blocks.flow.structure.nodes[block.leaf];
  const difference = differences.get(block);
  const alike = badge && block.kind === "repeat" ? `${block.times} blocks in a row that are built alike` : "";
  const full = node?.name ? shownName(node.name, 160) : "";
  return [
    pathName(block),
    full === block.name ? "" : full,
    kind,
    alike,
    shape && `Output ${shape}`,
    trouble && `⚠ ${trouble}`,
    difference ? `${symbols[difference.change]} ${difference.words}` : "",
    !chosen ? "" : chosen === block ? "T follows its output" : `Shift+click shows the way from ${pathName(chosen)}`,
  ].filter(Boolean);
}

function tensorLines({ blocks, trace }: Graph, { link: { values, backwards } }: PlacedLink): readonly string[] {
  const { structure } = blocks.flow;
  const fault = backwards ? ["⚠ Closes a circle: this node feeds itself, so the network cannot run."] : [];
  const [value] = values;
  const card = value !== undefined && values.length === 1 ? structure.values[value] : undefined;
  if (!card || value === undefined)
    return [linkText(values, blocks), ...values.slice(0, 8).map((each) => tensorText(blocks, each)), ...fault];
  const { readers } = trace.ends(value);
  return [
    shownName(card.name, 120) || "Tensor without a name",
    [card.dtype, linkText(values, blocks)].filter(Boolean).join(" · "),
    `Read by ${count(readers.length, "node")}`,
    "A click follows it",
    ...fault,
  ];
}

/** "conv1_out: float32 64 × 56 × 56" */
export function tensorText(blocks: Graph["blocks"], value: number): string {
  const card = blocks.flow.structure.values[value];
  const facts = [card?.dtype, linkText([value], blocks)].filter(Boolean).join(" ");
  return `${shownName(card?.name ?? "", 60) || "tensor"}${facts && `: ${facts}`}`;
}
