import { h } from "../shared/dom.ts";
import { noticeLine } from "../shared/notice-line.ts";
import type { Region } from "../shared/region.ts";
import { beside } from "./beside.ts";
import { curve } from "./curve.ts";
import { extentOf } from "./extent.ts";
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
import { isBlank } from "./tools.ts";
import type { View } from "./view.ts";

/** Where all is under one another. */
const single = "(max-width: 760px)";

/** All regions, in the order in which Tab goes through them. */
export function page(view: View): Region {
  const { session } = view;
  const top = header(view);
  const notice = noticeLine(session);
  const refused = refusal(view);
  const main = [stage(view), made(view), progress(view), strip(view)];
  const said = [rewound(view), notes(view)];
  const [settings, results] = [side(view), [curve(view), opinions(view), beside(view)]];
  const come = h("div", { class: "come fading" }, ...results.map((region) => region.element));
  const aside = h("aside", {}, h("div", { class: "chosen fading" }, settings.element), come);
  const singleness = matchMedia(single);
  singleness.addEventListener("change", () => session.changed());
  const pane = h(
    "main",
    {},
    ...main.map((region) => region.element),
    h("div", { class: "said" }, ...said.map((region) => region.element)),
  );
  const columns = h("div", { class: "columns" }, pane, aside);
  const regions = [top, notice, refused, ...main, ...said, settings, ...results];
  const narrate = narration(view);

  /** How much room it has of the column. Where all is under one another, pictures come before what can be chosen. */
  function arrange(): void {
    const extent = extentOf(session);
    aside.dataset["come"] = extent;
    const isFirst = singleness.matches && extent === "most";
    if (isFirst === (aside.firstElementChild === come)) return;
    const focused = come.contains(document.activeElement) ? (document.activeElement as HTMLElement) : undefined; // of a page
    if (isFirst) aside.prepend(come);
    else aside.append(come);
    focused?.focus({ preventScroll: true });
  }
  return {
    element: h("div", { class: "page" }, top.element, notice.element, refused.element, columns),
    update() {
      columns.hidden = session.isBare;
      pane.classList.toggle("blank", isBlank(session));
      for (const region of regions) region.update();
      arrange();
      narrate();
    },
  };
}
