import { h } from "./dom.ts";

export interface MenuItem {
  readonly text: string;
  /** Why it cannot be chosen now. */
  readonly unavailable?: string | undefined;
  readonly action: () => void;
}

/** Pixels between a menu and its opener, and the window's edges. */
const gap = 4;

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
    place();
    entries()[0]?.focus();
  }
  /** Within the window on all sides; above its opener where there is more room. What has no room is scrolled to. */
  function place(): void {
    Object.assign(list.style, { translate: "", maxHeight: "", top: "", bottom: "" });
    const { clientWidth, clientHeight } = document.documentElement;
    const { top, bottom } = opener.getBoundingClientRect();
    const { left, right, height } = list.getBoundingClientRect();
    const [above, below] = [top - 2 * gap, clientHeight - bottom - 2 * gap];
    const isAbove = height > below && above > below;
    if (isAbove) Object.assign(list.style, { top: "auto", bottom: `calc(100% + ${gap}px)` });
    list.style.maxHeight = `${Math.max(0, isAbove ? above : below)}px`;
    list.style.translate = `${Math.max(gap - left, Math.min(0, clientWidth - gap - right))}px`;
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
