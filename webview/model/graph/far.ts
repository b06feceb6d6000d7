import { hues } from "./colors.ts";
import type { Colors } from "./colors.ts";
import { isMarked, overlaps } from "./draw.ts";
import type { Drawing, Marks } from "./draw.ts";
import type { Measures } from "./measures.ts";
import type { Frame, PlacedBox } from "./picture.ts";

/** Where a graph's left upper corner is on the canvas, and how large it is shown there. */
export interface Shift {
  readonly x: number;
  readonly y: number;
  readonly scale: number;
}

/** From afar: coloured blocks and thin lines. Only upright rectangles, which a processor paints by the thousand. */
export function drawFar(context: CanvasRenderingContext2D, drawing: Drawing, shift: Shift, hair: number): void {
  const { picture, colors, marks, window } = drawing;
  const fill = ({ x, y, width, height }: Frame, least = 0) =>
    context.fillRect(
      x * shift.scale + shift.x,
      y * shift.scale + shift.y,
      Math.max(least, width * shift.scale),
      Math.max(least, height * shift.scale),
    );
  const boxes = window ? picture.boxes.filter((frame) => overlaps(frame, window)) : picture.boxes;
  for (const placed of boxes) {
    if (!placed.box.open) continue;
    context.fillStyle = colors.of.border;
    fill(placed);
    context.fillStyle = colors.of.inside;
    const edge = hair / shift.scale;
    fill({
      x: placed.x + edge,
      y: placed.y + edge,
      width: placed.width - 2 * edge,
      height: placed.height - 2 * edge,
    });
  }
  const line = (points: Float32Array, width: number) => {
    for (let i = 0; i + 3 < points.length; i += 2) {
      const [ax, ay, bx, by] = [points[i]!, points[i + 1]!, points[i + 2]!, points[i + 3]!];
      context.fillRect(
        Math.min(ax, bx) * shift.scale + shift.x - width / 2,
        Math.min(ay, by) * shift.scale + shift.y - width / 2,
        Math.abs(bx - ax) * shift.scale + width,
        Math.abs(by - ay) * shift.scale + width,
      );
    }
  };
  const links = window ? picture.links.filter(({ bounds }) => overlaps(bounds, window)) : picture.links;
  context.fillStyle = colors.of.link;
  for (const { points } of links) line(points, hair);
  for (const { link, points } of links) {
    const marked = isMarked(link.values, marks);
    if (!marked && !link.backwards) continue;
    context.fillStyle = link.backwards ? colors.of.error : colors.of.accent;
    line(points, 2.5 * hair);
  }
  for (const placed of boxes) {
    if (placed.box.open) continue;
    const mark = markOf(placed, marks, colors);
    if (mark !== undefined) {
      context.fillStyle = mark;
      const edge = (3 * hair) / shift.scale;
      fill(
        { x: placed.x - edge, y: placed.y - edge, width: placed.width + 2 * edge, height: placed.height + 2 * edge },
        5,
      );
    }
    context.fillStyle = colorOf(placed, drawing.measures, colors);
    fill(placed, 1);
  }
}

export function colorOf({ block }: PlacedBox, measures: Measures, colors: Colors): string {
  if (block.troubled) return colors.of.warning;
  return block.alike >= 0 ? colors.alike[block.alike % hues]! : colors.family[measures.family(block)];
}

function markOf({ box }: PlacedBox, marks: Marks, colors: Colors): string | undefined {
  if (box === marks.active) return colors.of.focus;
  if (box === marks.chosen) return colors.of["chosen-border"];
  if (marks.shortest.has(box) || marks.between.has(box)) return colors.of.accent;
  if (marks.hits.has(box)) return colors.of.hit;
  const difference = marks.differences.get(box.block);
  return difference && colors.of[difference.change];
}
