import { h } from "../shared/dom.ts";
import type { Region } from "../shared/region.ts";
import { roving } from "../shared/roving.ts";
import { convolution } from "./convolution/convolution.ts";
import { features } from "./features/features.ts";
import { filters } from "./filters/filters.ts";
import { node } from "./inspector/node.ts";
import { weights } from "./inspector/weights.ts";
import { tabs as names } from "./remembered.ts";
import type { Tab } from "./remembered.ts";
import { unit } from "./unit/unit.ts";
import type { View } from "./view.ts";

interface Panel {
  readonly title: string;
  readonly region: (view: View) => Region;
  /** Whether the photo is looked through, with what the brush did to it. */
  readonly ofPhoto: boolean;
}

const panels: Readonly<Record<Tab, Panel>> = {
  maps: { title: "Feature maps", region: features, ofPhoto: true },
  filters: { title: "Filters", region: filters, ofPhoto: false },
  unit: { title: "One unit", region: unit, ofPhoto: true },
  steps: { title: "Convolution", region: convolution, ofPhoto: true },
  weights: { title: "Weights", region: weights, ofPhoto: false },
  node: { title: "Node", region: node, ofPhoto: false },
};

export const isOfPhoto = (tab: Tab): boolean => panels[tab].ofPhoto;

/** What can be looked at in a layer, one at a time. A region is made when it is first shown, and rests while it is hidden. */
export function tabs(view: View): { readonly strip: Region; readonly panel: Region } {
  const { session } = view;
  const strip = h("div", { class: "tabs", role: "tablist", "aria-label": "What to see of the layer" });
  const panel = h("div", { class: "panels" });
  const stops = roving(strip, "[role=tab]");
  const buttons = new Map(
    names.map((tab) => [
      tab,
      h(
        "button",
        {
          type: "button",
          role: "tab",
          id: `tab-${tab}`,
          "aria-controls": `panel-${tab}`,
          "data-tab": tab,
          onclick: () => session.remember({ tab }),
        },
        panels[tab].title,
      ),
    ]),
  );
  strip.append(...buttons.values());
  const frames = new Map(
    names.map((tab) => [
      tab,
      h("div", { class: "panel", role: "tabpanel", id: `panel-${tab}`, "aria-labelledby": `tab-${tab}`, hidden: true }),
    ]),
  );
  panel.append(...frames.values());
  const made = new Map<Tab, Region>();

  function shown(tab: Tab): Region {
    let region = made.get(tab);
    if (!region) {
      region = panels[tab].region(view);
      made.set(tab, region);
      frames.get(tab)?.append(region.element);
    }
    return region;
  }

  let marked: Tab | undefined;
  return {
    strip: {
      element: strip,
      update() {
        const { tab } = session.remembered;
        if (tab === marked) return;
        marked = tab;
        for (const [each, button] of buttons) button.setAttribute("aria-selected", String(each === tab));
        stops.settle();
      },
    },
    panel: {
      element: panel,
      update() {
        const { tab } = session.remembered;
        const region = shown(tab);
        for (const [each, frame] of frames) frame.hidden = each !== tab;
        region.update();
      },
    },
  };
}
