import type { ClassScore, ModelCard } from "../../src/shared/protocol.ts";
import { link } from "../shared/controls.ts";
import { fill, h, whenChanged } from "../shared/dom.ts";
import type { Region } from "../shared/region.ts";
import { roving } from "../shared/roving.ts";
import { figure, percent, shortLabel, visible } from "../shared/words.ts";
import { classSearch } from "./class-search.ts";
import type { View } from "./view.ts";

const rows = 5;
const refused = "What asks for a class is refused; what looks at a layer still works.";
const withoutClasses = ({ scoreTrouble }: Pick<ModelCard, "scoreTrouble">): string =>
  scoreTrouble === undefined
    ? `This network has no classes: its output is not one score per class. ${refused}`
    : `The scores of this network cannot be computed: ${visible(scoreTrouble)}. ${refused}`;

/** What the network said: the top classes to click, any other to type, and two to compare. */
export function prediction(view: View): Region {
  const { session } = view;
  const list = h("div", { class: "classes", role: "listbox", "aria-label": "Classes: choose one to explain" });
  const stops = roving(list, "[role=option]");
  const search = classSearch(view);
  const more = h("div", { class: "more" });
  const none = h("p", { class: "dim", hidden: true });
  const element = h("section", {}, h("h2", {}, "Prediction"), none, list, more, search.element);

  const build = whenChanged(
    () => [session.looked, session.target?.index, session.against?.index],
    () => {
      const { looked, target, against } = session;
      const classes = looked?.card.classes;
      none.hidden = !looked || classes !== undefined;
      list.hidden = more.hidden = classes === undefined;
      if (looked && classes === undefined) fill(none, withoutClasses(looked.card));
      if (!looked || classes === undefined) return;
      const focused = list.contains(document.activeElement) ? document.activeElement?.getAttribute("data-index") : null;
      const top = looked.prediction.top.slice(0, rows);
      const chosen = [target, against].filter((one) => one && !top.some(({ index }) => index === one.index));
      fill(list, ...[...top, ...chosen].map((one) => one && row(one)));
      stops.settle();
      if (focused) list.querySelector<HTMLElement>(`[data-index="${focused}"]`)?.focus();
      fill(more, ...questions());
    },
  );

  function row({ index, label, probability, score }: ClassScore): HTMLElement {
    const bar = h("span", { class: "bar-fill" });
    bar.style.width = `${(probability * 100).toFixed(2)}%`;
    const isAgainst = session.against?.index === index;
    const choose = () => session.explain(index);
    return h(
      "div",
      {
        role: "option",
        "data-index": index,
        "aria-selected": String(session.target?.index === index),
        title: `Class ${index}: ${visible(label)}`,
        onclick: choose,
        onkeydown: (event: KeyboardEvent) => {
          if (event.key !== "Enter" && event.key !== " ") return;
          event.preventDefault();
          choose();
        },
      },
      h("span", { class: "label" }, isAgainst ? h("span", { class: "not" }, "not ") : undefined, visible(label)),
      h("span", { class: "number" }, percent(probability)),
      h("span", { class: "bar-track" }, bar),
      h("span", { class: "score dim", "aria-label": `score ${figure(score)}` }, figure(score)),
    );
  }

  function questions(): readonly HTMLElement[] {
    const { target, against, looked } = session;
    const rival = looked?.prediction.top.find(({ index }) => index !== target?.index);
    const another = link("Explain another class…", () => search.open("explain"));
    if (against)
      return [
        another,
        h(
          "span",
          { class: "against" },
          `and not “${visible(shortLabel(against.label))}” `,
          link("another…", () => search.open("compare"), "Compare with another class"),
          " ",
          link("✕", () => session.compare(undefined), "Stop comparing"),
        ),
      ];
    return rival
      ? [another, link(`Why not “${visible(shortLabel(rival.label))}”?`, () => session.compare(rival.index))]
      : [another];
  }

  return {
    element,
    update() {
      build();
      search.update();
    },
  };
}
