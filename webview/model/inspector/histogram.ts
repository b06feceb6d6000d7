import type { WeightCard } from "../../../src/shared/structure.ts";
import { fill, h } from "../../shared/dom.ts";
import { figure } from "../../shared/words.ts";

const namespace = "http://www.w3.org/2000/svg";
const [width, height, below] = [340, 130, 18];

function s(tag: string, properties: Readonly<Record<string, string | number>>, text?: string): SVGElement {
  const element = document.createElementNS(namespace, tag);
  for (const [name, value] of Object.entries(properties)) element.setAttribute(name, String(value));
  if (text !== undefined) element.textContent = text;
  return element;
}

/** How often which values occur, with the numbers of the axes; each bar can be read, by pointer and by the arrow keys. */
export function histogram({ histogram: counts, min, max, name }: WeightCard): HTMLElement | undefined {
  const highest = Math.max(...counts);
  if (counts.length === 0 || highest === 0 || !(max > min)) return undefined;
  const step = width / counts.length;
  const edge = (i: number) => min + ((max - min) * i) / counts.length;
  const bars = counts.map((n, i) => {
    const tall = (n / highest) * (height - 2);
    return s("rect", { x: i * step + 0.5, y: height - tall, width: step - 1, height: tall });
  });
  const x = (value: number) => ((value - min) / (max - min)) * width;
  const mark = (value: number, anchor: "start" | "middle" | "end") =>
    s("text", { x: x(value), y: height + 14, "text-anchor": anchor }, figure(value));
  const zero = min < 0 && max > 0;
  const apart = zero && x(0) > width * 0.15 && x(0) < width * 0.85;
  const svg = s("svg", {
    viewBox: `0 0 ${width} ${height + below}`,
    class: "histogram",
    tabindex: 0,
    role: "img",
    "aria-label": `How often which values occur in ${name}: from ${figure(min)} to ${figure(max)}, at most ${highest.toLocaleString("en")} in one of ${counts.length} bars. The arrow keys read them.`,
  });
  fill(
    svg,
    s("line", { x1: 0, x2: width, y1: height, y2: height, class: "axis" }),
    ...(zero ? [s("line", { x1: x(0), x2: x(0), y1: 0, y2: height, class: "zero" })] : []),
    ...bars,
    mark(min, "start"),
    ...(apart ? [mark(0, "middle")] : []),
    mark(max, "end"),
  );

  const line = h("p", { class: "dim histogram-line", "aria-live": "polite" });
  const whole = `tallest bar: ${highest.toLocaleString("en")}`;
  line.textContent = whole;
  let read = -1;
  function show(i: number): void {
    bars[read]?.removeAttribute("class");
    read = i;
    bars[i]?.setAttribute("class", "read");
    const n = counts[i];
    line.textContent =
      n === undefined ? whole : `${figure(edge(i))} to ${figure(edge(i + 1))}: ${n.toLocaleString("en")}`;
  }
  svg.addEventListener("pointermove", ({ clientX }) => {
    const box = svg.getBoundingClientRect();
    show(Math.min(counts.length - 1, Math.max(0, Math.floor(((clientX - box.left) / box.width) * counts.length))));
  });
  svg.addEventListener("pointerleave", () => show(-1));
  svg.addEventListener("blur", () => show(-1));
  svg.addEventListener("keydown", (event) => {
    const places: Readonly<Record<string, number>> = {
      ArrowLeft: Math.max(0, read - 1),
      ArrowRight: Math.min(counts.length - 1, read + 1),
      Home: 0,
      End: counts.length - 1,
    };
    const to = places[event.key];
    if (to === undefined) return;
    event.preventDefault();
    show(to);
  });
  return h("figure", { class: "histogram-frame" }, svg, line);
}
