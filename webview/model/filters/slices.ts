import type { FilterCard } from "../../../src/shared/inside.ts";
import { button } from "../../shared/controls.ts";
import { fill, h, whenChanged } from "../../shared/dom.ts";
import { Fetched } from "../../shared/fetched.ts";
import type { Region } from "../../shared/region.ts";
import { isDark } from "../../shared/theme.ts";
import { count, figure, visible } from "../../shared/words.ts";
import type { Session } from "../session.ts";
import type { View } from "../view.ts";
import { legend } from "./legend.ts";
import { alike } from "./order.ts";
import { tilesOf } from "./tiles.ts";
import { tileView } from "./tile-view.ts";
import { filterWords } from "./words.ts";

type Slices = Awaited<ReturnType<Session["host"]["filter"]>>;

/** The chosen filter: its kernel for each input channel, all on one scale around 0. */
export function slices(view: View, card: () => FilterCard | undefined): Region {
  const { session } = view;
  const answer = new Fetched<Slices & { readonly channel: number; readonly layer: string }>(() => session.changed());
  let input: number | undefined;
  const title = h("h3", {});
  const scale = h("div", { class: "filter-scale" });
  const status = h("div", {});
  const readout = h("p", { class: "readout" });
  const grid = tileView("Input channels of the filter", {
    chosen(tile) {
      input = tile;
      session.changed();
    },
    pointed(place) {
      const value = answer.value;
      readout.textContent =
        place && value
          ? `input ${place.tile}, ${place.row}, ${place.column}: ${tilesNow()
              ?.values(place.tile, place.row, place.column)
              .map(figure)
              .join()}`
          : "";
    },
  });
  const element = h("section", { class: "slices" }, title, scale, status, grid.element, readout);
  let made: { readonly of: unknown; readonly onDark: boolean; readonly tiles: ReturnType<typeof tilesOf> } | undefined;

  function tilesNow() {
    const value = answer.value;
    const onDark = isDark(view.theme);
    if (!value) return undefined;
    if (made?.of !== value || made.onDark !== onDark)
      made = { of: value, onDark, tiles: tilesOf(value.slices, onDark) };
    return made.tiles;
  }

  const chosen = () => {
    const { channel } = session.remembered;
    const outs = card()?.shape[0] ?? 0;
    return channel !== undefined && channel < outs ? channel : undefined;
  };

  const build = whenChanged(
    () => [answer.state, chosen(), card(), view.theme, input],
    () => {
      const [known, channel, value, tiles] = [card(), chosen(), answer.value, tilesNow()];
      const { state } = answer;
      fill(status);
      const failed = state.status === "failed";
      if (failed)
        fill(
          status,
          h("p", { role: "alert" }, `This filter cannot be read: ${visible(state.failure.message)}`),
          button("Try again", () => {
            answer.forget();
            session.changed();
          }),
        );
      const ready = value !== undefined && tiles !== undefined && channel !== undefined && !failed;
      grid.element.hidden = readout.hidden = scale.hidden = !ready;
      fill(
        title,
        channel === undefined || !known
          ? "Choose a filter to see what it does to each input channel"
          : filterWords(known, channel, alike(known).get(channel)),
      );
      if (!ready) return;
      grid.element.classList.toggle("stale", state.status === "loading");
      fill(
        scale,
        h("span", { class: "dim" }, count(tiles.count, "input channel")),
        legend(tiles.span, false, isDark(view.theme)),
      );
      grid.show({
        tiles,
        order: orderOfInputs(tiles.count),
        chosen: input !== undefined && input < tiles.count ? input : undefined,
        marks: noMarks,
        nameOf: (tile) => `Input channel ${tile}: ${centre(tiles, tile)}`,
      });
      if (input !== undefined && input < tiles.count) readout.textContent = `input ${input}: ${centre(tiles, input)}`;
    },
  );

  return {
    element,
    update() {
      const [channel, known] = [chosen(), card()];
      if (channel !== undefined && known)
        answer.ask(JSON.stringify([session.modelKey, known.layer, channel]), async (signal) => ({
          ...(await session.host.filter({ layer: known.layer, channel }, signal)),
          channel,
          layer: known.layer,
        }));
      build();
    },
  };
}

const noMarks: ReadonlyMap<number, "dead" | "alike"> = new Map();

let inputsInOrder: readonly number[] = [];
/** The same array for the same number, so that nothing is drawn anew. */
function orderOfInputs(inputs: number): readonly number[] {
  if (inputsInOrder.length !== inputs) inputsInOrder = Array.from({ length: inputs }, (_, i) => i);
  return inputsInOrder;
}

/** The kernel in numbers where it has few; else what it spans. */
function centre(tiles: ReturnType<typeof tilesOf>, tile: number): string {
  const all: number[] = [];
  for (let row = 0; row < tiles.rows; row++)
    for (let column = 0; column < tiles.columns; column++) all.push(...tiles.values(tile, row, column));
  if (all.length <= 9) return all.map(figure).join(", ");
  return `from ${figure(Math.min(...all))} to ${figure(Math.max(...all))}`;
}
