import { folder, type Given, type Schema } from "../../shared/parameters.ts";
import { isRelevant } from "../../shared/relevance.ts";
import { NotApplicable } from "../techniques/technique.ts";
import { eachPhoto } from "./folder-of-photos.ts";
import { mixingOf } from "./parameterizations/colors.ts";
import { Statistician } from "./photo-statistics.ts";
import { sizeOf } from "./canvas.ts";
import type { Said, SynthesisRun } from "./technique.ts";

const key = "color-folder";
/** More of them hardly change how colours vary. */
const mostPhotos = 100;

const described = {
  advanced: true,
  label: "Colours vary as in the photos of",
  help: "A folder: the covariance of its colours takes the place of ImageNet's (Lucid's matrix).",
  default: "",
} as const;

/** For what is always made of decorrelated colours. */
export const colorFolder = { [key]: folder(described) } as const;

/** For what is made of them with some options of another parameter. */
export const colorFolderWhen = (parameter: string, is: readonly string[]) =>
  ({ [key]: folder({ ...described, when: { parameter, is } }) }) as const;

/** The matrix of the folder's colours, where one is chosen and has a say; undefined where not, or where that was cancelled. */
export async function* mixingChosen(
  schema: Schema,
  parameters: Given,
  run: Pick<SynthesisRun, "read" | "view" | "signal">,
): AsyncGenerator<Said, Float32Array | undefined> {
  const path = parameters[key];
  if (typeof path !== "string" || path === "" || !isRelevant(schema, parameters, key)) return undefined;
  let statistician: Statistician | undefined;
  yield* eachPhoto(path, mostPhotos, run, (photo) => {
    const { height, width } = sizeOf(photo);
    statistician ??= new Statistician(height, width);
    statistician.take(photo);
  });
  if (run.signal.aborted) return undefined;
  const statistics = statistician?.statistics;
  if (!statistics) throw new NotApplicable(`The photos of ${path} are of one colour: colours do not vary in them.`);
  return mixingOf(statistics.mixing);
}
