import { choice, choiceOrNumber, number, photo, toggle } from "../../../src/shared/parameters.ts";
import type { Schema } from "../../../src/shared/parameters.ts";
import type { TechniqueCard } from "../../../src/shared/protocol.ts";

/** Cards with every kind of parameter, worded as the techniques word theirs. */
const card = (
  id: string,
  title: string,
  summary: string,
  authors: string,
  year: number,
  needs: TechniqueCard["needs"],
  parameters: Schema = {},
  convention = "",
): TechniqueCard => ({
  id,
  title,
  summary,
  citation: { authors, title, venue: "arXiv", year, url: "https://arxiv.org/" },
  convention,
  needs,
  parameters,
});

const pixels = "The score before the softmax.";

export const catalogue: readonly TechniqueCard[] = [
  card(
    "saliency",
    "Saliency",
    "How strongly the score reacts to each pixel.",
    "Simonyan, Vedaldi, Zisserman",
    2013,
    ["class"],
    {},
    `${pixels} Largest magnitude over the colours.`,
  ),
  card(
    "input-x-gradient",
    "Input × gradient",
    "Each pixel’s value times the score’s reaction to it.",
    "Shrikumar, Greenside, Kundaje",
    2017,
    ["class"],
    {},
    pixels,
  ),
  card(
    "smoothgrad",
    "SmoothGrad",
    "The gradient, averaged over noisy copies of the photo.",
    "Smilkov, Thorat, Kim",
    2017,
    ["class"],
    {
      samples: number({
        label: "Samples",
        default: 25,
        min: 1,
        max: 200,
        step: 1,
        help: "More make the map calmer, and take longer.",
      }),
      noise: number({
        label: "Noise",
        default: 0.15,
        min: 0,
        max: 1,
        step: 0.01,
        help: "Standard deviation, as a share of the input’s range.",
      }),
      show: choice({
        label: "Show",
        default: "magnitude",
        options: { signed: "Signed mean", magnitude: "Mean magnitude", squared: "Mean square" },
      }),
    },
  ),
  card(
    "integrated-gradients",
    "Integrated gradients",
    "What each pixel adds on the way from an empty picture to this one.",
    "Sundararajan, Taly, Yan",
    2017,
    ["class"],
    {
      steps: number({ label: "Steps", default: 50, min: 4, max: 512, step: 1 }),
      rule: choice({
        label: "Rule",
        default: "gauss-legendre",
        options: { "gauss-legendre": "Gauss–Legendre", right: "Right Riemann sum" },
      }),
      baseline: choiceOrNumber({
        label: "Start from",
        default: "black",
        options: {
          black: "Black",
          mean: "Mean colour",
          blur: "Blurred photo",
          noise: "White noise",
          photo: "Another photo",
        },
        min: -10,
        max: 10,
      }),
      photo: photo({ label: "Other photo", default: "", when: { parameter: "baseline", is: ["photo"] } }),
    },
  ),
  card(
    "guided-backpropagation",
    "Guided backprop",
    "The gradient, with every ReLU also blocking what is negative on the way back.",
    "Springenberg, Dosovitskiy, Brox, Riedmiller",
    2014,
    ["class"],
  ),
  card(
    "deconvnet",
    "Deconvnet",
    "What in the photo a unit’s activation came from.",
    "Zeiler, Fergus",
    2014,
    ["layer"],
    {
      from: choice({
        label: "From",
        default: "score",
        options: { score: "The score", strongest: "The strongest map", unit: "One unit" },
        needs: { score: "class", strongest: "layer", unit: "layer" },
      }),
      channel: number({
        label: "Unit: channel",
        default: 0,
        min: 0,
        max: 100000,
        step: 1,
        when: { parameter: "from", is: ["unit"] },
      }),
    },
  ),
  card(
    "grad-cam",
    "Grad-CAM",
    "Which parts of the last feature maps raise the score.",
    "Selvaraju, Cogswell, Das",
    2017,
    ["class", "layer"],
    {
      negative: toggle({ label: "Show negative evidence", default: false, help: "Leaves the final ReLU away." }),
    },
    "Channel weights: mean gradient. Bilinear.",
  ),
  card(
    "cam",
    "CAM",
    "The last feature maps, weighted as the classifier weights them.",
    "Zhou, Khosla, Lapedriza",
    2016,
    ["class"],
  ),
  card(
    "guided-grad-cam",
    "Guided Grad-CAM",
    "Guided backprop where Grad-CAM is strong.",
    "Selvaraju, Cogswell, Das",
    2017,
    ["class", "layer"],
  ),
  {
    ...card(
      "occlusion",
      "Occlusion",
      "What covering each part of the photo does to the prediction.",
      "Zeiler, Fergus",
      2014,
      ["class", "layer"],
      {
        window: number({ label: "Window", default: 32, min: 1, max: 224, step: 1 }),
        stride: number({ label: "Stride", default: 16, min: 1, max: 224, step: 1 }),
        fill: choiceOrNumber({
          label: "Fill",
          default: "mean",
          options: { mean: "Mean colour", gray: "Mid-grey", blur: "Blur", noise: "Noise" },
          min: -10,
          max: 10,
        }),
      },
      "Divided by coverage, as Captum does.",
    ),
    presets: {
      fast: { label: "Fast", parameters: { window: 32, stride: 16 } },
      fine: { label: "Fine", parameters: { window: 15, stride: 8 } },
    },
  },
];
