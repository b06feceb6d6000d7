import { kindWords, usualScale } from "../../../src/shared/filter-words.ts";
import type { FilterCard, FilterScale } from "../../../src/shared/inside.ts";
import { button, dropdown, refill } from "../../shared/controls.ts";
import { fill, h, whenChanged } from "../../shared/dom.ts";
import { Fetched } from "../../shared/fetched.ts";
import type { Region } from "../../shared/region.ts";
import { isDark } from "../../shared/theme.ts";
import { count, figure, visible } from "../../shared/words.ts";
import type { View } from "../view.ts";
import { breakable, nameText } from "../breakable.ts";
import { faults } from "./faults.ts";
import "./filters.css";
import { legend } from "./legend.ts";
import { matrixView } from "./matrix-view.ts";
import { placeText } from "./matrix.ts";
import { alike, filterSorts, orderOf } from "./order.ts";
import type { FilterSort } from "./order.ts";
import { saveFilters } from "./save.ts";
import { spanOf } from "./shades.ts";
import { slices } from "./slices.ts";
import { tilesOfCard } from "./tiles.ts";
import { tileView } from "./tile-view.ts";
import { filterWords, valuesText, verdictWords } from "./words.ts";

const sortNames: Readonly<Record<FilterSort, string>> = {
  channel: "Sort: by number",
  norm: "Sort: longest first",
  roughness: "Sort: roughest first",
};
const scaleNames: Readonly<Record<FilterScale, string>> = {
  all: "Scale: whole layer",
  each: "Scale: each its own",
};

/** What the layer's weights look like: as small pictures, or as a matrix where they have no rows and columns. */
export function filters(view: View): Region {
  const { session } = view;
  const answer = new Fetched<FilterCard>(() => session.changed());
  let sort: FilterSort = "channel";
  const card = () => (answer.value?.layer === session.layer?.name ? answer.value : undefined);
  const scale = () => session.remembered.filterScale ?? usualScale(card() ?? nothing);
  const choose = (channel: number) => session.selectChannel(channel);

  const status = h("div", { class: "status" });
  const verdict = h("p", { class: "verdict" });
  const words = h("p", { class: "dim" });
  const marked = faults(card, choose);
  const tools = h("div", { class: "filter-tools" });
  const scaleLegend = h("div", { class: "filter-legend" });
  const readout = h("p", { class: "readout" });
  const grid = tileView("Filters", {
    chosen: choose,
    pointed: (place) =>
      read(
        place &&
          `filter ${place.tile}, ${place.row}, ${place.column}: ${valuesText(tiles().values(place.tile, place.row, place.column))}`,
      ),
  });
  const matrix = matrixView(choose, (place) => read(place && `${placeText(place)}: ${figure(place.value)}`));
  const detail = slices(view, card);
  const body = h(
    "div",
    { class: "filter-body" },
    verdict,
    words,
    marked.element,
    tools,
    h("div", { class: "filter-pictures" }, grid.element, matrix.element),
    readout,
    detail.element,
  );
  const element = h("div", { class: "filters" }, status, body);

  const read = (text: string | undefined) => {
    readout.textContent = text ?? "";
  };

  const remade = <T>(read: () => readonly unknown[], make: () => T): (() => T) => {
    let value: T;
    const again = whenChanged(read, () => (value = make()));
    return () => {
      again();
      return value;
    };
  };
  const tiles = remade(
    () => [card(), scale(), isDark(view.theme)],
    () => tilesOfCard(card() ?? nothing, scale(), isDark(view.theme)),
  );
  const order = remade(
    () => [card(), sort],
    () => orderOf(card() ?? nothing, sort),
  );
  const marks = remade(
    () => [card()],
    () => marksOf(card()),
  );

  const scaling = dropdown(
    "Colour scale",
    (["all", "each"] as const).map((value) => ({ value, text: scaleNames[value] })),
    undefined,
    (value) => session.remember({ filterScale: value === "each" ? "each" : "all" }),
  );
  /** Of several scales that of the chosen filter; not of the one under the pointer, which the line could push away. */
  const buildLegend = whenChanged(
    () => [card(), scale(), session.remembered.channel, order(), isDark(view.theme)],
    () => {
      const known = card();
      if (!known) return;
      const { own, kind, pictures } = known;
      const { channel } = session.remembered;
      const [first = 0] = order();
      const looked = channel !== undefined && channel < known.shape[0] ? channel : first;
      const isEach = own !== undefined && scale() === "each";
      const reach = own?.reach[looked] ?? 0;
      const span = spanOf(isEach ? { low: pictures.low < 0 ? -reach : 0, high: reach } : pictures);
      const whose = isEach ? `filter ${looked}; each has its own scale` : own ? "one scale for all" : "";
      fill(scaleLegend, legend(span, kind === "color", isDark(view.theme), whose));
    },
  );

  const announce = whenChanged(
    () => [card()?.layer, card()?.verdict],
    () => {
      const known = card();
      if (known) view.announce(`Filters of ${nameText(known.layer)}: ${known.verdict}`);
    },
  );

  const buildTools = whenChanged(
    () => [card()],
    () => {
      const known = card();
      if (!known) return;
      const rough = known.roughness.some((value) => !Number.isNaN(value));
      if (sort === "roughness" && !rough) sort = "channel";
      const choices = filterSorts
        .filter((each) => each !== "roughness" || rough)
        .map((each) => ({ value: each, text: sortNames[each] }));
      const isReduced = isMatrix(known) && known.pictures.shape[0] !== known.shape[0];
      const sorting = dropdown("Sort", choices, sort, (value) => {
        sort = filterSorts.find((each) => each === value) ?? "channel";
        session.changed();
      });
      refill(
        tools,
        isReduced ? h("span", { class: "dim" }, reducedWords(known)) : sorting,
        known.own && scaling,
        h(
          "span",
          { class: "filter-save" },
          button(
            "Save as PNG…",
            () => void session.attempt(() => saveFilters(view, known, scale(), shownPicture(known))),
          ),
        ),
        scaleLegend,
      );
      const { verdict: which, why, level } = verdictWords(known);
      verdict.dataset["level"] = level;
      fill(verdict, h("strong", {}, which[0]?.toUpperCase() ?? "", which.slice(1)), ` ${why}`);
      fill(
        words,
        kindWords(known),
        known.kind === "deep" ? " Choose one to see its slices." : "",
        known.pictures.broken
          ? ` ${count(known.pictures.broken, "weight is", "weights are")} NaN or infinite and drawn as the least.`
          : "",
      );
    },
  );

  const shownPicture = (known: FilterCard) => (isMatrix(known) ? matrix.picture() : grid.picture());

  const buildStatus = whenChanged(
    () => [answer.state, session.layer, hasWeights(), session.card.state.status],
    () => {
      const { state } = answer;
      const { layer } = session;
      fill(status);
      body.hidden = !card() || !hasWeights();
      if (!layer)
        return fill(
          status,
          h("p", { class: "dim" }, session.card.state.status === "loading" ? "Opening…" : "No layer is chosen."),
        );
      if (!hasWeights())
        return fill(
          status,
          h(
            "p",
            { class: "dim" },
            ...breakable(layer.name),
            ` is ${nameText(layer.kind)}: it has no weights, and so no filters.`,
          ),
        );
      if (state.status === "failed")
        fill(
          status,
          h("p", { role: "alert" }, `There are no filters to see here: ${visible(state.failure.message)}`),
          button("Try again", () => {
            answer.forget();
            session.changed();
          }),
        );
      else if (!card()) fill(status, h("p", { class: "dim" }, "Reading the filters…"));
      if (state.status === "failed") body.hidden = true;
    },
  );

  /** How the photo was prepared when a card of colours was last looked at, and how often such a card was outdated by it. */
  let prepared: string | undefined;
  let outdated = 0;
  /** Which of a first layer's inputs is red follows from how photos are prepared; other layers' filters do not change with it. */
  function compareColors(): void {
    const { prediction } = session.photo.value ?? {};
    const colors = card()?.colors;
    if (!prediction || !colors) return;
    const { preparation, preparationFrom } = prediction;
    const now = `${preparation.color} ${preparationFrom}`;
    const isOther =
      prepared === undefined
        ? preparation.color !== colors.order || (colors.guessed && preparationFrom !== "guess")
        : now !== prepared;
    prepared = now;
    if (isOther) outdated++;
  }

  function hasWeights(): boolean {
    const { layer } = session;
    const anatomy = layer && session.anatomyOf(layer.name);
    return !anatomy || anatomy.weights.length > 0;
  }

  return {
    element,
    update() {
      const { layer } = session;
      compareColors();
      if (layer && hasWeights())
        answer.ask(JSON.stringify([session.modelKey, layer.name, outdated]), (signal) =>
          session.host.filters({ layer: layer.name }, signal),
        );
      buildStatus();
      buildTools();
      announce();
      buildLegend();
      if (scaling.value !== scale()) scaling.value = scale();
      marked.update();
      const known = card();
      if (!known || body.hidden) return;
      const { channel } = session.remembered;
      const chosen = channel !== undefined && channel < known.shape[0] ? channel : undefined;
      const name = (tile: number) => filterWords(known, tile, alike(known).get(tile));
      grid.element.hidden = isMatrix(known);
      matrix.element.hidden = !isMatrix(known);
      if (isMatrix(known)) {
        const isReduced = known.pictures.shape[0] !== known.shape[0];
        const shown = isReduced ? orderOf(known, "channel") : order();
        matrix.show(known, shown, chosen, isDark(view.theme), chosen === undefined ? "" : name(chosen));
      } else grid.show({ tiles: tiles(), order: order(), chosen, marks: marks(), nameOf: name });
      detail.update();
    },
  };
}

const isMatrix = ({ kind }: FilterCard): boolean => kind === "pointwise" || kind === "linear";

const reducedWords = ({ pictures: { shape }, shape: [outs, ins] }: FilterCard): string =>
  `${outs} × ${ins} weights drawn as ${shape[0]} × ${shape[1]}: each cell has the strongest of its part`;

function marksOf(card: FilterCard | undefined): ReadonlyMap<number, "dead" | "alike"> {
  const marks = new Map<number, "dead" | "alike">();
  if (!card) return marks;
  for (const channel of alike(card).keys()) marks.set(channel, "alike");
  for (const channel of card.dead) marks.set(channel, "dead");
  return marks;
}

/** Stands where no card is there yet. */
const nothing: FilterCard = {
  layer: "",
  weight: "",
  shape: [0, 0, 0, 0],
  groups: 1,
  kind: "deep",
  pictures: { shape: [0, 0, 0], low: 0, high: 0, bytes: new Uint8Array(), broken: 0 },
  norms: new Float32Array(),
  roughness: new Float32Array(),
  verdict: "too small to tell",
  median: NaN,
  threshold: NaN,
  dead: [],
  duplicates: [],
  allCompared: true,
};
