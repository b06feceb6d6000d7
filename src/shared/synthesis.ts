import type { ClimbState } from "./climb-state.ts";
import type { MadeWith } from "./made-with.ts";
import type { Given, Need, PathKind, Presets, Schema } from "./parameters.ts";
import type { Preparation } from "./preparation.ts";
import { request, stream } from "./rpc.ts";
import type { FloatTensor } from "./tensor.ts";
import type { Note, Progress } from "./updates.ts";

// Pictures that a network makes: what is asked for, what comes while they grow, and what is kept with them.

/** 8-bit sRGB, three bytes a pixel, row by row: [height, width, 3]. */
export interface Drawn {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint8Array;
}

/** A technique that makes pictures, as a panel and the command line offer it. */
export interface SynthesisCard {
  readonly id: string;
  readonly title: string;
  readonly summary: string;
  readonly convention: string;
  readonly citation: {
    readonly authors: string;
    readonly title: string;
    readonly venue: string;
    readonly year: number;
    readonly url: string;
  };
  /** Whether it starts from a photo. */
  readonly fromPhoto: boolean;
  /** What may be chosen beside the photo; an option that declares its own needs says when. */
  readonly needs: readonly Need[];
  /** Of one that needs a layer: why it looks where it does when none is chosen. */
  readonly whyLayer?: string;
  /** Where several layers may be chosen. */
  readonly several?: SeveralLayers;
  readonly parameters: Schema;
  readonly presets?: Presets;
}

/** How a technique looks at several layers of a person's choice. */
export interface SeveralLayers {
  readonly label: string;
  readonly weights: "none" | "positive" | "either sign";
  /** Whether they stand in the place of the one layer, or beside it. */
  readonly inPlaceOfLayer: boolean;
  /** What the one layer is called, where these stand beside it. */
  readonly besideLayer?: string;
}

/** Where a run stands after a step, as its technique says it. */
export interface Standing {
  /** Pictures, or numbers of which only the technique itself makes one. */
  readonly kind: "picture" | "numbers";
  readonly octave: number;
  /** Steps of this octave that are done. */
  readonly step: number;
  /** Of the picture, [1, 3, height, width]; of several that belong together, one after the other; of the numbers that stand for it, where it does not tell them. */
  readonly shape: readonly number[];
  readonly values: Float32Array;
  /** Where each octave depends on what came of those before: how large a change they tried, and whether that worked. */
  readonly tried?: readonly { readonly radius: number; readonly worked: boolean }[];
  /** Of several pictures in one: what each one is. */
  readonly cells?: Sheet["cells"];
  /** What the same technique goes on with as if there had been no pause; from the picture alone where it is left out. */
  readonly state?: ClimbState;
}

/** Enough to go on from there, with the same settings or with others. */
export interface Checkpoint extends Standing {
  readonly technique: string;
  readonly made: MadeWith;
  /** By which its picture comes again; left out where an earlier version made it. */
  readonly recipe?: Recipe;
  /** Where a recipe's stages are played: which of them it is of, counted from 0. */
  readonly stage?: number;
}

/** How far something was made. */
export interface Reach {
  /** Steps done of all, as the settings count them. */
  readonly done: number;
  /** How often it had gone back by then, to make a step once more or in another way; never where it is left out. */
  readonly returns?: number;
}

/** What a picture was made with before it was gone on with otherwise. */
export type Ended<Settings> = Settings & {
  readonly until: Reach;
  /** What it was gone on with: all that a pause keeps, or the picture alone. */
  readonly leaves: "all" | "picture";
};

/** One of several layers, with its weight, of either sign where the technique has a use for that. */
export interface LayerChoice {
  readonly name: string;
  readonly weight: number;
  /** For techniques that look at channels; the request's own when left out. */
  readonly channel?: number;
}

/** What a picture is to be made of, and how. */
export interface SynthesisSettings {
  readonly technique: string;
  readonly model: string;
  /** The photo that it starts from, for those that do. */
  readonly image?: string;
  readonly preparation?: Preparation;
  /** A layer's or a value's name; the technique's own choice when left out. */
  readonly layer?: string;
  /** For techniques that look at several: their names, each with its weight. */
  readonly layers?: readonly LayerChoice[];
  readonly channel?: number;
  /** Row and column in the layer's map; the centre when left out where one unit is asked for. */
  readonly place?: readonly [number, number];
  readonly target?: number;
  readonly parameters: Given;
  /** All chance comes from it: 0 when left out. */
  readonly seed?: number;
}

export interface SynthesisRequest extends SynthesisSettings {
  /** Settings that it is made with first, one after the other; with a checkpoint of one of these stages, from there on. */
  readonly before?: readonly Ended<SynthesisSettings>[];
  /** Where the picture is to end, before it is through. */
  readonly until?: Reach;
  /** Frames: at most ten a second, and each picture of an endless zoom; or one for every step; or for a film, of which they are no larger than there is room for. */
  readonly frames?: "some" | "all" | "film";
  /** Frames with checkpoints: all, where all frames are asked for; else, where these are large, one every few seconds, the first and the last. */
  readonly checkpoints?: boolean;
  readonly from?: Checkpoint;
  /** The finished picture as floats too. */
  readonly floats?: boolean;
  /** A name of its own, by which it can be asked to pause. */
  readonly run?: string;
}

/** Several pictures in one: cells of one size, row by row from the upper left corner, with a gap between two and none outside. */
export interface Sheet {
  readonly columns: number;
  readonly rows: number;
  /** Of a cell, and between two, in pixels of the picture. */
  readonly cell: readonly [width: number, height: number];
  readonly gap: number;
  /** What the titles say, where that is not plain from them in short. */
  readonly legend?: string;
  /** What each one is, in the order of the cells; the last row may be short. */
  readonly cells: readonly {
    readonly title: string;
    readonly channel?: number;
    /** What is written in a picture in the title's place, where that has letters of which a picture has none. */
    readonly legible?: string;
    /** The same in short, where there is no room for all of it. */
    readonly short?: string;
  }[];
}

/** Where several pictures are made, one after the other: which one a step works on. Of these, a film shows the whole ones alone. */
export interface Making {
  /** Counted from 1. */
  readonly picture: number;
  readonly pictures: number;
  readonly isWhole: boolean;
}

/** A part of the objective, its weight taken in: those that are a part of no other term add up to the objective. */
export interface Term {
  readonly name: string;
  readonly value: number;
  /** The term that it is a part of: those of one add up to it. */
  readonly of?: string;
}

/** The picture as it grows. */
/** A step that was made: where it stood, and what it was worth. */
export interface Stepped {
  /** Counted from 1. */
  readonly octave: number;
  readonly octaves: number;
  readonly step: number;
  readonly steps: number;
  /** Steps done of all, over all octaves. */
  readonly done: number;
  readonly total: number;
  /** Of the picture before this step; left out where nothing is climbed. */
  readonly objective?: number;
  /** What is subtracted from it, by name: each regularizer's own. */
  readonly losses: Readonly<Record<string, number>>;
  /** What the objective is the sum of, where it is one of several things. */
  readonly terms?: readonly Term[];
}

export interface Frame extends Stepped {
  readonly kind: "frame";
  readonly picture: Drawn;
  readonly sheet?: Sheet;
  readonly making?: Making;
  /** How often it has gone back; never where it is left out. */
  readonly returns?: number;
  /** The steps since the frame before, whose pictures nobody saw. */
  readonly between?: readonly Stepped[];
  readonly checkpoint?: Checkpoint;
}

/** What was in a recipe's files, in short; a file that could not be read has none. */
export interface Digests {
  readonly model?: string;
  readonly image?: string;
  /** By the parameter whose file or folder it is. */
  readonly parameters?: Readonly<Record<string, string>>;
}

/** Settings as a recipe has them: every choice made. */
export interface RecipeSettings {
  readonly technique: string;
  /** Names of files, without their folders. */
  readonly model: string;
  readonly image?: string;
  readonly guide?: string;
  /** What tells its files from others of their names; left out where an earlier version made it. */
  readonly digests?: Digests;
  readonly preparation: Preparation;
  readonly layer?: string;
  readonly layers?: readonly LayerChoice[];
  readonly channel?: number;
  readonly place?: readonly [number, number];
  readonly target?: number;
  readonly label?: string;
  readonly parameters: Given;
  readonly seed: number;
}

/** All that a picture depends on: the same recipe gives the same picture, byte for byte, on the same machine. */
export interface Recipe extends RecipeSettings {
  /** What it was made with before, in order: where it was steered, or branched off another. */
  readonly before?: readonly Ended<RecipeSettings>[];
  /** Where it was stopped; left out where it is through. */
  readonly until?: Reach;
  /** How it came about, in words, where that cannot be repeated; a recipe with them does not give the picture by itself. */
  readonly continued?: string;
}

/** A picture that belongs to the result: the difference from the photo, enlarged, say. */
export interface Beside {
  readonly key: string;
  readonly title: string;
  readonly picture: Drawn;
}

export interface Finished {
  readonly kind: "finished";
  readonly picture: Drawn;
  readonly sheet?: Sheet;
  /** [1, 3, h, w]: red, green, blue from 0 to 255, unrounded; only where it was asked for. */
  readonly floats?: FloatTensor;
  readonly recipe: Recipe;
  readonly beside?: readonly Beside[];
  /** The objective before the first step of the last octave, and of the finished picture; left out where nothing is climbed. */
  readonly objective?: readonly [number, number];
  readonly steps: number;
  readonly seconds: number;
}

/** Comes first: what the picture will be made with, the choices that were left to the technique made. Where stages are played, before each of them. */
export interface Begun {
  readonly kind: "begun";
  readonly recipe: Recipe;
  /** Which of them, counted from 0. */
  readonly stage?: number;
}

/** Progress comes where a step takes long. */
export type SynthesisUpdate = Begun | Progress | Frame | Note | Finished;

/** What the engine offers to make pictures. */
export const synthesis = {
  syntheses: request<void, readonly SynthesisCard[]>(),
  synthesize: stream<SynthesisRequest, SynthesisUpdate>(),
  /** The run of this name ends with the step that it is at: its last frame has all that it takes to go on from there. */
  pauseSynthesis: request<{ readonly run: string }, void>(),
  /** A PNG that carries its recipe; with a sheet, each of its pictures has its name under it. */
  pictureFile: request<{ readonly picture: Drawn; readonly recipe: Recipe; readonly sheet?: Sheet }, Uint8Array>(),
  /** Frames of any sizes as one film, each enlarged to the largest as far as there is room; the last one stays for a second. */
  filmFile: request<
    { readonly frames: readonly Drawn[]; readonly kind: "webp" | "gif" | "apng"; readonly framesPerSecond: number },
    Uint8Array
  >(),
  /** The recipe that a PNG of ours carries; undefined for any other file. */
  recipeOf: request<{ readonly image: string }, Recipe | undefined>(),
  /** The picture itself, pixel by pixel; with a sheet's names in it. */
  drawnIn: request<{ readonly image: string }, Drawn>(),
  /** As a recipe has it of a file or folder; undefined where it cannot be read. */
  digestOf: request<{ readonly path: string; readonly kind: PathKind }, string | undefined>(),
};
