import { fill, h } from "./dom.ts";

/** The part that is used of the toolkit's elements; `toolkit.ts` registers them. */
export type Field = HTMLElement & { value: string };

export interface Choice {
  readonly value: string;
  readonly text: string;
  /** Stays in sight at the end of a list that scrolls. */
  readonly pinned?: boolean;
}

/** A labelled dropdown of VS Code's look. */
export function dropdown(
  label: string,
  choices: readonly Choice[],
  chosen: string | undefined,
  onChoice: (value: string) => void,
): Field {
  const options = choices.map(({ value, text, pinned }) =>
    h("vscode-option", { value, title: text, selected: value === chosen, class: pinned ? "pinned" : undefined }, text),
  );
  const element: Field = h("vscode-dropdown", { "aria-label": label, class: "dropdown" }, ...options) as Field; // registered as such
  element.addEventListener("change", () => onChoice(element.value));
  // What is chosen may be cut, and may be changed by the page. A title that somebody else gave says more.
  let own = "";
  element.addEventListener("pointerenter", () => {
    if (element.title !== own) return;
    element.title = own = choices.find(({ value }) => value === element.value)?.text ?? "";
  });
  return element;
}

/** Replaces what a place holds. A dropdown that one was just reading opens again as the one of its name, with the focus. */
export function refill(place: Element, ...children: Parameters<typeof fill>[1][]): void {
  const before = [...place.querySelectorAll(".dropdown")];
  const focused = before.find((one) => one.contains(document.activeElement));
  const open = before.find((one) => one.hasAttribute("open"));
  fill(place, ...children);
  const after = (one: Element | undefined) =>
    [...place.querySelectorAll<Field>(".dropdown")].find(
      (other) => one !== undefined && other.getAttribute("aria-label") === one.getAttribute("aria-label"),
    );
  after(focused)?.focus();
  after(open)?.toggleAttribute("open", true);
}

/** A field of VS Code's look, called so for those who do not see it: the toolkit puts a name of its own whenever it connects. */
export function textField(
  label: string,
  properties: Readonly<Record<string, string>>,
): { readonly field: Field; call(label: string): void } {
  const field = h("vscode-text-field", properties) as Field; // registered as such
  let called = label;
  const name = () => {
    if (field.getAttribute("aria-label") !== called) field.setAttribute("aria-label", called);
  };
  new MutationObserver(name).observe(field, { attributes: true, attributeFilter: ["aria-label"] });
  name();
  return {
    field,
    call(label) {
      called = label;
      name();
    },
  };
}

export const button = (
  text: string,
  onclick: () => void,
  appearance: "primary" | "secondary" = "secondary",
): HTMLElement => h("vscode-button", { appearance, onclick }, text);

/** Words that do something, within a sentence or beside it. */
export const link = (text: string, onclick: () => void, label?: string): HTMLButtonElement =>
  h("button", { type: "button", class: "link", onclick, "aria-label": label }, text);

/** A button that is only a picture: its label is read out, and shown when pointed at. */
export const iconButton = (label: string, picture: SVGSVGElement, onclick: () => void): HTMLButtonElement =>
  h("button", { type: "button", class: "icon-button", "aria-label": label, title: label, onclick }, picture);
