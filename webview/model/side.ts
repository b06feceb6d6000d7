import { link } from "../shared/controls.ts";
import { h } from "../shared/dom.ts";
import type { Region } from "../shared/region.ts";
import { dead } from "./dead/dead.ts";
import { facts } from "./inspector/facts.ts";
import { title } from "./inspector/title.ts";
import { lead } from "./heading.ts";
import { strokesNotice } from "./features/strokes-notice.ts";
import { overview } from "./overview/overview.ts";
import { isOfPhoto, tabs } from "./tabs.ts";
import { contextMenu } from "./context-menu.ts";
import type { View } from "./view.ts";

/** Beside the graph: the chosen layer, or the whole net in a column, or the table of its dead filters. */
export function side(view: View): Region {
  const { session } = view;
  const ofLayer = layer(view);
  const others = {
    net: whole(view, "Whole net", overview),
    dead: whole(view, "Dead filters", dead),
  };
  const all = { layer: ofLayer, ...others };
  const element = h(
    "aside",
    { class: "side", "aria-label": "What is chosen" },
    ...Object.values(all).map((each) => each.element),
  );
  return {
    element,
    update() {
      const shown = session.remembered.side;
      for (const [name, { element }] of Object.entries(all)) element.hidden = name !== shown;
      all[shown].update();
    },
  };
}

function layer(view: View): Region {
  const { session } = view;
  const { strip, panel } = tabs(view);
  const toBrush = () => {
    const tab = strip.element.querySelector<HTMLElement>("[aria-selected=true]");
    (panel.element.querySelector<HTMLElement>(".panel:not([hidden]) .brush-toggle") ?? tab)?.focus();
  };
  const isBrushInHand = () => session.painting && session.remembered.tab === "maps";
  const notice = strokesNotice(view, () => isOfPhoto(session.remembered.tab) && !isBrushInHand(), toBrush);
  const regions = [title(view), facts(view), strip, notice, panel];
  const element = h("div", { class: "layer-side" }, ...regions.map(({ element }) => element));
  contextMenu(element, () => (session.layer ? { layer: session.layer.name } : undefined), "with those for text");
  return {
    element,
    update() {
      for (const region of regions) region.update();
    },
  };
}

/** Something about the whole net, under its heading and with a way back; made when it is first shown. */
function whole(view: View, heading: string, region: (view: View) => Region): Region {
  const back = link("Back to the layer", () => lead(() => view.session.remember({ side: "layer" })));
  const frame = h("div", { class: "panel" });
  const element = h(
    "div",
    { class: "layer-side" },
    h("div", { class: "heading" }, h("h2", { tabindex: -1 }, heading), back),
    frame,
  );
  let made: Region | undefined;
  return {
    element,
    update() {
      if (!made) {
        made = region(view);
        frame.append(made.element);
      }
      made.update();
    },
  };
}
