import type { Session } from "./session.ts";

/** Space pauses, begins and goes on, a full stop makes one step, where there is a button for it; Escape leaves an earlier frame for the newest. */
export function listen(session: Session): void {
  addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isTaken(event)) return;
    const can = session.missing === undefined && !session.isGoing;
    if (event.key === " " && session.isGoing) session.pause();
    else if (event.key === " " && can && session.isResumable) session.resume();
    else if (event.key === " " && can && !session.strip.length) session.begin();
    else if (event.key === "." && can && session.isResumable) session.resume("step");
    else if (event.key === "Escape" && session.chosen !== undefined) void session.choose(undefined);
    else return;
    event.preventDefault();
  });
}

/** Keys that a control under the focus has a use for. */
const isTaken = ({ key, target }: KeyboardEvent): boolean =>
  target instanceof HTMLElement &&
  (/^(INPUT|TEXTAREA|SELECT)$|^VSCODE-(TEXT-FIELD|DROPDOWN)$/.test(target.tagName) ||
    (key === " " && /^(BUTTON|VSCODE-BUTTON|VSCODE-CHECKBOX)$/.test(target.tagName)));
