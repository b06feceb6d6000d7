import type { Session } from "./session.ts";

/** Not `pointerup`: what was pressed before is let go all the same. */
const doings = ["pointerdown", "pointermove", "click", "dblclick", "wheel", "keydown", "change", "input"];

/** While another photo is on its way, what is on screen is of the one before: nothing that is done to it counts. */
export function holdBack(session: Session): void {
  const hold = (event: Event) => {
    if (session.arriving) event.stopImmediatePropagation();
  };
  for (const doing of doings) addEventListener(doing, hold, { capture: true, passive: true });
}
