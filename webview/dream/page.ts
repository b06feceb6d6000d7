import { link } from "../shared/controls.ts";
import { fill, h, whenChanged } from "../shared/dom.ts";
import type { Region } from "../shared/region.ts";
import { visible } from "../shared/words.ts";
import { curve } from "./curve.ts";
import { header } from "./header.ts";
import { narration } from "./narrate.ts";
import { notes } from "./notes.ts";
import { progress } from "./progress.ts";
import { refusal } from "./refusal.ts";
import { side } from "./side.ts";
import { stage } from "./stage.ts";
import { strip } from "./strip.ts";
import type { View } from "./view.ts";

/** All regions, in the order in which Tab goes through them. */
export function page(view: View): Region {
  const { session } = view;
  const top = header(view);
  const notice = noticeLine(view);
  const refused = refusal(view);
  const main = [stage(view), progress(view), strip(view)];
  const right = [side(view), curve(view), notes(view)];
  const columns = h(
    "div",
    { class: "columns" },
    h("main", {}, ...main.map((region) => region.element)),
    h("aside", {}, ...right.map((region) => region.element)),
  );
  const regions = [top, notice, refused, ...main, ...right];
  const narrate = narration(view);
  return {
    element: h("div", { class: "page" }, top.element, notice.element, refused.element, columns),
    update() {
      columns.hidden = session.refusal !== undefined;
      for (const region of regions) region.update();
      narrate();
    },
  };
}

/** How long what needs no answer is shown. */
const shownFor = 8000;

/** What came of an action: a warning stays until it is closed or the next one, good news goes by itself. */
function noticeLine({ session }: View): Region {
  const element = h("div", { class: "notice", role: "status", hidden: true });
  const close = () => {
    session.notice = undefined;
    session.changed();
  };
  let leaving: ReturnType<typeof setTimeout> | undefined;
  const update = whenChanged(
    () => [session.notice],
    () => {
      const { notice } = session;
      clearTimeout(leaving);
      if (notice?.level === "info") leaving = setTimeout(close, shownFor);
      element.hidden = !notice;
      if (!notice) return fill(element);
      element.dataset["level"] = notice.level;
      fill(element, h("span", {}, visible(notice.text)), link("✕", close, "Close this message"));
    },
  );
  return { element, update };
}
