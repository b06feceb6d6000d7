import type { DreamProgress } from "../../src/shared/dream-panel.ts";
import { h } from "../shared/dom.ts";
import type { Region } from "../shared/region.ts";
import { visible } from "../shared/words.ts";
import type { Session } from "./session.ts";
import type { View } from "./view.ts";
import { endOf, paceText, phaseText, placeText } from "./words.ts";

/** One line under the picture: where the run is, how fast it goes and how long it takes yet; of an earlier frame, where that was. */
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
      const now = session.progress;
      const phase = visible((!session.state && session.looks.last?.place) || phaseText(session));
      set(place, now ? placeText(now, session.part, session.isResult) : phase);
      set(pace, now ? standing(session, now, phase) : "");
      bar.hidden = !now && !session.isGoing;
      element.hidden = bar.hidden && phase === "";
      bar.dataset["phase"] = session.phase;
      bar.setAttribute("aria-valuemax", String(now?.total ?? 0));
      bar.setAttribute("aria-valuenow", String(now?.done ?? 0));
      const fill = bar.firstElementChild as HTMLElement; // put there above
      fill.style.width = now ? `${(100 * now.done) / Math.max(1, now.total)}%` : "0";
    },
  };
}

function standing(session: Session, now: DreamProgress, words: string): string {
  const { isRewound, isGoing, phase } = session;
  if (isRewound) return isGoing ? "An earlier frame; the picture grows on" : "An earlier frame";
  return phase === "running" ? paceText(now, endOf(session)) : words;
}
