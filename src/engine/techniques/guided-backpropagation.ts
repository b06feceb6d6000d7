import { guided } from "../propagation/guided.ts";
import { done, emptiness, signedMap, undefinedFor } from "./parts/findings.ts";
import { technique } from "./technique.ts";

export default technique({
  title: "Guided backpropagation",
  summary: "The gradient, with every ReLU also blocking what is negative on the way back.",
  convention: "ReLU and ReLU6 pass max(g, 0) where they were open; signed sum over channels",
  citation: {
    authors: "Springenberg, Dosovitskiy, Brox, Riedmiller",
    title: "Striving for simplicity: the all convolutional net",
    venue: "ICLR workshop",
    year: 2015,
    url: "https://arxiv.org/abs/1412.6806",
  },
  needs: ["class"],
  parameters: {},
  order: 50,
  cost: 1,

  async *run({ model, image, target }) {
    const { signal, smooth } = await model.gradient(image, {
      of: { kind: "class", weights: target.weights },
      method: guided,
    });
    yield done();
    yield signedMap(signal, { title: "Guided gradient", unit: "guided ∂ score / ∂ pixel" });
    yield* undefinedFor(smooth, "Guided backpropagation");
    yield* emptiness(signal, "nothing positive comes back to the pixels.");
  },
});
