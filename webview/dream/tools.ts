import { h, icon, whenChanged } from "../shared/dom.ts";
import type { Region } from "../shared/region.ts";
import type { Session } from "./session.ts";
import type { View } from "./view.ts";
import { beginWord } from "./words.ts";

const icons = {
  play: "M4.5 3l8 5-8 5z",
  pause: "M5 3.5v9M11 3.5v9",
  step: "M3.5 3l7 5-7 5zM13 3.5v9",
  stop: "M4 4h8v8H4z",
};

/** What a button does in a phase of the run. */
interface Does {
  readonly icon: keyof typeof icons;
  readonly text: string;
  readonly key?: string;
  readonly action: () => void;
  /** Why it cannot be done now. */
  readonly why: string | undefined;
}

interface Place {
  readonly element: HTMLButtonElement;
  show(does: Does): void;
}

/** What can be done with the picture. Each button keeps its place from phase to phase: what does not apply is disabled, and says why. */
export function tools({ session }: View): Region {
  const goOn = place("", ["Pause", "Resume", "Continue", "Go on from here"]);
  const step = place("short", ["One step"]);
  const stop = place("short", ["Stop"]);
  const begin = place("", ["Start", "Start again"]);
  const ofPicture = [goOn, step, stop];
  // The one that begins is the last: what comes in its place would be clicked by who clicks twice.
  const element = h("div", { class: "tools" }, ...ofPicture.map((one) => one.element), begin.element);

  const update = whenChanged(
    () => {
      const { state, phase, isResumable, isRewound, missing, strip } = session;
      return [state === undefined, phase, isResumable, isRewound, missing, strip.length > 0];
    },
    () => {
      for (const one of ofPicture) one.element.hidden = isBlank(session);
      goOn.show(goingOn(session));
      step.show({
        icon: "step",
        text: "One step",
        key: ".",
        action: () => session.resume("step"),
        why: session.isGoing ? "Pause it first: then it goes step by step." : whyNotOn(session),
      });
      stop.show({
        icon: "stop",
        text: "Stop",
        action: () => session.stop(),
        why: session.isGoing ? undefined : "Nothing runs at present.",
      });
      begin.show({
        icon: "play",
        text: wasLeft(session) ? "Start again" : beginWord(session),
        action: () => session.begin(),
        why: session.missing,
      });
    },
  );
  return {
    element,
    update() {
      update();
      element.hidden = session.isBare;
    },
  };
}

/** A page that comes again and has not heard of its host yet. */
const wasLeft = ({ state, looks }: Session): boolean => state === undefined && looks.last !== undefined;

/** There is no picture, and none that grows. */
export const isBlank = (session: Session): boolean =>
  session.phase === "idle" && session.strip.length === 0 && !wasLeft(session);

function goingOn(session: Session): Does {
  const { isGoing, isRewound, state, phase, looks } = session;
  const now: string | undefined = state ? phase : looks.last?.phase;
  if (isGoing || now === "waiting" || now === "running")
    return { icon: "pause", text: "Pause", key: "Space", action: () => session.pause(), why: isGoing ? undefined : "" };
  const text = isRewound ? "Go on from here" : now === "paused" ? "Resume" : "Continue";
  return { icon: "play", text, key: "Space", action: () => session.resume(), why: whyNotOn(session) };
}

function whyNotOn({ state, strip, isResumable, missing }: Session): string | undefined {
  if (isResumable || !state) return missing;
  if (strip.length === 0) return "There is no frame to go on from yet.";
  return strip.every(({ isSaved }) => isSaved)
    ? "A saved picture holds nothing to go on from: Start makes it anew."
    : "Finished: choose an earlier frame to go on from it.";
}

/** As wide as the widest of its words, whichever it says. A short one may lose them to its icon where there is little room. */
function place(look: "" | "short", words: readonly string[]): Place {
  let now: Does | undefined;
  const picture = icon("");
  const text = h("span", { class: "words" });
  const element = h(
    "button",
    {
      type: "button",
      class: `tool framed steady ${look}`,
      "data-words": words.join("\n"),
      onclick: () => now?.why === undefined && now?.action(),
    },
    h("span", { class: "now" }, picture, text),
  );
  return {
    element,
    show(does) {
      now = does;
      const { key, why } = does;
      picture.firstElementChild?.setAttribute("d", icons[does.icon]);
      text.textContent = does.text;
      element.ariaLabel = does.text;
      element.title = why || (key === undefined ? does.text : `${does.text} (${key})`);
      // Disabled altogether, it would lose the focus.
      element.ariaDisabled = why === undefined ? null : "true";
    },
  };
}
