import { h } from "./dom.ts";

const pause = 2000;

/** A region that a screen reader reads out; what changes often (progress) is said every two seconds at most. */
export function announcer(): { readonly element: HTMLElement; say(text: string, often?: boolean): void } {
  const element = h("div", { class: "unseen", role: "status", "aria-live": "polite" });
  let said = -pause;
  return {
    element,
    say(text, often = false) {
      if (element.textContent === text || (often && performance.now() - said < pause)) return;
      said = performance.now();
      element.textContent = text;
    },
  };
}
