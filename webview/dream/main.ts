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
let drawing = 0;
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
session.changed();
void opened.then(() => session.start());

function draw(): void {
  drawing = 0;
  whole.update();
  keep.save(session);
}
