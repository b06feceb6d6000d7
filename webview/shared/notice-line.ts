import { link } from "./controls.ts";
import { fill, h, whenChanged } from "./dom.ts";
import type { Notices } from "./notice.ts";
import type { Region } from "./region.ts";
import { visible } from "./words.ts";

/** How long what needs no answer is shown. */
const shownFor = 8000;

/** What came of an action: a warning stays until it is closed or the next one, good news goes by itself. */
export function noticeLine(session: Notices): Region {
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
