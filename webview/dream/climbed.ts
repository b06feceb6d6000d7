import { defaultsOf } from "../../src/shared/parameters.ts";
import type { Given } from "../../src/shared/parameters.ts";
import type { LayerChoice, Recipe, SynthesisCard } from "../../src/shared/synthesis.ts";
import { fileName } from "../shared/relevant.ts";
import { shortLabel } from "../shared/words.ts";

/** What is climbed: its name, and what its number means. */
export interface Climbed {
  readonly name: string;
  readonly meaning: string;
}

/** A recipe with every parameter in it. */
type Made = Recipe & { readonly parameters: Given };

const ofTheLayer = "It has the unit of the layer's own values, which differ in scale from layer to layer.";
const asleep = "As long as nothing activates the channel: of what goes into its activation function.";
const beforeRectifier = "of what goes into its ReLU where it has one";
const ofLogOdds = "0 is fifty-fifty; 4.6 more is 100 times the odds.";
const noLayer = "the layer";

/** As the techniques' conventions have it. What is left out here climbs nothing, or is called so. */
const techniques: Readonly<Record<string, (made: Made) => Climbed>> = {
  "deep-dream": (made) => overLayers(made, (layer, channel) => dreamt(made, layer, channel)),
  "neuron-visualization": neuron,
  "feature-grid": ({ layer = noLayer }) => ({
    name: `Mean of each picture's channel of ${layer}`,
    meaning: `Over the channel's map. ${ofTheLayer} ${asleep}`,
  }),
  "activation-atlas": ({ layer = noLayer }) => ({
    name: `Likeness to each cell's direction in ${layer}`,
    meaning: "The mean over the map of the product with the direction, times the square of their cosine.",
  }),
  "class-visualization": ofClass,
  "class-reconstruction": ({ label }) => scoreAndLogarithm(label),
  "adversarial-example": ({ label, target }) => ({
    name: target === undefined ? "Log-odds against the photo's class" : `Log-odds of ${called(label)}`,
    meaning: `The logarithm of p / (1 − p), where p is ${target === undefined ? "how probable it is that the photo's class is wrong" : "the class's probability"}. ${ofLogOdds}`,
  }),
  "fooling-image": ({ label }) => ({
    name: `Log-odds of ${called(label)}`,
    meaning: `The logarithm of p / (1 − p), where p is the class's probability. ${ofLogOdds}`,
  }),
  caricature: ({ layer = noLayer, parameters }) => ({
    name: `Likeness to the photo in ${layer}`,
    meaning: `The product with the photo's values over their own square, times their cosine to the power of ${String(parameters["power"])}: 1 is the photo itself, more is more of the same.`,
  }),
  inversion: ({ layer = noLayer, layers = [], parameters }) => ({
    name:
      layers.length > 1 || parameters["row"] !== 1
        ? "Minus the squared distance in each layer"
        : `Minus the squared distance in ${layers[0]?.name ?? layer}`,
    meaning:
      "Of the layer's values from the photo's, over the photo's own squares. At 0 they are the same, at −1 as far off as if all were zero.",
  }),
  "texture-synthesis": () => ({
    name: "Minus the squared distance of Gram matrices",
    meaning: "From the photo's, over its own squares, each layer by its weight: at 0 the textures are the same.",
  }),
  "style-transfer": ({ layer = noLayer }) => ({
    name: "Minus the distances in style and content",
    meaning: `Of the style's Gram matrices, and of ${layer} from the photo's values, squared, each by its weight: at 0 both are met.`,
  }),
};

/** Whether there will be a curve. */
export const climbs = (technique: string | undefined): boolean =>
  technique !== undefined && Object.hasOwn(techniques, technique);

/** Undefined where nobody knows what it is. */
export function climbed(recipe: Recipe | undefined, card: SynthesisCard | undefined): Climbed | undefined {
  if (!recipe || !card || !climbs(recipe.technique)) return undefined;
  const parameters = { ...defaultsOf(card.parameters), ...recipe.parameters };
  return techniques[recipe.technique]?.({ ...recipe, parameters });
}

type OfLayer = (layer: string, channel: number | undefined) => Climbed;

/** Of several layers the sum, each by its weight. */
function overLayers({ layer = noLayer, layers = [], channel }: Made, ofLayer: OfLayer): Climbed {
  const looked: readonly LayerChoice[] = layers.length ? layers : [{ name: layer, weight: 1 }];
  const parts = looked.map((each) => ({ ...each, ...ofLayer(each.name, each.channel ?? channel) }));
  const [first] = parts;
  if (first && parts.length === 1 && first.weight === 1) return { name: first.name, meaning: first.meaning };
  const terms = parts.map(({ weight, name }) => `${String(weight).replace("-", "−")} × ${lower(name)}`);
  if (first && terms.length === 1) return { name: terms.join(), meaning: first.meaning };
  return { name: `Sum over ${parts.length} layers, by weight`, meaning: `${terms.join("; ")}.` };
}

function dreamt({ parameters }: Made, layer: string, channel: number | undefined): Climbed {
  const { guide, compare } = parameters;
  if (typeof guide === "string" && guide !== "") {
    const by = compare === "cosine" ? "Cosine" : "Dot product";
    return {
      name: `${by} of ${layer} with ${fileName(guide)}`,
      meaning: `Of each place with that place of ${fileName(guide)} that fits it best, on average.`,
    };
  }
  return channel === undefined ? energy(layer) : channelMean(layer, channel);
}

function neuron(made: Made): Climbed {
  const { place, parameters, layers = [] } = made;
  const { of, along, sign, pictures } = parameters;
  const isLowered = layers.length > 0 && !layers.some(({ weight }) => weight > 0);
  // Of what is wanted least it is said below, of several layers together.
  const ofChannel = sign === "least" ? [] : [isLowered ? `It is lowered: ${beforeRectifier}.` : asleep];
  const ofLayer: OfLayer = (layer, channel = 0) => {
    switch (of) {
      case "unit":
        return {
          name: `Channel ${channel} of ${layer} at ${place ? `row ${place[0]}, column ${place[1]}` : "its centre"}`,
          meaning: ["One number of the channel's map.", ofTheLayer, ...ofChannel].join(" "),
        };
      case "layer":
        return energy(layer);
      case "direction":
        return {
          name: `Product of ${layer} with the direction of ${fileName(String(along))}`,
          meaning: `The mean over the map; the direction has unit length. ${ofTheLayer}`,
        };
      default: {
        const { name, meaning } = channelMean(layer, channel);
        return { name, meaning: [meaning, ...ofChannel].join(" ") };
      }
    }
  };
  const best = overLayers(made, ofLayer);
  const from = of === "channel" || of === "unit" ? `, ${beforeRectifier}` : "";
  const signed =
    sign === "best"
      ? best
      : {
          name: sign === "least" ? `Minus ${lower(best.name)}` : `${best.name}, then minus that`,
          meaning: `${best.meaning} What is wanted least falls: it is climbed with the other sign${from}.`,
        };
  if (Number(pictures) <= 1) return signed;
  return {
    ...signed,
    meaning: `${signed.meaning} Of ${String(pictures)} pictures the mean; what they have in common is “diversity”, which is to fall.`,
  };
}

function ofClass({ label, parameters }: Made): Climbed {
  if (parameters["score"] === "probability")
    return { name: `Probability of ${called(label)}`, meaning: "From 0 to 1, after the softmax or the sigmoid." };
  if (parameters["score"] === "log-probability")
    return {
      name: `Logarithm of the probability of ${called(label)}`,
      meaning: "The natural logarithm: 0 is certain, −4.6 is one in a hundred.",
    };
  if (parameters["score"] === "logit") return score(label);
  return scoreAndLogarithm(label);
}

const scoreAndLogarithm = (label: string | undefined): Climbed => ({
  name: `Score and log-probability of ${called(label)}`,
  meaning:
    "The class's number before the softmax or the sigmoid, plus the natural logarithm of its probability, which is 0 as soon as that is certain.",
});

const score = (label: string | undefined): Climbed => ({
  name: `Score of ${called(label)}`,
  meaning:
    "The class's number before the softmax or the sigmoid: 1 more, with all others as they are, is 2.7 times the odds.",
});

const energy = (layer: string): Climbed => ({
  name: `Half the mean square of ${layer}`,
  meaning: "Over all numbers of the layer: its gradient is the layer itself. It has the unit of their square.",
});

const channelMean = (layer: string, channel: number): Climbed => ({
  name: `Mean of channel ${channel} of ${layer}`,
  meaning: `Over the channel's map. ${ofTheLayer}`,
});

const called = (label: string | undefined): string => (label === undefined ? "the class" : shortLabel(label));

const lower = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);
