import { keptWords, picturesWords } from "../../src/shared/dream-kept.ts";
import type { StripFrame } from "../../src/shared/dream-panel.ts";
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
  const film = (kind: string) => {
    const pictures = picturesWords(ledTo(session));
    return `Film as ${kind}…${pictures === undefined ? "" : ` (${pictures})`}`;
  };
  return menu("Save", opener, () => [
    entry("Picture as PNG, with its recipe…", (frame) => host.savePicture({ frame })),
    entry(film("WebP"), (frame) => host.saveFilm({ frame, kind: "webp", framesPerSecond }), 2),
    entry(film("GIF"), (frame) => host.saveFilm({ frame, kind: "gif", framesPerSecond }), 2),
    entry(film("APNG"), (frame) => host.saveFilm({ frame, kind: "apng", framesPerSecond }), 2),
    entry(allFrames(session), (frame) => host.saveFrames({ frame })),
    entry("Save and use as current photo…", (frame) => host.useAsPhoto({ frame })),
  ]);
}

/** What led to the frame on screen, where that is not on another branch. */
function ledTo({ strip, line, frame }: Session): readonly StripFrame[] {
  const led = new Set(line.slice(0, line.indexOf(frame ?? NaN) + 1));
  return strip.filter(({ id }) => led.has(id));
}

/** A long run keeps no frame of some of its steps. */
function allFrames(session: Session): string {
  const frames = ledTo(session);
  return `All frames as PNG…${frames.length ? ` (${keptWords(frames)})` : ""}`;
}
