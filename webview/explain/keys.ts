import type { Session } from "./session.ts";

/** Escape's last meaning, when nothing nearer was open: stop what runs. */
export function listen(session: Session): void {
  addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.defaultPrevented) return;
    if (session.queue.busy) session.cancel();
    else if (session.notice) {
      session.notice = undefined;
      session.changed();
    }
  });
}
