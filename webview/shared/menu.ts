import { h } from "./dom.ts";

export interface MenuItem {
  readonly text: string;
  /** Why it cannot be chosen now. */
  readonly unavailable?: string | undefined;
  readonly action: () => void;
}

/** A button that opens a list of actions below it. The arrows move, Escape closes and gives the focus back. */
export function menu(label: string, opener: HTMLButtonElement, items: () => readonly MenuItem[]): HTMLElement {
  const list = h("div", { class: "menu", role: "menu", "aria-label": label, hidden: true, onkeydown: onKey });
  const element = h("div", { class: "menu-anchor" }, opener, list);
  opener.setAttribute("aria-haspopup", "menu");
  opener.setAttribute("aria-expanded", "false");
  opener.addEventListener("click", () => (list.hidden ? open() : close()));
  element.addEventListener("focusout", ({ relatedTarget }: FocusEvent) => {
    if (!element.contains(relatedTarget as Node | null)) show(false);
  });

  const entries = () => [...list.querySelectorAll<HTMLElement>("[role=menuitem]")];
  function show(shown: boolean): void {
    list.hidden = !shown;
    opener.setAttribute("aria-expanded", String(shown));
  }
  function open(): void {
    list.replaceChildren(...items().map(entry));
    show(true);
    entries()[0]?.focus();
  }
  function close(): void {
    show(false);
    opener.focus();
  }
  function entry({ text, unavailable, action }: MenuItem): HTMLElement {
    const onclick = () => {
      if (unavailable !== undefined) return;
      close();
      action();
    };
    const disabled = unavailable === undefined ? undefined : "true";
    return h(
      "button",
      { type: "button", role: "menuitem", tabindex: -1, "aria-disabled": disabled, title: unavailable, onclick },
      text,
    );
  }
  function onKey(event: KeyboardEvent): void {
    const all = entries();
    const here = all.indexOf(document.activeElement as HTMLElement); // -1 when it is none of them
    const moves: Readonly<Record<string, number>> = {
      ArrowDown: (here + 1) % all.length,
      ArrowUp: (here - 1 + all.length) % all.length,
      Home: 0,
      End: all.length - 1,
    };
    const to = moves[event.key];
    if (event.key === "Escape") close();
    else if (to !== undefined) all[to]?.focus();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
  return element;
}
