import type { Given, PathKind } from "./parameters.ts";
import type { Preparation } from "./preparation.ts";
import type { ClassScore, ModelCard, ModelChoice, Photo } from "./protocol.ts";
import { examplesOfPage } from "./examples.ts";
import { request, stream, type Failure } from "./rpc.ts";
import type { Area } from "./sheet-gaps.ts";
import type {
  Beside,
  Drawn,
  Ended,
  LayerChoice,
  Making,
  Reach,
  Recipe,
  Sheet,
  SynthesisCard,
  Term,
} from "./synthesis.ts";
import type { Note } from "./updates.ts";

/** What a picture, or one stage of it, is made of, and how. Seed and parameters make the run repeatable. */
export interface StageSettings {
  readonly technique: string;
  readonly model: string;
  readonly image?: string;
  readonly layer?: string;
  /** For techniques that look at several; the technique's own choice when left out. */
  readonly layers?: readonly LayerChoice[];
  readonly channel?: number;
  readonly place?: readonly [number, number];
  readonly target?: number;
  readonly parameters: Given;
  readonly seed: number;
  /** A recipe's own way to prepare photos, in place of the one that is in use here. */
  readonly preparation?: Preparation;
}

/** What a panel makes its picture of, and how. */
export interface DreamSettings extends StageSettings {
  /** Of a recipe that was opened: what the picture was made with before these settings. */
  readonly before?: readonly Ended<StageSettings>[];
  /** Of a recipe that was opened: where the picture was stopped. */
  readonly until?: Reach;
  readonly opened?: OpenedSettings;
}

/** Of which recipe settings are, as long as none of them is changed. */
export interface OpenedSettings {
  /** The file name of the picture that it was found in. */
  readonly of: string;
  /** Something of it is not here, or cannot be repeated: another picture comes of it. */
  readonly makesAnother?: true;
}

/** What a page may change by itself: files are the host's to know. Whoever changes something plays no recipe any more. */
export type DreamChange = Omit<StageSettings, "model" | "image" | "preparation">;

/** Where a Dream panel stands; kept over a window reload. `id` names what the host keeps of the last frame. */
export interface DreamPanelState {
  readonly id: string;
  readonly settings: DreamSettings;
}

/**
 * `waiting`: asked for, no step done yet. `interrupted`: an earlier window was in the midst of it. `failed`: the engine
 * refused, or died. From all but the first three there is a way to go on.
 */
export type DreamPhase = "idle" | "waiting" | "running" | "paused" | "stopped" | "finished" | "interrupted" | "failed";

/** Where a step stood, as its own run counted: one that goes on from there may have other octaves and steps. */
export interface Place {
  readonly octave: number;
  readonly octaves: number;
  readonly step: number;
  readonly steps: number;
  readonly done: number;
  readonly total: number;
}

/** Where a recipe of several stages is played: which of them a step is of. */
export interface Playing {
  /** Counted from 1. */
  readonly stage: number;
  readonly stages: number;
}

/** What a run waits for: the job that is first in the engine, and how many more come before this one. */
export interface Queue {
  readonly title: string;
  readonly more: number;
}

/** Where the run is. */
export interface DreamProgress extends Place {
  /** The steps are those of all octaves, of which nothing is known yet. */
  readonly inAll?: true;
  /** It is the picture of a file, of whose steps nothing is known. */
  readonly isSaved?: true;
  readonly playing?: Playing;
  /** Where several pictures are made, one after the other. */
  readonly making?: Making;
  /** Undefined until two frames have come. */
  readonly perSecond?: number;
  /** Of the stage that is played. Undefined where later octaves take a time that nobody knows yet. */
  readonly secondsLeft?: number;
}

/**
 * A point of the curves: the objective of the picture that a step began with, where one is climbed, and what is subtracted
 * from it, by name. What the step made of it, the next point says.
 */
export interface CurvePoint extends Place {
  /** Another one climbs something else. Undefined where that is not known. */
  readonly technique: string | undefined;
  /** What is looked at, and by which network: as much tells its numbers from those of another. */
  readonly subject?: string;
  readonly objective: number | undefined;
  readonly losses: Readonly<Record<string, number>>;
  /** What the objective is the sum of, where it is one of several things. */
  readonly terms?: readonly Term[];
}

/** A frame on the strip. */
export interface StripFrame extends Place {
  readonly id: number;
  /** What made it; a branch may have gone on with another. Undefined where that is not known. */
  readonly technique: string | undefined;
  /** Several pictures in one. */
  readonly isSheet: boolean;
  readonly playing?: Playing;
  /** The picture of a file that was opened, of whose steps nothing is known. */
  readonly isSaved?: true;
  /** What a search ends with, after the last of its tries: the best of them, which need not be that one. */
  readonly isResult?: boolean;
  /** Steps that led to it, those of other settings and techniques on the way among them. */
  readonly walked?: number;
  /** Where several pictures are made, one after the other: which of them it belongs to. */
  readonly making?: Making;
  /** Where that one is whole: which of them it is. */
  readonly whole?: number;
  /** Undefined where nothing is climbed. */
  readonly objective: number | undefined;
  readonly thumbnail: Drawn;
  /** What of the thumbnail no picture covers, where it is several in one. */
  readonly gaps: readonly Area[];
}

/** What a picture that is through came to: what the network says of it, and the pictures that belong to it. */
export interface Outcome {
  readonly notes: readonly Note[];
  readonly beside: readonly Beside[];
}

/** A frame for the screen, reduced where it is large. Where it is several pictures in one, the sheet says which. */
export interface Shown {
  readonly drawn: Drawn;
  readonly sheet?: Sheet;
  /** What it was made with, every choice made; left out where that was not kept. */
  readonly recipe?: Recipe;
  /** Of the last frame of a picture that is through. */
  readonly outcome?: Outcome;
}

/** What an earlier frame is looked at with. */
export interface Rewound {
  /** What it was made with, with the paths of its files; left out where that was not kept. */
  readonly settings?: DreamSettings;
  /** The curve up to it. */
  readonly curve: readonly CurvePoint[];
}

/** What is new since the last one; a page that has just come gets all of it. */
export interface DreamUpdate {
  readonly phase: DreamPhase;
  readonly settings: DreamSettings;
  readonly failure?: Failure;
  /** It was cancelled from the list of jobs before a step of it came: it stands as it did before. */
  readonly canceled?: true;
  readonly waitsFor?: Queue;
  readonly notes: readonly Note[];
  readonly progress?: DreamProgress;
  /** The layer that the technique chose by itself, once it is known. */
  readonly layerUsed?: string;
  /** What the newest frame is made with, every choice made; a branch that goes on with other settings has its own. */
  readonly recipe?: Recipe;
  /** What was chosen for the newest frame, by now perhaps otherwise; left out where that was not kept. */
  readonly madeWith?: StageSettings;
  /** The points of the curve from `from` on; those before it are as they were. */
  readonly curve: { readonly from: number; readonly points: readonly CurvePoint[] };
  readonly strip: {
    /** All frames that are kept, in the order in which they came. */
    readonly frames: readonly number[];
    /** Those of them that led to the newest, itself included. */
    readonly line: readonly number[];
    readonly added: readonly StripFrame[];
  };
  /** The newest frame, where there is a newer one. */
  readonly picture?: Shown & { readonly frame: number };
  /** What belongs to the finished picture, where that is new; empty where there is nothing any more. */
  readonly beside?: readonly Beside[];
}

/** What the network says of a picture, and where it looks for it. */
export interface Explained {
  /** The classes that it finds likeliest; the first is the one that is explained. */
  readonly top: readonly ClassScore[];
  /** What the network sees of the picture, with Grad-CAM's map over it. */
  readonly png: Uint8Array;
}

/** A picture's recipe whose settings the panel has now. */
export interface OpenedRecipe {
  /** The picture's file name. */
  readonly of: string;
  /** Names of its files that are not here. */
  readonly missing: readonly string[];
  /** Names of its files of which only others of the same name are here. */
  readonly others: readonly string[];
  /** Where its model is not here: what said where in that model it looks ("layer", "channel"), and is left out. */
  readonly places: readonly string[];
  /** Its parameters that are unknown here, or out of range, with their values: left out, too. */
  readonly unfit: readonly string[];
  /** How many others its settings follow, with which it was made before. */
  readonly stages?: number;
  /** Steps of its last settings after which it was stopped. */
  readonly stoppedAfter?: number;
  /** How it came about, in words, where that cannot be repeated. From its settings alone another picture comes. */
  readonly continued?: string;
}

export interface DreamSubject {
  readonly card: ModelCard;
  readonly models: readonly ModelChoice[];
  /** The photo that it starts from, for the screen; undefined where none is chosen. */
  readonly photo: { readonly name: string; readonly photo: Photo } | undefined;
  readonly trusted: boolean;
}

export type FilmKind = "webp" | "gif" | "apng";
type OfFrame = { readonly frame: number };

/** What a Dream panel's page asks of its host. The picture grows in the host: a page may come and go meanwhile. */
export const dreamPanel = {
  techniques: request<void, readonly SynthesisCard[]>(),
  subject: request<void, DreamSubject>(),
  /** The models on offer, also where `subject` was refused. */
  models: request<void, readonly ModelChoice[]>(),
  /** Photos on offer, at once and whenever they are others: the samples, those of the workspace, and pictures that were saved. Never ends by itself. */
  photos: stream<void, readonly ModelChoice[]>(),
  /** A path that `photos` offered; undefined opens a dialog. False when the dialog was left. */
  usePhoto: request<{ readonly path?: string }, boolean>(),
  chooseModel: request<{ readonly path: string }, void>(),
  /** Opens a dialog; undefined when it was left. */
  browseModel: request<void, string | undefined>(),
  browse: request<{ readonly kind: PathKind }, string | undefined>(),

  /** Never ends by itself. At most ten a second; the newest frame wins. */
  watch: stream<void, DreamUpdate>(),
  /** From now on with these. What runs goes on with them from its last frame; with another technique it stops. */
  change: request<DreamChange, void>(),
  /** From the start, on a strip of its own. */
  begin: request<void, void>(),
  pause: request<void, void>(),
  /** Ends the run; the picture is kept. */
  stop: request<void, void>(),
  /** Goes on from this frame: a branch where it is not the newest. The newest when left out. */
  resume: request<{ readonly frame?: number }, void>(),
  /** The same for one step. */
  step: request<{ readonly frame?: number }, void>(),
  /** A frame of the strip. */
  frame: request<OfFrame, Shown & Rewound>(),
  /** The frame as the network sees it, and the photo that it was made of, where there is one. */
  explained: request<OfFrame, { readonly result: Explained; readonly original?: Explained }>(),
  /** In a panel of its own: the picture that this channel likes best, of the layer that the frame shows. */
  visualizeChannel: request<OfFrame & { readonly channel: number }, void>(),
  ...examplesOfPage,

  /** With its recipe in it. False when the dialog was left; so are the next. */
  savePicture: request<OfFrame, boolean>(),
  /** The frames that led to this one. */
  saveFilm: request<OfFrame & { readonly kind: FilmKind; readonly framesPerSecond: number }, boolean>(),
  /** The same frames, each as a PNG, into a folder. */
  saveFrames: request<OfFrame, boolean>(),
  /** Saves the frame and makes it the photo that the whole window looks through. */
  useAsPhoto: request<OfFrame, boolean>(),
  /** Takes picture and settings from a PNG that a dialog asks for. */
  openRecipe: request<void, void>(),
  /** Emits each recipe that was opened in this panel, by its own menu or by the window's. Never ends by itself. */
  openedRecipes: stream<void, OpenedRecipe>(),

  showLog: request<void, void>(),
  restartEngine: request<void, void>(),
  manageTrust: request<void, void>(),
  /** Emits when photo, model or preparation changed: ask `subject` again; `why` is said where nobody chose it. Never ends by itself. */
  changed: stream<void, { readonly why?: string }>(),
};
