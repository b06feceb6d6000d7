import { fill, h, whenChanged } from "../shared/dom.ts";
import type { Region } from "../shared/region.ts";
import { roving } from "../shared/roving.ts";
import { visible } from "../shared/words.ts";
import { shownPicture } from "./view.ts";
import type { View } from "./view.ts";

/** The pictures of one technique, where it gives several. */
export function tabs(view: View): Region {
  const { session } = view;
  const element = h("div", { class: "tabs", role: "tablist", "aria-label": "Maps of this technique" });
  const stops = roving(element, "[role=tab]");
  const pictures = () => session.resultOf(session.remembered.technique).pictures;
  const build = whenChanged(
    () => [
      session.remembered.technique,
      pictures()
        .map(({ key, title }) => `${key}\n${title}`)
        .join("\n\n"),
    ],
    () => {
      const { technique } = session.remembered;
      const tab = ({ key, title }: { readonly key: string; readonly title: string }) =>
        h(
          "button",
          {
            type: "button",
            role: "tab",
            "data-key": key,
            onclick: () => {
              session.keepPanel();
              session.remember({ keys: { ...session.remembered.keys, [technique]: key } });
            },
          },
          visible(title),
        );
      fill(element, ...(pictures().length > 1 ? pictures().map(tab) : []));
      element.hidden = pictures().length < 2;
    },
  );
  const mark = () => {
    for (const tab of element.querySelectorAll<HTMLElement>("[role=tab]"))
      tab.setAttribute("aria-selected", String(tab.dataset["key"] === shownPicture(view)?.key));
    stops.settle();
  };
  return {
    element,
    update() {
      build();
      mark();
    },
  };
}
