import { explain } from "../../src/shared/protocol.ts";
import { announcer } from "../shared/announce.ts";
import { host } from "../shared/port.ts";
import { onThemeChange, themeKind } from "../shared/theme.ts";
import { registerControls } from "../shared/toolkit.ts";
import "./explain.css";
import { keeper } from "./keeper.ts";
import { listen } from "./keys.ts";
import { narrate } from "./narrate.ts";
import { holdBack } from "./hold-back.ts";
import { page } from "./page.ts";
import { PhotoOnScreen } from "./photo-on-screen.ts";
import { Session } from "./session.ts";
import type { View } from "./view.ts";

const root = document.getElementById("app");
if (!root) throw new Error("The page has no place for the view.");

const { calls, kept, opened } = host(explain);
const keep = keeper(kept, root);
/** What is said where the photo could not be shown as it is. */
const losses = {
  photo: "The photo could not be drawn here; what the network says of it still holds.",
  pixels: "The photo’s exact pixels did not arrive: what is shown of it is a copy with losses.",
};
let drawing = 0;
const changed = () => {
  lookForPhoto();
  drawing ||= requestAnimationFrame(draw);
};
const waiting: (() => void)[] = [];
/** A window that nobody sees draws nothing: it is not waited for. */
const longestDrawing = 200;
const drawn = () =>
  new Promise<void>((resolve) => {
    waiting.push(resolve);
    setTimeout(resolve, longestDrawing);
  });
const session = new Session(calls, keep.remembered, changed, drawn, keep.panel);
void opened.then(() => session.start());

const speaker = announcer();
const photo = new PhotoOnScreen(
  () => calls.photo(undefined),
  () => (changing ? draw() : session.changed()),
  (what) => session.say(losses[what], "warning"),
);
const view: View = { session, theme: themeKind(), photo, marking: false, announce: speaker.say };
const whole = page(view);
root.replaceChildren(whole.element, speaker.element);
listen(session);
holdBack(session);
onThemeChange(() => {
  view.theme = themeKind();
  session.changed();
});

/**
 * Photo and map come first; what stands around them follows in a turn of its own, and not before the photo can be drawn.
 * But where another photo was on screen, all changes in one turn.
 */
let following: ReturnType<typeof setTimeout> | undefined;
let changing = false;
function draw(): void {
  cancelAnimationFrame(drawing);
  drawing = 0;
  changing ||= session.arriving;
  if (session.arriving || (changing && photo.decoding)) return;
  whole.stage.update();
  if (photo.decoding) return;
  if (changing) follow();
  else following ??= setTimeout(follow);
  changing = false;
  const done = waiting.splice(0);
  if (done.length) requestAnimationFrame(() => setTimeout(() => goOn(done))); // when this is on screen
}

/** What comes next begins, or it is seen that nothing does. */
function goOn(jobs: readonly (() => void)[]): void {
  for (const resolve of jobs) resolve();
  changed();
}

/** Its decoding waits for no frame. */
function lookForPhoto(): void {
  const { glimpse, looked } = session;
  if (glimpse && glimpse !== looked?.glimpse) void photo.prepare(glimpse);
  const before = photo.drawn;
  if (photo.follow(looked?.glimpse)) changing ||= before !== undefined;
}

function follow(): void {
  clearTimeout(following);
  following = undefined;
  registerControls();
  whole.update();
  narrate(view);
  keep.save(session);
  photo.sharpen();
}
