import { button, link } from "../../shared/controls.ts";
import { h } from "../../shared/dom.ts";
import { visible } from "../../shared/words.ts";
import type { FetchedState } from "../../shared/fetched.ts";
import { choosePhoto } from "../photo-picker.ts";
import type { Session } from "../session.ts";

/** What keeps a layer from being looked at through a photo; undefined where nothing does. */
export type Need = "trust" | "photo" | "layer" | "opening";

export function needOf(session: Session, withLayer = true): Need | undefined {
  if (session.subject.value?.trusted === false) return "trust";
  const { card, photo } = session;
  if (withLayer && !session.layer) return card.state.status === "loading" ? "opening" : "layer";
  if (!session.hasPhoto) return photo.state.status === "loading" ? "opening" : "photo";
  return undefined;
}

/** The same in words, with the way to mend it. `purpose`: "to see what a unit sees". */
export function needWords(session: Session, need: Need, purpose: string): HTMLElement {
  switch (need) {
    case "trust": {
      const allow = () => void session.attempt(() => session.host.manageTrust(undefined));
      return h(
        "p",
        { class: "empty" },
        `Restricted Mode: the network has to run ${purpose}. `,
        link("Manage Workspace Trust", allow),
      );
    }
    case "photo": {
      const { state } = session.photo;
      const why = state.status === "failed" ? `${visible(state.failure.message)} ` : "";
      return h(
        "p",
        { class: "empty" },
        `${why}Choose a photo ${purpose}. `,
        link("Choose a photo…", () => void choosePhoto(session)),
      );
    }
    case "layer":
      return h("p", { class: "empty dim" }, `Choose a layer ${purpose}.`);
    case "opening":
      return h("p", { class: "empty dim" }, "Opening…");
  }
}

/** Why there is no answer, and once more; nothing where there is one. */
export function refusalWords(state: FetchedState<unknown>, what: string, again: () => void): readonly HTMLElement[] {
  if (state.status !== "failed") return [];
  return [
    h("p", { role: "alert", class: "refused" }, `${what}: ${visible(state.failure.message)}`),
    button("Try again", again),
  ];
}
