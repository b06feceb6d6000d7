import { choice, number } from "../../shared/parameters.ts";
import { addTo, constantLike, map, normal, scale } from "../images/arithmetic.ts";
import { done, magnitudeMap } from "./parts/findings.ts";
import { technique } from "./technique.ts";

/** A map for the screen after so many samples. */
const shownEvery = 5;

export default technique({
  title: "SmoothGrad",
  summary: "The mean of the gradients at noisy copies of the photo: what one gradient owes to chance cancels out.",
  convention: "Gaussian noise as a share of the input's range, seeded; the largest magnitude over channels is shown",
  citation: {
    authors: "Smilkov, Thorat, Kim, Viégas, Wattenberg",
    title: "SmoothGrad: removing noise by adding noise",
    venue: "ICML workshop",
    year: 2017,
    url: "https://arxiv.org/abs/1706.03825",
  },
  needs: ["class"],
  parameters: {
    samples: number({ label: "Samples", default: 25, min: 1, max: 500, step: 1 }),
    noise: number({ label: "Noise, share of the range", default: 0.15, min: 0, max: 1, step: 0.01 }),
    mean: choice({
      label: "Mean of",
      default: "signed",
      options: { signed: "Signed gradients", magnitude: "Magnitudes", squared: "Squares" },
    }),
    seed: number({ label: "Seed", default: 0, min: 0, max: 2 ** 31, step: 1 }),
  },
  order: 30,
  cost: 25,

  async *run({ model, image, target, parameters: { samples, noise, mean, seed } }) {
    const next = normal(seed);
    const range =
      image.data.reduce((max, v) => Math.max(max, v), -Infinity) -
      image.data.reduce((min, v) => Math.min(min, v), Infinity);
    const kinds = { signed: (x: number) => x, magnitude: Math.abs, squared: (x: number) => x * x };
    const of = { kind: "class", weights: target.weights } as const;
    const sum = constantLike(image, 0);
    for (let taken = 1; taken <= samples; taken++) {
      const noisy = map(image, (x) => x + noise * range * next());
      const { signal } = await model.gradient(noisy, { of });
      addTo(sum, map(signal, kinds[mean]), 1);
      yield done(taken, samples, "samples");
      if (taken % shownEvery === 0 || taken === samples)
        yield magnitudeMap(scale(sum, 1 / taken), {
          title: "Smoothed gradient",
          unit: mean === "squared" ? "(∂ score / ∂ pixel)²" : "|∂ score / ∂ pixel|",
        });
    }
  },
});
