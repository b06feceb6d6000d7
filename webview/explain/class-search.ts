import { textField } from "../shared/controls.ts";
import { fill, h } from "../shared/dom.ts";
import { matching } from "../shared/matching.ts";
import type { Region } from "../shared/region.ts";
import { percent, visible } from "../shared/words.ts";
import type { View } from "./view.ts";

const most = 40;
type Purpose = "explain" | "compare";

/** A field to type a class into: by name or by number. */
export function classSearch({ session }: View): Region & { open(purpose: Purpose): void } {
  const { field, call } = textField("Class: name or number", {
    role: "combobox",
    "aria-expanded": "false",
    "aria-controls": "class-matches",
    "aria-autocomplete": "list",
  });
  const list = h("div", { class: "matches", role: "listbox", id: "class-matches", "aria-label": "Matching classes" });
  const element = h("div", { class: "class-search", hidden: true, onkeydown: onKey }, field, list);
  let purpose: Purpose = "explain";
  let found: readonly number[] = [];
  let active = 0;
  let opener: Element | null = null;

  field.addEventListener("input", () => look());
  element.addEventListener("focusout", ({ relatedTarget }: FocusEvent) => {
    if (!element.contains(relatedTarget as Node | null)) element.hidden = true;
  });

  function look(): void {
    const { card, prediction } = session.looked ?? {};
    if (!card || !prediction) return;
    const likely = prediction.top.map(({ index }) => index);
    found = field.value.trim() === "" ? likely : matching(card.labels, card.classes ?? 0, field.value, most);
    active = 0;
    draw();
  }

  function draw(): void {
    const options = found.map((index, i) => {
      const one = session.classOf(index);
      return h(
        "div",
        {
          role: "option",
          id: `class-match-${i}`,
          "aria-selected": String(i === active),
          onpointerdown: (event: Event) => {
            event.preventDefault();
            choose(index);
          },
        },
        h("span", { class: "label" }, visible(one?.label ?? `class ${index}`)),
        h("span", { class: "number dim" }, one ? percent(one.probability) : ""),
      );
    });
    fill(list, ...(options.length ? options : [h("p", { class: "dim" }, "No class fits.")]));
    field.setAttribute("aria-expanded", String(options.length > 0));
    field.setAttribute("aria-activedescendant", options.length ? `class-match-${active}` : "");
    options[active]?.scrollIntoView({ block: "nearest" });
  }

  function choose(index: number): void {
    close();
    if (purpose === "explain") session.explain(index);
    else if (index !== session.target?.index) session.compare(index);
  }

  function close(): void {
    element.hidden = true;
    if (opener instanceof HTMLElement && opener.isConnected) opener.focus();
  }

  function onKey(event: KeyboardEvent): void {
    const moves: Readonly<Record<string, number>> = { ArrowDown: active + 1, ArrowUp: active - 1 };
    const to = moves[event.key];
    const index = found[active];
    if (event.key === "Escape") close();
    else if (event.key === "Enter" && index !== undefined) choose(index);
    else if (to !== undefined) {
      active = Math.min(Math.max(to, 0), found.length - 1);
      draw();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }

  return {
    element,
    update: () => undefined,
    open(next) {
      purpose = next;
      opener = document.activeElement;
      const words =
        purpose === "explain" ? "Class to explain: name or number" : "Class to compare with: name or number";
      field.setAttribute("placeholder", words);
      call(words);
      field.value = "";
      element.hidden = false;
      look();
      field.focus();
    },
  };
}
