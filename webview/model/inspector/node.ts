import type { NodeCard, NodeFacts, Structure } from "../../../src/shared/structure.ts";
import { fill, h, whenChanged } from "../../shared/dom.ts";
import { Fetched } from "../../shared/fetched.ts";
import type { Region } from "../../shared/region.ts";
import { roving } from "../../shared/roving.ts";
import { visible } from "../../shared/words.ts";
import { amount } from "../../../src/shared/amounts.ts";
import { breakable, nameText } from "../breakable.ts";
import { nodeTrouble } from "../node-trouble.ts";
import type { View } from "../view.ts";
import { nodesOf } from "./layer-nodes.ts";
import { isStandard, operatorWords } from "./operators.ts";
import { factRow } from "./rows.ts";
import type { Fact } from "./fact.ts";
import { valueTable } from "./values.ts";

/** A node as the file has it: what its operator does, how it is set, what it reads and writes. Of a layer, one of its nodes. */
export function node({ session }: View): Region {
  const answer = new Fetched<NodeFacts>(() => session.changed());
  const list = h("div", { class: "node-list", role: "listbox", "aria-label": "Nodes of the layer" });
  const stops = roving(list, "[role=option]");
  const body = h("div", { class: "node-body" });
  const element = h("div", { class: "node" }, list, body);

  const structure = () => session.structure.value;
  /** Places of the nodes of the chosen layer; of a node that is in no layer, itself. */
  const places = (): readonly number[] => {
    const { node } = session.remembered;
    const layer = session.node ? session.node.layer : session.layer ? session.layers.indexOf(session.layer) : -1;
    if (layer < 0) return node === undefined ? [] : [node];
    return nodesOf(structure(), layer);
  };
  const chosen = () => session.remembered.node ?? places()[0];

  const buildList = whenChanged(
    () => [structure(), session.layers, places().join()],
    () => {
      const all = places();
      list.hidden = all.length < 2;
      fill(
        list,
        ...all.map((place) => {
          const card = structure()?.nodes[place];
          return h(
            "button",
            { type: "button", role: "option", "data-node": place, onclick: () => session.selectNode(place) },
            h("span", {}, nameText(card?.op ?? "")),
            nodeTrouble(card, session.layers)
              ? h("span", { class: "mark", title: "Something is wrong with it" }, " ▲")
              : undefined,
          );
        }),
      );
    },
  );
  const mark = () => {
    const at = String(chosen());
    for (const option of list.querySelectorAll<HTMLElement>("[role=option]"))
      option.setAttribute("aria-selected", String(option.dataset["node"] === at));
    stops.settle();
  };
  const build = whenChanged(
    () => [structure(), session.layers, chosen(), answer.state],
    () => {
      const graph = structure();
      const place = chosen();
      const card = graph?.nodes[place ?? -1];
      if (!graph || !card)
        return fill(
          body,
          h("p", { class: "empty dim" }, graph ? "Choose a layer or a node in the graph." : "Reading…"),
        );
      const { state } = answer;
      const followed = body.contains(document.activeElement);
      fill(
        body,
        ...headOf(card, nodeTrouble(card, session.layers)),
        ...(state.status === "failed"
          ? [h("p", { class: "problem", role: "alert" }, visible(state.failure.message))]
          : state.status === "ready"
            ? detailsOf(session, graph, state.value)
            : [h("p", { class: "dim" }, "Reading…")]),
      );
      // A tensor was followed to another node: who goes by the keys goes on from there.
      if (followed) body.querySelector("h3")?.focus();
    },
  );

  return {
    element,
    update() {
      const at = chosen();
      if (at !== undefined && structure())
        answer.ask(JSON.stringify([session.modelKey, at]), (signal) => session.host.node({ node: at }, signal));
      buildList();
      mark();
      build();
    },
  };
}

function headOf({ op, domain, name }: NodeCard, trouble: string | undefined): HTMLElement[] {
  const words = operatorWords(op);
  const from = isStandard(domain) ? "ONNX’s own" : `of ${nameText(domain)}`;
  const unknown = `Nothing is known here of this operator, which is ${isStandard(domain) ? "named as one of ONNX’s own" : `from ${nameText(domain)}`}.`;
  return [
    h("h3", { tabindex: -1 }, nameText(op), h("span", { class: "dim" }, ` ${from}`)),
    ...(name ? [h("p", { class: "dim name" }, ...breakable(name))] : []),
    h("p", { class: "words" }, words ?? unknown),
    ...(trouble ? [h("p", { class: "trouble" }, h("span", { class: "mark" }, "▲ "), nameText(trouble))] : []),
  ];
}

function detailsOf(session: View["session"], structure: Structure, facts: NodeFacts): HTMLElement[] {
  const { attributes, multiplyAdds, inputs, outputs } = facts;
  const rows: Fact[] = [...attributes, ...(multiplyAdds ? [{ name: "Cost", value: amount(multiplyAdds, "MAC") }] : [])];
  const table = rows.length
    ? h("dl", { class: "facts attributes" }, ...rows.map(factRow))
    : h("p", { class: "dim" }, "It has no attributes of its own.");
  return [
    table,
    valueTable(session, structure, "Inputs", "in", inputs),
    valueTable(session, structure, "Outputs", "out", outputs),
  ].filter((each) => each !== undefined);
}
