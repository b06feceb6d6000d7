import type { View } from "../view.ts";
import { radii } from "./brush.ts";
import type { Mark, Place } from "./marks.ts";
import type { Pane } from "./pane.ts";
import type { Work } from "./work.ts";

/** What the pointer does over the photo when it does not paint. */
export interface Looking {
  look(at: Place | undefined): void;
  pin(at: Place | undefined): void;
  here(): Place | undefined;
  step(event: KeyboardEvent, here: Place): Place | undefined;
}

/** The pointer and the keys over the photo: they look, or they paint where a brush is chosen. */
export function paintWith(view: View, work: Work, pane: Pane, looking: Looking): { marks(): readonly Mark[] } {
  const { session } = view;
  const { brush } = work;
  const { canvas } = pane;
  /** Where the pointer is, in [x, y] with pixel 0's centre at 0. */
  let pointer: Place | undefined;
  const toPoint = ([row, column]: Place): Place => [column - 0.5, row - 0.5];

  canvas.addEventListener("pointerdown", (event) => {
    const at = pane.placeAt(event);
    if (!at || event.button !== 0) return;
    if (!brush.tool) return looking.pin(at);
    event.preventDefault();
    canvas.focus();
    if (brush.tool === "copy" && (event.altKey || !brush.source)) return setSource(toPoint(at));
    canvas.setPointerCapture(event.pointerId);
    if (brush.begin(toPoint(at))) session.changed();
  });
  canvas.addEventListener("pointermove", (event) => {
    const at = pane.placeAt(event, brush.live !== undefined);
    pointer = at && toPoint(at);
    if (!brush.tool) return looking.look(at);
    if (pointer && brush.live) brush.extend(pointer);
    session.changed(); // the brush's outline moves along
  });
  const end = () => brush.live && brush.end();
  canvas.addEventListener("pointerup", end);
  canvas.addEventListener("pointercancel", end);
  canvas.addEventListener("pointerleave", () => {
    pointer = undefined;
    looking.look(undefined);
    session.changed();
  });
  canvas.addEventListener("keydown", (event) => {
    if (event.key === "Escape") looking.pin(undefined);
    if (event.key === "Escape") looking.look(undefined);
    const middle: Place = [Math.floor(pane.shape[0] / 2), Math.floor(pane.shape[1] / 2)];
    const here = looking.here() ?? middle;
    const to = looking.step(event, here);
    const undoes = (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z";
    if (to) {
      looking.look(to);
      if (brush.tool) pointer = [to[1], to[0]];
      session.changed();
    } else if (undoes && event.shiftKey) brush.redo();
    else if (undoes) brush.undo();
    else if (event.key === "Enter" || event.key === " ") act([here[1], here[0]], event.altKey, here);
    else return;
    event.preventDefault();
    event.stopPropagation();
  });

  function act(at: Place, alt: boolean, here: Place): void {
    if (!brush.tool) return looking.pin(here);
    if (brush.tool === "copy" && (alt || !brush.source)) return setSource(at);
    if (brush.begin(at)) brush.end();
  }
  function setSource(at: Place): void {
    brush.source = at;
    view.announce("The brush copies from here. Now paint where it copies to.");
    session.changed();
  }

  return {
    marks() {
      const { tool, source, live } = brush;
      if (!tool) return [];
      const radius = Math.max(radii.least, brush.radius);
      const last = live?.points.at(-1);
      const from = live?.from && last ? ([last[0] + live.from[0], last[1] + live.from[1]] as const) : source;
      const copies = tool === "copy" && from;
      return [
        ...(copies ? [{ kind: "source" as const, x: from[0], y: from[1], radius }] : []),
        ...(pointer ? [{ kind: "brush" as const, x: pointer[0], y: pointer[1], radius }] : []),
      ];
    },
  };
}
