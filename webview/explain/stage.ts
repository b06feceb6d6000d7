import { button } from "../shared/controls.ts";
import { fill, h, whenChanged } from "../shared/dom.ts";
import type { Region } from "../shared/region.ts";
import { isDark } from "../shared/theme.ts";
import { everything, revealing, toPicture, zoomed } from "../shared/viewport.ts";
import type { Point, Viewport } from "../shared/viewport.ts";
import { visible } from "../shared/words.ts";
import { canvasOfPicture } from "./canvases.ts";
import { isFailure } from "./checks.ts";
import { frameOf } from "./frame.ts";
import { pane } from "./pane.ts";
import type { PaneEvents } from "./pane.ts";
import { preparationLine } from "./preparation-line.ts";
import { partLine } from "./part-line.ts";
import { Probe } from "./probe.ts";
import { isZero, progressText } from "./result.ts";
import { scale } from "./scale.ts";
import type { Scene } from "./scene.ts";
import { letsThrough, opacityOf, shownPicture, viewportOf } from "./view.ts";
import type { View } from "./view.ts";

/** How much is left of a map that answers an earlier question. */
const fading = 0.35;
/** Photo and map wider than this are larger one above the other. */
const stacked = 2.5;
const help = "Arrows move the probe, plus and minus zoom, zero shows all.";

/** Photo and map, beside or over each other, with one look and one probe on both. */
export function stage(view: View): Region {
  const { session } = view;
  const probe = new Probe(view);
  const look = (viewport: Viewport) => session.remember({ viewport, whole: viewport.zoom <= 1 });
  const viewport = () => viewportOf(view);
  const events: PaneEvents = {
    viewport,
    look,
    point(place) {
      probe.pointed = place && toPicture(viewport(), place);
      draw();
    },
    pin(place) {
      probe.pin(toPicture(viewport(), place));
      draw();
    },
    key: onKey,
    leave: letGo,
  };
  function letGo(): void {
    if (!probe.pinned) return;
    probe.pinned = undefined;
    draw();
  }
  const photoPane = pane(events, draw);
  const mapPane = pane(events, draw);
  const instead = h("div", { class: "instead", hidden: true });
  const part = partLine(view, look);
  const words = preparationLine(view);
  const colors = scale(view);
  const element = h(
    "div",
    { class: "panes" },
    h("figure", { class: "photo" }, photoPane.canvas, part.element, words.element),
    h("figure", { class: "map" }, h("div", { class: "over" }, mapPane.canvas, instead, probe.element), colors.element),
  );

  /** Progress alone changes no pixel: the machine is busy enough with what makes it. */
  const redraw = whenChanged(
    () => {
      const { technique, viewport, whole, view: arrangement } = session.remembered;
      const picture = shownPicture(view);
      const opacity = picture && opacityOf(view, technique, picture);
      const { stale } = session.resultOf(technique);
      const asked = [session.looked, view.photo.drawn, picture, stale, opacity, viewport, whole, arrangement];
      return [...asked, view.theme, shownMark(view)];
    },
    () => draw(),
  );
  const excuse = whenChanged(
    () => {
      const { status, failure, pictures, stale, progress } = session.resultOf(session.remembered.technique);
      return [session.technique, shownPicture(view), status, failure, pictures.length, stale, progress];
    },
    () => {
      fill(instead, ...insteadOfMap(view));
      instead.hidden = instead.childNodes.length === 0;
    },
  );

  function draw(): void {
    const { looked, remembered } = session;
    const photo = view.photo.drawn;
    if (!looked || !photo) return;
    const frame = frameOf(looked.prediction);
    element.style.setProperty("--aspect", String(frame.width / frame.height));
    element.dataset["view"] = remembered.view;
    element.dataset["stacked"] = String(frame.width / frame.height > stacked);
    const { place, reading } = probe;
    const scene = (canvas: HTMLCanvasElement): Scene => ({
      frame,
      photo: { canvas, size: looked.prediction.photo },
      seen: looked.prediction.seen,
      viewport: viewport(),
      marked: shownMark(view),
      probe: place && { place, cell: reading?.cell?.box },
    });
    const name = visible(looked.photoName);
    photoPane.draw(scene(photo.color), `The photo ${name}. ${help}`);

    const picture = shownPicture(view);
    const { stale } = session.resultOf(remembered.technique);
    const map = picture && {
      canvas: canvasOfPicture(picture, isDark(view.theme), letsThrough(view, picture)),
      picture,
      opacity: opacityOf(view, remembered.technique, picture) * (stale ? fading : 1),
    };
    const title = picture ? `${visible(picture.title)} over ${name}` : `No map yet over ${name}`;
    mapPane.draw({ ...scene(picture ? photo.gray : photo.color), map }, `${title}. ${help}`);
    probe.draw();
  }

  function onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const looked = looks[event.key];
    const step = steps[event.key];
    if (looked) look(looked(viewport()));
    else if (step) {
      probe.move(step);
      if (probe.pinned) look(revealing(viewport(), probe.pinned));
      view.announce(probe.words.join(", "));
    } else if (event.key === "Escape" && probe.pinned) probe.pinned = undefined;
    else return;
    draw();
    event.preventDefault();
    event.stopPropagation();
  }

  // A place on another photo, or read from another technique's map, is not what was asked for.
  const question = whenChanged(() => [session.looked, session.remembered.technique], letGo);

  return {
    element,
    update() {
      question();
      part.update();
      words.update();
      colors.update();
      redraw();
      excuse();
    },
  };
}

/** The tenth that was erased, while somebody wants to see it. */
function shownMark({ session: { trust }, marking }: View): Scene["marked"] {
  return marking && trust && !isFailure(trust) ? trust.marked : undefined;
}

const looks: Readonly<Record<string, (viewport: Viewport) => Viewport>> = {
  "+": (viewport) => zoomed(viewport, 1.25),
  "=": (viewport) => zoomed(viewport, 1.25),
  "-": (viewport) => zoomed(viewport, 0.8),
  "0": () => everything,
};
const steps: Readonly<Record<string, Point>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** What a technique is not made for it will refuse again. */
const canChange = (failure: string | undefined) =>
  !["NotApplicable", "NotDifferentiable", "UnsupportedOp", "UnknownLayer"].includes(failure ?? "");

/** What stands over the pane while there is no map: why, and what to do. */
function insteadOfMap(view: View): readonly HTMLElement[] {
  const { session } = view;
  const { technique } = session.remembered;
  const { status, failure, pictures, stale, progress } = session.resultOf(technique);
  const title = session.technique?.title ?? "The technique";
  if (status === "failed") {
    const reason = visible(failure?.message ?? "it failed.");
    return [
      h("p", { class: "why", role: "alert" }, reason.startsWith(title) ? reason : `${title}: ${reason}`),
      ...(canChange(failure?.name) ? [button("Try again", () => session.again(technique))] : []),
    ];
  }
  const shown = shownPicture(view);
  if (shown && isZero(shown) && status === "done") return [h("p", {}, "This map is zero everywhere.")];
  if (pictures.length > 0 && !stale) return [];
  switch (status) {
    case "stopped":
      return [h("p", {}, `${title} was stopped.`), button("Run it", () => session.again(technique))];
    case "running":
      return [h("p", {}, progress ? progressText(progress) : "Computing…")];
    case "waiting":
      return [h("p", {}, "Waiting for its turn…")];
    case "done":
      return [h("p", {}, `${title} gave no map.`)];
  }
}
