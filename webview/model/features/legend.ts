import { fill, h } from "../../shared/dom.ts";
import type { Region } from "../../shared/region.ts";
import { isDark } from "../../shared/theme.ts";
import { figure } from "../../shared/words.ts";
import { isNumbers } from "./held.ts";
import type { View } from "../view.ts";
import { shades } from "./tint.ts";
import type { Work } from "./work.ts";

/** What the colours mean: from which value to which, and of what. */
export function legend(view: View, work: Work): Region {
  const strip = h("canvas", { class: "maps-strip", width: 256, height: 1 });
  const [low, high, unit] = [h("span", {}), h("span", {}), h("span", { class: "dim" })];
  const element = h("div", { class: "maps-legend" }, h("span", { class: "maps-scale" }, low, strip, high), unit);
  let drawn = "";
  return {
    element,
    update() {
      const { a, channel, signed } = work;
      element.hidden = !a || channel === undefined || isNumbers(a);
      if (!a || channel === undefined || element.hidden) return;
      const range = work.ranges()(channel);
      const { scale } = view.session.remembered;
      const key = JSON.stringify([range, signed, view.theme, scale, channel, work.difference, a.layer]);
      if (key === drawn) return;
      drawn = key;
      const colors = shades(signed, isDark(view.theme));
      const pixels = new ImageData(new Uint8ClampedArray(colors.slice().buffer), 256, 1);
      strip.getContext("2d")?.putImageData(pixels, 0, 0);
      fill(low, figure(range.low));
      fill(high, `${figure(range.high)}${range.clipped ? " and beyond" : ""}`);
      const what = work.difference ? "difference of activations" : "activation";
      fill(unit, `${what}, ${scale === "layer" ? "one scale for all" : `channel ${channel}; each has its own scale`}`);
    },
  };
}
