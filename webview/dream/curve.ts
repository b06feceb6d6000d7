import { fill, h, whenChanged } from "../shared/dom.ts";
import type { Region } from "../shared/region.ts";
import { figure, visible } from "../shared/words.ts";
import { climbed, type Climbed } from "./climbed.ts";
import { endsOf, newestPicture, octaveStarts, pathOf, seriesOf, wayOf, type Series, type Way } from "./curve-lines.ts";
import type { Session } from "./session.ts";
import type { View } from "./view.ts";
import { capital } from "./words.ts";

const namespace = "http://www.w3.org/2000/svg";
const width = 280;
const heights = { objective: 64, loss: 26 };

/** What is climbed, step by step, and below it what is subtracted from it. */
export function curve({ session }: View): Region {
  const rows = h("div", { class: "rows" });
  const reading = h("p", { class: "dim reading", "aria-live": "off" });
  const element = h("section", { class: "curve", "aria-label": "Objective" }, h("h2", {}, "Objective"), rows, reading);
  let way = wayOf([]);
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
    const at = pointed === undefined ? undefined : nearest(way, pointed);
    const text =
      at?.objective !== undefined
        ? `Step ${at.done} of ${at.total}: ${figure(at.objective)}`
        : octaveStarts(way).length
          ? `Vertical lines mark where a new ${session.part} begins.`
          : "";
    if (reading.textContent !== text) reading.textContent = text;
  }

  const draw = whenChanged(
    () => [session.curve, session.part, JSON.stringify(session.state?.recipe), session.techniques],
    () => {
      way = wayOf(session.curve);
      element.hidden = way.points.every(({ objective }) => objective === undefined);
      const known = climbedIn(session, way);
      const newest = newestOf(session, way);
      const [objective, ...losses] = seriesOf(way.points, known?.name ?? "What is climbed");
      fill(
        rows,
        objective && row(objective, way, newest, "objective", known && `${known.name}. ${known.meaning}`),
        ...losses.map((loss) =>
          row(loss, way, newest, "loss", `${capital(loss.name)}: subtracted from what is climbed.`),
        ),
      );
      read();
    },
  );
  return { element, update: draw };
}

/** What the newest technique climbs; what is made at present may be another's yet. */
function climbedIn({ state, techniques }: Session, { points }: Way): Climbed | undefined {
  const recipe = state?.recipe;
  const card = techniques.find(({ id }) => id === recipe?.technique);
  return points.at(-1)?.technique === recipe?.technique ? climbed(recipe, card) : undefined;
}

/** Of several pictures the one that is made at present, or was made last: no other is compared with it. */
interface Newest {
  /** Its first point. */
  readonly from: number;
  /** Counted from 1; undefined where there is one alone. */
  readonly picture: number | undefined;
}

function newestOf({ strip, newest, state }: Session, way: Way): Newest {
  const isSheet = strip.find(({ id }) => id === newest)?.isSheet === true;
  const { octave, octaves } = way.points.at(-1) ?? { octave: 1, octaves: 1 };
  const picture = isSheet ? (octaves > 1 ? octave : undefined) : state?.progress?.making?.picture;
  return { from: newestPicture(way, isSheet), picture };
}

function row(
  series: Series,
  way: Way,
  { from, picture }: Newest,
  what: keyof typeof heights,
  title: string | undefined,
): HTMLElement {
  const high = heights[what];
  const [first, last] = endsOf(series, from);
  const words = `${picture === undefined ? "" : `Picture ${picture}: `}${figure(first)} → ${figure(last)}`;
  return h(
    "figure",
    { class: what, title: title && visible(title) },
    plot(series, way, high, words),
    h("figcaption", {}, h("span", { class: "dim" }, visible(series.name)), h("span", { class: "value" }, words)),
  );
}

function plot(series: Series, way: Way, high: number, words: string): SVGSVGElement {
  const svg = document.createElementNS(namespace, "svg");
  svg.setAttribute("viewBox", `0 0 ${width} ${high}`);
  svg.setAttribute("preserveAspectRatio", "none");
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", `${visible(series.name)}: ${words}`);
  const line = (d: string, className: string) => {
    const path = document.createElementNS(namespace, "path");
    path.setAttribute("d", d);
    path.setAttribute("class", className);
    svg.append(path);
  };
  const marks = octaveStarts(way).map((at) => `M${((at - 0.5) / way.length) * width} 0V${high}`);
  if (marks.length) line(marks.join(""), "mark");
  line(pathOf(series.values, way, { width, height: high }), "line");
  return svg;
}

/** `part`: of the whole way. */
function nearest({ points, at, length }: Way, part: number): Way["points"][number] | undefined {
  const distance = (i: number) => Math.abs((at[i] ?? 0) - part * length);
  const best = points.reduce((best, _, i) => (distance(best) <= distance(i) ? best : i), 0);
  return points[best];
}
