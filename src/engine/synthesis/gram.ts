import { float32, size, type FloatTensor } from "../../shared/tensor.ts";
import { shown } from "../../shared/shown.ts";
import { Builder } from "../graph/builder.ts";
import type { Value } from "../graph/graph.ts";
import type { Picture } from "../images/picture.ts";
import type { OpenModel } from "../model.ts";
import { differentiate } from "../propagation/differentiate.ts";
import { NotApplicable } from "../techniques/technique.ts";
import { canvasOf, resized, type Canvas } from "./canvas.ts";
import { mapsIn } from "./climbable.ts";
import type { InputLine } from "./input-line.ts";
import { demandWeight } from "./looked-at.ts";
import { sum, type Objective, type Site } from "./objectives.ts";
import { inOnePiece } from "./one-piece.ts";
import type { Size } from "./program.ts";

/** A layer, and how much it counts. */
export interface WeighedLayer {
  readonly name: string;
  readonly weight: number;
}

/** [1, C, …] as [C, C]: how much two channels fire together, on average over the map. Where they do is forgotten. */
function gram(g: Builder, value: Value): Value {
  const channels = value.shape[1] ?? 1;
  const places = size(value.shape) / channels;
  const flat = g.reshape(value, [channels, places]);
  return g.div(g.matmul(flat, g.transpose(flat, [1, 0])), places);
}

/** The Gram matrices of a photo, looked at in that size; enlarged where a layer would see nothing of it. */
export async function gramsOfPhoto(
  usual: OpenModel,
  photo: Picture,
  wanted: Size,
  line: InputLine,
  layers: readonly WeighedLayer[],
): Promise<readonly FloatTensor[]> {
  const { model, size } = await inOnePiece(
    usual,
    wanted,
    layers.map(({ name }) => name),
  );
  try {
    return await gramsOf(model, line, resized(canvasOf(photo), size.height, size.width), layers);
  } finally {
    await model.release();
  }
}

/** The Gram matrices of a picture that has the model's size. */
export async function gramsOf(
  model: OpenModel,
  line: InputLine,
  canvas: Canvas,
  layers: readonly WeighedLayer[],
): Promise<readonly FloatTensor[]> {
  const matrices = await model.together(line.toNetwork(canvas), (bound) => {
    const { graph, input } = bound.network;
    const g = new Builder(graph);
    const grams = layers.map(({ name }) => gram(g, mapsIn(g, model, bound, name)));
    // What has no way back to the picture is refused before it is run.
    for (const each of grams) differentiate(graph, each, g.zeros(each.shape), [input]);
    return grams;
  });
  return matrices as FloatTensor[]; // as the layers, which hold floats
}

const power = ({ data }: FloatTensor): number => data.reduce((total, x) => total + x * x, 0);

/** The square distance of a layer's Gram matrix from another, as a share of that one's own square; below zero: 0 where they match. */
export const sameGram =
  (layer: string, reference: FloatTensor): Objective =>
  ({ g, maps, given }) => {
    const gap = g.sub(gram(g, maps(layer)), given(reference));
    return g.mul(g.reshape(g.sum(g.mul(gap, gap), [0, 1]), []), -1 / power(reference));
  };

/** Keeps the direction of what is zero finite, as Lucid has it. */
const tiny = 1e-10;

/** A layer's Gram matrix at length 1. */
export const unitGram =
  (layer: string) =>
  ({ g, maps }: Site): Value => {
    const matrix = gram(g, maps(layer));
    return g.div(matrix, g.sqrt(g.add(g.sum(g.mul(matrix, matrix), [0, 1]), tiny)));
  };

/** The cosine of the angle to another matrix of length 1, or the sum of those to several that were added up. */
export const alikeGram =
  (layer: string, others: FloatTensor): Objective =>
  (site) => {
    const { g } = site;
    return g.reshape(g.sum(g.mul(unitGram(layer)(site), site.given(others)), [0, 1]), []);
  };

/** All layers' Gram matrices together, by their weights, each told by itself. */
export function texture(layers: readonly WeighedLayer[], references: readonly FloatTensor[]): Objective {
  demandWeight(layers.map(({ weight }) => weight));
  const total = layers.reduce((all, { weight }) => all + Math.abs(weight), 0);
  return sum(
    layers.map(({ name, weight }, i) => {
      const reference = references[i] ?? float32([0], []);
      if (!(power(reference) > 0))
        throw new NotApplicable(`${shown(name)} sees nothing in the picture: it is zero everywhere.`);
      return [weight / total, sameGram(name, reference), `Gram matrix of ${shown(name)}`] as const;
    }),
  );
}
