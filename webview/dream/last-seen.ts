import { outsideCells } from "../../src/shared/sheet-gaps.ts";
import { paint } from "./drawn.ts";
import { extentOf } from "./extent.ts";
import type { LastSeen } from "./looks.ts";
import { shareOf, standing } from "./progress.ts";
import type { OnStage, Session } from "./session.ts";
import { placeText, recipeText } from "./words.ts";

/** Of what is kept with the page's state, the longer side at most: it is shown for a moment, and all of it goes over the wire. */
const largest = 480;
/** Milliseconds between two times that a growing picture is written down. */
const between = 2000;

/** What a page that comes again is to show until its host has spoken: the newest frame, and what is said of it. */
export function seenLast(): (session: Session) => LastSeen | undefined {
  let now: LastSeen | undefined;
  let frame: number | undefined;
  let stood = "";
  let written = -Infinity;
  let due: ReturnType<typeof setTimeout> | undefined;
  return (session) => {
    const { state, looks, shown, chosen, isGoing, phase, techniques } = session;
    if (!state) return looks.last;
    if (!shown) return (now = undefined);
    const stands = [phase, extentOf(session), techniques.length].join();
    if (chosen !== undefined || (shown.frame === frame && stands === stood)) return now;
    const left = isGoing ? written + between - performance.now() : 0;
    clearTimeout(due);
    if (left > 0) {
      due = setTimeout(session.changed, left);
      return now;
    }
    frame = shown.frame;
    stood = stands;
    written = performance.now();
    const { width, height } = shown.drawn;
    return (now = { picture: smallOf(shown), ratio: width / height, ...wordsOn(session) });
  };
}

function wordsOn(session: Session): Omit<LastSeen, "picture" | "ratio"> {
  const { recipe, techniques, progress, part, isResult, phase } = session;
  const card = techniques.find(({ id }) => id === recipe?.technique);
  return {
    made: recipe ? recipeText(recipe, card) : "",
    place: progress ? placeText(progress, part, isResult) : "",
    standing: progress ? standing(session, progress) : "",
    share: progress ? shareOf(progress) : 0,
    phase,
    extent: extentOf(session),
  };
}

function smallOf({ drawn, sheet }: OnStage): string {
  const whole = document.createElement("canvas");
  paint(whole, drawn, sheet && outsideCells(sheet, drawn));
  const share = Math.min(1, largest / Math.max(drawn.width, drawn.height));
  const small = document.createElement("canvas");
  small.width = Math.max(1, Math.round(share * drawn.width));
  small.height = Math.max(1, Math.round(share * drawn.height));
  small.getContext("2d")?.drawImage(whole, 0, 0, small.width, small.height);
  return small.toDataURL("image/webp", 0.85);
}
