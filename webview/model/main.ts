import { modelPanel } from "../../src/shared/model-panel.ts";
import { announcer } from "../shared/announce.ts";
import { host } from "../shared/port.ts";
import { onThemeChange, themeKind } from "../shared/theme.ts";
import { registerControls } from "../shared/toolkit.ts";
import { keeper } from "./keeper.ts";
import "./model.css";
import { page } from "./page.ts";
import { Session } from "./session.ts";
import type { View } from "./view.ts";

const root = document.getElementById("app");
if (!root) throw new Error("The page has no place for the view.");

const { calls, kept, opened } = host(modelPanel);
const keep = keeper(kept, root);
let drawing = 0;
const session: Session = new Session(calls, keep.remembered, () => {
  drawing ||= requestAnimationFrame(draw);
});
void opened.then(() => session.start());

registerControls();
const speaker = announcer();
const view: View = { session, theme: themeKind(), graph: undefined, announce: speaker.say };
const whole = page(view);
root.replaceChildren(whole.element, speaker.element);
onThemeChange(() => {
  view.theme = themeKind();
  session.changed();
});

function draw(): void {
  drawing = 0;
  whole.update();
  keep.save(session);
}
