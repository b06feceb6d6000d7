import { h } from "../../shared/dom.ts";
import { hues, names } from "./colors.ts";
import type { Colors } from "./colors.ts";
import { families } from "./kinds.ts";

/** Reads what graph.css makes of the theme: custom properties are only text until an element uses them. */
export function colorsOf(place: HTMLElement): Colors {
  const probe = h("span", { hidden: true });
  place.append(probe);
  const read = (name: string) => {
    probe.style.color = `var(--graph-${name})`;
    return getComputedStyle(probe).color;
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
