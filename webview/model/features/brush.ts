import type { Stroke } from "../../../src/shared/inside.ts";

type Point = readonly [number, number];

export const tools = ["blur", "gray", "copy"] as const;
export type Tool = (typeof tools)[number];

export const radii = { least: 1, most: 64, usual: 14 };
/** Of the picture's shorter side, until a person says otherwise. */
const usualShare = 1 / 16;
/** What a host takes at most of all strokes together; what goes beyond ends the stroke. */
const mostPoints = 4000;

/** What holds the strokes that are done. */
export interface Strokes {
  get(): readonly Stroke[];
  set(strokes: readonly Stroke[]): void;
}

/** A brush over the photo, in pixels of the network's input: [x, y], pixel 0 with its centre at 0. */
export class Brush {
  /** Undefined: the pointer looks and does not paint. */
  tool: Tool | undefined;
  radius = radii.usual;
  /** Where `copy` copies from. */
  source: Point | undefined;
  /** The stroke that is being drawn. */
  live: Stroke | undefined;
  #undone: readonly Stroke[] = [];
  #fitted = 0;

  constructor(private readonly done: Strokes) {}

  /** As wide as suits a picture with this shorter side; a person's own choice holds for pictures of the same size. */
  fitTo(side: number): void {
    if (side === this.#fitted) return;
    this.#fitted = side;
    this.radius = Math.min(Math.max(Math.round(side * usualShare), radii.least), radii.most);
  }

  /** With the one that is being drawn. */
  get strokes(): readonly Stroke[] {
    return this.live ? [...this.done.get(), this.live] : this.done.get();
  }
  get canUndo(): boolean {
    return this.done.get().length > 0;
  }
  get canRedo(): boolean {
    return this.#undone.length > 0;
  }

  /** False where there is nothing to paint with yet: copying needs a place to copy from. */
  begin(at: Point): boolean {
    const { tool, radius, source } = this;
    if (!tool || (tool === "copy" && !source)) return false;
    const from = tool === "copy" && source ? { from: [source[0] - at[0], source[1] - at[1]] as const } : {};
    this.live = { tool, radius, points: [rounded(at)], ...from };
    return true;
  }

  /** Points closer than a quarter of the radius to the last one say nothing new. */
  extend(at: Point): boolean {
    const { live } = this;
    const last = live?.points.at(-1);
    if (!live || !last || Math.hypot(at[0] - last[0], at[1] - last[1]) < Math.max(1, live.radius / 4)) return false;
    if (this.strokes.reduce((sum, { points }) => sum + points.length, 0) >= mostPoints) return false;
    this.live = { ...live, points: [...live.points, rounded(at)] };
    return true;
  }

  end(): void {
    const { live } = this;
    if (!live) return;
    this.live = undefined;
    this.#undone = [];
    this.done.set([...this.done.get(), live]);
  }

  undo(): void {
    const strokes = this.done.get();
    const last = strokes.at(-1);
    if (!last) return;
    this.#undone = [...this.#undone, last];
    this.done.set(strokes.slice(0, -1));
  }

  redo(): void {
    const last = this.#undone.at(-1);
    if (!last) return;
    this.#undone = this.#undone.slice(0, -1);
    this.done.set([...this.done.get(), last]);
  }

  /** All of it can be had again, stroke by stroke. */
  clear(): void {
    this.#undone = [...this.#undone, ...[...this.done.get()].reverse()];
    this.done.set([]);
  }

  /** The photo is another one: what was done to the last has no place on it. */
  forget(): void {
    this.live = this.source = undefined;
    this.#undone = [];
  }
}

/** A quarter of a pixel cannot be seen, and is half as long to write. */
const rounded = ([x, y]: Point): Point => [Math.round(x * 4) / 4, Math.round(y * 4) / 4];
