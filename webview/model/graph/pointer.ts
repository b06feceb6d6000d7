import { contextMenu } from "../context-menu.ts";
import type { Block } from "./blocks.ts";
import { toGraph, toView } from "./camera.ts";
import { headerHeight } from "./measures.ts";
import { boxAt, linkAt } from "./picture.ts";
import type { PlacedBox, PlacedLink } from "./picture.ts";
import type { Box } from "./scene.ts";
import type { GraphState } from "./state.ts";

export interface Pointed {
  readonly placed: PlacedBox | undefined;
  readonly link: PlacedLink | undefined;
  /** In pixels of the view. */
  readonly x: number;
  readonly y: number;
}

interface Reactions {
  /** `extended`: with Shift, to find the way from what was chosen before. */
  click(block: Block, extended: boolean): void;
  clickLink(link: PlacedLink): void;
  clickNothing(): void;
  point(at: Pointed | undefined): void;
  /** The layer that a native menu there is about. */
  layerOf(block: Block): string | undefined;
}

/** A hand that trembles still clicks. */
const still = 4;
const linkReach = 5;

/** Opens the native menu of a box, as a right click on it does. */
export function openMenu(canvas: HTMLCanvasElement, { picture, camera, view }: GraphState, box: Box): void {
  const placed = picture?.placeOf.get(box);
  if (!placed || !camera) return;
  const { x, y, width, height } = placed;
  const [left, top] = toView(camera, view, x + width / 2, y + (box.open ? headerHeight : height) / 2);
  const frame = canvas.getBoundingClientRect();
  const at = { clientX: frame.left + left, clientY: frame.top + top };
  canvas.dispatchEvent(new MouseEvent("contextmenu", { bubbles: true, cancelable: true, ...at }));
}

/** Wheel, drag, click and hover on the canvas. */
export function listenToPointer(canvas: HTMLCanvasElement, state: GraphState, react: Reactions): void {
  let from: { x: number; y: number } | undefined;
  let moved = false;

  function pointed(event: PointerEvent | MouseEvent): Pointed {
    const frame = canvas.getBoundingClientRect();
    const [x, y] = [event.clientX - frame.left, event.clientY - frame.top];
    const { picture, camera, view } = state;
    if (!picture || !camera) return { placed: undefined, link: undefined, x, y };
    const [gx, gy] = toGraph(camera, view, x, y);
    const placed = boxAt(picture, gx, gy);
    const within = placed && (!placed.box.open || gy < placed.y + headerHeight);
    const link = within ? undefined : linkAt(picture, gx, gy, linkReach / camera.scale);
    return { placed: within ? placed : undefined, link, x, y };
  }

  const onTriangle = ({ placed, x, y }: Pointed): boolean => {
    if (!placed || !state.camera || placed.block.children.length === 0) return false;
    const [gx, gy] = toGraph(state.camera, state.view, x, y);
    return gx < placed.x + 24 && gy < placed.y + headerHeight;
  };

  canvas.addEventListener("pointerdown", (event) => {
    if (event.button > 1) return;
    canvas.setPointerCapture(event.pointerId);
    from = { x: event.clientX, y: event.clientY };
    moved = false;
    react.point(undefined);
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!from) {
      react.point(pointed(event));
      return;
    }
    const [dx, dy] = [event.clientX - from.x, event.clientY - from.y];
    if (!moved && Math.hypot(dx, dy) < still) return;
    moved = true;
    canvas.classList.add("dragged");
    from = { x: event.clientX, y: event.clientY };
    state.pan(dx, dy);
  });
  const release = () => {
    from = undefined;
    canvas.classList.remove("dragged");
  };
  canvas.addEventListener("pointercancel", release);
  canvas.addEventListener("pointerup", (event) => {
    const clicked = from && !moved && event.button === 0;
    release();
    if (!clicked) return;
    const at = pointed(event);
    if (at.placed && onTriangle(at)) state.toggle(at.placed.block);
    else if (at.placed) react.click(at.placed.block, event.shiftKey);
    else if (at.link) react.clickLink(at.link);
    else react.clickNothing();
  });
  contextMenu(canvas, (event) => {
    const { block } = pointed(event).placed ?? {};
    if (!block) return undefined;
    const otherChosen = state.chosen !== undefined && state.chosen !== block;
    return { layer: react.layerOf(block), graphBox: block.key, otherChosen };
  });
  canvas.addEventListener("pointerleave", () => react.point(undefined));
  canvas.addEventListener("dblclick", (event) => {
    const at = pointed(event);
    if (at.placed && !onTriangle(at)) state.toggle(at.placed.block);
  });
  canvas.addEventListener(
    "wheel",
    (event) => {
      event.preventDefault();
      react.point(undefined);
      const pixels = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 18 : 1;
      if (event.shiftKey) {
        state.pan(-(event.deltaX || event.deltaY) * pixels, 0);
        return;
      }
      const frame = canvas.getBoundingClientRect();
      // Pinching on a touchpad comes as small steps of a wheel with Ctrl.
      const strength = event.ctrlKey ? 0.01 : 0.0022;
      const step = Math.max(-120, Math.min(120, event.deltaY * pixels));
      state.zoom(Math.exp(-step * strength), event.clientX - frame.left, event.clientY - frame.top);
    },
    { passive: false },
  );
}
