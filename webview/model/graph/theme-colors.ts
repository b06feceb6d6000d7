import { h } from "../../shared/dom.ts";
import { hues, names } from "./colors.ts";
import type { Colors } from "./colors.ts";
import { families } from "./kinds.ts";

/** Reads what graph.css makes of the theme: custom properties are only text until an element uses them. */
export function colorsOf(place: HTMLElement): Colors {
  const probe = h("span", { hidden: true });
  place.append(probe);
  const painted = painter();
  const read = (name: string) => {
    probe.style.color = `var(--graph-${name})`;
    return painted(getComputedStyle(probe).color);
  };
  const record = <K extends string>(keys: readonly K[], prefix = "") =>
    Object.fromEntries(keys.map((key) => [key, read(prefix + key)])) as Record<K, string>; // every key has its entry
  const colors: Colors = {
    of: record(names),
    family: record(families, "family-"),
    alike: Array.from({ length: hues }, (_, i) => read(`alike-${i}`)),
    font: getComputedStyle(place).fontFamily,
  };
  probe.remove();
  return colors;
}

/**
 * Any colour of CSS as `#rrggbb`, or `#rrggbbaa` where light comes through: what browsers mix they call
 * `color(srgb 0.5 …)`, which readers of SVG files take for none.
 */
function painter(): (color: string) => string {
  const pixel = h("canvas", { width: 1, height: 1 }).getContext("2d", { willReadFrequently: true });
  return (color) => {
    if (!pixel) return color;
    pixel.fillStyle = color;
    pixel.clearRect(0, 0, 1, 1);
    pixel.fillRect(0, 0, 1, 1);
    const { data } = pixel.getImageData(0, 0, 1, 1);
    const shown = data[3] === 255 ? data.subarray(0, 3) : data;
    return `#${Array.from(shown, (n) => n.toString(16).padStart(2, "0")).join("")}`;
  };
}
