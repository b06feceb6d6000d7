import type { Compared } from "../../../src/shared/model-panel.ts";
import { link } from "../../shared/controls.ts";
import { fill, h, whenChanged } from "../../shared/dom.ts";
import type { Region } from "../../shared/region.ts";
import { amount, costText } from "../../../src/shared/amounts.ts";
import { sizeOf } from "../../../src/shared/size-of-layers.ts";
import { count, visible } from "../../shared/words.ts";
import { nameText } from "../breakable.ts";
import { changeOf, differenceWords, symbols } from "../graph/differences.ts";
import type { Module, Session } from "../session.ts";
import type { View } from "../view.ts";

/** The chosen layer or node by name, what it is made of, and the way to a heat map at it. */
export function title({ session }: View): Region {
  /** Stays where it is: it may have the focus. */
  const name = h("h2", { tabindex: -1 });
  const element = h("div", { class: "heading" }, name);
  const show = (words: string, ...more: readonly (HTMLElement | undefined)[]) => {
    fill(name, words);
    while (name.nextSibling) name.nextSibling.remove();
    name.after(...more.filter((each) => each !== undefined));
  };
  const mayExplain = () => session.hasPhoto && session.subject.value?.trusted === true;
  const update = whenChanged(
    () => [
      session.layer,
      session.node,
      session.card.state,
      session.structure.value,
      mayExplain(),
      session.compared,
      session.module,
      session.anatomy.value,
    ],
    () => {
      const { layer, node } = session;
      if (node)
        return show(nameText(node.name || node.op), kind(node.name ? `${node.op} ${node.detail}` : node.detail));
      if (!layer) return show(nothing());
      const explain = link(
        "Explain with this layer",
        () => void session.attempt(() => session.host.explainWith({ layer: layer.name })),
      );
      explain.title = "Where in the photo this layer speaks for a class: Grad-CAM, in an Explain panel";
      show(
        nameText(layer.name),
        kind(layer.kind),
        layer.spatial && layer.trouble === undefined && mayExplain() ? explain : undefined,
        session.module && h("p", { class: "module dim" }, nameText(moduleWords(session, session.module))),
        layer.trouble === undefined ? undefined : trouble(layer.trouble),
        difference(session.compared, layer.name),
      );
    },
  );

  function nothing(): string {
    const { status } = session.card.state;
    if (status === "loading") return "Opening…";
    if (status === "failed") return "Choose a node in the graph";
    const card = session.card.value;
    if (card?.layers.length !== 0) return "Choose a layer in the graph";
    return card.picture ? "None of its layers could be understood" : "No layer of it reads a picture";
  }
  return { element, update };
}

/** "Output of fire9: 4 layers, 197 k parameters, 33 MMAC in all": the facts are those of the layer that ends the block. */
function moduleWords({ card, anatomy }: Session, { name, layers }: Module): string {
  const { parameters, multiplyAdds, uncounted } = sizeOf(layers, card.value ?? { layers: [] }, anatomy.value ?? []);
  const all = [
    count(layers.length, "layer"),
    parameters ? `${amount(parameters)} parameters` : undefined,
    costText(multiplyAdds, uncounted),
  ];
  return `Output of ${name}: ${all.filter(Boolean).join(", ")} in all`;
}

function difference(compared: Compared | undefined, layer: string): HTMLElement | undefined {
  const part = compared?.parts?.find(({ name, piece }) => piece === "layer" && name === layer);
  if (!compared || !part) return undefined;
  const change = changeOf(part.change);
  const mark = h("span", { class: "difference-mark", "data-change": change, "aria-hidden": "true" }, symbols[change]);
  return h("p", { class: "difference" }, mark, ` ${visible(differenceWords(compared, change, part.words))}`);
}

const trouble = (text: string) => h("p", { class: "trouble" }, nameText(`It cannot be computed. ${text}`));

const kind = (text: string) => h("p", { class: "kind dim" }, nameText(text));
