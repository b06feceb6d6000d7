import { h } from "../shared/dom.ts";
import type { Region } from "../shared/region.ts";
import { visible } from "../shared/words.ts";
import type { View } from "./view.ts";
import { paceText, phaseText, placeText } from "./words.ts";

/** One line under the picture: where the run is, how fast it goes and how long it takes yet. */
export function progress({ session }: View): Region {
  const place = h("span", { class: "place" });
  const bar = h("div", { class: "bar", role: "progressbar", "aria-label": "Progress", "aria-valuemin": 0 }, h("div"));
  const pace = h("span", { class: "pace dim" });
  const element = h("div", { class: "progress" }, place, bar, pace);
  const set = (target: HTMLElement, text: string) => {
    if (target.textContent !== text) target.textContent = text;
  };
  return {
    element,
    update() {
      const { state } = session;
      const now = state?.progress;
      const phase = visible(phaseText(session));
      set(place, now ? placeText(now, session.part) : phase);
      set(pace, state?.phase === "running" && now ? paceText(now) : now ? phase : "");
      bar.hidden = !now && !session.isGoing;
      bar.dataset["phase"] = session.phase;
      bar.setAttribute("aria-valuemax", String(now?.total ?? 0));
      bar.setAttribute("aria-valuenow", String(now?.done ?? 0));
      const fill = bar.firstElementChild as HTMLElement; // put there above
      fill.style.width = now ? `${(100 * now.done) / Math.max(1, now.total)}%` : "0";
    },
  };
}
