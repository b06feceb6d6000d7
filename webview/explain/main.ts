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
import { page } from "./page.ts";
import { Session } from "./session.ts";
import type { View } from "./view.ts";

const root = document.getElementById("app");
if (!root) throw new Error("The page has no place for the view.");

const { calls, kept } = host(explain);
const keep = keeper(kept, root);
let drawing = 0;
const session: Session = new Session(calls, keep.remembered, () => {
  drawing ||= requestAnimationFrame(draw);
});
void session.start();

// What is asked for is on its way: time to make what will show it.
registerControls();
const speaker = announcer();
const view: View = { session, theme: themeKind(), photo: undefined, announce: speaker.say };
const whole = page(view);
root.replaceChildren(whole.element, speaker.element);
listen(session);
onThemeChange(() => {
  view.theme = themeKind();
  session.changed();
});

let photoOf: Uint8Array | undefined;
function draw(): void {
  drawing = 0;
  const png = session.looked?.photo.png;
  if (png && png !== photoOf) void decode(png);
  whole.update();
  narrate(view);
  keep.save(session);
}

async function decode(png: Uint8Array): Promise<void> {
  photoOf = png;
  try {
    const photo = await drawPhoto(png);
    if (photoOf !== png) return;
    view.photo = photo;
    session.changed();
  } catch {
    session.say("The photo could not be drawn here; what the network says of it still holds.", "warning");
  }
}
