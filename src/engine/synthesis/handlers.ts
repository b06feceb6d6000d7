import type { Handlers } from "../../shared/rpc.ts";
import type { synthesis } from "../../shared/synthesis.ts";
import { readRegularFile } from "../images/file.ts";
import type { Samples } from "../samples.ts";
import type { Looking } from "../subject.ts";
import { filmFile } from "./film.ts";
import { pictureFile, recipeIn } from "./recipe-png.ts";
import { synthesisCards, synthesize } from "./synthesize.ts";

const largestFile = 512e6;

/** The calls that make pictures, answered. */
export function synthesisHandlers(looking: Looking, samples: Samples): Handlers<typeof synthesis> {
  return {
    syntheses: async () => Promise.resolve(synthesisCards()),
    synthesize: (request, signal) => synthesize(looking, samples, request, signal),
    pictureFile: ({ picture, recipe }) => pictureFile(picture, recipe),
    filmFile,
    recipeOf: async ({ image }) => recipeIn(await readRegularFile(image, largestFile)),
  };
}
