import type { MadeWith } from "../../shared/made-with.ts";
import type { Need, Presets, Schema, ValuesOf } from "../../shared/parameters.ts";
import type { Preparation } from "../../shared/preparation.ts";
import type {
  Beside,
  Checkpoint,
  LayerChoice,
  Making,
  SeveralLayers,
  Sheet,
  Standing,
} from "../../shared/synthesis.ts";
import type { FloatTensor } from "../../shared/tensor.ts";
import type { Picture } from "../images/picture.ts";
import type { Bound, OpenModel } from "../model.ts";
import type { Citation } from "../techniques/technique.ts";
import type { Canvas } from "./canvas.ts";
import type { Step } from "./climb.ts";
import type { InputLine } from "./input-line.ts";

/** A step, and where in the run it stands. */
export interface Grown extends Omit<Step, "objective" | "best"> {
  /** Left out where nothing is climbed. */
  readonly objective?: number;
  readonly canvas: Canvas;
  /** Where the canvas is several pictures in one. */
  readonly sheet?: Sheet;
  readonly making?: Making;
  /** Counted from 1. */
  readonly octave: number;
  readonly octaves: number;
  readonly steps: number;
  readonly done: number;
  readonly total: number;
  /** What would be needed to go on from here. */
  readonly checkpoint: () => Standing;
}

/** Something for the person to know while it goes on. What is said later under the same key takes its place. */
export interface Said {
  readonly said: string;
  readonly key: string;
}

/** How many steps there will be, of which some were done before a pause: said as soon as it is known, since the first step may take long; and anew where what was made is given up, and begun in another way. */
export interface Ahead {
  readonly ahead: { readonly done: number; readonly total: number };
}

/** What the finished picture is worth; a step's objective is that of the picture before it. */
export interface Worth {
  readonly worth: number;
}

/** What a technique ends with beside its last step: what the network says of the picture, say. */
export interface Verdict {
  readonly verdict: string;
  /** What explains it: figures, and how they were come by. */
  readonly more?: string;
  readonly good: boolean;
  /** Pictures that belong to the result: the difference enlarged, say. */
  readonly beside?: readonly Beside[];
}

export interface SynthesisRun<S extends Schema = Schema> {
  /** The network at its usual size. */
  readonly model: OpenModel;
  readonly bound: Bound;
  readonly line: InputLine;
  /** How photos are prepared for the network, which the line does to a canvas. */
  readonly preparation: Preparation;
  /** The photo that it starts from; undefined where none is needed. */
  readonly photo: Picture | undefined;
  /** Undefined where the technique needs no class. */
  readonly target: { readonly index: number; readonly label: string } | undefined;
  /** A layer's name; empty where the technique needs none. */
  readonly layer: string;
  /** Several layers that the person chose, each with its weight; empty where the choice is the technique's. */
  readonly layers: readonly LayerChoice[];
  readonly channel: number | undefined;
  readonly place: readonly [number, number] | undefined;
  readonly parameters: ValuesOf<S>;
  readonly seed: number;
  /** The mean colour of photos: red, green, blue from 0 to 255. */
  readonly meanColor: readonly number[];
  /** Another photo, as the network takes it at its usual size. */
  readonly other: (path: string) => Promise<FloatTensor>;
  /** Any photo, as it is. */
  readonly read: (path: string) => Promise<Picture>;
  /** What the network sees of a photo, at its usual size. */
  readonly view: (photo: Picture) => Canvas;
  /** Names of the classes. */
  readonly labels: readonly string[];
  /** How colours vary in the photos of a folder that was chosen; ImageNet's (Lucid's) where undefined. */
  readonly mixing: Float32Array | undefined;
  readonly from: Checkpoint | undefined;
  /** All that the picture depends on, to compare with what was made before. */
  readonly made: MadeWith;
  readonly threads: number;
  readonly signal: AbortSignal;
  /** What takes long in the midst of a step tells how far it is, now and then. */
  readonly alive: (done: number, of: number) => Promise<void>;
}

/** The id of a technique is the name of its file. */
export interface SynthesisTechnique<S extends Schema = Schema> {
  readonly title: string;
  readonly summary: string;
  readonly convention: string;
  readonly citation: Citation;
  readonly fromPhoto: boolean;
  readonly needs: readonly Need[];
  /** Where several layers may be chosen. */
  readonly several?: SeveralLayers;
  readonly parameters: S;
  readonly presets?: Presets<Partial<ValuesOf<S>>>;
  readonly order: number;
  /** Where it looks when no layer is chosen, for those that need one. */
  readonly defaultLayer?: DefaultLayer;
  run(run: SynthesisRun<S>): AsyncGenerator<Grown | Said | Verdict | Ahead, void>;
}

export interface DefaultLayer {
  /** Undefined where no layer has maps. */
  readonly of: (bound: Bound) => string | undefined;
  /** Why there, as a person reads it. */
  readonly why: string;
}

export const synthesisTechnique = <const S extends Schema>(definition: SynthesisTechnique<S>): SynthesisTechnique<S> =>
  definition;
