import type { Block } from "./blocks.ts";
import type { LevelPlan } from "./plan.ts";
import type { Box, Link, Scene } from "./scene.ts";

export interface Frame {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface PlacedBox extends Frame {
  readonly box: Box;
  readonly block: Block;
}

export interface PlacedLink {
  readonly link: Link;
  /** x, y, x, y, … */
  readonly points: Float32Array;
  readonly bounds: Frame;
  /** Goes on inside of an open block, or outside of its own. */
  readonly goesOn: boolean;
}

/** Every box and link at its place. */
export interface Picture {
  readonly scene: Scene;
  readonly width: number;
  readonly height: number;
  /** Outer ones before what is in them. */
  readonly boxes: readonly PlacedBox[];
  readonly links: readonly PlacedLink[];
  readonly placeOf: ReadonlyMap<Box, PlacedBox>;
}

export function pictureOf(scene: Scene, plan: LevelPlan): Picture {
  const boxes: PlacedBox[] = [];
  const links: PlacedLink[] = [];
  const place = (box: Box, level: LevelPlan, left: number, top: number) => {
    box.children.forEach((child, i) => {
      const item = level.items[i];
      if (!item) return;
      const frame = { x: left + item.x, y: top + item.y, width: item.width, height: item.height };
      boxes.push({ ...frame, box: child, block: child.block });
      if (item.level) place(child, item.level, frame.x, frame.y);
    });
    box.links.forEach((link, i) => {
      const points = level.links[i];
      if (!points?.length) return;
      const moved = points.map((n, k) => n + (k % 2 ? top : left));
      const goesOn = box.children[link.to.child]?.open ?? true;
      links.push({ link, points: moved, bounds: boundsOf(moved), goesOn });
    });
  };
  place(scene.root, plan, 0, 0);
  return {
    scene,
    width: plan.width,
    height: plan.height,
    boxes,
    links,
    placeOf: new Map(boxes.map((placed) => [placed.box, placed])),
  };
}

function boundsOf(points: Float32Array): Frame {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (let i = 0; i < points.length; i += 2) {
    const [x, y] = [points[i]!, points[i + 1]!];
    left = Math.min(left, x);
    right = Math.max(right, x);
    top = Math.min(top, y);
    bottom = Math.max(bottom, y);
  }
  return { x: left, y: top, width: right - left, height: bottom - top };
}

export const contains = ({ x, y, width, height }: Frame, px: number, py: number, slack = 0): boolean =>
  px >= x - slack && py >= y - slack && px <= x + width + slack && py <= y + height + slack;

/** The innermost box at a place: inner ones come later in the list. */
export const boxAt = (picture: Picture, x: number, y: number): PlacedBox | undefined =>
  picture.boxes.findLast((frame) => contains(frame, x, y));

/** The link next to a place, if it is no further than `reach`. */
export function linkAt(picture: Picture, x: number, y: number, reach: number): PlacedLink | undefined {
  let best: PlacedLink | undefined;
  let nearest = reach;
  for (const placed of picture.links) {
    if (!contains(placed.bounds, x, y, reach)) continue;
    const distance = distanceTo(placed.points, x, y);
    if (distance <= nearest) [best, nearest] = [placed, distance];
  }
  return best;
}

function distanceTo(points: Float32Array, x: number, y: number): number {
  let least = Infinity;
  for (let i = 0; i + 3 < points.length; i += 2) {
    const [ax, ay, bx, by] = [points[i]!, points[i + 1]!, points[i + 2]!, points[i + 3]!];
    const [dx, dy] = [bx - ax, by - ay];
    const along = Math.max(0, Math.min(1, ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy || 1)));
    least = Math.min(least, Math.hypot(x - ax - along * dx, y - ay - along * dy));
  }
  return least;
}

/** The picture while it is being moved over: the neighbour of a box in a direction, by where boxes stand. */
export function neighbour(picture: Picture, from: PlacedBox, direction: "left" | "right"): PlacedBox | undefined {
  const sign = direction === "right" ? 1 : -1;
  const middle = (frame: Frame) => [frame.x + frame.width / 2, frame.y + frame.height / 2] as const;
  const [x, y] = middle(from);
  let best: PlacedBox | undefined;
  let least = Infinity;
  for (const placed of picture.boxes) {
    if (placed === from || placed.box.open) continue;
    const [ox, oy] = middle(placed);
    const ahead = (ox - x) * sign;
    const aside = Math.abs(oy - y);
    if (ahead <= 1 || aside > ahead * 1.5 + placed.height) continue;
    const distance = ahead + 3 * aside;
    if (distance < least) [best, least] = [placed, distance];
  }
  return best;
}
