import { textField } from "../shared/controls.ts";
import { fill, h } from "../shared/dom.ts";
import { matching } from "../shared/matching.ts";
import { problemOf } from "../shared/problem.ts";
import { visible } from "../shared/words.ts";

const most = 40;

interface Named {
  readonly labels: readonly string[];
  readonly classes?: number | undefined;
}

export interface Classes {
  /** Undefined as long as the network is being read. */
  known(): Named | undefined;
  /** What the field shows until somebody types. */
  readonly chosen: string;
  take(index: number): void;
}

/** Tells a picker into which somebody is typing that the network was read. */
export const nowKnown = "classes-known";

/** A field to type a class into, by name or number, with a list of those that fit. Left, it shows the class that is chosen. */
export function classPicker({ known, chosen, take }: Classes): HTMLElement {
  const { field } = textField("Class: name or number", {
    role: "combobox",
    placeholder: "A name or a number",
    value: visible(chosen),
    "aria-expanded": "false",
    "aria-controls": "class-matches",
    "aria-autocomplete": "list",
  });
  const list = h("div", {
    class: "matches",
    role: "listbox",
    id: "class-matches",
    "aria-label": "Matching classes",
    hidden: true,
  });
  const problem = problemOf("Class");
  const element = h("div", { class: "class-picker", onkeydown: onKey }, field, list, problem.line);
  let label = visible(chosen);
  let found: readonly number[] = [];
  let active = 0;
  const nameOf = (index: number) => visible(known()?.labels[index] ?? `class ${index}`);
  const search = () => {
    const { labels = [], classes = 0 } = known() ?? {};
    found = matching(labels, classes, field.value, most);
    active = 0;
    problem.show(field, undefined);
    draw(field.value.trim() !== "");
  };
  field.addEventListener("input", search);
  element.addEventListener(nowKnown, () => {
    if (!list.hidden) search();
  });
  element.addEventListener("focusout", ({ relatedTarget }: FocusEvent) => {
    if (element.contains(relatedTarget as Node | null)) return;
    if (document.activeElement === field) return close(); // the whole window was left, and comes again
    const index = field.value === label ? undefined : onlyOne();
    if (index === undefined) restore();
    else settle(index);
  });

  function draw(open: boolean): void {
    const options = found.map((index, i) =>
      h(
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
        h("span", { class: "label" }, nameOf(index)),
        h("span", { class: "number dim" }, String(index)),
      ),
    );
    fill(
      list,
      ...(options.length
        ? options
        : [h("p", { class: "dim" }, known() ? "No class fits." : "The network is being read.")]),
    );
    list.hidden = !open;
    field.setAttribute("aria-expanded", String(open));
    field.setAttribute("aria-activedescendant", open && options.length ? `class-match-${active}` : "");
    options[active]?.scrollIntoView({ block: "nearest" });
  }

  function choose(index: number): void {
    settle(index);
    field.blur();
  }

  function settle(index: number): void {
    label = nameOf(index);
    restore();
    take(index);
  }

  function restore(): void {
    close();
    field.value = label;
    problem.show(field, undefined);
  }

  /** The class that somebody must have meant. */
  function onlyOne(): number | undefined {
    const typed = field.value.trim().toLowerCase();
    const exact = found.find((index) => String(index) === typed || nameOf(index).toLowerCase() === typed);
    return exact ?? (found.length === 1 ? found[0] : undefined);
  }

  function close(): void {
    list.hidden = true;
    field.setAttribute("aria-expanded", "false");
  }

  function onKey(event: KeyboardEvent): void {
    if (list.hidden && !(event.key === "Escape" && field.value !== label)) return;
    const moves: Readonly<Record<string, number>> = { ArrowDown: active + 1, ArrowUp: active - 1 };
    const to = moves[event.key];
    const index = found[active];
    if (event.key === "Escape") restore();
    else if (event.key === "Enter" && index !== undefined) choose(index);
    else if (event.key === "Enter" && known()) {
      close();
      problem.show(field, `none fits “${visible(field.value)}”.`);
    } else if (to !== undefined) {
      active = Math.min(Math.max(to, 0), Math.max(0, found.length - 1));
      draw(true);
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }
  return element;
}
