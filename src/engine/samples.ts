import { join } from "node:path";

/** The files that the product brings along, in its `samples` folder. */
export interface Samples {
  readonly imagenetLabels: string;
  /** Everyday photos: a second opinion where a preparation has to be guessed. */
  readonly photos: readonly string[];
}

export const samplesIn = (folder: string): Samples => ({
  imagenetLabels: join(folder, "imagenet-labels.txt"),
  photos: ["cat-chelsea.png", "coffee.png", "rocket.jpg"].map((name) => join(folder, name)),
});
