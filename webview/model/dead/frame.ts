import { link } from "../../shared/controls.ts";
import { h } from "../../shared/dom.ts";

/**
 * Scrolls the table both ways, with the arrow keys too. Where the column is too narrow for it, a line above leads to the
 * columns that are out of sight: the scroll bar may be far below, or hidden until something scrolls.
 */
export function framed(table: HTMLTableElement): HTMLElement {
  const label = "Dead channels by layer: scrolls where it is too wide";
  const frame = h("div", { class: "dead-frame", role: "region", tabindex: 0, "aria-label": label }, table);
  const hidden = () => frame.scrollWidth - frame.clientWidth;
  const isAtEnd = () => frame.scrollLeft >= hidden() - 1; // a fraction of a pixel may be left
  const turn = link("", () => frame.scrollBy({ left: isAtEnd() ? -frame.scrollLeft : frame.clientWidth / 2 }));
  const line = h("div", { class: "dead-more", hidden: true }, turn);
  const settle = () => {
    line.hidden = hidden() <= 1;
    turn.textContent = isAtEnd() ? "← Back to the first columns" : "More columns →";
    frame.toggleAttribute("data-cut", !isAtEnd());
  };
  frame.addEventListener("scroll", settle, { passive: true });
  const observer = new ResizeObserver(settle);
  for (const each of [frame, table]) observer.observe(each);
  return h("div", { class: "dead-framed" }, line, frame);
}
