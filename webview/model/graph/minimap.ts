import { h } from "../../shared/dom.ts";
import { inSight } from "./camera.ts";
import type { Colors } from "./colors.ts";
import { unmarked } from "./draw.ts";
import { drawFar } from "./far.ts";
import type { GraphState } from "./state.ts";

const [most, margin] = [150, 5];

/** The whole graph, small, with a frame around what is in sight: click or drag to look elsewhere. */
export function minimap(state: GraphState, colors: () => Colors) {
  const canvas = h("canvas", { class: "graph-minimap", "aria-hidden": "true", hidden: true });
  const context = canvas.getContext("2d");
  const whole = document.createElement("canvas");
  let kept: readonly unknown[] = [];
  let scale = 1;

  /** The picture of all boxes changes only with them. */
  function render(): void {
    const { picture, graph } = state;
    const now = [picture, colors(), devicePixelRatio, state.differences];
    if (!picture || !graph || now.every((each, i) => each === kept[i])) return;
    kept = now;
    const fit = Math.min((most - 2 * margin) / picture.height, (most * 0.8) / picture.width, 0.25);
    const [width, height] = [picture.width, picture.height].map((n) => Math.max(18, Math.round(n * fit)) + 2 * margin);
    scale = fit;
    canvas.style.width = `${width}px`;
    canvas.style.height = `${height}px`;
    for (const each of [canvas, whole]) {
      each.width = width! * devicePixelRatio;
      each.height = height! * devicePixelRatio;
    }
    const target = whole.getContext("2d");
    if (!target) return;
    const edge = margin * devicePixelRatio;
    const marks = { ...unmarked, differences: state.differences };
    const drawing = { picture, blocks: graph.blocks, measures: graph.measures, colors: colors(), marks };
    drawFar(
      target,
      { ...drawing, detail: "names", scale: fit, window: undefined },
      { x: edge, y: edge, scale: fit * devicePixelRatio },
      devicePixelRatio * 0.5,
    );
  }

  function goTo(event: PointerEvent): void {
    const frame = canvas.getBoundingClientRect();
    if (state.camera)
      state.look({
        ...state.camera,
        x: (event.clientX - frame.left - margin) / scale,
        y: (event.clientY - frame.top - margin) / scale,
      });
  }
  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    goTo(event);
    event.preventDefault();
  });
  canvas.addEventListener("pointermove", (event) => {
    if (canvas.hasPointerCapture(event.pointerId)) goTo(event);
  });

  return {
    element: canvas,
    draw(): void {
      render();
      const { camera, view, picture } = state;
      if (!context || !camera || !picture) return;
      const seen = inSight(camera, view);
      // All in sight: there is nowhere to go.
      canvas.hidden =
        seen.x <= 0 && seen.y <= 0 && seen.x + seen.width >= picture.width && seen.y + seen.height >= picture.height;
      if (canvas.hidden) return;
      const at = (n: number) => (n * scale + margin) * devicePixelRatio;
      context.setTransform(1, 0, 0, 1, 0, 0);
      context.clearRect(0, 0, canvas.width, canvas.height);
      context.drawImage(whole, 0, 0);
      const [left, top] = [Math.max(1, at(seen.x)), Math.max(1, at(seen.y))];
      const right = Math.min(canvas.width - 1, at(seen.x + seen.width));
      const bottom = Math.min(canvas.height - 1, at(seen.y + seen.height));
      context.strokeStyle = colors().of["chosen-border"];
      context.lineWidth = 1.5 * devicePixelRatio;
      context.strokeRect(left, top, Math.max(3, right - left), Math.max(3, bottom - top));
    },
  };
}
