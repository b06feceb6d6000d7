import { iconButton } from "../../shared/controls.ts";
import { h, icon } from "../../shared/dom.ts";
import { count } from "../../shared/words.ts";

const [before, after] = ["M10 3L5 8l5 5", "M6 3l5 5-5 5"];

export interface Pager {
  readonly element: HTMLElement;
  show(what: "row" | "column" | "number", part: readonly [number, number], all: number): void;
}

/** "rows 0 to 31 of 512", with a step to either side; nothing to step through where all is in sight. */
export function pager(turn: (by: 1 | -1) => void): Pager {
  const words = h("span", { class: "dim" });
  // Not `disabled`: the focus stays on a button that has led to the last page.
  const step = (path: string, by: 1 | -1) =>
    iconButton("", icon(path), () => {
      if (buttons[by].getAttribute("aria-disabled") === "false") turn(by);
    });
  const buttons = { [-1]: step(before, -1), [1]: step(after, 1) };
  const element = h("span", { class: "pager" }, buttons[-1], words, buttons[1]);
  return {
    element,
    show(what, [from, length], all) {
      const whole = from === 0 && length >= all;
      const [first, last] = [from, from + length - 1].map((n) => n.toLocaleString("en"));
      words.textContent = whole ? count(all, what) : `${what}s ${first} to ${last} of ${all.toLocaleString("en")}`;
      for (const [button, label, possible] of [
        [buttons[-1], `Previous ${what}s`, from > 0],
        [buttons[1], `Next ${what}s`, from + length < all],
      ] as const) {
        button.hidden = whole;
        button.title = label;
        button.setAttribute("aria-label", label);
        button.setAttribute("aria-disabled", String(!possible));
      }
    },
  };
}
