import type { LayerOverview } from "../../../src/shared/inside.ts";
import { h } from "../../shared/dom.ts";
import { isDark } from "../../shared/theme.ts";
import type { ThemeKind } from "../../shared/theme.ts";
import { shades, tintPlane } from "../features/tint.ts";

/** The layer's mean map, from zero to its greatest value; a crossed field where there is none. */
export function drawMean({ mean }: LayerOverview, theme: ThemeKind): HTMLElement {
  if (!mean) return h("span", { class: "net-map missing", "aria-hidden": "true" }, "✕");
  const [height = 1, width = 1] = mean.shape;
  const canvas = h("canvas", { class: "net-map", width, height, "aria-hidden": "true" });
  const range = { low: Math.min(0, mean.low), high: mean.high, clipped: false };
  const pixels = tintPlane(mean, range, false, shades(false, isDark(theme)));
  canvas.getContext("2d")?.putImageData(new ImageData(new Uint8ClampedArray(pixels.buffer), width, height), 0, 0);
  return canvas;
}
