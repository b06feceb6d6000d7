import { examples } from "./examples.ts";
import { inside } from "./inside.ts";
import type { Given, Need, PathKind, Presets, Schema } from "./parameters.ts";
import type { InputShape, Origin, Preparation } from "./preparation.ts";
import { request, stream } from "./rpc.ts";
import { synthesis } from "./synthesis.ts";
import type { FloatTensor, Shape } from "./tensor.ts";
import type { Update } from "./updates.ts";

export interface LayerCard {
  /** As the exporter named it, as people know it: "features/0", "layer1.0.conv1". */
  readonly name: string;
  /** What it is made of, in order: "Conv + BatchNormalization + Relu". */
  readonly kind: string;
  /** Name of the value that leaves it. */
  readonly value: string;
  /** [N, C, H, W] with N = 1, or whatever it is. Undefined: only running the network would tell. */
  readonly shape: Shape | undefined;
  /** Channels, rows and columns of its maps, on whichever axes of its shape these are, of a vector [its numbers, 1, 1]; left out where that is not known. */
  readonly maps?: readonly [channels: number, rows: number, columns: number];
  readonly parameters: number;
  /** Whether it has a map per channel, so that Grad-CAM and its kin can look at it. */
  readonly spatial: boolean;
  /** Why it cannot be computed, as a sentence; left out where nothing is known to be in the way. */
  readonly trouble?: string;
}

export interface TensorCard {
  readonly name: string;
  readonly dtype: string;
  /** Symbolic dimensions by their name, undefined where the file says nothing; undefined as a whole where not even their number is known. */
  readonly shape: readonly (number | string | undefined)[] | undefined;
}

export interface ModelCard {
  readonly path: string;
  /** From the sidecar, else the file's name. */
  readonly title: string;
  readonly format: string;
  readonly producer: string;
  readonly opset: number;
  readonly bytes: number;
  readonly inputs: readonly TensorCard[];
  readonly outputs: readonly TensorCard[];
  readonly picture: InputShape | undefined;
  /** The file leaves the picture's size open, and nothing in it or beside it says one: the usual is taken. */
  readonly sizeAssumed?: boolean;
  readonly layers: readonly LayerCard[];
  readonly parameters: number;
  /** Of what other inputs than the picture feed and no layer reads, as `LayerAnatomy` has them of layers; left out where there are none. */
  readonly besideLayers?: { readonly multiplyAdds: number; readonly uncounted: readonly string[] };
  /** Number of classes; undefined for a network that does not classify. */
  readonly classes: number | undefined;
  /** Why the scores of a network cannot be computed, a clause; it may well have classes then. */
  readonly scoreTrouble?: string;
  /** The value that is explained as the score, before any softmax; and what had to be stepped over to find it. Of probabilities their logarithms are. */
  readonly score: string | undefined;
  readonly beforeScore: readonly string[];
  readonly labels: readonly string[];
  readonly labelsFrom: Origin;
  /** Where Grad-CAM looks unless told otherwise. */
  readonly defaultLayer: string | undefined;
  /** Why CAM does not apply; undefined where it does. */
  readonly notCam: string | undefined;
  /** What could not be understood, each with its place in the file. */
  readonly problems: readonly string[];
  /** What else it is read from: files with weights beside it, and the one with its labels. */
  readonly files: readonly string[];
}

export interface TechniqueCard {
  readonly id: string;
  readonly title: string;
  readonly summary: string;
  readonly citation: {
    readonly authors: string;
    readonly title: string;
    readonly venue: string;
    readonly year: number;
    readonly url: string;
  };
  /** The convention where the field's tools disagree. */
  readonly convention: string;
  /** What it may look at; `needsOf` says what it does with given parameters. */
  readonly needs: readonly Need[];
  readonly parameters: Schema;
  readonly presets?: Presets;
  /** Of a run with the defaults, in gradients: what is cheap need not wait for what is dear. */
  readonly cost: number;
}

export interface ClassScore {
  readonly index: number;
  readonly label: string;
  readonly probability: number;
  readonly score: number;
}

export interface PreparationChoice {
  readonly preparation: Preparation;
  readonly from: Origin;
  readonly words: string;
  /** The most probable class under it: what makes a guess plausible or not. */
  readonly top: ClassScore | undefined;
  /** Entropy of the prediction, in nats. The guess under which looking at the photo lowers it most is taken. */
  readonly entropy: number;
}

export interface Prediction {
  readonly top: readonly ClassScore[];
  /** All classes; empty for a network that does not classify. */
  readonly probabilities: Float32Array;
  readonly scores: Float32Array;
  readonly preparation: Preparation;
  readonly preparationFrom: Origin;
  /** As `Prepared.by`. */
  readonly guessedBy?: string;
  readonly preparationWords: string;
  /** Width and height of the photo as a person sees it (EXIF orientation applied). */
  readonly photo: readonly [number, number];
  /** The part of the photo that the network sees, in the photo's pixels; beyond its edges where it is padded. */
  readonly seen: { readonly left: number; readonly top: number; readonly width: number; readonly height: number };
  /** What was done to read it: "frame 1 of 12", "16 bits reduced to 8". */
  readonly remarks: readonly string[];
  /** Of one forward run, in milliseconds. */
  readonly ms: number;
}

/** A model and a photo, by path. `preparation`: a person's choice, in place of the file's or the guess. */
export interface Subject {
  readonly model: string;
  /** A photo, or a `.npy` tensor that is taken as it is. */
  readonly image: string;
  readonly preparation?: Preparation;
}

export interface RunRequest extends Subject {
  readonly technique: string;
  /** The class to explain; the most probable one when left out. */
  readonly target?: number;
  /** Explain why `target` and not this class: the score is their difference. */
  readonly against?: number;
  /** A layer's or a value's name. */
  readonly layer?: string;
  readonly parameters: Given;
}

export interface TrustRequest extends Subject {
  readonly target: number;
  readonly against?: number;
  readonly layer?: string;
  /** The technique on screen, whose marked tenth is erased. */
  readonly technique: string;
  readonly parameters: Given;
  /** Those to compare it with. */
  readonly others: readonly { readonly technique: string; readonly parameters: Given }[];
}

export interface Trust {
  /** Overlap of the top tenths (intersection over union) and Spearman's rank correlation of |attribution|. */
  readonly agreement: readonly { readonly technique: string; readonly overlap: number; readonly correlation: number }[];
  /** The tenth that was erased, as cells of a grid of `side` × `side` over what the network sees, row by row. */
  readonly marked: { readonly side: number; readonly cells: readonly number[] };
  /** The class's probability before and after the marked tenth is replaced by the mean colour. */
  readonly before: number;
  readonly after: number;
  /** The same with regions of that very shape elsewhere in the photo (moved, mean of several): what any such erasing does. */
  readonly random: number;
  /** The explained score (with `against`: the difference of two) in the same three cases; it does not saturate as probability does. */
  readonly score: { readonly before: number; readonly after: number; readonly random: number };
}

/** A photo for the screen, decoded by the engine so that every format that it reads can be shown. */
export interface Photo {
  readonly width: number;
  readonly height: number;
  readonly png: Uint8Array;
}

/** A photo for a first look: with losses, but there much sooner. */
export interface Glimpse {
  readonly width: number;
  readonly height: number;
  readonly jpeg: Uint8Array;
  /** The same for the same pixels, before any loss, and for no others. */
  readonly pixels: string;
}

/** With what a glimpse of it says. */
export type ExactPhoto = Photo & Pick<Glimpse, "pixels">;

/** What the engine process offers. */
export const engine = {
  open: request<{ readonly model: string }, ModelCard>(),
  /** Whether it was made to paint photos anew, as it does to one of the samples: it has no classes, and an output like its input. */
  paints: request<{ readonly model: string }, boolean>(),
  techniques: request<void, readonly TechniqueCard[]>(),
  photo: request<{ readonly image: string; readonly largest: number }, ExactPhoto>(),
  glimpse: request<{ readonly image: string; readonly largest: number }, Glimpse>(),
  predict: request<Subject, Prediction>(),
  /** The ways to prepare the photo that were considered, the likeliest first. */
  preparations: request<Subject, readonly PreparationChoice[]>(),
  run: stream<RunRequest, Update>(),
  /** The floats behind a heat map, [1, C, H, W] or [1, 1, h, w]; computed again where they are no longer at hand. */
  raw: request<RunRequest & { readonly key?: string }, FloatTensor>(),
  trust: request<TrustRequest, Trust>(),
  /** One heat map over the photo, where the network sees it, as a PNG. */
  render: request<RunRequest & { readonly key?: string }, Uint8Array>(),
  ...inside,
  ...examples,
  ...synthesis,
};

/** Where an Explain panel stands; kept over a window reload. */
export interface PanelState {
  readonly image: string;
  readonly model: string;
  /** The next photo is shown in this panel, in place of this one. */
  readonly preview: boolean;
}

export interface ModelChoice {
  readonly path: string;
  readonly title: string;
  /** What tells it from others of its title: its file, or where the title is its name its folder, if that says something. */
  readonly place?: string;
  readonly where: "built in" | "workspace" | "opened";
}

export interface Theme {
  readonly kind: "light" | "dark" | "high-contrast" | "high-contrast-light";
}

/** The request with what the panel itself knows left out: the host fills in model and photo. */
type Own<R extends Subject> = Omit<R, keyof Subject>;

/** What an Explain panel asks first, unless something else was chosen in it before. */
export const firstRun: Own<RunRequest> = { technique: "grad-cam", parameters: {} };

/** What a run was asked, and what it came to: the last update of each key. */
export interface FinishedRun {
  readonly asked: Own<RunRequest>;
  readonly updates: readonly Update[];
}

/** What an Explain panel asks of its host. The view never names a file of its own accord: photo and model are the host's to know. */
export const explain = {
  /** Where the panel stands, at once and whenever it is another photo's, another model's, or kept. Never ends by itself. */
  panel: stream<void, PanelState>(),
  /** The next photo gets a panel of its own. */
  keepPanel: request<void, void>(),
  /** Also says what the view has missed: called when the page is ready, and again when `changed` says so. */
  subject: request<
    void,
    {
      readonly photoName: string;
      readonly card: ModelCard;
      readonly models: readonly ModelChoice[];
      readonly prediction: Prediction;
      readonly trusted: boolean;
    }
  >(),
  /** The photo that is shown: asked for beside `subject`, as it is there before the network has seen it. */
  glimpse: request<void, Glimpse>(),
  /** Its exact pixels. */
  photo: request<void, ExactPhoto>(),
  techniques: request<void, readonly TechniqueCard[]>(),
  run: stream<Own<RunRequest>, Update>(),
  /** What finished runs came to, of what is looked at: a page that is loaded anew need not ask for it again. */
  finished: request<void, readonly FinishedRun[]>(),
  trust: request<Own<TrustRequest>, Trust>(),
  preparations: request<void, readonly PreparationChoice[]>(),
  /** Use this preparation from now on; `keep` writes it into `<model>.glassbox.json`. */
  prepare: request<{ readonly preparation: Preparation; readonly keep: boolean }, void>(),
  /** Back to what the file or the guess says, in place of what a person chose for this workspace. */
  forgetPreparation: request<void, void>(),
  /** Shows the `<model>.glassbox.json` in an editor; fails where there is none. */
  openSidecar: request<void, void>(),
  /** The models on offer, also where `subject` was refused. */
  models: request<void, readonly ModelChoice[]>(),
  chooseModel: request<{ readonly path: string }, void>(),
  /** Opens a dialog; undefined when it was left. */
  browseModel: request<void, string | undefined>(),
  browse: request<{ readonly kind: PathKind }, string | undefined>(),
  /** Asks for a photo and explains it in place of this one; false when the list was left. */
  anotherPhoto: request<void, boolean>(),
  /** Saves what the view drew; false when the dialog was left. */
  savePicture: request<{ readonly name: string; readonly bytes: Uint8Array; readonly kind: "png" | "svg" }, boolean>(),
  /** `image`: the photo that is shown, as `panel` said it; refused where the next one has taken its place already. */
  saveRaw: request<
    Own<RunRequest> & { readonly image: string; readonly key?: string; readonly name: string },
    boolean
  >(),
  copyText: request<{ readonly text: string }, void>(),
  openLink: request<{ readonly url: string }, void>(),
  /** Opens the model's graph at that layer. */
  showLayer: request<{ readonly layer: string }, void>(),
  showLog: request<void, void>(),
  restartEngine: request<void, void>(),
  manageTrust: request<void, void>(),
  /**
   * Emits when photo, model or preparation changed (on disk or by choice): ask `subject` again. With a layer where somebody
   * wants the model explained with Grad-CAM there; `same`: all that was computed holds. Never ends by itself.
   */
  changed: stream<void, { readonly why: string; readonly layer?: string; readonly same?: boolean }>(),
};
