import { h } from "../../shared/dom.ts";
import { inSight } from "./camera.ts";
import { canvasSurface } from "./canvas.ts";
import type { Colors } from "./colors.ts";
import { detailAt, names } from "./detail.ts";
import { draw } from "./draw.ts";
import type { Drawing } from "./draw.ts";
import { drawFar } from "./far.ts";
import type { GraphState } from "./state.ts";

/** The canvas that the graph is drawn on, at most once per frame of the screen. */
export function stage(state: GraphState, colors: () => Colors, focused: () => boolean, drawn: () => void) {
  const canvas = h("canvas", { class: "graph-canvas", "aria-hidden": "true" });
  const context = canvas.getContext("2d", { alpha: false });
  let frame = 0;

  function paint(): void {
    frame = 0;
    const { picture, graph, camera, view } = state;
    if (!context || view.width === 0) return;
    const ratio = canvas.width / view.width;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.fillStyle = colors().of.paper;
    context.fillRect(0, 0, canvas.width, canvas.height);
    if (picture && graph && camera) {
      const scale = camera.scale * ratio;
      const shift = { scale, x: canvas.width / 2 - camera.x * scale, y: canvas.height / 2 - camera.y * scale };
      const drawing: Drawing = {
        picture,
        blocks: graph.blocks,
        measures: graph.measures,
        colors: colors(),
        marks: state.marks(focused()),
        detail: detailAt(camera.scale),
        scale: camera.scale,
        window: inSight(camera, view),
      };
      if (camera.scale < names) drawFar(context, drawing, shift, Math.max(1, Math.round(ratio * 0.75)));
      else {
        context.setTransform(scale, 0, 0, scale, shift.x, shift.y);
        draw(canvasSurface(context, colors().font, 0.8 / camera.scale), drawing);
      }
    }
    drawn();
  }

  const schedule = () => void (frame ||= requestAnimationFrame(paint));
  new ResizeObserver(() => {
    const [width, height] = [canvas.clientWidth, canvas.clientHeight];
    if (!width || !height) return;
    canvas.width = Math.round(width * devicePixelRatio);
    canvas.height = Math.round(height * devicePixelRatio);
    state.resize({ width, height });
    // A canvas is empty after its size changed: to wait for the next frame would flicker.
    cancelAnimationFrame(frame);
    paint();
  }).observe(canvas);
  return { canvas, schedule };
}
