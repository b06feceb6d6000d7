import { iconButton, textField } from "../../shared/controls.ts";
import { fill, h, icon } from "../../shared/dom.ts";
import { count } from "../../shared/words.ts";
import type { Block } from "./blocks.ts";
import { pathName } from "./labels.ts";
import type { GraphState } from "./state.ts";

/** A list is read, not scrolled through for ever; the count and the arrows reach the rest. */
const listed = 100;
const icons = { up: "M3.5 10 8 5.5 12.5 10", down: "M3.5 6 8 10.5 12.5 6", close: "M4 4l8 8M12 4l-8 8" };

/** The search field, its hits, and the way from one to the next. */
export function find(state: GraphState, go: (block: Block) => void, announce: (text: string) => void) {
  const { field } = textField("Search in the graph: name, operator, attribute or shape", {
    role: "combobox",
    placeholder: "Search: name, operator, 3x3, 512",
    "aria-expanded": "false",
    "aria-controls": "graph-hits",
    "aria-autocomplete": "list",
  });
  const list = h("div", { class: "graph-hits", role: "listbox", id: "graph-hits", "aria-label": "Hits", hidden: true });
  const counted = h("span", { class: "graph-count dim" });
  const previous = iconButton("Previous hit (Shift+Enter)", icon(icons.up), () => step(-1));
  const next = iconButton("Next hit (Enter)", icon(icons.down), () => step(1));
  const clear = iconButton("Clear the search (Escape)", icon(icons.close), () => close());
  const element = h("div", { class: "graph-find", role: "search", onkeydown: onKey }, field, counted, previous, next, clear, list); // prettier-ignore
  let at = -1;
  let timer = 0;

  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(look, 80); // a page's timers are numbers
  });
  field.addEventListener("focus", () => show(state.hits.length > 0));
  element.addEventListener("focusout", ({ relatedTarget }: FocusEvent) => {
    if (!element.contains(relatedTarget as Node | null)) show(false);
  });

  function look(): void {
    state.hits = state.graph?.search.hits(field.value) ?? [];
    at = -1;
    state.changed();
    draw();
    show(field.value.trim() !== "");
    if (field.value.trim()) announce(count(state.hits.length, "hit"));
  }

  function step(by: number): void {
    const { hits } = state;
    if (!hits.length) return;
    at = at < 0 ? (by > 0 ? 0 : hits.length - 1) : (at + by + hits.length) % hits.length;
    go(hits[at]!);
    draw();
    announce(`${at + 1} of ${hits.length}: ${pathName(hits[at]!)}`);
  }

  function draw(): void {
    const { hits, graph } = state;
    const searched = field.value.trim() !== "";
    counted.textContent = !searched ? "" : at < 0 ? String(hits.length) : `${at + 1} of ${hits.length}`;
    for (const each of [previous, next]) each.disabled = hits.length === 0;
    for (const each of [counted, previous, next, clear]) each.hidden = !searched;
    const options = hits.slice(0, listed).map((block, i) => {
      const label = graph?.measures.label(block);
      const facts = [label?.kind === block.name ? "" : label?.kind, label?.shape].filter(Boolean).join(" · ");
      return h(
        "div",
        {
          role: "option",
          id: `graph-hit-${i}`,
          "data-key": block.key,
          "aria-selected": String(i === at),
          onpointerdown: (event: Event) => {
            event.preventDefault();
            at = i - 1;
            step(1);
          },
        },
        h("span", { class: "hit-name" }, pathName(block)),
        h("span", { class: "dim" }, facts),
      );
    });
    const rest = hits.length - options.length;
    fill(
      list,
      ...options,
      hits.length === 0 ? h("p", { class: "dim" }, "Nothing fits.") : undefined,
      rest > 0 ? h("p", { class: "dim" }, `… and ${count(rest, "hit")} more`) : undefined,
    );
    field.setAttribute("aria-activedescendant", at >= 0 && at < listed ? `graph-hit-${at}` : "");
    options[at]?.scrollIntoView({ block: "nearest" });
  }

  function show(shown: boolean): void {
    list.hidden = !shown;
    field.setAttribute("aria-expanded", String(shown));
  }

  function close(): void {
    field.value = "";
    look();
  }

  function onKey(event: KeyboardEvent): void {
    if (event.key === "Escape") {
      if (!list.hidden && at >= 0) show(false);
      else close();
    } else if (event.key === "Enter" || event.key === "F3") step(event.shiftKey ? -1 : 1);
    else if (event.key === "ArrowDown" || event.key === "ArrowUp") step(event.key === "ArrowDown" ? 1 : -1);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  draw();
  return {
    element,
    focus: () => field.focus(),
    /** After another file was read. */
    again: () => {
      if (field.value.trim()) look();
    },
  };
}
