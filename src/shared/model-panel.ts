import type { Preparation } from "./preparation.ts";
import type { Contributions } from "./contributions.ts";
import type { DeadReport } from "./dead.ts";
import type {
  FeatureMaps,
  FilterCard,
  FilterRequest,
  LayerAnatomy,
  LayerOverview,
  LayerRequest,
  NotKnown,
  PaintedSubject,
  Rectangle,
  SeenPart,
  Step,
  UnitCard,
  UnitRequest,
} from "./inside.ts";
import type { ModelCard, ModelChoice, Photo, Prediction } from "./protocol.ts";
import { examplesOfPage } from "./examples.ts";
import { request, stream } from "./rpc.ts";
import type { LayerDiff, NodeFacts, OutsideDiff, Structure, WeightCard } from "./structure.ts";
import type { Shape, Tensor } from "./tensor.ts";
import type { Progress, Quantized, Update } from "./updates.ts";

/** Where a model editor stands; kept over a window reload, and what another editor of the same file begins with. */
export interface ModelPanelState {
  readonly layer?: string;
  readonly tab?: string;
  readonly channel?: number;
}

/** Which of the panel's photos is meant: the one that everything is seen through, or the one that it is compared with. */
export type PhotoSlot = "current" | "other";

/** The host fills in the model, and the photo's path. */
type Own<R extends PaintedSubject> = Omit<R, "model" | "image" | "preparation"> & { readonly photo?: PhotoSlot };
type OfModel<R extends { readonly model: string }> = Omit<R, "model">;

export interface PanelPhoto {
  readonly name: string;
  /** As `photos` has it, if it is among those. */
  readonly path: string;
  /** The whole photo, for the screen. */
  readonly photo: Photo;
  readonly prediction: Prediction;
  readonly preparation: Preparation;
}

/** What is another one now; "preparation": how both photos come to the network. */
export interface Change {
  readonly what: "model" | "photo" | "other" | "preparation";
  readonly why: string;
}

/** Of a box of the graph, by its key: where its output goes, or the way to it from the chosen one. */
export interface Traced {
  readonly box: string;
  readonly trace: "output" | "way";
}

/** What the editor is asked to show from elsewhere: a layer, or what fires one channel of it, or the table of dead channels, over what it was counted. */
export type Reveal =
  | { readonly layer: string; readonly section?: "fires"; readonly channel?: number }
  | { readonly dead: "photo" | "folder" }
  | Traced;

/** A table of dead channels, over what and of when. */
export interface CountedDead extends DeadReport {
  /** The folder that was gone through, with those in it; undefined: the photo of this name. */
  readonly folder: string | undefined;
  readonly photo: string | undefined;
  /** Milliseconds since 1970. */
  readonly when: number;
}

export interface DifferingPart {
  readonly name: string;
  readonly piece: "layer" | OutsideDiff["piece"];
  /** "only": in this one alone, where it is not known which of the two came first. */
  readonly change: Exclude<LayerDiff["change"], "same"> | "only";
  readonly words: string;
}

/** What a model stands beside in a diff editor. */
export interface Compared {
  /** What the other is called. */
  readonly with: string;
  /** What differs, in clauses; undefined while that is being found out. */
  readonly summary?: readonly string[];
  /** What differs in this one. */
  readonly parts?: readonly DifferingPart[];
  /** Why they could not be compared. */
  readonly failure?: string;
}

/** What a model editor asks of its host. The view never names a file: the model and the photos are the host's to know. */
export const modelPanel = {
  /** Name of the file, and whether its network may be run (Restricted Mode). Answered at once. */
  subject: request<void, { readonly name: string; readonly path: string; readonly trusted: boolean }>(),
  /** What is known before anything runs. */
  structure: request<void, Structure>(),
  card: request<void, ModelCard>(),
  anatomy: request<void, readonly LayerAnatomy[]>(),
  /** Which photo is chosen, before the network has looked at it. Answered at once. */
  chosenPhoto: request<void, Pick<PanelPhoto, "name" | "path"> | undefined>(),
  /** Undefined where no photo is chosen. */
  photo: request<{ readonly photo: PhotoSlot }, PanelPhoto | undefined>(),
  /** Photos on offer: the samples and those of the workspace. */
  photos: request<void, readonly ModelChoice[]>(),
  /** A path that `photos` offered; undefined opens a dialog. False when the dialog was left. The current photo is that of the whole window. */
  usePhoto: request<{ readonly photo: PhotoSlot; readonly path?: string }, boolean>(),
  /** The next or the previous photo of the current one's folder. */
  stepPhoto: request<{ readonly by: 1 | -1 }, void>(),

  node: request<{ readonly node: number }, NodeFacts>(),
  weight: request<{ readonly weight: string }, WeightCard>(),
  weightTable: request<
    {
      readonly weight: string;
      readonly index: readonly number[];
      readonly rows: readonly [number, number];
      readonly columns: readonly [number, number];
    },
    Tensor
  >(),
  features: request<Own<LayerRequest> & { readonly channels?: readonly number[] }, FeatureMaps>(),
  /** What the network sees of the photo, strokes included. */
  seen: request<Own<PaintedSubject>, Photo>(),
  predictPainted: request<Own<PaintedSubject>, Prediction>(),
  overview: stream<Own<PaintedSubject>, Progress | { readonly kind: "layer"; readonly overview: LayerOverview }>(),
  fieldOf: request<
    Own<LayerRequest> & { readonly place: readonly [number, number] },
    SeenPart | NotKnown | undefined
  >(),
  seenBy: request<
    Own<LayerRequest> & { readonly pixel: readonly [number, number] },
    Rectangle | NotKnown | undefined
  >(),
  unit: request<Own<UnitRequest>, UnitCard>(),
  unitMaps: stream<Own<UnitRequest>, Update>(),
  contributions: request<Own<UnitRequest>, Contributions>(),
  step: request<Own<UnitRequest> & { readonly node?: number }, Step>(),
  filters: request<OfModel<FilterRequest>, FilterCard>(),
  filter: request<
    OfModel<FilterRequest> & { readonly channel: number },
    { readonly slices: Quantized; readonly shape: Shape }
  >(),
  /** Over the current photo; over a folder that a dialog asks for (ends at once when the dialog was left); or the count over a folder that is running already. A count over a folder goes on when nobody listens. */
  dead: stream<{ readonly over: "photo" | "folder" | "running" }, Progress | CountedDead>(),
  /** Ends the count over a folder. */
  cancelDead: request<void, void>(),
  /** The last whole table over a folder, of this window or an earlier one, and whether the model's file has changed since. */
  keptDead: request<
    void,
    { readonly counted: CountedDead | undefined; readonly outdated: boolean; readonly running: boolean }
  >(),
  /** The table as a document to read and to search. */
  deadReport: request<{ readonly over: "photo" | "folder" }, void>(),

  ...examplesOfPage,
  /** Makes an example's photo the current one. */
  useExample: request<{ readonly layer: string; readonly photo: number }, void>(),

  /** What it is compared with, while it is; now and whenever that is another. Never ends by itself. */
  compared: stream<void, { readonly compared?: Compared }>(),

  /** Source of the worker that lays out graphs. */
  layoutWorker: request<void, string>(),
  /** Explains the current photo in an Explain panel, with Grad-CAM at this layer. */
  explainWith: request<{ readonly layer: string }, void>(),
  /** Explains the current photo in an Explain panel, where the ways to prepare it can be compared. */
  checkPreparation: request<void, void>(),
  /** In a Dream panel of its own: the picture that this channel likes best. */
  visualizeChannel: request<{ readonly layer: string; readonly channel: number }, void>(),
  /** The layer that is looked at, for the tree to follow. */
  looksAt: request<{ readonly layer: string | undefined }, void>(),
  /** Where it stands now. */
  stands: request<ModelPanelState, void>(),
  /** What somebody elsewhere (the tree, an Explain panel, a command) wants shown. Never ends by itself. */
  reveal: stream<void, Reveal>(),
  savePicture: request<{ readonly name: string; readonly bytes: Uint8Array; readonly kind: "png" | "svg" }, boolean>(),
  /** A weight as `.npy`, no number rounded. */
  saveWeight: request<{ readonly weight: string; readonly name: string }, boolean>(),
  /** A layer's output as `.npy`: float32. */
  saveActivation: request<Own<LayerRequest> & { readonly name: string }, boolean>(),
  saveText: request<{ readonly name: string; readonly text: string; readonly kind: "csv" | "json" }, boolean>(),
  copyText: request<{ readonly text: string }, void>(),

  showLog: request<void, void>(),
  restartEngine: request<void, void>(),
  manageTrust: request<void, void>(),
  /** Emits when the model's file, its preparation or a photo changed. Never ends by itself. */
  changed: stream<void, Change>(),
};
