import type { Handlers } from "../../shared/rpc.ts";
import type { synthesis } from "../../shared/synthesis.ts";
import { decode } from "../images/decode.ts";
import { readRegularFile } from "../images/file.ts";
import type { Looking } from "../subject.ts";
import { filmFile } from "./film.ts";
import { labelled } from "./labelled.ts";
import { Pauses } from "./pauses.ts";
import { pictureFile, recipeIn } from "./recipe-png.ts";
import { synthesisCards, synthesize } from "./synthesize.ts";

const largestFile = 512e6;

/** The calls that make pictures, answered. */
export function synthesisHandlers(looking: Looking): Handlers<typeof synthesis> {
  const pauses = new Pauses();
  return {
    syntheses: async () => Promise.resolve(synthesisCards()),
    synthesize: (request, signal) =>
      pauses.during(request.run, (pausing) => synthesize(looking, request, signal, pausing)),
    pauseSynthesis: async ({ run }) => Promise.resolve(pauses.ask(run)),
    pictureFile: ({ picture, recipe, sheet }) => pictureFile(sheet ? labelled(picture, sheet) : picture, recipe),
    filmFile,
    recipeOf: async ({ image }) => recipeIn(await readRegularFile(image, largestFile)),
    async drawnIn({ image }) {
      const { width, height, pixels } = await decode(image);
      return { width, height, pixels: new Uint8Array(pixels) }; // as every frame has them: the codec's are a Buffer
    },
    digestOf: ({ path, kind }) => looking.digests.of(path, kind),
  };
}
