import { h } from "../shared/dom.ts";
import { noticeLine } from "../shared/notice-line.ts";
import type { Region } from "../shared/region.ts";
import { graph } from "./graph/graph.ts";
import { header } from "./header.ts";
import { refusal } from "./refusal.ts";
import { side } from "./side.ts";
import { split } from "./split.ts";
import type { View } from "./view.ts";

/** All regions, in the order in which Tab goes through them. */
export function page(view: View): Region {
  const { session } = view;
  const drawn = graph(view);
  const top = header(view);
  const said = noticeLine(session);
  const refused = refusal(view);
  const line = split(view);
  const beside = side(view);
  const left = h("section", { class: "graph-pane", "aria-label": "Graph" }, drawn.element);
  const columns = h("div", { class: "columns" }, left, line.element, beside.element);
  const element = h("div", { class: "page" }, top.element, said.element, refused.element, columns);
  return {
    element,
    update() {
      // Without its structure there is nothing of the file to show.
      const unreadable = session.structure.value === undefined && session.structure.state.status === "failed";
      columns.hidden = unreadable;
      for (const region of [top, said, refused]) region.update();
      if (!unreadable) for (const region of [drawn, line, beside]) region.update();
    },
  };
}
