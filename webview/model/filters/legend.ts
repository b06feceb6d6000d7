import { colorAt } from "../../../src/shared/colormaps.ts";
import { h } from "../../shared/dom.ts";
import { figure } from "../../shared/words.ts";
import { canvasOfRaster } from "./canvas.ts";
import { colorsOf, pixelOf } from "./shades.ts";
import type { Span } from "./shades.ts";

/** The colours of a scale from its low to its high end, with the numbers that they stand for, and whose they are. */
export function legend(span: Span, inColor: boolean, onDark: boolean, whose = ""): HTMLElement {
  const colors = colorsOf(span, onDark);
  const pixels = Uint32Array.from({ length: 256 }, (_, i) => pixelOf(inColor ? [i, i, i] : colorAt(colors, i)));
  const strip = canvasOfRaster({ width: 256, height: 1, pixels });
  strip.className = "legend-strip";
  const words = [inColor ? "of red, green and blue each" : "", whose].filter(Boolean).join(", ");
  const label = [`Colours from ${figure(span.low)} to ${figure(span.high)}`, words].filter(Boolean).join(", ");
  return h(
    "span",
    { class: "legend", role: "img", "aria-label": label },
    figure(span.low),
    strip,
    figure(span.high),
    words ? h("span", { class: "dim" }, words) : undefined,
  );
}
