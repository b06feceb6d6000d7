import type { Frame } from "./picture.ts";

export interface Stroke {
  readonly color: string;
  readonly width: number;
  readonly dashed?: boolean;
}

/** What a graph is drawn on: the screen, or a file. In the graph's own units. */
export interface Surface {
  box(frame: Frame, radius: number, fill: string | undefined, stroke?: Stroke): void;
  /** A line with round corners, and an arrow at its end. */
  link(points: Float32Array, stroke: Stroke, arrow: boolean): void;
  /** `y` is the text's base line. */
  text(text: string, x: number, y: number, size: number, color: string, bold?: boolean, align?: "left" | "right"): void;
  triangle(x: number, y: number, open: boolean, color: string): void;
}

export const corner = 7;
export const arrowLength = 6;
export const arrowWidth = 3.4;

/** Where a line with round corners goes: straight to `to`, then around `at` towards the next. */
export interface Bend {
  readonly x: number;
  readonly y: number;
  /** Of the corner here; 0 at the ends. */
  readonly radius: number;
}

/** Corners as round as their neighbours leave room for. */
export function bendsOf(points: Float32Array): Bend[] {
  const bends: Bend[] = [];
  const last = points.length - 2;
  for (let i = 0; i <= last; i += 2) {
    const [x, y] = [points[i]!, points[i + 1]!];
    if (i === 0 || i === last) {
      bends.push({ x, y, radius: 0 });
      continue;
    }
    const before = Math.hypot(x - points[i - 2]!, y - points[i - 1]!);
    const after = Math.hypot(points[i + 2]! - x, points[i + 3]! - y);
    bends.push({ x, y, radius: Math.min(corner, before / 2, after / 2) });
  }
  return bends;
}

/** The corners of an arrow's head at the end of a line; undefined for a line without length. */
export function headOf(points: Float32Array): readonly (readonly [number, number])[] | undefined {
  const last = points.length - 2;
  if (last < 2) return undefined;
  const [x, y] = [points[last]!, points[last + 1]!];
  const [dx, dy] = [x - points[last - 2]!, y - points[last - 1]!];
  const length = Math.hypot(dx, dy);
  if (length === 0) return undefined;
  const [ux, uy] = [dx / length, dy / length];
  const [bx, by] = [x - ux * arrowLength, y - uy * arrowLength];
  return [
    [x, y],
    [bx - uy * arrowWidth, by + ux * arrowWidth],
    [bx + uy * arrowWidth, by - ux * arrowWidth],
  ];
}

export const triangleOf = (x: number, y: number, open: boolean): readonly (readonly [number, number])[] =>
  open
    ? [
        [x, y - 2.5],
        [x + 8, y - 2.5],
        [x + 4, y + 3],
      ]
    : [
        [x + 1.5, y - 4],
        [x + 7, y],
        [x + 1.5, y + 4],
      ];
