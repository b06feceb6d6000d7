import { link } from "../../shared/controls.ts";
import { fill, h, whenChanged } from "../../shared/dom.ts";
import type { Region } from "../../shared/region.ts";
import { count, visible } from "../../shared/words.ts";
import type { Session } from "../session.ts";
import type { Block } from "./blocks.ts";
import { placeOf, symbols } from "./differences.ts";
import type { Change } from "./differences.ts";
import type { GraphState } from "./state.ts";

/** A line under the graph of a model in a diff editor: what differs in all, what the marks mean, and the way from one to the next. */
export function comparison(session: Session, state: GraphState, go: (block: Block) => void): Region {
  const element = h("div", { class: "graph-compared", role: "note", hidden: true });
  const places = () => [...state.differences].flatMap(([block, { inside }]) => (inside ? [] : [block]));

  /** In the order of execution, from the chosen one on. */
  function step(by: 1 | -1): void {
    const rankOf = (leaf: number) => state.graph?.blocks.flow.rank[leaf] ?? 0;
    const all = places().sort((a, b) => rankOf(a.exit) - rankOf(b.exit));
    const to = all.at(placeOf(all, state.chosen, rankOf, by));
    if (to) go(to);
  }

  const update = whenChanged(
    () => [session.compared, state.differences],
    () => {
      const { compared } = session;
      element.hidden = !compared;
      if (!compared) return fill(element);
      const { with: other, summary, parts = [], failure } = compared;
      if (failure !== undefined)
        return fill(element, `It could not be compared with ${visible(other)}: ${visible(failure)}`);
      if (!summary) return fill(element, `Comparing with ${visible(other)} …`);
      const marked = places();
      const kinds = (["changed", "added", "removed", "only", "unreadable"] as const).flatMap((change) => {
        const found = marked.filter((block) => state.differences.get(block)?.change === change).length;
        return found ? [legend(change, found, visible(other))] : [];
      });
      const rest = parts.length - marked.length;
      fill(
        element,
        h("span", { class: "words" }, `Beside ${visible(other)}: ${summary.map(visible).join("; ")}.`),
        ...kinds,
        rest > 0 ? h("span", { class: "dim" }, `${rest.toLocaleString("en")} more without a box`) : undefined,
        marked.length
          ? h(
              "span",
              { class: "steps" },
              link("Previous", () => step(-1), "Go to the previous difference"),
              " ",
              link("Next", () => step(1), "Go to the next difference"),
            )
          : undefined,
      );
    },
  );
  return { element, update };
}

const meanings: Readonly<Record<Change, (other: string) => string>> = {
  changed: () => "changed",
  added: (other) => `added: not in ${other}`,
  removed: (other) => `removed: not in ${other}`,
  only: (other) => `only here: not in ${other}`,
  unreadable: () => "not comparable",
};

const legend = (change: Change, found: number, other: string) =>
  h(
    "span",
    { class: "difference-legend", title: count(found, "place") },
    h("span", { class: "difference-mark", "data-change": change, "aria-hidden": "true" }, symbols[change]),
    ` ${found.toLocaleString("en")} ${meanings[change](other)}`,
  );
