import type { Prepared } from "../../../src/shared/preparation.ts";

/** How photos were prepared where nothing said how. */
export const guessed: Prepared = {
  preparation: {
    size: [224, 224],
    fit: "stretch",
    color: "BGR",
    range: [0, 255],
    mean: [0],
    deviation: [1],
    layout: "NCHW",
  },
  from: "guess",
  by: "rocket.jpg",
};
