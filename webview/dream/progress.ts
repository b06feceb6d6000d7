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
    if (target.textContent === text) return;
    target.textContent = text;
    target.title = text;
  };
  return {
    element,
    update() {
      const now = session.progress;
      const last = session.state ? undefined : session.looks.last;
      const phase = visible(last?.place || phaseText(session));
      set(place, now ? placeText(now, session.part, session.isResult) : phase);
      set(pace, now ? standing(session, now) : visible(last?.standing ?? ""));
      bar.hidden = !now && !last && !session.isGoing;
      element.classList.toggle("awaited", bar.hidden && phase === "");
      bar.dataset["phase"] = session.phase;
      bar.setAttribute("aria-valuemax", String(now?.total ?? 0));
      bar.setAttribute("aria-valuenow", String(now?.done ?? 0));
      const fill = bar.firstElementChild as HTMLElement; // put there above
      fill.style.width = `${100 * (now ? shareOf(now) : (last?.share ?? 0))}%`;
    },
  };
}

export const shareOf = ({ done, total }: DreamProgress): number => done / Math.max(1, total);

/** How a run stands that has come so far. */
export function standing(session: Session, now: DreamProgress): string {
  const { isRewound, isGoing, phase } = session;
  if (isRewound) return isGoing ? "An earlier frame; the picture grows on" : "An earlier frame";
  return phase === "running" ? paceText(now, endOf(session)) : visible(phaseText(session));
}
