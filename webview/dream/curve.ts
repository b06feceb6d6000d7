import { fill, h, whenChanged } from "../shared/dom.ts";
import type { Region } from "../shared/region.ts";
import { visible } from "../shared/words.ts";
import { climbed, type Climbed } from "./climbed.ts";
import {
  endsOf,
  isOnePoint,
  isResult,
  markerOf,
  newestPicture,
  octaveStarts,
  pathOf,
  seriesOf,
  termsOf,
  wayOf,
  type Series,
  type Way,
} from "./curve-lines.ts";
import { hasCurve, isAwaited, shownOf } from "./curve-shown.ts";
import type { Session } from "./session.ts";
import type { View } from "./view.ts";
import { capital, objectiveText } from "./words.ts";

const namespace = "http://www.w3.org/2000/svg";
const width = 280;
const toCome = "The objective's curve comes with the first steps.";
const heights = { objective: 64, term: 26, loss: 26 };

/** What is climbed, step by step; below it what that is the sum of, and what is subtracted from it. An earlier frame that is looked at is marked on it. */
export function curve({ session }: View): Region {
  const rows = h("div", { class: "rows fading" });
  const reading = h("p", { class: "dim reading", "aria-live": "off" });
  const element = h("section", { class: "curve", "aria-label": "Objective" }, h("h2", {}, "Objective"), rows, reading);
  let way = wayOf([]);
  let marked: number | undefined;
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
    const at = pointed === undefined ? way.points[marked ?? NaN] : nearest(way, pointed);
    const text =
      at?.objective !== undefined
        ? `${isResult(way, at) ? "Result" : `Before step ${at.done} of ${at.total}`}: ${objectiveText(at.objective)}`
        : octaveStarts(way).length
          ? `Vertical lines mark where a new ${session.part} begins.`
          : "";
    if (reading.textContent !== text) reading.textContent = text;
  }

  const draw = whenChanged(
    () => [
      session.curve,
      session.earlier,
      session.part,
      JSON.stringify(session.state?.recipe),
      session.techniques,
      session.shown?.sheet?.cells[0]?.channel,
      hasCurve(session),
      isAwaited(session),
    ],
    () => {
      ({ way, marked } = shownOf(session));
      element.hidden = !hasCurve(session);
      if (!way.points.length) {
        fill(rows, isAwaited(session) ? h("p", { class: "dim" }, toCome) : undefined);
        return read();
      }
      const known = climbedIn(session, way);
      const newest = newestOf(session, way);
      const terms = termsOf(way.points);
      const [objective, ...losses] = seriesOf(way.points, known?.name ?? "What is climbed");
      fill(
        rows,
        objective && row(objective, way, newest, marked, "objective", known && `${known.name}. ${known.meaning}`),
        ...terms
          .filter(({ of }) => of === undefined)
          .map((term) =>
            row(
              term,
              way,
              newest,
              marked,
              "term",
              `${capital(term.name)}: a part of what is climbed, its weight taken in.`,
            ),
          ),
        ...losses.map((loss) =>
          row(loss, way, newest, marked, "loss", `${capital(loss.name)}: subtracted from what is climbed.`),
        ),
        ...terms.flatMap(({ name, of, values }) => {
          if (of === undefined) return [];
          const part = { name: `${of}: ${name}`, values };
          return row(part, way, newest, marked, "term", `${capital(name)}: a part of ${of}, its weight taken in.`);
        }),
      );
      read();
    },
  );
  return { element, update: draw };
}

/** What the newest technique climbs; what is made at present may be another's yet. */
function climbedIn({ state, recipe, techniques }: Session, { points }: Way): Climbed | undefined {
  const technique = points.at(-1)?.technique;
  const maker = [recipe, state?.recipe].find((one) => one?.technique === technique);
  return climbed(
    maker,
    techniques.find(({ id }) => id === technique),
  );
}

/** Of several pictures the one that is made at present, or was made last: no other is compared with it. */
interface Newest {
  /** Its first point. */
  readonly from: number;
  /** "Picture 5", or which channel's it is; undefined where there is one alone. */
  readonly called: string | undefined;
}

function newestOf({ strip, newest, state, shown }: Session, way: Way): Newest {
  const isSheet = strip.find(({ id }) => id === newest)?.isSheet === true;
  const { octave, octaves } = way.points.at(-1) ?? { octave: 1, octaves: 1 };
  const picture = isSheet ? (octaves > 1 ? octave : undefined) : state?.progress?.making?.picture;
  // Where the cells are channels, they are made in the order of the sheet.
  const channel = isSheet ? shown?.sheet?.cells[octave - 1]?.channel : undefined;
  const called =
    channel !== undefined ? `Channel ${channel}` : picture !== undefined ? `Picture ${picture}` : undefined;
  return { from: newestPicture(way, isSheet), called };
}

function row(
  series: Series,
  way: Way,
  { from, called }: Newest,
  marked: number | undefined,
  what: keyof typeof heights,
  title: string | undefined,
): HTMLElement {
  const high = heights[what];
  const [first, last] = endsOf(series, from);
  const values = isOnePoint(series, from) ? objectiveText(last) : `${objectiveText(first)} → ${objectiveText(last)}`;
  const words = called === undefined ? values : `${called}: ${values}`;
  return h(
    "figure",
    { class: what, title: title && visible(title) },
    // Where the rows are cut off, the cut goes through a plot that has its name.
    h("figcaption", {}, h("span", { class: "dim" }, visible(series.name)), h("span", { class: "value" }, words)),
    plot(series, way, high, marked, words),
  );
}

function plot(series: Series, way: Way, high: number, marked: number | undefined, words: string): SVGSVGElement {
  const svg = document.createElementNS(namespace, "svg");
  svg.setAttribute("viewBox", `0 0 ${width} ${high}`);
  svg.setAttribute("preserveAspectRatio", "none");
  svg.setAttribute("role", "img");
  const atFrame = marked === undefined ? "" : `; at the frame on screen ${objectiveText(series.values[marked] ?? NaN)}`;
  svg.setAttribute("aria-label", `${visible(series.name)}: ${words}${atFrame}`);
  const line = (d: string, className: string) => {
    const path = document.createElementNS(namespace, "path");
    path.setAttribute("d", d);
    path.setAttribute("class", className);
    svg.append(path);
  };
  const marks = octaveStarts(way).map((at) => `M${((at - 0.5) / way.length) * width} 0V${high}`);
  if (marks.length) line(marks.join(""), "mark");
  const size = { width, height: high };
  line(pathOf(series.values, way, size), "line");
  const only = isOnePoint(series) ? series.values.findIndex(Number.isFinite) : -1;
  if (only >= 0) line(markerOf(series.values, way, size, only).dot, "line dot");
  if (marked !== undefined) {
    const marker = markerOf(series.values, way, size, marked);
    line(marker.line, "marker");
    line(marker.dot, "marker dot");
  }
  return svg;
}

/** `part`: of the whole way. */
function nearest({ points, at, length }: Way, part: number): Way["points"][number] | undefined {
  const distance = (i: number) => Math.abs((at[i] ?? 0) - part * length);
  const best = points.reduce((best, _, i) => (distance(best) <= distance(i) ? best : i), 0);
  return points[best];
}
