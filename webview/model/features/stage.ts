import { fill, h } from "../../shared/dom.ts";
import { clamp } from "../../shared/quantized.ts";
import type { Region } from "../../shared/region.ts";
import { visible } from "../../shared/words.ts";
import { preparedLine } from "../prepared-line.ts";
import type { View } from "../view.ts";
import { paintWith } from "./brush-pointer.ts";
import { isNumbers } from "./held.ts";
import type { Held } from "./held.ts";
import { describe } from "./grid.ts";
import { legend } from "./legend.ts";
import { Pane } from "./pane.ts";
import type { Mark, Place } from "./marks.ts";
import { fieldWords, seersWords, valueText } from "./readout.ts";
import { isSeen, Sights } from "./sights.ts";
import type { Tiles } from "./tiles.ts";
import type { Work } from "./work.ts";

const sides = { least: 110, most: 260, gap: 12, words: 172, beside: 160, beforeGrid: 130, reminder: 130 };
/** Pixels that captions take, that words below the pictures do, and that the grid is to have in any case: three rows. */
const heights = { captions: 50, words: 90, grid: 260 };
const arrows: Readonly<Record<string, Place>> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
};

/** The channel that is looked at in large, and the photo as the network sees it: each says of the other what sees what. */
export function stage(view: View, work: Work, tiles: Tiles): Region {
  const key = legend(view, work);
  const { session } = view;
  const sights = new Sights(session);
  const maps = [
    new Pane("The channel’s map. Arrows move the place, Enter pins it."),
    new Pane("The map that it is compared with."),
  ];
  const photos = [
    new Pane("The photo as the network sees it. Arrows move, Enter pins a pixel, or paints with the brush."),
    new Pane("The photo that it is compared with, as the network sees it."),
  ];
  const frames = [...maps, ...photos].map((pane) => {
    const caption = h("figcaption", {});
    return { figure: h("figure", { class: "large" }, pane.element, caption), caption };
  });
  const prepared = preparedLine(view);
  frames[maps.length]?.figure.append(prepared.element);
  const about = h("p", { class: "about-place", "aria-live": "off" });
  const words = h("div", { class: "stage-words" }, key.element, about);
  const element = h("div", { class: "stage" }, ...frames.map(({ figure }) => figure), words);

  /** Under the pointer; what is pinned holds when it leaves. */
  let place: Place | undefined;
  let pixel: Place | undefined;
  let pinnedPixel: Place | undefined;
  const change = (what: () => void) => {
    what();
    session.changed();
  };
  const whole = ([row, column]: Place): Place => [Math.floor(row), Math.floor(column)];

  for (const map of maps) {
    const { canvas } = map;
    canvas.addEventListener("pointermove", (event) => {
      const at = map.placeAt(event);
      const next = at && whole(at);
      if (String(next) !== String(place)) change(() => (place = next));
    });
    canvas.addEventListener("pointerleave", () => change(() => (place = undefined)));
    // Not "click", whose coordinates are whole pixels: it would pin the neighbour of what is outlined.
    canvas.addEventListener("pointerdown", (event) => {
      const at = map.placeAt(event);
      if (at && event.button === 0) pin(whole(at));
    });
    canvas.addEventListener("keydown", (event) => {
      const { a } = work;
      const here = a && (placeOf(a) ?? [0, 0]);
      if (!here) return;
      const to = stepped(event, here, map.shape);
      if (to) change(() => (place = to));
      else if (event.key === "Enter") pin(here);
      else if (event.key === "Escape") change(() => (place = undefined));
      else return;
      event.preventDefault();
    });
  }
  function pin(at: Place): void {
    const { channel } = work;
    pinnedPixel = pixel = undefined;
    if (channel !== undefined) session.selectPlace(channel, at);
  }

  const [photo, otherPhoto] = photos as [Pane, Pane]; // made above
  const brush = paintWith(view, work, photo, {
    look: (at) => {
      const next = at && whole(at);
      if (String(next) !== String(pixel)) change(() => (pixel = next));
    },
    pin: (at) => change(() => (pinnedPixel = at && whole(at))),
    here: () => pixel ?? pinnedPixel,
    step: (event, here) => stepped(event, here, photo.shape),
  });

  /** Under the pointer, else pinned, else where the channel is strongest. */
  function placeOf(a: Held): Place | undefined {
    const { channel } = work;
    const [, rows, columns] = a.arrangement.shape;
    if (isNumbers(a) || channel === undefined) return undefined;
    const pinned = session.remembered.channel === channel ? session.remembered.place : undefined;
    const peak = a.statistics.peak[channel] ?? 0;
    const varies = a.statistics.least[channel] !== a.statistics.greatest[channel];
    const strongest: Place | undefined = varies ? [Math.floor(peak / columns), peak % columns] : undefined;
    const at = place ?? pinned ?? strongest;
    if (!at) return undefined;
    const [row, column] = at;
    return [clamp(row, 0, rows - 1), clamp(column, 0, columns - 1)];
  }

  return {
    element,
    update() {
      const { a, b, channel } = work;
      element.hidden = !a || channel === undefined;
      if (!a || channel === undefined) return;
      const flat = isNumbers(a);
      const both = b !== undefined && !work.difference;
      const compared =
        session.remembered.compare === "other" && work.otherPhoto.picture !== undefined && b !== undefined;
      const shown = [!flat, !flat && both, work.photo.picture !== undefined, compared];
      frames.forEach(({ figure }, i) => (figure.hidden = !shown[i]));
      const number = Math.max(1, shown.filter(Boolean).length);
      key.update();
      const { clientWidth } = element;
      // The words stand beside the pictures where these stay large enough, or the grid would be left little; else below them.
      const beside = (clientWidth - sides.words - sides.gap * number) / number;
      const above = (clientWidth - sides.gap * (number - 1)) / number;
      const tall = element.parentElement?.clientHeight ?? 600;
      const height = tall * 0.4;
      const left = tall - Math.min(above, height) - heights.captions - heights.words;
      const room = beside >= (left < heights.grid ? sides.beforeGrid : sides.beside) ? beside : above;
      // Beside bars the photo is only a reminder, unless it is painted on.
      const most = flat && !work.brush.tool ? sides.reminder : sides.most;
      const side = clamp(Math.min(room, height), sides.least, most);

      const at = placeOf(a);
      const asked = pixel ?? pinnedPixel;
      const looksBack = asked !== undefined && place === undefined;
      const seers = looksBack && !flat ? sights.seenBy(a.layer, asked) : undefined;
      const field = at && !looksBack ? sights.fieldOf(a.layer, at) : undefined;
      const [, rows, columns] = a.arrangement.shape;
      const range = work.ranges()(channel);
      const onMap: Mark[] = looksBack ? (isSeen(seers) ? [{ kind: "area", ...seers }] : []) : at ? [cell(at)] : [];
      const picture = (held: Held) => tiles.map(held, channel, range, work.signed);
      const first = work.difference && b ? tiles.difference(a, b, channel, range) : picture(a);
      if (shown[0]) maps[0]?.draw(first, [rows, columns], side, onMap);
      if (shown[1] && b) maps[1]?.draw(picture(b), [rows, columns], side, onMap);
      const outlined: Mark[] = looksBack ? [cell(asked)] : isSeen(field) ? [{ kind: "field", ...field }] : [];
      const seen = work.photo.picture;
      if (seen) photo.draw(seen, [seen.height, seen.width], side, [...outlined, ...brush.marks()]);
      const other = work.otherPhoto.picture;
      if (other && compared) otherPhoto.draw(other, [other.height, other.width], side, outlined);

      prepared.update();
      const titles = captions();
      frames.forEach(({ figure, caption }, i) => {
        figure.style.maxWidth = `${side}px`;
        say(caption, titles[i] ?? "");
        caption.title = titles[i] ?? "";
      });
      say(about, sentence(a, channel, at, looksBack ? seersWords(asked, seers) : fieldWords(field)));
      maps[0]?.canvas.setAttribute("aria-description", about.textContent ?? "");
    },
  };

  function captions(): readonly string[] {
    const { compare } = session.remembered;
    const { channel = 0 } = work;
    const own = `channel ${channel}`;
    if (compare === "other" && work.b) {
      const names = [session.photo.value?.name ?? "", session.other.value?.name ?? ""].map(visible);
      return work.difference
        ? [`${own}: ${names[1]} − ${names[0]}`, "", names[0] ?? "", names[1] ?? ""]
        : [`${own}: ${names[0]}`, `${own}: ${names[1]}`, names[0] ?? "", names[1] ?? ""];
    }
    const seen = work.brush.strokes.length ? "brushed photo" : "what the network sees";
    if (compare === "brushed" && work.b)
      return work.difference
        ? [`${own}: brushed − photo`, "", seen, ""]
        : [`${own}: photo`, `${own}: brushed`, seen, ""];
    return [own, "", seen, ""];
  }

  function sentence(a: Held, channel: number, at: Place | undefined, sees: string): string {
    const whole = describe(a, channel);
    if (!at)
      return `Channel ${whole}${isNumbers(a) && work.b ? `, against ${valueText(work.b, channel, [0, 0])}` : ""}.`;
    const value = [a, ...(work.b ? [work.b] : [])].map((held) => valueText(held, channel, at)).join(" against ");
    return `Channel ${whole}. At row ${at[0]}, column ${at[1]}: ${value}; ${sees}.`;
  }
}

const cell = ([row, column]: Place): Mark => ({
  kind: "cell",
  top: row,
  left: column,
  bottom: row + 1,
  right: column + 1,
});

const say = (element: HTMLElement, text: string) => {
  if (element.textContent !== text) fill(element, text);
};

function stepped({ key, shiftKey }: KeyboardEvent, [row, column]: Place, [rows, columns]: Place): Place | undefined {
  const step = arrows[key];
  const times = shiftKey ? 10 : 1;
  return step && [clamp(row + times * step[0], 0, rows - 1), clamp(column + times * step[1], 0, columns - 1)];
}
