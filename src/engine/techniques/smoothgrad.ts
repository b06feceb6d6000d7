import { choice, number } from "../../shared/parameters.ts";
import { float32 } from "../../shared/tensor.ts";
import { add, map, normal, scale } from "../images/arithmetic.ts";
import { done, magnitudeMap } from "./parts/findings.ts";
import { technique } from "./technique.ts";

export default technique({
  title: "SmoothGrad",
  summary: "The mean of the gradients at noisy copies of the photo: what one gradient owes to chance cancels out.",
  convention:
    "Gaussian noise of 15 % of the input's range, 25 samples, seeded; the largest magnitude over channels is shown",
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

  async *run({ model, image, target, parameters: { samples, noise, mean, seed } }) {
    const next = normal(seed);
    const range =
      image.data.reduce((max, v) => Math.max(max, v), -Infinity) -
      image.data.reduce((min, v) => Math.min(min, v), Infinity);
    const kinds = { signed: (x: number) => x, magnitude: Math.abs, squared: (x: number) => x * x };
    let sum = map(image, () => 0);
    for (let taken = 0; taken < samples;) {
      const count = Math.min(model.batch, samples - taken);
      const noisy = new Float32Array(count * image.data.length);
      for (let i = 0; i < noisy.length; i++) noisy[i] = image.data[i % image.data.length]! + noise * range * next();
      const { signal } = await model.gradient(float32([count, ...image.shape.slice(1)], noisy), {
        of: { kind: "class", weights: target.weights },
      });
      for (let i = 0; i < count; i++) {
        const one = signal.data.subarray(i * image.data.length, (i + 1) * image.data.length);
        sum = add(sum, map(float32(image.shape, one), kinds[mean]));
      }
      taken += count;
      yield done(taken, samples, "samples");
      yield magnitudeMap(scale(sum, 1 / taken), {
        title: "Smoothed gradient",
        unit: mean === "squared" ? "(∂ score / ∂ pixel)²" : "|∂ score / ∂ pixel|",
      });
    }
  },
});
