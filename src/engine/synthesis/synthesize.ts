import { availableParallelism } from "node:os";
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
} from "../../shared/parameters.ts";
import { describePreparation, type Preparation } from "../../shared/preparation.ts";
import { needsOf, pathMissing } from "../../shared/relevance.ts";
import type { Checkpoint, Recipe, SynthesisCard, SynthesisRequest, SynthesisUpdate } from "../../shared/synthesis.ts";
import { imagenet } from "../images/imagenet.ts";
import type { Picture } from "../images/picture.ts";
import { isNpy } from "../images/npy.ts";
import { fitted } from "../images/prepare.ts";
import type { Looking, Seen } from "../subject.ts";
import { NotApplicable } from "../techniques/technique.ts";
import { holding } from "./climb-state.ts";
import { canvasOf } from "./canvas.ts";
import { mixingChosen } from "./color-folder.ts";
import { whereDreamsAreGood } from "./default-layer.ts";
import { inputLine } from "./input-line.ts";
import { greyed } from "./luminance.ts";
import { greyMixing } from "./parameterizations/colors.ts";
import { partlyKnown, zeroedBeside } from "./partly-known.ts";
import { Pulse } from "./pulse.ts";
import { asToday, demandReadable, filesOf, subjectOf, whatIsLost } from "./going-on.ts";
import { digestsOf } from "./recipe-digests.ts";
import { isSameReach, leftBy, pastOf } from "./stages.ts";
import type { SynthesisTechnique } from "./technique.ts";
import { syntheses } from "./techniques/index.ts";
import { appraised, note, told } from "./telling.ts";

/** From 0 to 255. */
const meanColor = imagenet.mean.map((x) => x * 255);
/** Canvases that a run holds at the same time, about: picture, start, gradients, their copies. */
const canvases = 10;

/** The generator of all chance counts in 32 bits: larger ones would be others again. */
const chance = { seed: number({ label: "Seed", default: 0, min: 0, max: 2 ** 32 - 1, step: 1 }) };

const never = new AbortController().signal;

const all = syntheses as unknown as Readonly<Record<string, SynthesisTechnique>>; // each is typed by its own parameters

export class UnknownSynthesis extends Error {
  override name = "UnknownSynthesis";
}

/** The catalogue as panels and the command line show it. */
export function synthesisCards(): SynthesisCard[] {
  return Object.entries(all)
    .sort(([, a], [, b]) => a.order - b.order)
    .map(
      ([
        id,
        { title, summary, convention, citation, fromPhoto, needs, several, parameters, presets, defaultLayer },
      ]) => ({
        id,
        title,
        summary,
        convention,
        citation,
        fromPhoto,
        needs,
        ...(needs.includes("layer") && { whyLayer: (defaultLayer ?? whereDreamsAreGood).why }),
        ...(several && { several }),
        parameters,
        ...(presets && { presets }),
      }),
    );
}

/** Makes a picture: frames as it grows, notes of what a person should know, and the finished picture with its recipe. */
export async function* synthesize(
  looking: Looking,
  { before = [], ...request }: SynthesisRequest,
  signal: AbortSignal,
  /** Aborted when it is to end with the step that it is at, with all that it takes to go on from there. */
  pausing: AbortSignal = never,
): AsyncGenerator<SynthesisUpdate, void> {
  if (!before.length) return void (yield* oneStage(looking, request, signal, pausing));
  const { frames = "some", checkpoints = false } = request;
  let { from } = request;
  let isNext = false;
  for (const [stage, { leaves, ...settings }] of before.entries()) {
    if (stage < (from?.stage ?? 0)) continue;
    const isThrough = !isNext && from !== undefined && isSameReach(from.recipe?.until, settings.until);
    const asked = { ...settings, frames, checkpoints, ...(from && { from }), stage, isFollowed: true };
    const reached = isThrough ? from : yield* oneStage(looking, asked, signal, pausing);
    if (!reached) return; // paused, or cancelled
    from = leftBy({ leaves }, reached);
    isNext = true;
  }
  yield* oneStage(looking, { ...request, ...(from && { from }), stage: before.length }, signal, pausing);
}

/** What is asked of one stage. */
interface Asked extends Omit<SynthesisRequest, "before"> {
  /** Where it is one of several: which one. */
  readonly stage?: number;
  readonly isFollowed?: boolean;
}

/** The same with one set of settings; returns what the next stage begins with, where one follows. */
async function* oneStage(
  looking: Looking,
  request: Asked,
  signal: AbortSignal,
  pausing: AbortSignal,
): AsyncGenerator<SynthesisUpdate, Checkpoint | undefined> {
  const technique = Object.hasOwn(all, request.technique) ? all[request.technique] : undefined;
  if (!technique)
    throw new UnknownSynthesis(`There is no technique ${request.technique}. There are ${Object.keys(all).join(", ")}.`);
  const parameters = complete(technique.parameters, request.parameters);
  demandSay(technique.parameters, request, parameters);
  const missing = pathMissing(technique.parameters, parameters);
  if (missing !== undefined) throw new NotApplicable(missing);
  const { seed } = complete(chance, { seed: request.seed });
  const { image } = request;
  if (request.from) demandReadable(request.from, request.technique, (id) => all[id]?.title ?? id);
  if (technique.fromPhoto && image === undefined) throw new NotApplicable(`${technique.title} starts from a photo.`);
  const seen = await seenBy(looking, request, signal);
  const { model, preparation, entry } = seen;
  if (!preparation)
    throw new NotApplicable(`${technique.title} starts from a photo, not from a tensor: ${image ?? ""}.`);
  const photo = technique.fromPhoto && image !== undefined ? await looking.read(image) : undefined;
  if (photo) demandMemory(photo, model.memory, image ?? "");
  const bound = await model.bound(1);
  const [first] = technique.several?.inPlaceOfLayer ? (request.layers ?? []) : [];
  const layer = technique.needs.includes("layer")
    ? (first?.name ?? request.layer ?? (technique.defaultLayer ?? whereDreamsAreGood).of(bound))
    : "";
  if (layer === undefined)
    throw new NotApplicable(`${technique.title} looks at a layer with maps, and ${entry.file.path} has none.`);
  const target = needsOf(technique, parameters).includes("class") ? await targetOf(seen, request.target) : undefined;
  const { channel, place, layers } = request;
  const pathsOf = pathsIn(technique.parameters, parameters);
  const states = (photo && image !== undefined ? [image, ...pathsOf] : pathsOf).map(
    // What cannot be read is refused where it is needed.
    async (path) => [path, await looking.identity(path).catch(() => "")] as const,
  );
  const files = { ...Object.fromEntries(await Promise.all(states)), [request.model]: entry.file.state };
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
    [filesOf]: files,
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
    ...(request.layers && { layers: request.layers }),
    ...(request.channel !== undefined && { channel: request.channel }),
    ...(request.place && { place: request.place }),
    ...(target && { target: target.index, label: target.label }),
    parameters: withoutFolders(technique.parameters, parameters),
    seed,
  };
  const { stage } = request;
  yield { kind: "begun", recipe, ...(stage !== undefined && { stage }) };
  const from = today && holding(today, request.technique, made);
  const lost = from && whatIsLost(from, { ...request, parameters });
  if (lost !== undefined) yield note("from-the-picture", technique.title, lost, "info");
  const leaving = new AbortController();
  const unknown = partlyKnown(bound);
  if (unknown !== undefined) yield note("partly-known", technique.title, unknown, "warning");
  const zeroed = zeroedBeside(bound, entry.file);
  if (zeroed !== undefined) yield note("zeroed", technique.title, zeroed, "warning");
  if (photo?.remarks.length) yield note("photo", technique.title, `The photo: ${photo.remarks.join(", ")}.`, "info");
  if (seen.from === "guess")
    yield note("prepared", technique.title, guessWords(preparation, seen.guessedBy), "warning");
  const pulse = new Pulse();
  const view = (picture: Picture) => canvasOf(fitted(picture, preparation).picture);
  const looks = mixingChosen(technique.parameters, parameters, { read: looking.read, view, signal });
  let mixing = await looks.next();
  for (; !mixing.done; mixing = await looks.next())
    yield note(mixing.value.key, technique.title, mixing.value.said, "info");
  const grown = technique.run({
    model,
    bound,
    line: inputLine(preparation),
    preparation,
    photo,
    target,
    layer,
    layers: request.layers ?? [],
    channel: request.channel,
    place: request.place,
    parameters,
    seed,
    meanColor: preparation.color === "gray" ? greyed(meanColor) : meanColor,
    other: seen.other,
    read: looking.read,
    view,
    mixing: preparation.color === "gray" ? greyMixing(mixing.value) : mixing.value,
    labels: seen.labels,
    from,
    made,
    alive: pulse.beat,
    threads: Math.max(1, Math.min(8, availableParallelism())),
    signal: AbortSignal.any([signal, leaving.signal]),
  });
  const ends = { signal, pausing, leave: () => leaving.abort() };
  const about = {
    recipe,
    made,
    title: technique.title,
    reached: course?.reached,
    stage,
    isFollowed: request.isFollowed,
  };
  return yield* told(pulse.during(appraised(grown, signal)), request, about, ends);
}

const guessWords = (preparation: Preparation, by: string | undefined): string =>
  `How a picture becomes this network’s input was guessed${by === undefined ? "" : ` by ${by}`}: ${describePreparation(preparation)}.`;

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
