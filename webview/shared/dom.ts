type Listener = (event: never) => void;
type Property = string | number | boolean | undefined | Listener;
type Child = Node | string | undefined;

/** An element with attributes and listeners (`onclick`); text becomes text nodes, so no name from a file is ever markup. */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  properties?: Readonly<Record<string, Property>>,
  ...children: readonly Child[]
): HTMLElementTagNameMap[K];
export function h(
  tag: string,
  properties?: Readonly<Record<string, Property>>,
  ...children: readonly Child[]
): HTMLElement;
export function h(
  tag: string,
  properties: Readonly<Record<string, Property>> = {},
  ...children: readonly Child[]
): HTMLElement {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (typeof value === "function")
      element.addEventListener(name.slice(2), value as EventListener); // named "on…" by agreement
    else if (value === true) element.setAttribute(name, "");
    else if (value !== undefined && value !== false) element.setAttribute(name, String(value));
  }
  fill(element, ...children);
  return element;
}

/** Replaces what an element holds. */
export const fill = (element: Element, ...children: readonly Child[]): void =>
  element.replaceChildren(...children.filter((child) => child !== undefined));

/** Runs `render` when one of the values that it depends on is another than last time, and at first. */
export function whenChanged(read: () => readonly unknown[], render: () => void): () => void {
  let before: readonly unknown[] | undefined;
  return () => {
    const now = read();
    if (before && now.length === before.length && now.every((value, i) => Object.is(value, before?.[i]))) return;
    before = now;
    render();
  };
}

/** A codicon-like picture drawn as strokes on a 16 × 16 grid; the words beside it or its button's label say what it means. */
export function icon(path: string): SVGSVGElement {
  const namespace = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(namespace, "svg");
  svg.setAttribute("viewBox", "0 0 16 16");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const strokes = document.createElementNS(namespace, "path");
  strokes.setAttribute("d", path);
  svg.append(strokes);
  return svg;
}
