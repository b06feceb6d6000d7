import { h } from "../shared/dom.ts";
import { panned, zoomed } from "../shared/viewport.ts";
import type { Point, Viewport } from "../shared/viewport.ts";
import { drawScene } from "./scene.ts";
import type { Scene } from "./scene.ts";

/** What a person does on a pane. Places are on the pane, from 0 to 1. */
export interface PaneEvents {
  viewport(): Viewport;
  look(viewport: Viewport): void;
  point(place: Point | undefined): void;
  pin(place: Point): void;
  key(event: KeyboardEvent): void;
  /** The focus goes elsewhere. */
  leave(): void;
}

const closer = 1.25;
const dragStart = 4;

/** A canvas that follows its box's size, and turns wheel, drag and click into looks and probes. */
export function pane(
  events: PaneEvents,
  redraw: () => void,
): {
  readonly canvas: HTMLCanvasElement;
  draw(scene: Scene, label: string): void;
} {
  const canvas = h("canvas", { class: "pane", tabindex: 0, role: "img" });
  const placeOf = ({ clientX, clientY }: MouseEvent): Point => {
    const { left, top, width, height } = canvas.getBoundingClientRect();
    return [(clientX - left) / width, (clientY - top) / height];
  };

  let press: { readonly from: Point; readonly at: Viewport; moved: boolean } | undefined;
  canvas.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    press = { from: placeOf(event), at: events.viewport(), moved: false };
    canvas.setPointerCapture(event.pointerId);
  });
  canvas.addEventListener("pointermove", (event) => {
    const place = placeOf(event);
    if (!press) return events.point(place);
    const [dx, dy] = [place[0] - press.from[0], place[1] - press.from[1]];
    press.moved ||= Math.hypot(dx * canvas.clientWidth, dy * canvas.clientHeight) > dragStart;
    if (press.moved) events.look(panned(press.at, [dx, dy]));
  });
  canvas.addEventListener("pointerup", (event) => {
    if (press && !press.moved) events.pin(placeOf(event));
    press = undefined;
  });
  for (const end of ["pointercancel", "lostpointercapture"] as const)
    canvas.addEventListener(end, () => (press = undefined));
  canvas.addEventListener("pointerleave", () => events.point(undefined));
  canvas.addEventListener("dblclick", (event) => events.look(zoomed(events.viewport(), closer ** 3, placeOf(event))));
  canvas.addEventListener(
    "wheel",
    (event) => {
      // Scrolled away from a picture that is already whole, the page is meant.
      if (event.deltaY > 0 && events.viewport().zoom <= 1) return;
      event.preventDefault();
      events.look(zoomed(events.viewport(), Math.exp(-event.deltaY / 400), placeOf(event)));
    },
    { passive: false },
  );
  canvas.addEventListener("keydown", (event) => events.key(event));
  canvas.addEventListener("blur", () => events.leave());
  new ResizeObserver(redraw).observe(canvas);

  return {
    canvas,
    draw(scene, label) {
      const ratio = devicePixelRatio;
      const [width, height] = [Math.round(canvas.clientWidth * ratio), Math.round(canvas.clientHeight * ratio)];
      if (width === 0 || height === 0) return;
      if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
      drawScene(canvas, scene, ratio);
      canvas.setAttribute("aria-label", label);
    },
  };
}
