import { iconButton } from "../../shared/controls.ts";
import { fill, h, icon } from "../../shared/dom.ts";
import type { Region } from "../../shared/region.ts";
import { fillTrack } from "../../shared/slider.ts";
import { percent, shortLabel, visible } from "../../shared/words.ts";
import type { View } from "../view.ts";
import { radii, tools } from "./brush.ts";
import type { Tool } from "./brush.ts";
import { changes } from "./prediction-change.ts";
import { press, toggle } from "./toolbar.ts";
import type { Work } from "./work.ts";

const undoPath = "M6 3L2.5 6.5 6 10M2.5 6.5H10a3.5 3.5 0 0 1 0 7H7";
const redoPath = "M10 3l3.5 3.5L10 10M13.5 6.5H6a3.5 3.5 0 0 0 0 7h3";
const clearPath = "M3 4h10M6 4V2.5h4V4M4.5 4l.6 9.5h5.8l.6-9.5";

const texts: Readonly<Record<Tool, readonly [string, string]>> = {
  blur: ["Blur", "Blurs what it goes over"],
  gray: ["Grey", "Greys what it goes over to the neutral colour of the network’s input"],
  copy: ["Copy", "Copies from another place: Alt and click says from where"],
};

/** The brush's tools, and what the network says of the photo with its strokes. */
export function brushBar(view: View, work: Work): Region {
  const { session } = view;
  const { brush } = work;
  const buttons = tools.map((tool) =>
    toggle(...texts[tool], () => {
      brush.tool = tool;
      session.changed();
    }),
  );
  const size = h("input", {
    type: "range",
    class: "slider",
    min: radii.least,
    max: radii.most,
    step: 1,
    "aria-label": "Radius of the brush in pixels",
  });
  size.addEventListener("input", () => {
    brush.radius = Number(size.value);
    session.changed();
  });
  const radius = h("span", { class: "dim" });
  const undo = iconButton("Undo the last stroke", icon(undoPath), () => brush.undo());
  const redo = iconButton("Redo", icon(redoPath), () => brush.redo());
  const clear = iconButton("Clear all strokes", icon(clearPath), () => brush.clear());
  const said = h("p", { class: "brush-help dim" });
  const classes = h("ol", { class: "prediction-change", "aria-label": "Prediction, with its change" });
  const element = h(
    "div",
    { class: "brush-bar", role: "group", "aria-label": "Brush", hidden: true },
    h("div", { class: "brush-tools" }, ...buttons, h("label", {}, size, radius), undo, redo, clear, said),
    classes,
  );

  /** Never empty: a line that goes as a stroke begins would move the photo under the pointer. */
  function help(): string {
    if (brush.tool !== "copy") return "Paint on the photo.";
    return brush.source ? "Alt and click: copy from elsewhere." : "Click where to copy from.";
  }

  let drawn = "";
  return {
    element,
    update() {
      element.hidden = !brush.tool;
      if (element.hidden) return;
      buttons.forEach((button, i) => press(button, brush.tool === tools[i]));
      size.value = String(brush.radius);
      fillTrack(size);
      const text = `${brush.radius} px`;
      if (radius.textContent !== text) fill(radius, text);
      undo.disabled = clear.disabled = !brush.canUndo;
      redo.disabled = !brush.canRedo;
      if (said.textContent !== help()) fill(said, help());
      const before = session.photo.value?.prediction;
      const after = brush.strokes.length ? work.painted : before;
      const rows = before && after ? changes(before, after) : [];
      classes.hidden = before !== undefined && before.top.length === 0; // a network that does not classify
      const now = JSON.stringify(rows);
      if (now === drawn) return;
      drawn = now;
      fill(
        classes,
        ...rows.map(({ label, after, change }) =>
          h(
            "li",
            {},
            h("span", { class: "class" }, visible(shortLabel(label))),
            h("span", { class: "share" }, percent(after)),
            h("span", { class: "change dim" }, change),
          ),
        ),
      );
    },
  };
}
