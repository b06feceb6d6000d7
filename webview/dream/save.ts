import { keptWords, picturesWords } from "../../src/shared/dream-kept.ts";
import type { FilmKind, StripFrame } from "../../src/shared/dream-panel.ts";
import { h, icon } from "../shared/dom.ts";
import { menu, type MenuItem } from "../shared/menu.ts";
import type { Region } from "../shared/region.ts";
import type { Session } from "./session.ts";
import type { View } from "./view.ts";

/** Of the films: as fast as the frames come, about. */
const framesPerSecond = 12;

/** What can be kept of the frame on screen, and of all that led to it. */
export function saveMenu({ session }: View): Region {
  const { host } = session;
  const opener = h("button", { type: "button", class: "tool" }, icon("M8 2.5v7M5 7l3 3 3-3M3 12.5h10"), "Save");
  const entry = (text: string, save: (frame: number) => Promise<boolean>): MenuItem => ({
    text,
    action: () => {
      const { frame } = session;
      if (frame !== undefined) void session.act(save(frame));
    },
  });
  const film = (name: string, kind: FilmKind): MenuItem => {
    const pictures = picturesWords(ledTo(session));
    return {
      ...entry(`Film as ${name}…${pictures === undefined ? "" : ` (${pictures})`}`, (frame) =>
        host.saveFilm({ frame, kind, framesPerSecond }),
      ),
      unavailable: session.strip.length < 2 ? "There is one frame only." : undefined,
    };
  };
  const element = menu("Save", opener, () => [
    // What is looked at in the result's place is not saved by itself.
    entry(`${session.enlarged === undefined ? "Picture" : "Result"} as PNG, with its recipe…`, (frame) =>
      host.savePicture({ frame }),
    ),
    film("WebP", "webp"),
    film("GIF", "gif"),
    film("APNG", "apng"),
    entry(allFrames(session), (frame) => host.saveFrames({ frame })),
    entry("Save and use as current photo…", (frame) => host.useAsPhoto({ frame })),
  ]);
  return {
    element,
    update() {
      opener.disabled = session.strip.length === 0;
      opener.title = opener.disabled ? "There is nothing to save yet." : "";
    },
  };
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
