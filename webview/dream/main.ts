import { dreamPanel } from "../../src/shared/dream-panel.ts";
import { announcer } from "../shared/announce.ts";
import { host } from "../shared/port.ts";
import { registerControls } from "../shared/toolkit.ts";
import "./dream.css";
import { keeper } from "./keeper.ts";
import { listen } from "./keys.ts";
import { seenLast } from "./last-seen.ts";
import { page } from "./page.ts";
import { Session } from "./session.ts";

const root = document.getElementById("app");
if (!root) throw new Error("The page has no place for the view.");

const { calls, kept, opened } = host(dreamPanel);
const keep = keeper(kept, root, seenLast());
/** Milliseconds that a page which comes back stays as it was left, until all that it asks at first is there: it is drawn whole. */
const patience = 500;

let drawing = 0;
let isLeft = keep.looks.last !== undefined;
const session: Session = new Session(
  calls,
  () => {
    drawing ||= requestAnimationFrame(draw);
  },
  keep.looks,
);

registerControls();
const speaker = announcer();
const whole = page({ session, announce: speaker.say });
root.replaceChildren(whole.element, speaker.element);
listen(session);
show();
void opened
  .then(() => Promise.race([session.start(), new Promise<void>((resolve) => setTimeout(resolve, patience))]))
  .then(() => {
    isLeft = false;
    session.changed();
  });

function draw(): void {
  drawing = 0;
  if (!isLeft) show();
}

function show(): void {
  whole.update();
  keep.save(session);
}
