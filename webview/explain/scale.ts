import { fill, h, whenChanged } from "../shared/dom.ts";
import type { Region } from "../shared/region.ts";
import { isDark } from "../shared/theme.ts";
import { percent, shortLabel, visible } from "../shared/words.ts";
import { stripOf } from "./canvases.ts";
import { legendOf } from "./legend.ts";
import type { Picture } from "./result.ts";
import { scaleWords } from "./scale-words.ts";
import { shownPicture } from "./view.ts";
import type { View } from "./view.ts";

/** Under the map: its colours with their values, or its classes with their colours. */
export function scale(view: View): Region {
  const { session } = view;
  const element = h("figcaption", { class: "scale" });
  const update = whenChanged(
    () => [shownPicture(view), view.theme, session.looked, session.against?.index],
    () => {
      const picture = shownPicture(view);
      if (!picture) fill(element);
      else if (picture.kind === "classes") fill(element, classes(view, picture));
      else fill(element, ...bar(view, picture));
    },
  );
  return { element, update };
}

function bar({ theme, session }: View, picture: Extract<Picture, { kind: "heatmap" }>): readonly HTMLElement[] {
  const { low, high, unit } = scaleWords(picture, session.against !== undefined);
  const swatch = stripOf(picture, isDark(theme));
  swatch.setAttribute("role", "img");
  swatch.setAttribute("aria-label", `Colour scale from ${low} to ${high}`);
  return [
    h("div", { class: "bar" }, h("span", {}, low), swatch, h("span", {}, high)),
    h("div", { class: "unit" }, unit),
  ];
}

function classes({ session }: View, picture: Extract<Picture, { kind: "classes" }>): HTMLElement {
  const entries = legendOf(picture).map(({ index, letter, color, share }) => {
    const swatch = h("span", { class: "swatch" }, letter);
    swatch.style.backgroundColor = `rgb(${color.join(" ")})`;
    const label =
      index === undefined ? "other classes" : visible(shortLabel(session.classOf(index)?.label ?? `class ${index}`));
    return h("li", {}, swatch, `${label} `, h("span", { class: "dim" }, percent(share)));
  });
  return h("ul", { class: "legend", "aria-label": "Classes in the map, with their share of it" }, ...entries);
}
