import type { FloatTensor, Shape } from "./tensor.ts";

/** A map for the screen: `low + byte / 255 · (high − low)` is the value, row by row. */
export interface Quantized {
  /** [h, w], or [h, w, 3] for pictures. */
  readonly shape: Shape;
  readonly low: number;
  readonly high: number;
  readonly bytes: Uint8Array;
  /** Elements that were NaN or infinite in what the bytes were made of; drawn as `low`. */
  readonly broken: number;
}

export interface Progress {
  readonly kind: "progress";
  readonly done: number;
  readonly total: number;
  /** What is counted: "windows", "samples". */
  readonly unit?: string;
  /** With a run's last word: how long it took, in milliseconds; of what is kept, when it was computed. */
  readonly ms?: number;
}

/** Results carry a key: a later update with the same key replaces the earlier one, so any result can be refined. */
interface Keyed {
  readonly key: string;
  readonly title: string;
}

/** Values over the photo, [h, w]; h × w may be coarser than the input (Grad-CAM's grid). */
export interface Heatmap<V> extends Keyed {
  readonly kind: "heatmap";
  readonly values: V;
  /** Signed maps are drawn on a diverging scale around 0, the others from their least to their greatest value. */
  readonly signed: boolean;
  /** Smooth: resized bilinearly over the photo. Cells: each value fills its cell. */
  readonly draw: "smooth" | "cells";
  /** The scale ends at this percentile of the magnitudes, so that a few bright pixels do not leave the rest dark. */
  readonly percentile?: number;
  /** What a value is: "drop in probability", "of the maximum". */
  readonly unit: string;
}

/** The class that is most probable with each part covered, [h, w] of class numbers. */
export interface ClassMap extends Keyed {
  readonly kind: "classes";
  readonly shape: Shape;
  readonly classes: readonly number[];
}

/** Something for a reader to know, in words, and whether it should worry them. */
export interface Note extends Keyed {
  readonly kind: "note";
  readonly level: "good" | "info" | "warning";
  readonly text: string;
  /** What explains it, for whoever wants to know more. */
  readonly more?: string;
  /** A parameter change that would mend it. */
  readonly mend?: { readonly label: string; readonly parameters: Readonly<Record<string, unknown>> };
}

/** With what explains it. */
export const wholeText = ({ text, more }: Pick<Note, "text" | "more">): string =>
  more === undefined ? text : `${text} ${more}`;

export type ResultOf<V> = Heatmap<V> | ClassMap | Note;
export type UpdateOf<V> = Progress | ResultOf<V>;

/** A heat map as a technique yields it. */
export type FloatHeatmap = Heatmap<FloatTensor> & {
  /** The attribution before any reduction for display: [1, C, H, W], or [1, 1, h, w] at a layer's own grid. */
  readonly raw: FloatTensor;
};

/** What a technique yields: floats. */
export type Finding = Progress | ClassMap | Note | FloatHeatmap;

/** What crosses to a view: bytes. */
export type Update = UpdateOf<Quantized>;
