import type { Session } from "./session.ts";

/** Space pauses and goes on, a full stop makes one step, Escape leaves an earlier frame for the newest. */
export function listen(session: Session): void {
  addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isTaken(event)) return;
    if (event.key === " ") {
      if (session.isGoing) session.pause();
      else if (session.strip.length) session.resume();
      else session.begin();
    } else if (event.key === ".") {
      if (!session.isGoing) session.resume("step");
    } else if (event.key === "Escape" && session.chosen !== undefined) void session.choose(undefined);
    else return;
    event.preventDefault();
  });
}

/** Keys that a control under the focus has a use for. */
const isTaken = ({ key, target }: KeyboardEvent): boolean =>
  target instanceof HTMLElement &&
  (/^(INPUT|TEXTAREA|SELECT)$|^VSCODE-(TEXT-FIELD|DROPDOWN)$/.test(target.tagName) ||
    (key === " " && /^(BUTTON|VSCODE-BUTTON|VSCODE-CHECKBOX)$/.test(target.tagName)));
