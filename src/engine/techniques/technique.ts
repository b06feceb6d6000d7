import type { Given, Need, Presets, Schema, ValuesOf } from "../../shared/parameters.ts";
import type { FloatTensor, Shape } from "../../shared/tensor.ts";
import type { Finding } from "../../shared/updates.ts";
import type { Propagation } from "../propagation/propagation.ts";

export interface Citation {
  readonly authors: string;
  readonly title: string;
  readonly venue: string;
  readonly year: number;
  readonly url: string;
}

/** What is differentiated. */
export type Target =
  /** The weighted sum of the class scores: one-hot for a class, +1 and −1 for "why this and not that". */
  | { readonly kind: "class"; readonly weights: Float32Array }
  /** A layer's values, each times its seed; `seed` has the layer's shape for one image. */
  | { readonly kind: "layer"; readonly layer: string; readonly seed: FloatTensor };

export interface GradientQuestion {
  readonly of: Target;
  /** With respect to a layer's output; the pixels when left out. */
  readonly at?: string;
  /** The plain gradient when left out. */
  readonly method?: Propagation;
}

export interface GradientAnswer {
  /** [N, …] as what is differentiated by. */
  readonly signal: FloatTensor;
  /** The values at that place, of the same shape. */
  readonly values: FloatTensor;
  /** Smooth activations (SiLU, GELU …) on the way, where guided backpropagation and deconvnet are not defined and the plain rule was taken. */
  readonly smooth: readonly string[];
}

/** Where class activation maps can be read off, or why not. */
export type CamAnswer = { readonly layer: string; readonly pooled: string } | { readonly reason: string };

/** A compiled network, as techniques see it: numbers in, numbers out, any number of images at once. */
export interface Model {
  /** [1, C, H, W] */
  readonly inputShape: Shape;
  /** How many images one forward run takes well; more are run in several. Gradients are run one image at a time. */
  readonly batch: number;
  /** Scores before any softmax, [N, K]. */
  scores(images: FloatTensor): Promise<FloatTensor>;
  /** Of scores [N, K], by what the file has at its end: softmax or sigmoid. */
  probabilities(scores: FloatTensor): FloatTensor;
  activations(images: FloatTensor, layer: string): Promise<FloatTensor>;
  /** Scores and a layer's activations, in one run. */
  observe(
    images: FloatTensor,
    layer: string,
  ): Promise<{ readonly scores: FloatTensor; readonly activations: FloatTensor }>;
  gradient(images: FloatTensor, question: GradientQuestion): Promise<GradientAnswer>;
  cam(): Promise<CamAnswer>;
}

/** Values of a named colour in the network's input, one per channel. */
export type Colors = Readonly<Record<"black" | "white" | "gray" | "mean", readonly number[]>>;

export interface Run<S extends Schema = Schema> {
  readonly model: Model;
  /** [1, C, H, W], as the network takes it. */
  readonly image: FloatTensor;
  /** What is explained; its weights are all zero for a network without classes. */
  readonly target: { readonly weights: Float32Array; readonly index: number; readonly label: string };
  readonly labels: readonly string[];
  /** A layer's name: the person's choice, or the last one with maps. */
  readonly layer: string;
  /** The values of `parameters`, checked and complete. */
  readonly parameters: ValuesOf<S>;
  readonly colors: Colors;
  /** Another photo, prepared like this one: [1, C, H, W]. */
  readonly photo: (path: string) => Promise<FloatTensor>;
  readonly signal: AbortSignal;
}

/** The id of a technique is the name of its file. */
export interface Technique<S extends Schema = Schema> {
  readonly title: string;
  readonly summary: string;
  /** The convention taken where the field's tools disagree; the screen shows it. */
  readonly convention: string;
  readonly citation: Citation;
  /** What it may look at; an option that declares its own needs says when. */
  readonly needs: readonly Need[];
  readonly parameters: S;
  readonly presets?: Presets<Partial<ValuesOf<S>>>;
  /** Where in the panel's row it stands; smaller comes first. */
  readonly order: number;
  /** With its defaults, in gradients of one image; six forward runs in a batch take about as long as one. */
  readonly cost: number;
  run(run: Run<S>): AsyncGenerator<Finding, void>;
}

export const technique = <const S extends Schema>(definition: Technique<S>): Technique<S> => definition;

/** A technique that cannot be applied to this network or photo, and why. */
export class NotApplicable extends Error {
  override name = "NotApplicable";
}

export type { Given };
