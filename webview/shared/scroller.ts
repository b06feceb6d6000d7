/** An element that may be too low for what it holds: while it is, keys reach it, to scroll it. */
export function scroller(element: HTMLElement, label: string): void {
  const settle = () => {
    const scrolls = element.scrollHeight > element.clientHeight;
    if (scrolls === element.hasAttribute("tabindex")) return;
    const attributes = { tabindex: "0", role: "region", "aria-label": label };
    for (const [name, value] of Object.entries(attributes))
      if (scrolls) element.setAttribute(name, value);
      else element.removeAttribute(name);
  };
  const observer = new ResizeObserver(settle);
  for (const each of [element, ...element.children]) observer.observe(each);
}
