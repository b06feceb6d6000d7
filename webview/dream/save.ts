import { keptWords } from "../../src/shared/dream-kept.ts";
import { h, icon } from "../shared/dom.ts";
import { menu, type MenuItem } from "../shared/menu.ts";
import type { Session } from "./session.ts";
import type { View } from "./view.ts";

/** Of the films: as fast as the frames come, about. */
const framesPerSecond = 12;

/** What can be kept of the frame on screen, and of all that led to it. */
export function saveMenu({ session }: View): HTMLElement {
  const { host } = session;
  const opener = h("button", { type: "button", class: "tool" }, icon("M8 2.5v7M5 7l3 3 3-3M3 12.5h10"), "Save");
  const entry = (text: string, save: (frame: number) => Promise<boolean>, least = 1): MenuItem => ({
    text,
    unavailable: session.strip.length < least ? "There is nothing to save yet." : undefined,
    action: () => {
      const { frame } = session;
      if (frame !== undefined) void session.act(save(frame));
    },
  });
  return menu("Save", opener, () => [
    entry("Picture as PNG, with its recipe…", (frame) => host.savePicture({ frame })),
    entry("Film as WebP…", (frame) => host.saveFilm({ frame, kind: "webp", framesPerSecond }), 2),
    entry("Film as GIF…", (frame) => host.saveFilm({ frame, kind: "gif", framesPerSecond }), 2),
    entry("Film as APNG…", (frame) => host.saveFilm({ frame, kind: "apng", framesPerSecond }), 2),
    entry(allFrames(session), (frame) => host.saveFrames({ frame })),
    entry("Save and use as current photo…", (frame) => host.useAsPhoto({ frame })),
  ]);
}

/** A long run keeps no frame of some of its steps: of those that led to the one on screen, where that is not on another branch. */
function allFrames({ strip, line, frame }: Session): string {
  const led = new Set(line.slice(0, line.indexOf(frame ?? NaN) + 1));
  const frames = strip.filter(({ id }) => led.has(id));
  return `All frames as PNG…${frames.length ? ` (${keptWords(frames)})` : ""}`;
}
