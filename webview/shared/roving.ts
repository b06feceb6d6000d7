/**
 * Makes a group one stop of the Tab key: arrows, Home and End move within it. Call `settle` after its items changed.
 * `columns`: up and down go so many items, in a grid.
 */
export function roving(group: HTMLElement, selector: string, columns = () => 1): { settle(): void } {
  const items = () => [...group.querySelectorAll<HTMLElement>(selector)];
  const settle = (chosen?: HTMLElement) => {
    const all = items();
    const marked = (item: HTMLElement) =>
      item.getAttribute("aria-selected") === "true" || item.getAttribute("aria-pressed") === "true";
    const focused = all.find((item) => item === document.activeElement);
    const stop = chosen ?? focused ?? all.find(marked) ?? all[0];
    for (const item of all) item.tabIndex = item === stop ? 0 : -1;
  };
  group.addEventListener("keydown", (event) => {
    const all = items();
    const here = all.indexOf(document.activeElement as HTMLElement); // -1 when it is none of them
    if (here < 0) return;
    const steps: Readonly<Record<string, number>> = {
      ArrowRight: 1,
      ArrowDown: columns(),
      ArrowLeft: -1,
      ArrowUp: -columns(),
    };
    const step = steps[event.key];
    const to = step !== undefined ? here + step : event.key === "Home" ? 0 : event.key === "End" ? all.length - 1 : -1;
    const item = all[to];
    if (!item) return;
    event.preventDefault();
    event.stopPropagation();
    settle(item);
    item.focus();
  });
  group.addEventListener("focusin", ({ target }) => {
    const item = items().find((one) => one === target);
    if (item) settle(item);
  });
  return { settle: () => settle() };
}
