import { dropdown, link } from "../../shared/controls.ts";
import type { Field } from "../../shared/controls.ts";
import { fill, h, whenChanged } from "../../shared/dom.ts";
import type { Region } from "../../shared/region.ts";
import { count, visible } from "../../shared/words.ts";
import { shownChannels, sorts } from "../remembered.ts";
import type { Remembered, ShownChannels, Sort } from "../remembered.ts";
import type { View } from "../view.ts";
import { channelsOf, verdictOf } from "./held.ts";
import type { Held } from "./held.ts";
import { saveMenu } from "./save.ts";
import type { Tiles } from "./tiles.ts";
import type { Work } from "./work.ts";

const sortTexts: Readonly<Record<Sort, string>> = {
  channel: "Sort: channel number",
  "most active": "Sort: most active",
  sparsest: "Sort: sparsest",
  "most alike": "Sort: closest to the chosen one",
  "most different": "Sort: most different",
};
const shownTexts: Readonly<Record<ShownChannels, string>> = {
  all: "Show: all",
  dead: "Show: dead",
  "nearly dead": "Show: nearly dead",
  saturated: "Show: saturated",
  constant: "Show: constant",
  doubled: "Show: duplicates",
  broken: "Show: NaN or infinite",
  alive: "Show: alive",
  listed: "Show: from the table",
};
const comparisons: Readonly<Record<Remembered["compare"], string>> = {
  nothing: "Compare: nothing",
  other: "Compare: another photo",
  brushed: "Compare: before the brush",
};

/** In which order, which channels, in which colours, against what. */
export function toolbar(view: View, work: Work, tiles: Tiles): Region {
  const { session } = view;
  const choose = (choice: Partial<Remembered>) => session.remember(choice);
  const list = <K extends string>(
    label: string,
    names: readonly K[],
    texts: Readonly<Record<K, string>>,
    pick: (name: K) => void,
  ) =>
    dropdown(
      label,
      names.map((value) => ({ value, text: texts[value] })),
      undefined,
      (value) => pick(value as K), // one of `names`
    );
  const sort = list("Order of the channels", sorts, sortTexts, (sort) => choose({ sort }));
  const shownPlace = h("span", { class: "shown-place" });
  let shown: Field | undefined;
  /** A table's list is on offer as long as it is of this layer. */
  const buildShown = whenChanged(
    () => [isListed()],
    () => {
      const offered = shownChannels.filter((name) => name !== "listed" || isListed());
      const focused = shownPlace.contains(document.activeElement);
      shown = list("Which channels", offered, shownTexts, (shown) => choose({ shown }));
      fill(shownPlace, shown);
      if (focused) shown.focus();
    },
  );
  const isListed = () => {
    const { listed } = session.remembered;
    return listed !== undefined && listed.layer === session.layer?.name;
  };
  const scaleTexts = { layer: "Scale: whole layer", channel: "Scale: each its own" };
  const scale = list("Colour scale", ["layer", "channel"] as const, scaleTexts, (scale) => choose({ scale }));
  const compare = list("Compare", ["nothing", "other", "brushed"] as const, comparisons, (compare) => {
    const orderly =
      compare === "nothing"
        ? session.remembered.sort === "most different"
          ? "most active"
          : undefined
        : "most different";
    choose({ compare, ...(orderly && { sort: orderly }) });
    if (compare === "other" && !session.other.value) void chooseOther();
  });
  const chooseOther = () => session.attempt(() => session.host.usePhoto({ photo: "other" }));
  const signed = toggle("Signed", "Colours to both sides of zero: below blue, above orange", () =>
    choose({ signed: !session.remembered.signed }),
  );
  const difference = toggle("Difference", "One map for both: what the second has more (orange) or less (blue)", () =>
    choose({ difference: !session.remembered.difference }),
  );
  const brush = toggle("Brush", "Paint on the photo, and watch the maps and the prediction follow", () => {
    work.brush.tool = work.brush.tool ? undefined : "blur";
    session.painting = work.brush.tool !== undefined;
    session.changed();
  });
  brush.classList.add("brush-toggle");
  const other = link("Other photo…", () => void chooseOther(), "Choose the photo to compare with");
  const number = h("p", { class: "count dim" });
  const listedText = h("span", {});
  const listed = h(
    "p",
    { class: "listed", hidden: true },
    listedText,
    " ",
    link("Show all channels", () => choose({ shown: "all" })),
    " ",
    link("Back to the table", () => choose({ side: "dead" })),
  );
  const rest = h("div", { class: "maps-more" }, scale, signed, compare, difference, other);
  let unfolded = false;
  const more = toggle("More", "Colours and comparison", () => {
    unfolded = !unfolded;
    fold();
  });
  more.classList.add("maps-unfold");
  /** Where there is no room for all in a line, what is rarely changed is folded away, but never that it was changed. */
  function fold(): void {
    const { scale, signed, compare } = session.remembered;
    const changed = [scale !== "layer", signed, compare !== "nothing"].filter(Boolean).length;
    fill(more, changed ? `More (${changed})` : "More");
    more.setAttribute("aria-expanded", String(unfolded));
    press(more, unfolded);
    rest.classList.toggle("unfolded", unfolded);
  }
  const element = h(
    "div",
    { class: "maps-bar", role: "toolbar", "aria-label": "Feature maps" },
    sort,
    shownPlace,
    brush,
    more,
    rest,
    saveMenu(view, work, tiles),
    number,
    listed,
  );

  const put = (field: Field, value: string) => {
    if (field.value !== value) field.value = value;
  };
  return {
    element,
    update() {
      const { remembered } = session;
      put(sort, remembered.sort);
      buildShown();
      if (shown) put(shown, remembered.shown === "listed" && !isListed() ? "all" : remembered.shown);
      listed.hidden = !work.listed;
      listedText.textContent = work.listed ? visible(work.listed.words) : "";
      put(scale, remembered.scale);
      put(compare, remembered.compare);
      press(signed, remembered.signed);
      press(difference, remembered.difference === true);
      press(brush, work.brush.tool !== undefined);
      fold();
      difference.hidden = remembered.compare === "nothing";
      other.hidden = remembered.compare !== "other";
      const text = work.a ? countText(work.a, work.order.length) : "";
      if (number.textContent !== text) fill(number, text);
    },
  };
}

export function toggle(text: string, title: string, onclick: () => void): HTMLButtonElement {
  return h("button", { type: "button", class: "tool", "aria-pressed": "false", title, onclick }, text);
}

export const press = (button: HTMLButtonElement, pressed: boolean): void =>
  button.setAttribute("aria-pressed", String(pressed));

/** "96 channels, 3 dead"; "12 of 96 channels" where not all are shown. */
export function countText(held: Held, shown: number): string {
  const all = channelsOf(held);
  const dead = Array.from({ length: all }, (_, c) => verdictOf(held, c)).filter((verdict) => verdict === "dead").length;
  const channels = count(all, "channel");
  const { remark } = held.arrangement;
  return `${shown < all ? `${shown.toLocaleString("en")} of ` : ""}${channels}${dead ? `, ${dead} dead` : ""}${remark ? `; ${remark}` : ""}`;
}
