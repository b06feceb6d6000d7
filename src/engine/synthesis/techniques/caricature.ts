import { number } from "../../../shared/parameters.ts";
import { shown } from "../../../shared/shown.ts";
import { NotApplicable } from "../../techniques/technique.ts";
import { demandClimbable } from "../climbable.ts";
import { colorFolder } from "../color-folder.ts";
import { pastTheMiddle } from "../default-layer.ts";
import { growFromNothing } from "../from-nothing.ts";
import { likeness } from "../likeness.ts";
import { synthesisTechnique } from "../technique.ts";

export default synthesisTechnique({
  title: "Caricature",
  summary: "What a layer sees in the photo, drawn from nothing and with more of it: what it holds for important.",
  convention:
    "Lucid's recipe: the product with the photo's values, times their cosine (at least 0.1) to a power; Fourier, Adam, shift, scale and turn",
  citation: {
    authors: "Olah, Mordvintsev, Schubert",
    title: "Feature visualization (Lucid's caricatures)",
    venue: "Distill",
    year: 2017,
    url: "https://distill.pub/2017/feature-visualization",
  },
  fromPhoto: true,
  needs: ["layer"],
  defaultLayer: pastTheMiddle(
    "one for photos sees parts of things, which are overdrawn",
    "Earlier layers overdraw edges and textures, later ones what tells classes apart",
  ),
  parameters: {
    power: number({
      label: "Power of the cosine",
      help: "The higher, the less may be added that the photo does not have.",
      default: 1,
      min: 0,
      max: 4,
      step: 0.5,
    }),
    steps: number({ label: "Steps", default: 256, min: 1, max: 5000, step: 1 }),
    rate: number({ advanced: true, label: "Learning rate (Adam)", default: 0.05, min: 0.001, max: 1, step: 0.001 }),
    ...colorFolder,
  },
  order: 55,

  async *run(run) {
    const { photo, model, bound, line, layer, parameters } = run;
    if (!photo) throw new NotApplicable("A caricature starts from a photo.");
    demandClimbable(model, bound, layer);
    const reference = await model.activations(line.toNetwork(run.view(photo)), layer);
    if (reference.data.every((x) => x === 0))
      throw new NotApplicable(`${shown(layer)} sees nothing in this photo: it is zero everywhere.`);
    yield* growFromNothing(
      { ...run, parameters: { ...parameters, method: "fourier", size: "network", "step-size": 1, l2: 0 } },
      likeness(layer, reference, parameters.power),
      `The likeness in ${shown(layer)}`,
    );
  },
});
