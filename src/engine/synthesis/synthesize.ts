import { availableParallelism } from "node:os";
import { describePreparation, type Preparation } from "../../shared/preparation.ts";
import type { Checkpoint, SynthesisCard, SynthesisRequest, SynthesisUpdate } from "../../shared/synthesis.ts";
import { imagenet } from "../images/imagenet.ts";
import type { Picture } from "../images/picture.ts";
import { fitted } from "../images/prepare.ts";
import type { Looking } from "../subject.ts";
import { beginningOf, type Asked, type Beginning } from "./beginning.ts";
import { canvasOf } from "./canvas.ts";
import { holding } from "./climb-state.ts";
import { mixingChosen } from "./color-folder.ts";
import { demandReadable, whatIsLost } from "./going-on.ts";
import { inputLine } from "./input-line.ts";
import { greyed } from "./luminance.ts";
import { greyMixing } from "./parameterizations/colors.ts";
import { partlyKnown, zeroedBeside } from "./partly-known.ts";
import { Pulse } from "./pulse.ts";
import { isSameReach, leftBy } from "./stages.ts";
import type { SynthesisTechnique } from "./technique.ts";
import { syntheses } from "./techniques/index.ts";
import { appraised, note, told } from "./telling.ts";

/** From 0 to 255. */
const meanColor = imagenet.mean.map((x) => x * 255);
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
        ...(defaultLayer && { whyLayer: defaultLayer.why }),
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
  if (request.from) demandReadable(request.from, request.technique, (id) => all[id]?.title ?? id);
  const beginning = await beginningOf(looking, request, technique, signal);
  const { seen, bound, photo, layer, target, parameters, seed, recipe, made, today, reached } = beginning;
  const { model, preparation } = beginning;
  const { stage, isFollowed, layers = [], channel, place } = request;
  yield { kind: "begun", recipe, ...(stage !== undefined && { stage }) };
  const from = today && holding(today, request.technique, made);
  const lost = from && whatIsLost(from, { ...request, parameters });
  if (lost !== undefined) yield note("from-the-picture", technique.title, lost, "info");
  yield* remarksOn(beginning, technique.title);
  const leaving = new AbortController();
  const pulse = new Pulse();
  const view = (picture: Picture) => canvasOf(fitted(picture, preparation).picture);
  const looks = mixingChosen(technique.parameters, parameters, { read: looking.read, view, signal });
  let mixing = await looks.next();
  for (; !mixing.done; mixing = await looks.next())
    yield note(mixing.value.key, technique.title, mixing.value.said, "info");
  const isGray = preparation.color === "gray";
  const grown = technique.run({
    model,
    bound,
    line: inputLine(preparation),
    preparation,
    photo,
    target,
    layer,
    layers,
    channel,
    place,
    parameters,
    seed,
    meanColor: isGray ? greyed(meanColor) : meanColor,
    other: seen.other,
    read: looking.read,
    view,
    mixing: isGray ? greyMixing(mixing.value) : mixing.value,
    labels: seen.labels,
    from,
    made,
    alive: pulse.beat,
    threads: Math.max(1, Math.min(8, availableParallelism())),
    signal: AbortSignal.any([signal, leaving.signal]),
  });
  const ends = { signal, pausing, leave: () => leaving.abort() };
  const about = { recipe, made, title: technique.title, reached, stage, isFollowed };
  return yield* told(pulse.during(appraised(grown, signal)), request, about, ends);
}

/** What a person should know before the first step. */
function* remarksOn({ seen, bound, photo, preparation }: Beginning, title: string): Generator<SynthesisUpdate, void> {
  const unknown = partlyKnown(bound);
  if (unknown !== undefined) yield note("partly-known", title, unknown, "warning");
  const zeroed = zeroedBeside(bound, seen.entry.file);
  if (zeroed !== undefined) yield note("zeroed", title, zeroed, "warning");
  for (const remark of seen.entry.file.remarks) yield note("file", title, remark, "warning");
  if (photo?.remarks.length) yield note("photo", title, `The photo: ${photo.remarks.join(", ")}.`, "info");
  if (seen.from === "guess") yield note("prepared", title, guessWords(preparation, seen.guessedBy), "warning");
}

const guessWords = (preparation: Preparation, by: string | undefined): string =>
  `How a picture becomes this network’s input was guessed${by === undefined ? "" : ` by ${by}`}: ${describePreparation(preparation)}.`;
