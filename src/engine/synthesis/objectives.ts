import type { Term } from "../../shared/synthesis.ts";
import { float32, size, type FloatTensor, type Shape, type Tensor } from "../../shared/tensor.ts";
import type { Builder } from "../graph/builder.ts";
import type { Value } from "../graph/graph.ts";
import type { Part } from "./before-rectifier.ts";

/** A network's graph, where an objective is added to it. */
export interface Site {
  readonly g: Builder;
  /** In the file's own order of axes. */
  layer(name: string): Value;
  /** The same as [1, C, h, w], or a vector's [1, C, …], numbered as the model editor numbers them. */
  maps(name: string): Value;
  /** What goes into the rectifiers that it comes from, in the order of `maps`. */
  beforeRectifiers(name: string): readonly Part[];
  /** One number per class, before any softmax. */
  scores(): Value;
  /** Numbers that are given with every run: another class or channel is no other program. */
  given(tensor: Tensor): Value;
  /** The named terms of what is a sum: a person is told of each. */
  readonly terms: Map<Value, readonly NamedTerm[]>;
}

/** Counts `weight` times. Where it is itself a part of a term, `of` says of which. */
export interface NamedTerm extends Pick<Term, "name" | "of"> {
  readonly value: Value;
  readonly weight: number;
}

/** Something to climb: a number that the picture decides. */
export interface Objective {
  (site: Site): Value;
  /** What is climbed in its place at first, where most of a picture does not wake it and has no slope. */
  readonly atFirst?: (site: Site) => Value;
}

const woken = (objective: Objective, atFirst: Objective): Objective =>
  Object.assign((site: Site) => objective(site), { atFirst });

const weighted = (g: Builder, value: Value, weights: Value): Value => total(g, g.mul(value, weights));

const total = (g: Builder, value: Value): Value =>
  g.reshape(
    g.sum(
      value,
      value.shape.map((_, axis) => axis),
    ),
    [],
  );

const mean = (g: Builder, value: Value): Value => g.div(total(g, value), size(value.shape));

const filled = (shape: Shape, fill: (data: Float32Array) => void): FloatTensor => {
  const data = new Float32Array(size(shape));
  fill(data);
  return float32(shape, data);
};

/** A class's score, or a weighted sum of several. */
export const classScore =
  (weights: Float32Array): Objective =>
  ({ g, scores, given }) => {
    const value = scores();
    return weighted(g, value, given(float32(value.shape, weights)));
  };

/** A class's probability: its score after the softmax, or after the sigmoid where that is what the network ends with. */
export const probability =
  (index: number, activation: "softmax" | "sigmoid"): Objective =>
  (site) =>
    site.g.exp(logProbability(index, activation)(site));

/** The logarithm of a class's probability. Its slope does not vanish where the probability is next to nothing. */
export const logProbability =
  (index: number, activation: "softmax" | "sigmoid"): Objective =>
  ({ g, scores, given }) => {
    const value = scores();
    const classes = size(value.shape);
    const own = filled(value.shape, (data) => (data[index] = 1));
    const score = weighted(g, value, given(own));
    if (activation === "sigmoid") return g.neg(g.one("Softplus", [g.neg(score)]));
    const all = g.one("ReduceLogSumExp", [g.reshape(value, [classes])], { axes: [0], keepdims: 0 });
    return g.sub(score, all);
  };

/**
 * Where a channel is looked at: what the layer gives; what goes into its rectifier, which says how far below zero it is; or
 * that below zero, and the layer above, where a rectifier may be full.
 */
export type From = "layer" | "before-rectifier" | "below-zero-too";

/** A channel's mean over its map. A layer that is a vector has channels of one number. */
export const channelMean = (layer: string, channel: number, from: From = "layer"): Objective =>
  seenFrom(from, (each) => (site) => {
    const { g, given } = site;
    const at = channelAt(site, layer, channel, each);
    return weighted(g, at.value, given(filled(at.value.shape, (data) => meanOf(data, at.value.shape, at.channel))));
  });

/** What a layer gives is 0, and has no slope, wherever the picture does not wake it. */
const seenFrom = (from: From, of: (from: From) => Objective): Objective =>
  from === "layer" ? woken(of(from), of("below-zero-too")) : of(from);

export interface InTurn {
  readonly objective: Objective;
  choose(channel: number): void;
}

/** The mean of one channel after the other: `choose` says of which, and is no other program. */
export function channelInTurn(layer: string, from: From): InTurn {
  const seeds = new Map<From, readonly { readonly seed: FloatTensor; readonly first: number }[]>();
  let chosen = 0;
  const fill = () =>
    [...seeds.values()].flat().forEach(({ seed: { shape, data }, first }) => {
      const own = chosen - first;
      data.fill(0);
      if (own >= 0 && own < (shape[1] ?? 1)) meanOf(data, shape, own);
    });
  return {
    objective: seenFrom(from, (each) => (site) => {
      const { g, given } = site;
      const parts = partsOf(site, layer, each).map(({ value, first }) => {
        const seed = float32(value.shape, new Float32Array(size(value.shape)));
        return { seed, first, mean: weighted(g, value, given(seed)) };
      });
      seeds.set(each, parts);
      fill();
      return parts.map((part) => part.mean).reduce((sum, mean) => g.add(sum, mean));
    }),
    choose(channel) {
      chosen = channel;
      fill();
    },
  };
}

/** [1, C, …]: weights that make the mean of a channel. */
function meanOf(data: Float32Array, shape: Shape, channel: number): void {
  const places = size(shape.slice(2));
  data.fill(1 / places, channel * places, (channel + 1) * places);
}

/** Where in a map, as shares of its height and width: its middle, unless told. */
type Share = readonly [down: number, across: number];

/** One unit: a channel at a place of its map, however large that is. */
export const unit = (
  layer: string,
  channel: number,
  [down, across]: Share = [0.5, 0.5],
  from: From = "layer",
): Objective =>
  seenFrom(from, (each) => (site) => {
    const { g, given } = site;
    const at = channelAt(site, layer, channel, each);
    const { value } = at;
    const [, , height = 1, width = 1] = value.shape;
    const [row, column] = [Math.floor(down * height), Math.floor(across * width)];
    const seed = filled(value.shape, (data) => {
      data[(at.channel * height + row) * width + column] = 1;
    });
    return weighted(g, value, given(seed));
  });

function partsOf({ g, maps, beforeRectifiers }: Site, layer: string, from: From): readonly Part[] {
  if (from === "layer") return [{ value: maps(layer), first: 0 }];
  const parts = beforeRectifiers(layer);
  if (from === "before-rectifier") return parts;
  return parts.map(({ value, rectified, first }) => ({
    value: rectified ? g.where(g.less(value, 0), value, rectified) : value,
    first,
  }));
}

function channelAt(site: Site, layer: string, channel: number, from: From) {
  const parts = partsOf(site, layer, from);
  const { value, first } = parts.findLast((part) => part.first <= channel) ?? { value: site.maps(layer), first: 0 };
  return { value, channel: channel - first };
}

/** The mean over the map of each place's product with one vector over the channels. */
export const direction =
  (layer: string, vector: Float32Array<ArrayBuffer>): Objective =>
  ({ g, maps, given }) => {
    const value = maps(layer);
    const places = size(value.shape.slice(1)) / vector.length;
    const shape = value.shape.map((_, i) => (i === 1 ? vector.length : 1));
    const along = given(float32(shape, vector));
    return g.div(weighted(g, value, along), places);
  };

/** DeepDream: half the mean square of a layer's values. Its gradient there is the layer itself, over their number. */
export const energy =
  (layer: string): Objective =>
  ({ g, layer: valueOf }) => {
    const value = valueOf(layer);
    return g.mul(mean(g, g.mul(value, value)), 0.5);
  };

/** Half the mean square distance from values of the same layer, below zero: 0 where they are met. */
export const content =
  (layer: string, reference: FloatTensor): Objective =>
  ({ g, layer: valueOf, given }) => {
    const gap = g.sub(valueOf(layer), given(reference));
    return g.mul(mean(g, g.mul(gap, gap)), -0.5);
  };

/**
 * Towards a guide picture: each place of the layer is compared with every place of the guide's, and what fits best counts;
 * google/deepdream compares by the dot product.
 */
export const guide =
  (layer: string, features: FloatTensor, by: "dot" | "cosine"): Objective =>
  ({ g, maps, given }) => {
    const value = maps(layer);
    const channels = value.shape[1] ?? 1;
    const flat = g.reshape(value, [channels, size(value.shape) / channels]);
    const compared = given(by === "dot" ? placesOf(features) : unitLength(placesOf(features)));
    const there = by === "dot" ? flat : g.div(flat, g.sqrt(g.add(g.sum(g.mul(flat, flat), [0]), tiny)));
    return mean(g, g.one("ReduceMax", [g.matmul(compared, there)], { axes: [0], keepdims: 0 }));
  };

/** Keeps the direction of what is zero finite. */
const tiny = 1e-6;

/** [1, C, h, w] as [h · w, C]. */
function placesOf({ shape, data }: FloatTensor): FloatTensor {
  const channels = shape[1] ?? 1;
  const places = data.length / channels;
  const turned = new Float32Array(data.length);
  for (let c = 0; c < channels; c++) for (let p = 0; p < places; p++) turned[p * channels + c] = data[c * places + p]!;
  return float32([places, channels], turned);
}

function unitLength({ shape, data }: FloatTensor): FloatTensor {
  const [rows = 1, columns = 1] = shape;
  const scaled = data.slice();
  for (let row = 0; row < rows; row++) {
    const each = scaled.subarray(row * columns, (row + 1) * columns);
    const length = Math.sqrt(each.reduce((sum, x) => sum + x * x, tiny));
    each.forEach((x, i) => (each[i] = x / length));
  }
  return float32(shape, scaled);
}

type Weighed = readonly [weight: number, objective: Objective, name?: string];

/** Several at once, each with a weight of either sign. A person is told of those that have a name, each by itself. */
export function sum(parts: readonly Weighed[]): Objective {
  const added =
    (parts: readonly Weighed[]): Objective =>
    (site) => {
      const values = parts.map(([, objective]) => objective(site));
      const whole = parts
        .map(([weight], i) => site.g.mul(values[i]!, weight))
        .reduce((total, each) => site.g.add(total, each));
      site.terms.set(whole, termsOf(site, parts, values));
      return whole;
    };
  if (!parts.some(([, { atFirst }]) => atFirst)) return added(parts);
  // What is to sleep need not be woken.
  const first = parts.map(([weight, part]) => [weight, weight > 0 ? (part.atFirst ?? part) : part] as const);
  return woken(added(parts), added(first));
}

/** What weighs nothing is no term, and what is there alone is the sum itself. */
function termsOf({ terms }: Site, parts: readonly Weighed[], values: readonly Value[]): readonly NamedTerm[] {
  const isSeveral = parts.filter(([weight]) => weight !== 0).length > 1;
  return parts.flatMap(([weight, , name], i) => {
    if (weight === 0) return [];
    const value = values[i]!;
    const own = (terms.get(value) ?? []).map((term) => ({ ...term, weight: weight * term.weight }));
    if (name === undefined || !isSeveral) return own;
    return [{ name, value, weight }, ...own.map((term) => ({ ...term, of: name }))];
  });
}
