import type { Frame } from "./picture.ts";

/** What is looked at: the place of the graph in the middle of the view, and how large it is shown. */
export interface Camera {
  readonly x: number;
  readonly y: number;
  readonly scale: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

export const smallest = 0.001;
export const greatest = 4;
const margin = 24;
/** Names can be read from here on. */
const readable = 0.62;

export const toView = ({ x, y, scale }: Camera, view: Size, px: number, py: number): readonly [number, number] => [
  (px - x) * scale + view.width / 2,
  (py - y) * scale + view.height / 2,
];

export const toGraph = ({ x, y, scale }: Camera, view: Size, vx: number, vy: number): readonly [number, number] => [
  (vx - view.width / 2) / scale + x,
  (vy - view.height / 2) / scale + y,
];

/** The part of the graph that is in sight. */
export const inSight = ({ x, y, scale }: Camera, { width, height }: Size): Frame => ({
  x: x - width / 2 / scale,
  y: y - height / 2 / scale,
  width: width / scale,
  height: height / scale,
});

/** Closer by `factor`; what is at (vx, vy) of the view stays there. */
export function zoomedAt(camera: Camera, view: Size, factor: number, vx: number, vy: number): Camera {
  const scale = Math.min(greatest, Math.max(smallest, camera.scale * factor));
  const [x, y] = toGraph(camera, view, vx, vy);
  return { scale, x: x - (vx - view.width / 2) / scale, y: y - (vy - view.height / 2) / scale };
}

export const pannedBy = ({ x, y, scale }: Camera, dx: number, dy: number): Camera => ({
  scale,
  x: x - dx / scale,
  y: y - dy / scale,
});

/** All of it. */
export function fitting({ x, y, width, height }: Frame, view: Size): Camera {
  const scale = Math.min(
    1.25,
    (view.width - 2 * margin) / Math.max(1, width),
    (view.height - 2 * margin) / Math.max(1, height),
  );
  return { scale: Math.max(smallest, scale), x: x + width / 2, y: y + height / 2 };
}

/** How a graph is met first: whole where it can be read so, else its beginning, with its first box in sight. */
export function beginning(frame: Frame, view: Size, first: Frame = frame): Camera {
  const whole = fitting(frame, view);
  if (whole.scale >= readable) return { ...whole, scale: Math.min(1, whole.scale) };
  const scale = Math.min(1, Math.max(readable, (view.width - 2 * margin) / Math.max(1, frame.width)));
  return within({ scale, x: first.x + first.width / 2, y: frame.y }, frame, view);
}

/** With as little as can be of what lies beyond the frame: in its middle where it is smaller than the view. */
export function within(camera: Camera, { x, y, width, height }: Frame, view: Size): Camera {
  const along = (place: number, from: number, length: number, seen: number): number => {
    const [least, most] = [from - margin / camera.scale + seen / 2, from + length + margin / camera.scale - seen / 2];
    return least > most ? from + length / 2 : Math.min(most, Math.max(least, place));
  };
  return {
    scale: camera.scale,
    x: along(camera.x, x, width, view.width / camera.scale),
    y: along(camera.y, y, height, view.height / camera.scale),
  };
}

/** Whether all of a frame is in sight. */
export function isInSight(camera: Camera, { x, y, width, height }: Frame, view: Size): boolean {
  const seen = inSight(camera, view);
  return x >= seen.x && y >= seen.y && x + width <= seen.x + seen.width && y + height <= seen.y + seen.height;
}

/** Moved as little as brings a frame into sight; of one that is larger than the view, its beginning. */
export function keeping(camera: Camera, { x, y, width, height }: Frame, view: Size): Camera {
  const along = (place: number, from: number, length: number, seen: number): number => {
    const [least, most] = [from + length + margin / camera.scale - seen / 2, from - margin / camera.scale + seen / 2];
    return Math.min(most, Math.max(least, place));
  };
  return {
    scale: camera.scale,
    x: along(camera.x, x, width, view.width / camera.scale),
    y: along(camera.y, y, height, view.height / camera.scale),
  };
}

/** Moved only where the frame is out of sight, and then to its middle; closer only where it is too small to be read. */
export function revealing(camera: Camera, frame: Frame, view: Size): Camera {
  if (isInSight(camera, frame, view) && camera.scale >= readable / 2) return camera;
  const { x, y, width, height } = frame;
  const scale = camera.scale < readable / 2 ? readable : camera.scale;
  // A block larger than the view: its beginning.
  const tall = height * scale > view.height;
  return { scale, x: x + width / 2, y: tall ? y + view.height / 2 / scale - margin / scale : y + height / 2 };
}
