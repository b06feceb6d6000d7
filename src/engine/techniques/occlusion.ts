import { choice, choiceOrNumber, number } from "../../shared/parameters.ts";
import { mostProbable } from "../../shared/ranking.ts";
import { float32, type FloatTensor } from "../../shared/tensor.ts";
import type { Finding } from "../../shared/updates.ts";
import { constantLike } from "../images/arithmetic.ts";
import { deconvnet } from "../propagation/deconvnet.ts";
import { blurred, ownColors, plainColor, whiteNoise } from "./parts/fills.ts";
import { done, gridMap, signedMap } from "./parts/findings.ts";
import { zeilerFergus } from "./parts/papers.ts";
import { channelTotal, onlyChannel, strongestChannel } from "./parts/strongest.ts";
import { coarseness, gaps, uncovered } from "./parts/occlusion-notes.ts";
import { coarseToFine, covered, filledIn, gridOf, perPixel, type Grid } from "./parts/windows.ts";
import { comparedWith } from "./parts/words.ts";
import { technique, type Run } from "./technique.ts";

export default technique({
  title: "Occlusion",
  summary:
    "What is lost when a square covers each part of the photo: the score, the probability, the class, and a feature map's activation.",
  convention: "Captum's windows, divided by coverage; the last window is cut at the border",
  citation: zeilerFergus,
  needs: ["class", "layer"],
  parameters: {
    window: number({ label: "Square, in pixels", default: 32, min: 1, max: 1024, step: 1 }),
    stride: number({ label: "Step, in pixels", default: 16, min: 1, max: 1024, step: 1 }),
    fill: choiceOrNumber({
      label: "Covered with",
      help: "A number is a value in the network's input units.",
      default: "mean",
      options: { mean: "Mean colour", gray: "Grey", blur: "The photo, blurred", noise: "White noise" },
      min: -1e6,
      max: 1e6,
    }),
    score: choice({
      label: "Drop of",
      default: "probability",
      options: { probability: "The probability", logit: "The score before the softmax" },
    }),
    seed: number({
      label: "Seed of the noise",
      default: 0,
      min: 0,
      max: 2 ** 31,
      step: 1,
      when: { parameter: "fill", is: ["noise"] },
    }),
  },
  presets: {
    fast: { label: "Fast", parameters: { window: 32, stride: 16 } },
    fine: { label: "Fine", parameters: { window: 15, stride: 8 } },
  },
  order: 90,
  cost: 30,

  async *run(run) {
    const { model, image, layer, parameters } = run;
    const [, , height = 1, width = 1] = image.shape;
    const grid = gridOf(height, width, parameters.window, parameters.stride);
    const fill = fillOf(run);
    const untouched = await model.observe(image, layer);
    const channel = strongestChannel(untouched.activations);
    const whole = reading(run, untouched.scores, 0);
    const cells = () => new Float32Array(grid.windows.length);
    const maps: Maps = { score: cells(), probability: cells(), activation: cells(), classes: cells() };
    let seen = 0;
    yield* ownColors(run, parameters.fill);

    for (const { step, windows } of coarseToFine(grid)) {
      for (let from = 0; from < windows.length; from += model.batch) {
        const part = windows.slice(from, from + model.batch);
        const { scores, activations } = await model.observe(covered(image, fill, part), layer);
        const plane = activations.data.length / part.length;
        part.forEach(({ row, column }, i) => {
          const at = row * grid.columns + column;
          const now = reading(run, scores, i);
          maps.score[at] = now.score;
          maps.probability[at] = now.probability;
          maps.classes[at] = now.best;
          const one = float32(
            [1, ...activations.shape.slice(1)],
            activations.data.subarray(i * plane, (i + 1) * plane),
          );
          maps.activation[at] = channelTotal(one, channel);
        });
        seen += part.length;
        yield done(seen, grid.windows.length, "windows");
      }
      yield* shown(grid, maps, whole, step, {
        height,
        width,
        channels: image.shape[1] ?? 1,
        names: namesOf(run),
        channel,
        layer,
        ofScore: parameters.score === "logit",
      });
    }
    yield* projection(run, untouched.activations, channel);
    yield uncovered(run.target, whole, { probability: leastOf(maps.probability), score: leastOf(maps.score) });
    yield* coarseness(run);
    yield* gaps(run);
  },
});

/** One cell a window. */
interface Maps {
  readonly score: Float32Array;
  readonly probability: Float32Array;
  readonly activation: Float32Array;
  readonly classes: Float32Array;
}

const leastOf = (values: Float32Array): number => values.reduce((a, b) => Math.min(a, b), Infinity);

function fillOf({ image, colors, parameters }: Run): FloatTensor {
  const { fill, seed } = parameters as { fill: string | number; seed: number };
  if (typeof fill === "number") return constantLike(image, fill);
  if (fill === "blur") return blurred(image);
  if (fill === "noise") return whiteNoise(image, colors, seed);
  return plainColor(image, fill === "gray" ? colors.gray : colors.mean);
}

/** What one of the scored pictures says of the class; of two that are compared, how far apart they are. */
interface Reading {
  readonly score: number;
  readonly probability: number;
  /** The most probable class. */
  readonly best: number;
}

function reading({ model, target }: Run, scores: FloatTensor, row: number): Reading {
  const classes = target.weights.length;
  const own = float32([1, classes], scores.data.slice(row * classes, (row + 1) * classes));
  // As exact as the maps are, so that nothing is lost where a square changes nothing.
  const weighted = ({ data }: FloatTensor) =>
    Math.fround(target.weights.reduce((sum, weight, k) => sum + weight * (data[k] ?? 0), 0));
  const best = mostProbable(own.data);
  return { score: weighted(own), probability: weighted(model.probabilities(own)), best };
}

/** How the maps call what is read. */
interface Names {
  readonly score: string;
  readonly probability: string;
  /** Of the map of probabilities. */
  readonly title: string;
}

function namesOf({ target, labels }: Run): Names {
  const name = (index: number) => labels[index] ?? String(index);
  const title = `Probability of ${name(target.index)}`;
  const other = comparedWith(target);
  if (other === undefined) return { score: "score", probability: "probability", title };
  return {
    score: "the difference of the scores",
    probability: "the difference of the probabilities",
    title: `${title} less that of ${name(other)}`,
  };
}

/** Figure 7 of the paper, from left to right, after the drop that other tools give. */
function* shown(
  grid: Grid,
  maps: Maps,
  whole: Reading,
  step: number,
  about: {
    height: number;
    width: number;
    channels: number;
    names: Names;
    channel: number;
    layer: string;
    ofScore: boolean;
  },
): Generator<Finding> {
  const { height, width, channels, names, channel, layer, ofScore } = about;
  const full = (values: Float32Array) => filledIn(grid, values, step);
  const cells = (values: Float32Array) => float32([1, 1, grid.rows, grid.columns], full(values));
  const drop = ofScore
    ? maps.score.map((score) => whole.score - score)
    : maps.probability.map((probability) => whole.probability - probability);
  const dropped = ofScore ? names.score : names.probability;
  const pixels = perPixel(grid, full(drop), height, width);
  const raw = float32(
    [1, channels, height, width],
    Float32Array.from({ length: channels * pixels.length }, (_, i) => pixels[i % pixels.length]!),
  );
  yield {
    kind: "heatmap",
    key: "map",
    title: `Drop in ${dropped}`,
    unit: `drop in ${dropped}`,
    values: float32([height, width], pixels),
    signed: true,
    draw: "smooth",
    raw,
  };
  yield gridMap(cells(maps.probability), {
    key: "probability",
    title: names.title,
    unit: `${names.probability} with this part covered`,
    draw: "cells",
  });
  yield {
    kind: "classes",
    key: "classes",
    title: "Most probable class",
    shape: [grid.rows, grid.columns],
    classes: Array.from(full(maps.classes)),
  };
  yield gridMap(cells(maps.activation), {
    key: "activation",
    title: `Activation of channel ${channel} of ${layer}`,
    unit: "total activation with this part covered",
    draw: "cells",
  });
}

/** That map's deconvnet projection from the untouched photo. */
async function* projection(
  { model, image, layer }: Run,
  activations: FloatTensor,
  channel: number,
): AsyncGenerator<Finding> {
  const { signal } = await model.gradient(image, {
    of: { kind: "layer", layer, seed: onlyChannel(activations, channel) },
    method: deconvnet,
  });
  yield signedMap(signal, {
    key: "projection",
    title: `Projection of channel ${channel} of ${layer}`,
    unit: "projected activation",
  });
}
