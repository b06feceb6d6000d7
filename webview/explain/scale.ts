import { colorAt } from "../shared/colormaps.ts";
import { link } from "../shared/controls.ts";
import { fill, h, whenChanged } from "../shared/dom.ts";
import { colorMapOf } from "../shared/paint.ts";
import { rangeOf } from "../shared/quantized.ts";
import { isDark } from "../shared/theme.ts";
import { figure, percent, shortLabel, visible } from "../shared/words.ts";
import { canvasOf, contextOf } from "./canvases.ts";
import { legendOf } from "./legend.ts";
import type { Picture } from "./result.ts";
import { shownPicture } from "./view.ts";
import type { Region, View } from "./view.ts";

/** Under the map: its colours with their values, or its classes with their colours. */
export function scale(view: View): Region {
  const { session } = view;
  const element = h("figcaption", { class: "scale" });
  const update = whenChanged(
    () => [shownPicture(view), session.remembered.clip, view.theme, session.looked],
    () => {
      const picture = shownPicture(view);
      if (!picture) fill(element);
      else if (picture.kind === "classes") fill(element, classes(view, picture));
      else fill(element, ...bar(view, picture));
    },
  );
  return { element, update };
}

function bar(
  { session, theme }: View,
  picture: Extract<Picture, { kind: "heatmap" }>,
): readonly (HTMLElement | undefined)[] {
  const { clip } = session.remembered;
  const { low, high, clipped } = rangeOf(picture, clip);
  const wouldClip = rangeOf(picture, true).clipped;
  const strongest = Math.max(Math.abs(picture.values.low), Math.abs(picture.values.high));
  const swatch = canvasOf(256, 1);
  const image = contextOf(swatch).createImageData(256, 1);
  const colors = colorMapOf(picture, isDark(theme));
  for (let i = 0; i < 256; i++) image.data.set([...colorAt(colors, i), 255], i * 4);
  contextOf(swatch).putImageData(image, 0, 0);
  swatch.setAttribute("role", "img");
  swatch.setAttribute("aria-label", `Colour scale from ${figure(low)} to ${figure(high)}`);
  const [less, more] = picture.signed ? [" against", " in favour"] : ["", ""];
  return [
    h(
      "div",
      { class: "bar" },
      h("span", {}, `${clipped && picture.signed ? "≤ " : ""}${figure(low)}${less}`),
      swatch,
      h("span", {}, `${clipped ? "≥ " : ""}${figure(high)}${more}`),
    ),
    h(
      "div",
      { class: "unit" },
      `${visible(picture.unit)}${clipped ? ` · strongest ${figure(strongest)}` : ""}`,
      wouldClip ? " · " : undefined,
      wouldClip
        ? link(clip ? "Show the whole range" : "Leave out the strongest 1 %", () => session.remember({ clip: !clip }))
        : undefined,
    ),
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
