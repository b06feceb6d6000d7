import type { Prepared } from "./preparation.ts";
import type { Photo, Subject } from "./protocol.ts";
import type { Rectangle } from "./inside.ts";
import { request, stream } from "./rpc.ts";
import type { Progress } from "./updates.ts";

// Dataset examples: the photos of a set, and the places in them, that fire a layer's channels most.

/** Examples that are kept for each channel, unless told otherwise. */
export const usualExamples = 9;

export interface ExamplesRequest {
  readonly model: string;
  /** A layer's or a value's name. */
  readonly layer: string;
  /** Photos, or `.npy` tensors. */
  readonly images: readonly string[];
  readonly preparation?: Subject["preparation"];
  /** How many are kept for each channel; `usualExamples` when left out. */
  readonly count?: number;
  /** Ends after about so many milliseconds, wherever it is, so that other jobs have their turn; goes on from `before`. */
  readonly turn?: number;
  /** What an earlier turn came to over the same photos. */
  readonly before?: ExamplesReport;
}

/** [channels, count], the most extreme first; each photo once. */
export interface Extremes {
  /** Index into the request's `images`; −1 where there are no more. */
  readonly photos: Int32Array;
  readonly rows: Int32Array;
  readonly columns: Int32Array;
  readonly values: Float32Array;
}

/** The examples of all channels as far as they are known. The memory it takes does not grow with the set. */
export interface ExamplesReport {
  readonly kind: "examples";
  readonly layer: string;
  readonly channels: number;
  readonly count: number;
  /** How many of the photos have been gone through; all of them where it is done. */
  readonly next: number;
  /** Photos that the network has looked at. */
  readonly images: number;
  /** Those that could not be read, and why. */
  readonly refused: readonly { readonly image: string; readonly why: string }[];
  /** How the photos were prepared; left out where all were tensors. */
  readonly prepared?: Prepared;
  /** The photos in which a channel's greatest value is greatest. Behind a rectifier only what is above zero counts. */
  readonly most: Extremes;
  /** Those in which its least value is least; undefined behind a rectifier, where the least is silence. */
  readonly least: Extremes | undefined;
}

/** The photos of a folder and of the folders in it. */
export interface PhotoFolder {
  readonly images: readonly string[];
  /** Pictures in it that are not among them, since they were made here; left out where there are none. */
  readonly madeHere?: number;
  /** Another one when a photo was added, removed or changed. */
  readonly state: string;
}

export interface PatchPlace {
  readonly image: string;
  /** [row, column] of the layer's map. */
  readonly place: readonly [number, number];
}

/** A patch of a sheet, with the lines that stand under it. */
export type NamedPatch = PatchPlace & { readonly words?: readonly string[] };

export interface PatchSheetRequest extends Omit<Subject, "image"> {
  readonly layer: string;
  readonly patches: readonly NamedPatch[];
  /** Lines over all. */
  readonly title?: readonly string[];
}

/** Part of what the engine process offers. */
export const examples = {
  photoFolder: request<{ readonly folder: string }, PhotoFolder>(),
  examples: stream<ExamplesRequest, Progress | ExamplesReport>(),
  /** What a place of a layer sees of a photo, cut from the photo itself; undefined where it sees nothing of it. */
  patch: request<
    Subject & { readonly layer: string; readonly place: PatchPlace["place"] },
    { readonly field: Rectangle | undefined; readonly patch: Photo | undefined }
  >(),
  /** Several of those in one picture, row by row, with what is written over them and under each. */
  patchSheet: request<PatchSheetRequest, Photo>(),
};

/** An example as a page shows it. */
export interface Example {
  /** The photo's number in the set: what a page calls it by. */
  readonly photo: number;
  readonly name: string;
  /** The photo's path within the folder. */
  readonly within: string;
  readonly place: readonly [number, number];
  readonly value: number;
  /** Undefined where the place sees nothing of the photo, or the photo could not be read. */
  readonly patch: Photo | undefined;
  /** The photo could not be read to cut the patch from it: it may be gone by now. */
  readonly unread?: boolean;
}

/** What is known of what fires one channel. */
export interface ChannelExamples {
  /** `none`: nobody has looked yet. `stopped`: somebody ended it before all photos were seen. `interrupted`: the window was closed meanwhile; `findExamples` goes on. `outdated`: the folder or the model is another now. */
  readonly phase: "none" | "running" | "found" | "stopped" | "interrupted" | "failed" | "outdated";
  /** Name of the folder that was looked through, or would be. */
  readonly folder: string | undefined;
  readonly done: number;
  readonly total: number;
  readonly images: number;
  readonly refused: ExamplesReport["refused"];
  /** Pictures of the folder that were left out, since they were made here; left out where there are none. */
  readonly madeHere?: number;
  /** How the photos were prepared; left out where all were tensors. */
  readonly prepared?: Prepared;
  readonly most: readonly Example[];
  readonly least: readonly Example[];
  /** Why it failed. */
  readonly failure: string | undefined;
}

/** Of a channel that nobody has looked for yet. */
export const noExamples: ChannelExamples = {
  phase: "none",
  folder: undefined,
  done: 0,
  total: 0,
  images: 0,
  refused: [],
  most: [],
  least: [],
  failure: undefined,
};

export interface OfChannel {
  readonly layer: string;
  readonly channel: number;
}

/** What pages ask their host of it. */
export const examplesOfPage = {
  /** Whatever becomes known of the channel, from the start. Never ends by itself. */
  examples: stream<OfChannel, ChannelExamples>(),
  /** Looks through a folder for what fires the layer's channels: the one that was chosen before, or another that a dialog asks for. False when that was left. */
  findExamples: request<{ readonly layer: string; readonly another: boolean }, boolean>(),
  /** Ends the search; what was found stays. */
  stopExamples: request<{ readonly layer: string }, void>(),
  /** Opens an example's photo. */
  openExample: request<{ readonly layer: string; readonly photo: number }, void>(),
};
