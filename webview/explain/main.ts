import { explain } from "../../src/shared/protocol.ts";
import { announcer } from "../shared/announce.ts";
import { host } from "../shared/port.ts";
import { onThemeChange, themeKind } from "../shared/theme.ts";
import { registerControls } from "../shared/toolkit.ts";
import { drawPhoto } from "./canvases.ts";
import "./explain.css";
import { keeper } from "./keeper.ts";
import { listen } from "./keys.ts";
import { narrate } from "./narrate.ts";
import { holdBack } from "./hold-back.ts";
import { page } from "./page.ts";
import { Session } from "./session.ts";
import type { View } from "./view.ts";

const root = document.getElementById("app");
if (!root) throw new Error("The page has no place for the view.");

const { calls, kept, opened } = host(explain);
const keep = keeper(kept, root);
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
const session = new Session(calls, keep.remembered, changed, drawn, undefined, keep.panel);
void opened.then(() => session.start());

const speaker = announcer();
const view: View = { session, theme: themeKind(), photo: undefined, announce: speaker.say };
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
let photoOf: Uint8Array | undefined;
let decoding = false;
let following: ReturnType<typeof setTimeout> | undefined;
let changing = false;
function draw(): void {
  cancelAnimationFrame(drawing);
  drawing = 0;
  changing ||= session.arriving;
  if (session.arriving || (changing && decoding)) return;
  whole.stage.update();
  if (decoding) return;
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
  const png = session.looked?.photo.png;
  if (!png || png === photoOf) return;
  changing ||= view.photo !== undefined;
  void decode(png);
}

function follow(): void {
  clearTimeout(following);
  following = undefined;
  registerControls();
  whole.update();
  narrate(view);
  keep.save(session);
}

async function decode(png: Uint8Array): Promise<void> {
  photoOf = png;
  decoding = true;
  try {
    const photo = await drawPhoto(png);
    if (photoOf !== png) return; // another one is on its way
    view.photo = photo;
  } catch {
    if (photoOf !== png) return;
    view.photo = undefined;
    session.say("The photo could not be drawn here; what the network says of it still holds.", "warning");
  }
  decoding = false;
  if (changing) draw();
  else session.changed();
}
