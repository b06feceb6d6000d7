import type { Frame } from "./picture.ts";
import { bendsOf, headOf, triangleOf } from "./surface.ts";
import type { Stroke, Surface } from "./surface.ts";

/** A surface on a canvas, whose transformation somebody has set. Lines keep a width of `hair` at least, in the graph's units. */
export function canvasSurface(context: CanvasRenderingContext2D, font: string, hair = 0): Surface {
  let set = "";
  const stroked = ({ color, width, dashed }: Stroke) => {
    context.strokeStyle = color;
    context.lineWidth = Math.max(width, hair);
    if (dashed) context.setLineDash([6, 4]);
    context.stroke();
    if (dashed) context.setLineDash([]);
  };
  const filled = (corners: readonly (readonly [number, number])[], color: string) => {
    context.beginPath();
    for (const [x, y] of corners) context.lineTo(x, y);
    context.closePath();
    context.fillStyle = color;
    context.fill();
  };
  return {
    box({ x, y, width, height }: Frame, radius, fill, stroke) {
      context.beginPath();
      context.roundRect(x, y, width, height, radius);
      if (fill !== undefined) {
        context.fillStyle = fill;
        context.fill();
      }
      if (stroke) stroked(stroke);
    },
    link(points, stroke, arrow) {
      context.beginPath();
      const bends = bendsOf(points);
      bends.forEach(({ x, y, radius }, i) => {
        const next = bends[i + 1];
        if (i === 0) context.moveTo(x, y);
        else if (radius > 0 && next) context.arcTo(x, y, next.x, next.y, radius);
        else context.lineTo(x, y);
      });
      stroked(stroke);
      const head = arrow ? headOf(points) : undefined;
      if (head) filled(head, stroke.color);
    },
    text(text, x, y, size, color, bold = false, align = "left") {
      const wanted = `${bold ? "600 " : ""}${size}px ${font}`;
      if (wanted !== set) context.font = set = wanted;
      context.fillStyle = color;
      context.textAlign = align;
      context.fillText(text, x, y);
    },
    triangle: (x, y, open, color) => filled(triangleOf(x, y, open), color),
  };
}
