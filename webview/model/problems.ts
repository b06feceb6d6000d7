import { fill, h, whenChanged } from "../shared/dom.ts";
import type { Region } from "../shared/region.ts";
import { count, visible } from "../shared/words.ts";
import { amount } from "../../src/shared/amounts.ts";
import type { View } from "./view.ts";

const most = 100;

/** What is wrong with the file, folded away behind its number. */
export function problems({ session }: View): Region {
  const summary = h("summary", {});
  const list = h("ul", {});
  const element = h("details", { class: "problems", hidden: true }, summary, list);
  element.addEventListener("keydown", ({ key }) => {
    if (key !== "Escape" || !element.open) return;
    element.open = false;
    summary.focus();
  });
  element.addEventListener("focusout", ({ relatedTarget }) => {
    if (relatedTarget instanceof Node && !element.contains(relatedTarget)) element.open = false;
  });
  const close = () => (element.open = false);
  addEventListener("blur", close); // to another part of VS Code
  addEventListener("pointerdown", ({ target }) => target instanceof Node && !element.contains(target) && close(), true);
  const update = whenChanged(
    () => [session.card.value, session.structure.value],
    () => {
      const found = [...(session.card.value?.problems ?? []), ...troubles()];
      element.hidden = found.length === 0;
      fill(summary, `▲ ${count(found.length, "problem")}`);
      const rest = found.length - most;
      fill(
        list,
        ...found.slice(0, most).map((problem) => h("li", {}, visible(problem))),
        rest > 0 ? h("li", { class: "dim" }, `and ${amount(rest)} more`) : undefined,
      );
    },
  );

  function troubles(): string[] {
    const { value: structure } = session.structure;
    if (!structure) return [];
    const circle = structure.cycle.length
      ? [`${count(structure.cycle.length, "node feeds", "nodes feed")} themselves, in a circle.`]
      : [];
    // What one node keeps from being computed is one problem, however many follow it.
    const kept = new Map<string, string[]>();
    for (const { name, op, trouble } of structure.nodes)
      if (trouble !== undefined) kept.set(trouble, [...(kept.get(trouble) ?? []), name || op]);
    const causes = [...kept].map(([trouble, [first = "", ...others]]) => {
      const more = others.length ? ` and ${count(others.length, "node")} more` : "";
      return `${first}${more}: ${trouble}`;
    });
    return [...circle, ...causes];
  }
  return { element, update };
}
