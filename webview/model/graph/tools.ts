import { iconButton } from "../../shared/controls.ts";
import { h, icon } from "../../shared/dom.ts";
import { menu } from "../../shared/menu.ts";
import type { GraphState } from "./state.ts";

const icons = {
  out: "M3 8h10",
  in: "M3 8h10M8 3v10",
  fit: "M2.5 6V2.5H6M10 2.5h3.5V6M13.5 10v3.5H10M6 13.5H2.5V10",
  open: "M4 6.5 8 2.5l4 4M4 9.5l4 4 4-4",
  close: "M4 2.5l4 4 4-4M4 13.5l4-4 4 4",
  save: "M8 2v8M4.5 6.5 8 10l3.5-3.5M3 13.5h10",
};
export const zoomStep = 1.3;

/** Zoom, open, close, and taking the picture along. */
export function tools(state: GraphState, save: (kind: "png" | "svg") => void): HTMLElement {
  const saving = iconButton("Save the graph as a picture", icon(icons.save), () => undefined);
  return h(
    "div",
    { class: "graph-tools", role: "toolbar", "aria-label": "Graph" },
    iconButton("Zoom out (−)", icon(icons.out), () => state.zoom(1 / zoomStep)),
    iconButton("Zoom in (+)", icon(icons.in), () => state.zoom(zoomStep)),
    iconButton("Show all of it (0)", icon(icons.fit), () => state.fit()),
    iconButton("Open all blocks", icon(icons.open), () => state.openEverything()),
    iconButton("Close all blocks", icon(icons.close), () => state.closeEverything()),
    menu("Save the graph as a picture", saving, () => [
      { text: "Save as PNG…", action: () => save("png") },
      { text: "Save as SVG…", action: () => save("svg") },
    ]),
  );
}
