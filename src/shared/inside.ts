import type { Contributions } from "./contributions.ts";
import type { DeadReport, DeadRequest } from "./dead.ts";
import type { Prepared } from "./preparation.ts";
import type { Photo, Prediction, Subject } from "./protocol.ts";
import { request, stream } from "./rpc.ts";
import type { ModelDiff, NodeFacts, Structure, WeightCard } from "./structure.ts";
import type { FloatTensor, Shape, Tensor } from "./tensor.ts";
import type { Progress, Quantized, Update } from "./updates.ts";

// What can be asked of a layer, a channel, a unit, a filter. Places are [row, column] of a layer's map; rectangles are in
// pixels of the network's input.

/** How a value sees the picture. Sizes before clipping at the border; pixel 0 has its centre at 0. */
export interface FieldCard {
  /** [height, width] in pixels of the input. */
  readonly size: readonly [number, number];
  /** Pixels from one unit's field to the next one's. */
  readonly stride: readonly [number, number];
  /** Of the unit at [0, 0], and of tokens in a line of the first patch: [y, x]. */
  readonly center: readonly [number, number];
  /** The whole picture, as after a global operator. */
  readonly whole: boolean;
  /** Fields lie apart now so, now otherwise, as where parts of maps have changed places: `stride` is no more than a mean. */
  readonly uneven?: true;
}

/** What is said of their steps. */
export const unevenSteps = "differs from unit to unit";

/** Nobody can tell what is seen, and why not, in a clause. */
export interface NotKnown {
  readonly why: string;
}

export const isNotKnown = (told: object | undefined): told is NotKnown => told !== undefined && "why" in told;

/** `layer` is a layer's or a value's name. */
export type NamedField = FieldCard & { readonly layer: string };

/** A layer of which nobody can say what it sees, and why, in a sentence. */
export interface FieldlessLayer {
  readonly layer: string;
  readonly why: string;
}

/** What is known of a layer before any photo is seen, beside its card; zeros of one whose shape is not known. */
export interface LayerAnatomy {
  readonly layer: string;
  /** The module that it stands in or is: what the tree nests by. */
  readonly scope: string;
  /** Multiply-adds for one picture, with those of what it is the first to read that other inputs alone feed. */
  readonly multiplyAdds: number;
  /** Operators whose products are not among them, since only the runtime understands them; left out where there are none. */
  readonly uncounted?: readonly string[];
  /** Bytes of its output, float32. */
  readonly bytes: number;
  /** Undefined where it sees nothing of the picture. */
  readonly field: FieldCard | NotKnown | undefined;
  /** Whether its channels are made here, by weights, and not handed on. */
  readonly own: boolean;
  /** Constants of the file that it reads: names that `weight` takes. */
  readonly weights: readonly string[];
  /** Learned numbers that an earlier layer counts as its own, and the first such; left out where there are none. */
  readonly shared?: { readonly parameters: number; readonly layer: string };
}

/** Half open: `bottom` and `right` are the first beyond. */
export interface Rectangle {
  readonly top: number;
  readonly left: number;
  readonly bottom: number;
  readonly right: number;
}

/** What a place sees. Of nothing but padding, an empty rectangle is `clipped`. */
export interface SeenPart {
  /** As if the picture had no border. */
  readonly whole: Rectangle;
  readonly clipped: Rectangle;
}

/** What a brush did to the photo, in pixels of the network's input; later strokes lie over earlier ones. */
export interface Stroke {
  readonly tool: "blur" | "gray" | "copy";
  readonly radius: number;
  /** [x, y], the way the brush went. */
  readonly points: readonly (readonly [number, number])[];
  /** For `copy`: where it copies from, as a shift [dx, dy]. */
  readonly from?: readonly [number, number];
}

/** A model, a photo, and what a brush did to it. */
export interface PaintedSubject extends Subject {
  readonly strokes?: readonly Stroke[];
}

export interface LayerRequest extends PaintedSubject {
  /** A layer's or a value's name. */
  readonly layer: string;
}

/** How the numbers of a layer are laid out as maps, in words for the screen where it is not plain. */
export interface Arrangement {
  /** [C, h, w]; h = w = 1 for a vector. */
  readonly shape: readonly [number, number, number];
  /** "maps": channels with rows and columns. "tokens": a transformer's, put back on their grid. "numbers": no place in the picture. */
  readonly kind: "maps" | "tokens" | "numbers";
  /** "the class token is left out"; empty where nothing needs saying. */
  readonly remark: string;
}

/** What is wrong with a channel on this photo, the worst first. */
export const verdicts = ["fine", "dead", "nearly dead", "saturated", "constant", "broken"] as const;
export type Verdict = (typeof verdicts)[number];

/** One number per channel, of all channels of a layer. */
export interface ChannelStatistics {
  readonly mean: Float32Array;
  readonly least: Float32Array;
  readonly greatest: Float32Array;
  /** Share of places that are exactly zero. */
  readonly zeros: Float32Array;
  /** Place of the greatest value: row · w + column. */
  readonly peak: Int32Array;
  /** Number of NaN and infinite values. */
  readonly broken: Int32Array;
  /** Index into `verdicts`. */
  readonly verdict: Uint8Array;
}

/** What the colours span where a layer's maps are drawn on one scale: hovers, sheets and grids have the same. */
export interface LayerScale {
  readonly low: number;
  readonly high: number;
  /** Some values lie beyond, in channels much louder than the others; they get the colour of the end. */
  readonly clipped: boolean;
}

/** Maps of some channels of a layer: value = low + byte / 255 · (high − low), each channel by its own range. */
export interface FeatureMaps {
  readonly layer: string;
  readonly arrangement: Arrangement;
  /** Which channels `bytes` has, in its order. */
  readonly channels: Int32Array;
  /** [channels, h, w] */
  readonly bytes: Uint8Array;
  readonly low: Float32Array;
  readonly high: Float32Array;
  /** Of all channels, whichever are sent. */
  readonly statistics: ChannelStatistics;
  /** The one scale of the layer; undefined where no value is a number. */
  readonly scale: LayerScale | undefined;
  /** Whether it comes out of a rectifier, so that zero means silent; and its upper bound, where it has one (ReLU6). */
  readonly rectified: boolean;
  readonly bound: number | undefined;
  /** How the photo was prepared; left out for a tensor. */
  readonly prepared?: Prepared;
  /** Of the forward run and of reading the maps, in milliseconds. */
  readonly ms: number;
}

/** A layer at a glance: what the tree's hover shows. */
export interface LayerGlance extends LayerScale {
  /** A contact sheet of the most active channels on one scale, ≤ 71 kB; undefined where there is nothing to draw. */
  readonly png: Uint8Array | undefined;
  readonly width: number;
  readonly height: number;
  readonly shown: number;
  /** The channels that are drawn, in the order of their tiles. */
  readonly tiles: readonly number[];
  readonly channels: number;
  readonly dead: number;
  readonly broken: number;
  /** How the photo was prepared; left out for a tensor, and where there is no photo. */
  readonly prepared?: Prepared;
  readonly remark: string;
}

/** The most active channels in one picture that names them, or a vector's numbers as bars; a layer of no finite number has none. */
export type FeatureSheet = Photo & LayerScale & Pick<LayerGlance, "tiles" | "channels">;

/** How many channels of a layer something is wrong with on a photo. */
export interface LayerCounts {
  readonly layer: string;
  readonly channels: number;
  readonly dead: number;
  /** With NaN or infinite values. */
  readonly broken: number;
}

/** One line of the whole-net view. */
export interface LayerOverview {
  readonly layer: string;
  /** Whether its channels are made here, by weights; those that are handed on are not counted again in sums over layers. */
  readonly own: boolean;
  /** Mean over channels of the magnitude, [h, w], at most 64 on a side; undefined for a layer that could not be computed. */
  readonly mean: Quantized | undefined;
  readonly channels: number;
  /** Share of exact zeros. */
  readonly zeros: number;
  readonly dead: number;
  readonly saturated: number;
  readonly broken: number;
  /** Why it could not be computed. */
  readonly trouble: string | undefined;
}

export interface UnitRequest extends LayerRequest {
  readonly channel: number;
  /** [row, column]; the channel's strongest place when left out. */
  readonly place?: readonly [number, number];
}

export interface UnitCard {
  readonly layer: string;
  readonly channel: number;
  readonly place: readonly [number, number];
  readonly value: number;
  /** Whether `place` is the strongest of the channel. */
  readonly strongest: boolean;
  /** What it sees, clipped to the input; undefined where that is nothing. */
  readonly field: Rectangle | NotKnown | undefined;
  /** The photo there, enlarged, as a PNG. */
  readonly patch: Photo | undefined;
}

/** One output place of a convolution or a pooling, as numbers. */
export interface Step {
  /** The file has columns before rows here: all that follows, the weights as well, is told as the picture lies. */
  readonly turned?: true;
  readonly node: string;
  readonly kind: "convolution" | "transposed convolution" | "pooling";
  readonly op: string;
  readonly place: readonly [number, number];
  readonly channel: number;
  /** [C, H, W] and [C', H', W']. */
  readonly input: readonly [number, number, number];
  readonly output: readonly [number, number, number];
  /** Name of the value that it reads. */
  readonly from: string;
  /** First input channel of the window, and how many there are (groups). */
  readonly firstChannel: number;
  readonly channels: number;
  readonly kernel: readonly [number, number];
  readonly stride: readonly [number, number];
  readonly dilation: readonly [number, number];
  /** [top, left, bottom, right] */
  readonly padding: readonly [number, number, number, number];
  /** Row and column of the input under the window's first cell; negative in the padding. Of a transposed convolution: of the input with `stride` − 1 zeros between its rows and columns, over which the window goes in steps of one. */
  readonly origin: readonly [number, number];
  /** [channels, kh, kw]: the input under the window, inserted zeros included; NaN where it is padding. */
  readonly window: Float32Array;
  /** [channels, kh, kw]; empty for pooling. For a transposed convolution: the kernel flipped, over the zero-inserted input. */
  readonly weights: Float32Array;
  readonly bias: number;
  /** As ONNX Runtime computed it, before any activation. */
  readonly value: number;
  /** For max pooling: the cell that was picked, row · kw + column. For average pooling: how many cells were divided by. */
  readonly picked: number | undefined;
  readonly divisor: number | undefined;
}

export interface FilterRequest {
  readonly model: string;
  /** A layer's or a weight's name. */
  readonly layer: string;
}

/** The order of the picture's colours is that in which the maps have them: of the chosen preparation, else as guessed on this photo. */
export type FilterCardRequest = FilterRequest & {
  readonly image?: string;
  readonly preparation?: Subject["preparation"];
};

/** One colour scale for all filters of a layer, or for each its own. */
export type FilterScale = "all" | "each";

export interface FilterCard {
  readonly layer: string;
  readonly weight: string;
  /** [O, I, kh, kw] as convolutions have it; transposed convolutions and Gemm are brought into that order. */
  readonly shape: readonly [number, number, number, number];
  readonly groups: number;
  readonly kind: "color" | "depthwise" | "deep" | "pointwise" | "linear";
  /** color: [O, kh, kw, 3], all on one scale around 0. depthwise: [O, kh, kw]. deep: [O, kh, kw], the norm over inputs. pointwise, linear: [O, I] as a matrix, possibly reduced. */
  readonly pictures: Quantized;
  /** All but matrices: the same, each filter divided by its `reach`, the greatest magnitude in its picture. */
  readonly own?: { readonly pictures: Quantized; readonly reach: Float32Array };
  /** In which order the network takes the picture's colours, where the filters read them; a guess where nothing says so. */
  readonly colors?: { readonly order: "RGB" | "BGR"; readonly guessed: boolean };
  /** ‖filter‖₂ of each output channel. */
  readonly norms: Float32Array;
  /** Share of each filter's energy in the upper half of the frequencies, its mean removed where a side has 5 or more; NaN where a kernel is too small to tell. */
  readonly roughness: Float32Array;
  /** "patterned": not smooth, and yet no noise: its weights depend on each other. */
  readonly verdict: "smooth" | "noisy" | "patterned" | "too small to tell" | "too few to tell";
  /** Median of `roughness`, and the threshold that it was compared with. */
  readonly median: number;
  readonly threshold: number;
  /** Output channels whose weights are zero, or next to nothing beside the others'. */
  readonly dead: readonly number[];
  /** Pairs of output channels that read the same inputs by filters that point the same way: a cosine above 0.99. */
  readonly duplicates: readonly { readonly a: number; readonly b: number; readonly cosine: number }[];
  /** Whether every two were compared, and no more than a thousand pairs were found. */
  readonly allCompared: boolean;
}

/** Calls about what is inside a network; part of what the engine process offers. */
export const inside = {
  structure: request<{ readonly model: string }, Structure>(),
  /** In the order of `ModelCard.layers`. */
  anatomy: request<{ readonly model: string }, readonly LayerAnatomy[]>(),
  node: request<{ readonly model: string; readonly node: number }, NodeFacts>(),
  weight: request<{ readonly model: string; readonly weight: string }, WeightCard>(),
  /** A slice of a weight as a table: the last two axes of its `tableShape`, `rows` and `columns` of them as [from, count], at `index` of the others. [rows, columns], of the type that `weightValues` has. */
  weightTable: request<
    {
      readonly model: string;
      readonly weight: string;
      readonly index: readonly number[];
      readonly rows: readonly [number, number];
      readonly columns: readonly [number, number];
    },
    Tensor
  >(),
  /** All of a weight, no number rounded: of the file's own type, but float16 and bfloat16 as float32, and 4-bit integers as bytes. */
  weightValues: request<{ readonly model: string; readonly weight: string }, Tensor>(),
  diff: request<{ readonly a: string; readonly b: string }, ModelDiff>(),

  /** The prediction of a photo that a brush has been over. */
  predictPainted: request<PaintedSubject, Prediction>(),
  /** What the network sees of the photo, strokes included: of its input's size. */
  seen: request<PaintedSubject, Photo>(),
  /** `channels`: those to send; the first 512 kB to 2 MB of them when left out. */
  features: request<LayerRequest & { readonly channels?: readonly number[] }, FeatureMaps>(),
  /** The layer's float32 output as it is, [1, C, H, W]. */
  activation: request<LayerRequest, FloatTensor>(),
  /** Without a photo: a picture of noise, and said so. */
  glance: request<
    {
      readonly model: string;
      readonly image?: string;
      readonly preparation?: Subject["preparation"];
      readonly layer: string;
    },
    LayerGlance
  >(),
  featureSheet: request<LayerRequest, FeatureSheet | undefined>(),
  /** Of the layers whose maps are held since one of them was looked at: nothing is run for it. */
  counts: request<Subject, readonly LayerCounts[]>(),
  overview: stream<PaintedSubject, Progress | { readonly kind: "layer"; readonly overview: LayerOverview }>(),

  /** Undefined where a place sees nothing. */
  fieldOf: request<LayerRequest & { readonly place: readonly [number, number] }, SeenPart | NotKnown | undefined>(),
  /** The rectangle of places of the layer that see the pixel [y, x] of the input, in rows and columns; undefined where none does. */
  seenBy: request<LayerRequest & { readonly pixel: readonly [number, number] }, Rectangle | NotKnown | undefined>(),
  /** Of every layer and every value by name, those that the picture reaches in a way that is known; of one, when `layer` is given. */
  fields: request<{ readonly model: string; readonly layer?: string }, readonly NamedField[]>(),
  /** The layers that `fields` leaves out though the picture reaches them. */
  fieldless: request<{ readonly model: string }, readonly FieldlessLayer[]>(),

  unit: request<UnitRequest, UnitCard>(),
  /** Heat maps with the keys `deconvnet`, `guided` and `gradient`, over the input. */
  unitMaps: stream<UnitRequest, Update>(),
  contributions: request<UnitRequest, Contributions>(),
  /** `node`: one of the layer's, by its place in the file's structure; the layer's first convolution or pooling when left out. */
  step: request<UnitRequest & { readonly node?: number }, Step>(),

  filters: request<FilterCardRequest, FilterCard>(),
  /** One output channel's slices, [I, kh, kw], all on one scale around 0. */
  filter: request<
    FilterRequest & { readonly channel: number },
    { readonly slices: Quantized; readonly shape: Shape }
  >(),
  /** The same pictures as one PNG that says what it shows: a grid of all output channels, or the matrix. */
  filterSheet: request<FilterCardRequest & { readonly scale: FilterScale }, Photo>(),
  dead: stream<DeadRequest, Progress | DeadReport>(),
};
