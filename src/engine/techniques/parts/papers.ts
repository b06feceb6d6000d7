import type { Citation } from "../technique.ts";

// Papers that more than one technique comes from.

export const gradCam: Citation = {
  authors: "Selvaraju, Cogswell, Das, Vedantam, Parikh, Batra",
  title: "Grad-CAM: visual explanations from deep networks via gradient-based localization",
  venue: "ICCV",
  year: 2017,
  url: "https://arxiv.org/abs/1610.02391",
};

export const zeilerFergus: Citation = {
  authors: "Zeiler, Fergus",
  title: "Visualizing and understanding convolutional networks",
  venue: "ECCV",
  year: 2014,
  url: "https://arxiv.org/abs/1311.2901",
};
