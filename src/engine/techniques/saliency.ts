import { done, emptiness, magnitudeMap } from "./parts/findings.ts";
import { technique } from "./technique.ts";

export default technique({
  title: "Saliency",
  summary: "How much the score would change with each pixel: the gradient of the score to the pixels.",
  convention: "gradient of the score before the softmax; the largest magnitude over channels is shown",
  citation: {
    authors: "Simonyan, Vedaldi, Zisserman",
    title: "Deep inside convolutional networks: visualising image classification models and saliency maps",
    venue: "ICLR workshop",
    year: 2014,
    url: "https://arxiv.org/abs/1312.6034",
  },
  needs: ["class"],
  parameters: {},
  order: 10,
  cost: 1,

  async *run({ model, image, target }) {
    const { signal } = await model.gradient(image, { of: { kind: "class", weights: target.weights } });
    yield done();
    yield magnitudeMap(signal, { title: "Gradient", unit: "|∂ score / ∂ pixel|" });
    yield* emptiness(signal, "the score does not change with any pixel.");
  },
});
