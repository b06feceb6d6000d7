import type { DreamPhase } from "../../src/shared/dream-panel.ts";
import type { Failure } from "../../src/shared/rpc.ts";
import { button, link } from "../shared/controls.ts";
import { fill, h, whenChanged } from "../shared/dom.ts";
import type { Region } from "../shared/region.ts";
import { visible } from "../shared/words.ts";
import type { Session } from "./session.ts";
import type { View } from "./view.ts";
import { beginWord } from "./words.ts";

/** Why there is no picture, or why it does not grow, and what can be done. Where there is a picture it covers nothing of it, and can be closed. */
export function instead({ session }: View): Region {
  const element = h("div", { class: "instead" });
  /** What was closed: that is not said again, until something else comes. */
  let closed: string | undefined;
  const close = () => {
    closed = endOf(session);
    session.changed();
  };
  const update = whenChanged(
    () => {
      const { phase, state, missing, isResumable, shown, techniques } = session;
      return [phase, state?.failure, state?.canceled, missing, isResumable, shown === undefined, techniques, closed];
    },
    () => {
      const end = endOf(session);
      if (end !== closed) closed = undefined;
      fill(element, closed === undefined ? said(session, close) : undefined);
      element.hidden = element.childNodes.length === 0;
    },
  );
  return { element, update };
}

const endOf = ({ phase, state }: Session): string =>
  [phase, state?.canceled && "canceled", state?.failure?.message].join(" ");

function said(session: Session, close: () => void): HTMLElement | undefined {
  const { phase, state, shown, missing, technique, settings } = session;
  const { failure, canceled: isCanceled } = state ?? {};
  if (phase === "failed" && failure) return failed(session, failure, close);
  if (phase === "interrupted") return interrupted(session, close);
  if (isCanceled) return canceled(session, close);
  if (shown || goesOn.has(phase)) return undefined;
  if (technique?.fromPhoto && settings && settings.image === undefined) return photoless(session);
  if (missing) return h("p", { class: "card" }, missing);
  const isBlank = technique?.fromPhoto === false;
  return isBlank ? h("p", { class: "card quiet" }, "Nothing is there yet: Start makes the picture.") : undefined;
}

/** The line of progress says what is waited for. */
const goesOn: ReadonlySet<DreamPhase> = new Set(["waiting", "running"]);

const photoless = (session: Session): HTMLElement =>
  h(
    "div",
    { class: "card" },
    h("p", { class: "words" }, session.missing),
    button("Choose a photo", () => void session.act(session.host.usePhoto({})), "primary"),
  );

function failed(session: Session, failure: Failure, close: () => void): HTMLElement {
  const { missing, isResumable } = session;
  const isOfEngine = /^(Engine|Deadline|OutOfMemory|Disconnected|Model)/.test(failure.name);
  // What was refused once is refused again, unless it begins anew.
  const isRefused = failure.name === "NotApplicable";
  const again = does(
    session,
    isResumable ? "Start again" : "Try again",
    () => session.begin(),
    isRefused ? "primary" : undefined,
  );
  const goOn = isResumable
    ? does(session, "Continue", () => session.resume(), isRefused ? undefined : "primary")
    : undefined;
  return card(
    { role: "alert" },
    close,
    [
      h("p", { class: "why" }, visible(failure.message)),
      missing && missing !== failure.message ? h("p", {}, missing) : undefined,
    ],
    [
      ...(isRefused ? [again, goOn] : [goOn, again]),
      isOfEngine ? button("Restart engine", () => void session.act(session.host.restartEngine(undefined))) : undefined,
      button("Show log", () => void session.act(session.host.showLog(undefined))),
    ],
  );
}

function interrupted(session: Session, close: () => void): HTMLElement {
  const why = session.isResumable
    ? "The window closed while this picture grew. This is its last frame."
    : "The window closed before the first frame was there.";
  return ended(session, close, why);
}

function canceled(session: Session, close: () => void): HTMLElement {
  const why = session.shown
    ? "It was cancelled before another step was made. The picture is as it was."
    : "It was cancelled before a step was made.";
  return ended(session, close, why);
}

/** With the way on, or else to begin. */
function ended(session: Session, close: () => void, why: string): HTMLElement {
  const { missing, isResumable } = session;
  return card(
    {},
    close,
    [h("p", {}, why), missing ? h("p", {}, missing) : undefined],
    [
      isResumable
        ? does(session, "Continue", () => session.resume(), "primary")
        : does(session, beginWord(session), () => session.begin(), "primary"),
    ],
  );
}

type Children = readonly (HTMLElement | undefined)[];

const card = (properties: { readonly role?: string }, close: () => void, words: Children, actions: Children) =>
  h(
    "div",
    { class: "card", ...properties },
    h("div", { class: "words" }, ...words),
    h("div", { class: "actions" }, ...actions),
    link("✕", close, "Close this message"),
  );

/** Disabled where something is missing. */
function does({ missing }: Session, text: string, action: () => void, look?: "primary"): HTMLElement {
  const made = button(text, () => missing === undefined && action(), look);
  made.toggleAttribute("disabled", missing !== undefined);
  return made;
}
