import type { Given } from "../../src/shared/parameters.ts";
import { firstRun } from "../../src/shared/protocol.ts";
import { everything } from "../shared/viewport.ts";
import type { Viewport } from "../shared/viewport.ts";

/** What a person chose in the view. Outlives a reload of the window, another photo and another model. */
export interface Remembered {
  /** The technique shown large. */
  readonly technique: string;
  /** The class explained; the most probable one where left out. */
  readonly target?: number;
  readonly against?: number;
  readonly layer?: string;
  /** By technique; what was left at its default is left out. */
  readonly parameters: Readonly<Record<string, Given>>;
  /** Which of a technique's pictures is shown, by technique. */
  readonly keys: Readonly<Record<string, string>>;
  readonly view: "side by side" | "overlay";
  /** How much of the photo a map hides, by technique; where left out, coarse maps let it through and fine ones do not. */
  readonly opacity: Readonly<Record<string, number>>;
  readonly viewport: Viewport;
}

export const untouched: Remembered = {
  technique: firstRun.technique,
  parameters: {},
  keys: {},
  view: "side by side",
  opacity: {},
  viewport: everything,
};

type Check = (value: unknown) => boolean;
const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isNumber: Check = (value) => typeof value === "number" && Number.isFinite(value);
const isIndex: Check = (value) => Number.isInteger(value) && (value as number) >= 0;
const isText: Check = (value) => typeof value === "string";
const recordOf =
  (check: Check): Check =>
  (value) =>
    isRecord(value) && Object.values(value).every(check);

const fields: Readonly<Record<keyof Remembered, Check>> = {
  technique: isText,
  target: isIndex,
  against: isIndex,
  layer: isText,
  parameters: recordOf(isRecord),
  keys: recordOf(isText),
  view: (value) => value === "side by side" || value === "overlay",
  opacity: recordOf(isNumber),
  viewport: (value) => isRecord(value) && [value["zoom"], value["x"], value["y"]].every(isNumber),
};

/** Reads back what an earlier run of the page kept, which may be of an older Glassbox: what does not fit is dropped. */
export function restored(kept: unknown): Remembered {
  if (!isRecord(kept)) return untouched;
  const fitting = Object.entries(fields).filter(([key, fits]) => fits(kept[key]));
  return { ...untouched, ...Object.fromEntries(fitting.map(([key]) => [key, kept[key]])) };
}
