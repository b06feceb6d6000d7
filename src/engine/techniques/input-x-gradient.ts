import { multiply } from "../images/arithmetic.ts";
import { done, emptiness, signedMap } from "./parts/findings.ts";
import { technique } from "./technique.ts";

export default technique({
  title: "Input × gradient",
  summary: "Each pixel's value times the gradient of the score there: what it adds to the score, to first order.",
  convention: "pixels in the network's input units; signed sum over channels",
  citation: {
    authors: "Shrikumar, Greenside, Shcherbina, Kundaje",
    title: "Not just a black box: learning important features through propagating activation differences",
    venue: "arXiv",
    year: 2016,
    url: "https://arxiv.org/abs/1605.01713",
  },
  needs: ["class"],
  parameters: {},
  order: 20,
  cost: 1,

  async *run({ model, image, target }) {
    const { signal } = await model.gradient(image, { of: { kind: "class", weights: target.weights } });
    const product = multiply(image, signal);
    yield done();
    yield signedMap(product, { title: "Input × gradient", unit: "of the score" });
    yield* emptiness(product, "the score does not change with any pixel.");
  },
});
