import { h } from "../shared/dom.ts";
import { noticeLine } from "../shared/notice-line.ts";
import type { Region } from "../shared/region.ts";
import { beside } from "./beside.ts";
import { curve } from "./curve.ts";
import { header } from "./header.ts";
import { made } from "./made.ts";
import { narration } from "./narrate.ts";
import { notes } from "./notes.ts";
import { opinions } from "./opinions.ts";
import { progress } from "./progress.ts";
import { refusal } from "./refusal.ts";
import { rewound } from "./rewound.ts";
import { side } from "./side.ts";
import { stage } from "./stage.ts";
import { strip } from "./strip.ts";
import type { View } from "./view.ts";

/** All regions, in the order in which Tab goes through them. */
export function page(view: View): Region {
  const { session } = view;
  const top = header(view);
  const notice = noticeLine(session);
  const refused = refusal(view);
  const main = [stage(view), made(view), progress(view), strip(view)];
  const said = [rewound(view), notes(view)];
  const [chosen, come] = [[side(view)], [curve(view), opinions(view), beside(view)]];
  const columns = h(
    "div",
    { class: "columns" },
    h(
      "main",
      {},
      ...main.map((region) => region.element),
      h("div", { class: "said" }, ...said.map((region) => region.element)),
    ),
    h(
      "aside",
      {},
      h("div", { class: "chosen fading" }, ...chosen.map((region) => region.element)),
      h("div", { class: "come fading" }, ...come.map((region) => region.element)),
    ),
  );
  const regions = [top, notice, refused, ...main, ...said, ...chosen, ...come];
  const narrate = narration(view);
  return {
    element: h("div", { class: "page" }, top.element, notice.element, refused.element, columns),
    update() {
      columns.hidden = session.isBare;
      for (const region of regions) region.update();
      narrate();
    },
  };
}
