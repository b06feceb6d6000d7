import type { WeightCard } from "../../../src/shared/structure.ts";
import { button } from "../../shared/controls.ts";
import { fill, h, whenChanged } from "../../shared/dom.ts";
import { Fetched } from "../../shared/fetched.ts";
import type { Region } from "../../shared/region.ts";
import { roving } from "../../shared/roving.ts";
import { visible } from "../../shared/words.ts";
import { dimensions } from "../amounts.ts";
import { breakable } from "../breakable.ts";
import type { View } from "../view.ts";
import { histogram } from "./histogram.ts";
import { factRow } from "./rows.ts";
import { weightFacts, weightSentence } from "./weight-facts.ts";
import { weightTable } from "./weight-table.ts";

/** The constants that a layer or node reads: how their numbers are spread, and the numbers. */
export function weights(view: View): Region {
  const { session } = view;
  const card = new Fetched<WeightCard>(() => session.changed());
  const shownCard = () =>
    card.state.status === "ready" && card.state.value.name === chosen() ? card.state.value : undefined;
  const none = h("p", { class: "empty dim" });
  const list = h("div", { class: "weight-list", role: "listbox", "aria-label": "Weights of the layer" });
  const stops = roving(list, "[role=option]");
  const status = h("div", { class: "status" });
  const facts = h("dl", { class: "facts" });
  const spread = h("div", { class: "spread" });
  const table = weightTable(view, shownCard);
  const body = h("div", { class: "weight-body" }, facts, spread, table.element);
  const element = h("div", { class: "weights" }, none, list, status, body);

  const names = () => {
    const { node, layer, structure } = session;
    if (!node) return layer ? (session.anatomyOf(layer.name)?.weights ?? []) : [];
    const values = structure.value?.values ?? [];
    return node.inputs.flatMap((place) => (values[place]?.weight ? [values[place].name] : []));
  };
  const chosen = () => {
    const all = names();
    const { weight } = session.remembered;
    return weight !== undefined && all.includes(weight) ? weight : all[0];
  };

  const buildList = whenChanged(
    () => [JSON.stringify(names()), session.anatomy.state.status, session.structure.value],
    () => {
      const all = names();
      const values = new Map(session.structure.value?.values.map((value) => [value.name, value]));
      list.hidden = body.hidden = all.length === 0;
      none.hidden = all.length > 0;
      none.textContent =
        session.anatomy.state.status === "loading" ? "Reading…" : "Nothing was learned here: it has no weights.";
      fill(
        list,
        ...all.map((name) => {
          const value = values.get(name);
          return h(
            "button",
            {
              type: "button",
              role: "option",
              "data-weight": name,
              onclick: () => session.remember({ weight: name }),
            },
            h("span", {}, ...breakable(name)),
            h("span", { class: "dim" }, value?.shape ? visible(dimensions(value.shape)) : ""),
          );
        }),
      );
    },
  );
  const mark = () => {
    const name = chosen();
    for (const option of list.querySelectorAll<HTMLElement>("[role=option]"))
      option.setAttribute("aria-selected", String(option.dataset["weight"] === name));
    stops.settle();
  };
  const buildCard = whenChanged(
    () => [card.state, chosen()],
    () => {
      const { state } = card;
      const known = shownCard();
      fill(status);
      if (state.status === "failed")
        fill(
          status,
          h("p", { role: "alert" }, `This weight cannot be read: ${visible(state.failure.message)}`),
          button("Try again", () => {
            card.forget();
            session.changed();
          }),
        );
      else if (state.status === "loading" && !known) fill(status, h("p", { class: "dim" }, "Reading…"));
      body.hidden = !known;
      if (!known) return;
      fill(facts, ...weightFacts(known).map(factRow));
      fill(spread, histogram(known) ?? h("p", { class: "dim" }, flat(known)));
      view.announce(weightSentence(known));
    },
  );

  return {
    element,
    update() {
      buildList();
      mark();
      const name = chosen();
      if (name === undefined) return fill(status);
      card.ask(JSON.stringify([session.modelKey, name]), (signal) => session.host.weight({ weight: name }, signal));
      buildCard();
      table.update();
    },
  };
}

/** Where there is no spread to draw. */
const flat = ({ count, nan, infinite }: WeightCard): string =>
  count === 0
    ? "It has no numbers."
    : count === nan + infinite
      ? "None of its numbers is finite."
      : "All its numbers are the same.";
