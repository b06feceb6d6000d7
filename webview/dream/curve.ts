import type { CurvePoint } from "../../src/shared/dream-panel.ts";
import { fill, h, whenChanged } from "../shared/dom.ts";
import type { Region } from "../shared/region.ts";
import { figure, visible } from "../shared/words.ts";
import { octaveStarts, pathOf, seriesOf, type Series } from "./curve-lines.ts";
import type { View } from "./view.ts";

const namespace = "http://www.w3.org/2000/svg";
const width = 280;
const heights = { objective: 64, loss: 26 };

/** What is climbed, step by step, and below it what is subtracted from it. */
export function curve({ session }: View): Region {
  const rows = h("div", { class: "rows" });
  const reading = h("p", { class: "dim reading", "aria-live": "off" });
  const element = h("section", { class: "curve", "aria-label": "Objective" }, h("h2", {}, "Objective"), rows, reading);
  let pointed: number | undefined;
  rows.addEventListener("pointermove", ({ clientX, currentTarget }: PointerEvent) => {
    const { left, width: wide } = (currentTarget as Element).getBoundingClientRect(); // the rows, where it is listened
    point((clientX - left) / wide);
  });
  rows.addEventListener("pointerleave", () => point(undefined));

  function point(part: number | undefined): void {
    pointed = part;
    read();
  }
  function read(): void {
    const { curve } = session;
    const total = session.state?.progress?.total ?? 1;
    const at = pointed === undefined ? undefined : nearest(curve, pointed * total);
    const text =
      at?.objective !== undefined
        ? `Step ${at.done} of ${total}: ${figure(at.objective)}`
        : octaveStarts(curve).length
          ? `Vertical lines mark where a new ${session.part} begins.`
          : "";
    if (reading.textContent !== text) reading.textContent = text;
  }

  const draw = whenChanged(
    () => [session.curve, session.state?.progress?.total, session.part],
    () => {
      const { curve } = session;
      const total = session.state?.progress?.total ?? 1;
      element.hidden = curve.every(({ objective }) => objective === undefined);
      fill(rows, ...seriesOf(curve).map((series, i) => row(series, curve, total, i)));
      read();
    },
  );
  return { element, update: draw };
}

function row(series: Series, points: readonly CurvePoint[], total: number, index: number): HTMLElement {
  const high = index === 0 ? heights.objective : heights.loss;
  const first = series.values[0] ?? NaN;
  const last = series.values.at(-1) ?? NaN;
  const words = `${figure(first)} → ${figure(last)}`;
  return h(
    "figure",
    { class: index === 0 ? "objective" : "loss" },
    plot(series, points, total, high, words),
    h("figcaption", {}, h("span", { class: "dim" }, visible(series.name)), h("span", { class: "value" }, words)),
  );
}

function plot(
  series: Series,
  points: readonly CurvePoint[],
  total: number,
  high: number,
  words: string,
): SVGSVGElement {
  const svg = document.createElementNS(namespace, "svg");
  svg.setAttribute("viewBox", `0 0 ${width} ${high}`);
  svg.setAttribute("preserveAspectRatio", "none");
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", `${series.name}: ${words}`);
  const line = (d: string, className: string) => {
    const path = document.createElementNS(namespace, "path");
    path.setAttribute("d", d);
    path.setAttribute("class", className);
    svg.append(path);
  };
  const marks = octaveStarts(points).map((done) => `M${((done - 0.5) / total) * width} 0V${high}`);
  if (marks.length) line(marks.join(""), "mark");
  line(
    pathOf(
      series.values,
      points.map(({ done }) => done),
      total,
      { width, height: high },
    ),
    "line",
  );
  return svg;
}

const nearest = (points: readonly CurvePoint[], done: number): CurvePoint | undefined =>
  points.reduce<CurvePoint | undefined>(
    (best, point) => (best && Math.abs(best.done - done) <= Math.abs(point.done - done) ? best : point),
    undefined,
  );
