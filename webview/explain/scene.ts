import type { Trust } from "../../src/shared/protocol.ts";
import { toPane } from "../shared/viewport.ts";
import type { Point, Viewport } from "../shared/viewport.ts";
import { contextOf } from "./canvases.ts";
import { fromPixels } from "./frame.ts";
import type { Box } from "./frame.ts";
import { entryOf, legendOf } from "./legend.ts";
import { gridOfPicture } from "./reading.ts";
import type { Picture } from "./result.ts";

/** What a pane shows, in the photo's pixels; the viewport says which part of the frame fills it. */
export interface Scene {
  readonly frame: Box;
  readonly photo: { readonly canvas: HTMLCanvasElement; readonly size: Point };
  /** What the network sees of it: the rest is dimmed. */
  readonly seen: Box;
  readonly viewport: Viewport;
  readonly map?:
    { readonly canvas: HTMLCanvasElement; readonly picture: Picture; readonly opacity: number } | undefined;
  /** Cells of a grid over what the network sees, which are outlined together. */
  readonly marked?: Trust["marked"] | undefined;
  readonly probe?: { readonly place: Point; readonly cell: Box | undefined } | undefined;
}

const unseen = 0.35;
const smallestLetters = 16;

/** Draws over the whole canvas; `ratio` is the number of its pixels per CSS pixel. */
export function drawScene(canvas: HTMLCanvasElement, scene: Scene, ratio: number): void {
  const context = contextOf(canvas);
  const { width, height } = canvas;
  const place = placing(scene, width, height);
  const whole = { left: 0, top: 0, width: scene.photo.size[0], height: scene.photo.size[1] };
  context.clearRect(0, 0, width, height);
  context.imageSmoothingQuality = "high";
  context.imageSmoothingEnabled = true;
  context.globalAlpha = unseen;
  context.drawImage(scene.photo.canvas, ...place(whole));

  context.save();
  context.beginPath();
  context.rect(...place(scene.seen));
  context.clip();
  context.globalAlpha = 1;
  context.fillStyle = "black"; // what a padded network sees beyond the photo
  context.fillRect(...place(scene.seen));
  context.drawImage(scene.photo.canvas, ...place(whole));
  if (scene.map) {
    const { canvas: map, picture, opacity } = scene.map;
    context.globalAlpha = opacity;
    context.imageSmoothingEnabled = picture.kind === "heatmap" && picture.draw === "smooth";
    context.drawImage(map, ...place(scene.seen));
    context.globalAlpha = 1;
    if (picture.kind === "classes") drawLetters(context, picture, place(scene.seen), ratio);
  }
  context.restore();
  context.globalAlpha = 1;
  if (scene.marked) outline(context, edgeOf(scene.marked, place(scene.seen)), ratio);
  if (scene.probe) drawProbe(context, scene.probe, scene.frame, place, ratio);
}

type Rectangle = [x: number, y: number, width: number, height: number];

function placing({ frame, viewport }: Scene, width: number, height: number): (box: Box) => Rectangle {
  return (box) => {
    const [left, top] = toPane(viewport, fromPixels(frame, [box.left, box.top]));
    const [right, bottom] = toPane(viewport, fromPixels(frame, [box.left + box.width, box.top + box.height]));
    return [left * width, top * height, (right - left) * width, (bottom - top) * height];
  };
}

/** Over any picture something shows of a line that is both black and white. */
function outline(context: CanvasRenderingContext2D, path: Path2D, ratio: number): void {
  context.lineWidth = 3 * ratio;
  context.strokeStyle = "black";
  context.stroke(path);
  context.lineWidth = 1.25 * ratio;
  context.strokeStyle = "white";
  context.stroke(path);
}

/** Where cells that are marked meet cells that are not, or the grid ends. */
function edgeOf({ side, cells }: Trust["marked"], [left, top, width, height]: Rectangle): Path2D {
  const path = new Path2D();
  const marked = new Set(cells);
  const line = (fromX: number, fromY: number, toX: number, toY: number) => {
    path.moveTo(left + (fromX / side) * width, top + (fromY / side) * height);
    path.lineTo(left + (toX / side) * width, top + (toY / side) * height);
  };
  for (const cell of cells) {
    const [x, y] = [cell % side, Math.floor(cell / side)];
    if (!marked.has(cell - side)) line(x, y, x + 1, y);
    if (!marked.has(cell + side)) line(x, y + 1, x + 1, y + 1);
    if (x === 0 || !marked.has(cell - 1)) line(x, y, x, y + 1);
    if (x === side - 1 || !marked.has(cell + 1)) line(x + 1, y, x + 1, y + 1);
  }
  return path;
}

function drawProbe(
  context: CanvasRenderingContext2D,
  { place, cell }: NonNullable<Scene["probe"]>,
  frame: Box,
  placed: (box: Box) => Rectangle,
  ratio: number,
): void {
  const path = new Path2D();
  const [x, y, width, height] = cell ? placed(cell) : [0, 0, 0, 0];
  if (Math.min(width, height) >= 8 * ratio) path.rect(x, y, width, height);
  else {
    const spot = {
      left: frame.left + place[0] * frame.width,
      top: frame.top + place[1] * frame.height,
      width: 0,
      height: 0,
    };
    const [u, v] = placed(spot);
    const [near, far] = [4 * ratio, 12 * ratio];
    for (const [dx, dy] of [
      [1, 0],
      [-1, 0],
      [0, 1],
      [0, -1],
    ] as const) {
      path.moveTo(u + dx * near, v + dy * near);
      path.lineTo(u + dx * far, v + dy * far);
    }
  }
  outline(context, path, ratio);
}

/** A letter in each cell that has room for one: colours alone do not tell classes apart for everybody. */
function drawLetters(
  context: CanvasRenderingContext2D,
  picture: Extract<Picture, { kind: "classes" }>,
  [left, top, width, height]: Rectangle,
  ratio: number,
): void {
  const [rows, columns] = gridOfPicture(picture);
  const [across, down] = [width / columns, height / rows];
  if (Math.min(across, down) < smallestLetters * ratio) return;
  const legend = legendOf(picture);
  context.font = `600 ${11 * ratio}px sans-serif`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.lineJoin = "round";
  context.lineWidth = 2.5 * ratio;
  context.strokeStyle = "white";
  context.fillStyle = "black";
  picture.classes.forEach((index, i) => {
    const letter = entryOf(legend, index)?.letter ?? "";
    const x = left + ((i % columns) + 0.5) * across;
    const y = top + (Math.floor(i / columns) + 0.5) * down;
    context.strokeText(letter, x, y);
    context.fillText(letter, x, y);
  });
}
