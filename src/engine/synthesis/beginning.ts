import { basename } from "node:path";
import type { MadeWith } from "../../shared/made-with.ts";
import {
  complete,
  InvalidParameter,
  isPath,
  number,
  pathsIn,
  type Given,
  type Schema,
  type ValuesOf,
} from "../../shared/parameters.ts";
import type { Preparation } from "../../shared/preparation.ts";
import { needsOf, pathMissing } from "../../shared/relevance.ts";
import type { Checkpoint, Reach, Recipe, SynthesisRequest } from "../../shared/synthesis.ts";
import { stateOfPhotos } from "../digests.ts";
import type { DecodedPhoto } from "../images/decode.ts";
import { isNpy } from "../images/npy.ts";
import type { Bound, OpenModel } from "../model.ts";
import type { Looking, Seen } from "../subject.ts";
import { NotApplicable } from "../techniques/technique.ts";
import { asToday, filesOf, photosOf, subjectOf } from "./going-on.ts";
import { digestsOf } from "./recipe-digests.ts";
import { pastOf } from "./stages.ts";
import type { SynthesisTechnique } from "./technique.ts";

/** Canvases that a run holds at the same time, about: picture, start, gradients, their copies. */
const canvases = 10;

/** The generator of all chance counts in 32 bits: larger ones would be others again. */
const chance = { seed: number({ label: "Seed", default: 0, min: 0, max: 2 ** 32 - 1, step: 1 }) };

/** What is asked of one stage. */
export interface Asked extends Omit<SynthesisRequest, "before"> {
  /** Where it is one of several: which one. */
  readonly stage?: number;
  readonly isFollowed?: boolean;
}

/** All that was asked for, found and checked. */
export interface Beginning {
  readonly seen: Seen;
  readonly model: OpenModel;
  readonly bound: Bound;
  readonly preparation: Preparation;
  readonly photo: DecodedPhoto | undefined;
  /** Empty where the technique looks at none. */
  readonly layer: string;
  readonly target: { readonly index: number; readonly label: string } | undefined;
  readonly parameters: ValuesOf<Schema>;
  readonly seed: number;
  readonly recipe: Recipe;
  readonly made: MadeWith;
  /** What it goes on from, as far as that is still the same. */
  readonly today: Checkpoint | undefined;
  readonly reached: Reach | undefined;
}

/** Throws where something is missing, cannot be read, or does not go with the rest. */
export async function beginningOf(
  looking: Looking,
  request: Asked,
  technique: SynthesisTechnique,
  signal: AbortSignal,
): Promise<Beginning> {
  const parameters = complete(technique.parameters, request.parameters);
  demandSay(technique.parameters, request, parameters);
  const missing = pathMissing(technique.parameters, parameters);
  if (missing !== undefined) throw new NotApplicable(missing);
  const { seed } = complete(chance, { seed: request.seed });
  const { image, channel, place, layers } = request;
  if (technique.fromPhoto && image === undefined) throw new NotApplicable(`${technique.title} starts from a photo.`);
  const seen = await seenBy(looking, request, signal);
  const { model, preparation, entry } = seen;
  if (!preparation)
    throw new NotApplicable(`${technique.title} starts from a photo, not from a tensor: ${image ?? ""}.`);
  const photo = technique.fromPhoto && image !== undefined ? await looking.read(image) : undefined;
  if (photo) demandMemory(photo, model.memory, image ?? "");
  const bound = await model.bound(1);
  const [first] = technique.several?.inPlaceOfLayer ? (layers ?? []) : [];
  const layer = technique.needs.includes("layer")
    ? (first?.name ?? request.layer ?? technique.defaultLayer?.of(bound))
    : "";
  if (layer === undefined)
    throw new NotApplicable(`${technique.title} looks at a layer with maps, and ${entry.file.path} has none.`);
  const target = needsOf(technique, parameters).includes("class") ? await targetOf(seen, request.target) : undefined;
  const chosen = pathsIn(technique.parameters, parameters, ["photo", "network"]);
  const paths = [...(photo && image !== undefined ? [image] : []), ...chosen];
  const files = await statesOf(paths, (path) => looking.identity(path));
  const folders = pathsIn(technique.parameters, parameters, ["folder"]);
  const asked = {
    model: request.model,
    image,
    preparation,
    layer,
    layers,
    channel,
    place,
    target,
    seed,
    [filesOf]: { ...files, [request.model]: entry.file.state },
    [photosOf]: await statesOf(folders, stateOfPhotos),
  };
  const made: MadeWith = { subject: subjectOf(asked, technique), parameters };
  const today = request.from && asToday(request.from, request.technique, technique, made);
  const course = request.from && today && pastOf(request.from, today, { technique: request.technique, made });
  const recipe: Recipe = {
    technique: request.technique,
    model: basename(entry.file.path),
    ...(photo && image !== undefined && { image: basename(image) }),
    ...(typeof parameters.guide === "string" && parameters.guide && { guide: basename(parameters.guide) }),
    digests: await digestsOf(looking, entry, photo && image, technique.parameters, parameters),
    ...course?.past,
    preparation,
    ...(layer && { layer }),
    ...(layers && { layers }),
    ...(channel !== undefined && { channel }),
    ...(place && { place }),
    ...(target && { target: target.index, label: target.label }),
    parameters: withoutFolders(technique.parameters, parameters),
    seed,
  };
  const { reached } = course ?? {};
  return { seen, model, bound, preparation, photo, layer, target, parameters, seed, recipe, made, today, reached };
}

/** What cannot be read is refused where it is needed. */
async function statesOf(
  paths: readonly string[],
  stateOf: (path: string) => Promise<string>,
): Promise<Readonly<Record<string, string>>> {
  const states = paths.map(async (path) => [path, await stateOf(path).catch(() => "")] as const);
  return Object.fromEntries(await Promise.all(states));
}

/** Nothing is taken without effect, such as a number of layers where each was chosen. */
function demandSay(schema: Schema, { layers }: SynthesisRequest, values: Given): void {
  if (!layers?.length) return;
  for (const [name, parameter] of Object.entries(schema))
    if (parameter.unlessLayers && values[name] !== parameter.default)
      throw new InvalidParameter(name, "it has no effect where the layers are chosen one by one: leave it out");
}

/** Without a photo, one of the samples stands for it. */
async function seenBy(
  looking: Looking,
  { model, image, preparation }: SynthesisRequest,
  signal: AbortSignal,
): Promise<Seen> {
  if (image !== undefined && isNpy(image))
    throw new NotApplicable(`${image} is a tensor; a picture is made from a photo, which can be shown and saved.`);
  const subject = { model, ...(preparation && { preparation }) };
  return image === undefined ? looking.seeSample(subject, signal) : looking.see({ ...subject, image }, signal);
}

async function targetOf({ classes, labels, entry, model }: Seen, target: number | undefined) {
  if (!classes) throw new NotApplicable(await model.whyNoClasses());
  if (target === undefined) throw new NotApplicable("Choose a class to make a picture of.");
  if (!Number.isInteger(target) || target < 0 || target >= classes)
    throw new RangeError(`${entry.file.path} has the classes 0 to ${classes - 1}; there is no class ${target}.`);
  return { index: target, label: labels[target] ?? String(target) };
}

function demandMemory({ width, height }: { width: number; height: number }, memory: number, path: string): void {
  const bytes = canvases * 3 * 4 * width * height;
  if (bytes > memory)
    throw new RangeError(
      `${path} is ${width} × ${height} pixels: a picture of that size needs ${(bytes / 1e9).toFixed(1)} GB, more than the ` +
        `${(memory / 1e9).toFixed(1)} GB that the setting glassbox.engine.memoryLimit allows. Make it smaller first.`,
    );
}

/** Where files lie on one machine is nobody's business on another. */
const withoutFolders = (schema: Schema, parameters: Given): Given =>
  Object.fromEntries(
    Object.entries(parameters).map(([name, value]) => {
      const parameter = schema[name];
      return [name, parameter && isPath(parameter) && typeof value === "string" ? basename(value) : value];
    }),
  );
