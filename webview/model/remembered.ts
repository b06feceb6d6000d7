import type { FilterScale, Stroke } from "../../src/shared/inside.ts";
import { isIndex, isNumber, isOneOf, isRecord, isText, listOf, restoredFrom } from "../shared/kept.ts";
import type { Check } from "../shared/kept.ts";
import { deadColumns } from "./dead/rows.ts";
import type { Sorting } from "./dead/rows.ts";
import type { Unit } from "./unit/trail.ts";

export const tabs = ["maps", "filters", "unit", "steps", "weights", "node"] as const;
export type Tab = (typeof tabs)[number];

export const sorts = ["channel", "most active", "sparsest", "most alike", "most different"] as const;
export type Sort = (typeof sorts)[number];

export const shownChannels = [
  "all",
  "dead",
  "nearly dead",
  "saturated",
  "constant",
  "doubled",
  "broken",
  "alive",
  "listed",
] as const;
export type ShownChannels = (typeof shownChannels)[number];

/** What a person chose in the editor. Outlives a reload of the window, and another photo. */
export interface Remembered {
  /** The chosen layer, by name. */
  readonly layer?: string;
  /** The chosen node, by its place in the file, where one was chosen rather than its layer. */
  readonly node?: number;
  /** The chosen one of the layer's weights, by name. */
  readonly weight?: string;
  readonly channel?: number;
  /** A place on the chosen channel's map, [row, column]. */
  readonly place?: readonly [number, number];
  /** The right half shows a layer (`tab`), the whole net's column, or the table of dead filters. */
  readonly side: "layer" | "net" | "dead";
  readonly tab: Tab;
  readonly sort: Sort;
  readonly shown: ShownChannels;
  /** What "listed" shows: the channels of a layer that a table opened, and what they are in words. */
  readonly listed?: { readonly layer: string; readonly channels: readonly number[]; readonly words: string };
  /** One colour scale for the whole layer, or for each channel its own. */
  readonly scale: "layer" | "channel";
  /** The same of filters; undefined: as they differ. */
  readonly filterScale?: FilterScale;
  /** Colours diverge around zero; otherwise they run from the least to the greatest value. */
  readonly signed: boolean;
  /** What the maps are compared with: another photo, or the photo as it was before the brush. */
  readonly compare: "nothing" | "other" | "brushed";
  /** Of two that are compared, the difference is drawn rather than both. */
  readonly difference?: boolean;
  readonly strokes: readonly Stroke[];
  /** The way of units that was followed back through the layers. */
  readonly trail?: readonly Unit[];
  /** What the table of dead filters is over. */
  readonly deadOver?: "photo" | "folder";
  /** How the table of dead filters is sorted, and whether it lists only what is wrong. */
  readonly deadSorting?: Sorting;
  readonly onlyFaults?: boolean;
  /** Blocks of the graph that stand open, by their path; undefined: as the graph opens them by itself. */
  readonly open?: readonly string[];
  /** Place and scale of the graph: what was in the middle of a view of this height. */
  readonly camera?: { readonly x: number; readonly y: number; readonly scale: number; readonly height?: number };
  /** Share of the width that the graph has. */
  readonly split: number;
}

export const untouched: Remembered = {
  side: "layer",
  tab: "maps",
  sort: "most active",
  shown: "all",
  scale: "layer",
  signed: false,
  compare: "nothing",
  strokes: [],
  split: 0.5,
};

const isPair =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.length === 2 && value.every(check);
const isStroke: Check = (value) =>
  isRecord(value) &&
  isOneOf(["blur", "gray", "copy"])(value["tool"]) &&
  isNumber(value["radius"]) &&
  listOf(isPair(isNumber))(value["points"]) &&
  (value["from"] === undefined || isPair(isNumber)(value["from"]));

const isUnit: Check = (value) =>
  isRecord(value) &&
  isText(value["layer"]) &&
  isIndex(value["channel"]) &&
  (value["place"] === undefined || isPair(isIndex)(value["place"]));

const fields: Readonly<Record<keyof Remembered, Check>> = {
  layer: isText,
  node: isIndex,
  weight: isText,
  channel: isIndex,
  place: isPair(isIndex),
  side: isOneOf(["layer", "net", "dead"]),
  tab: isOneOf(tabs),
  sort: isOneOf(sorts),
  shown: isOneOf(shownChannels),
  scale: isOneOf(["layer", "channel"]),
  filterScale: isOneOf(["all", "each"]),
  signed: (value) => typeof value === "boolean",
  compare: isOneOf(["nothing", "other", "brushed"]),
  difference: (value) => typeof value === "boolean",
  strokes: listOf(isStroke),
  trail: listOf(isUnit),
  listed: (value) =>
    isRecord(value) && isText(value["layer"]) && listOf(isIndex)(value["channels"]) && isText(value["words"]),
  deadOver: isOneOf(["photo", "folder"]),
  deadSorting: (value) =>
    isRecord(value) &&
    (value["by"] === undefined || isOneOf(deadColumns)(value["by"])) &&
    typeof value["descending"] === "boolean",
  onlyFaults: (value) => typeof value === "boolean",
  open: listOf(isText),
  camera: (value) => isRecord(value) && [value["x"], value["y"], value["scale"], value["height"] ?? 0].every(isNumber),
  split: (value) => isNumber(value) && (value as number) > 0 && (value as number) < 1,
};

/** Reads back what an earlier run of the page kept, which may be of an older Glassbox: what does not fit is dropped. */
export const restored = (kept: unknown): Remembered => restoredFrom(kept, untouched, fields);
