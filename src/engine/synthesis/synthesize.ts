import { availableParallelism } from "node:os";
import { basename } from "node:path";
import type { MadeWith } from "../../shared/made-with.ts";
import { complete, isPath, type Given, type Schema } from "../../shared/parameters.ts";
import { needsOf } from "../../shared/relevance.ts";
import type {
  Beside,
  Checkpoint,
  Finished,
  Frame,
  Recipe,
  SynthesisCard,
  SynthesisRequest,
  SynthesisUpdate,
} from "../../shared/synthesis.ts";
import { filmRemark, filmSize } from "../../shared/film-size.ts";
import { float32 } from "../../shared/tensor.ts";
import type { Note } from "../../shared/updates.ts";
import { isNpy } from "../images/npy.ts";
import { fitted } from "../images/prepare.ts";
import type { Bound } from "../model.ts";
import type { Samples } from "../samples.ts";
import type { Looking, Seen } from "../subject.ts";
import { NotApplicable } from "../techniques/technique.ts";
import { CheckpointPace } from "./checkpoint-pace.ts";
import { holding } from "./climb-state.ts";
import { canvasOf, drawn } from "./canvas.ts";
import { dreamLayer } from "./default-layer.ts";
import { inputLine } from "./input-line.ts";
import { atFrameSize } from "./frame-size.ts";
import { Pulse, type Beat } from "./pulse.ts";
import { demandReadable } from "./going-on.ts";
import type { Ahead, Grown, Said, SynthesisTechnique, Verdict } from "./technique.ts";
import { syntheses } from "./techniques/index.ts";

/** The mean colour of ImageNet's photos, from 0 to 255. */
const meanColor = [0.485, 0.456, 0.406].map((x) => x * 255);
/** Milliseconds between two frames where not all are asked for: ten a second. */
const between = 100;
/** How many times as long as a frame takes to be shown the picture is worked on before the next: large sheets are slow. */
const workPerFrame = 4;
/** Canvases that a run holds at the same time, about: picture, start, gradients, their copies. */
const canvases = 10;

const all = syntheses as unknown as Readonly<Record<string, SynthesisTechnique>>; // each is typed by its own parameters

export class UnknownSynthesis extends Error {
  override name = "UnknownSynthesis";
}

/** The catalogue as panels and the command line show it. */
export function synthesisCards(): SynthesisCard[] {
  return Object.entries(all)
    .sort(([, a], [, b]) => a.order - b.order)
    .map(([id, { title, summary, convention, citation, fromPhoto, needs, several, parameters, presets }]) => ({
      id,
      title,
      summary,
      convention,
      citation,
      fromPhoto,
      needs,
      ...(several && { several }),
      parameters,
      ...(presets && { presets }),
    }));
}

/** Makes a picture: frames as it grows, notes of what a person should know, and the finished picture with its recipe. */
export async function* synthesize(
  looking: Looking,
  samples: Samples,
  request: SynthesisRequest,
  signal: AbortSignal,
): AsyncGenerator<SynthesisUpdate, void> {
  const technique = Object.hasOwn(all, request.technique) ? all[request.technique] : undefined;
  if (!technique)
    throw new UnknownSynthesis(`There is no technique ${request.technique}. There are ${Object.keys(all).join(", ")}.`);
  const parameters = complete(technique.parameters, request.parameters);
  const { seed = 0, image } = request;
  if (request.from) demandReadable(request.from, request.technique, (id) => all[id]?.title ?? id);
  if (technique.fromPhoto && image === undefined) throw new NotApplicable(`${technique.title} starts from a photo.`);
  const seen = await seenBy(looking, samples, request);
  const { model, preparation, entry } = seen;
  if (!preparation)
    throw new NotApplicable(`${technique.title} starts from a photo, not from a tensor: ${image ?? ""}.`);
  const photo = technique.fromPhoto && image !== undefined ? await looking.read(image) : undefined;
  if (photo) demandMemory(photo, model.memory, image ?? "");
  const bound = await model.bound(1);
  const layer = technique.needs.includes("layer")
    ? (request.layer ?? (technique.defaultLayer ?? dreamLayerName)(bound))
    : "";
  if (layer === undefined)
    throw new NotApplicable(`${technique.title} looks at a layer with maps, and ${entry.file.path} has none.`);
  const target = needsOf(technique, parameters).includes("class") ? await targetOf(seen, request.target) : undefined;
  const recipe: Recipe = {
    technique: request.technique,
    model: basename(entry.file.path),
    ...(photo && image !== undefined && { image: basename(image) }),
    ...(typeof parameters.guide === "string" && parameters.guide && { guide: basename(parameters.guide) }),
    ...(request.from && { continued: `from octave ${request.from.octave}, step ${request.from.step}` }),
    preparation,
    ...(layer && { layer }),
    ...(request.layers && { layers: request.layers }),
    ...(request.channel !== undefined && { channel: request.channel }),
    ...(request.place && { place: request.place }),
    ...(target && { target: target.index, label: target.label }),
    parameters: withoutFolders(technique.parameters, parameters),
    seed,
  };
  const { channel, place, layers } = request;
  const subject = { model: request.model, image, preparation, layer, layers, channel, place, target, seed };
  const made: MadeWith = { subject, parameters };
  yield { kind: "begun", recipe };
  const from = request.from && holding(request.from, request.technique, made);
  // Another technique goes on from the picture anyway, or from nothing at all.
  const isOwn = from?.technique === request.technique;
  if (isOwn && !from?.state) yield note("from-the-picture", technique.title, fromThePicture, "info");
  else if (isOwn && !request.from?.state?.optimizer)
    yield note("from-the-picture", technique.title, learnsAnew, "info");
  const pulse = new Pulse();
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
    meanColor,
    other: seen.other,
    read: looking.read,
    view: (picture) => canvasOf(fitted(picture, preparation).picture),
    labels: seen.labels,
    from,
    made,
    alive: pulse.beat,
    threads: Math.max(1, Math.min(8, availableParallelism())),
    signal,
  });
  yield* told(pulse.during(grown), request, { recipe, made, title: technique.title }, signal);
}

const fromThePicture =
  "It goes on from the picture: what was learned of the way to it was not kept, so that it takes another one than without a pause.";

const learnsAnew =
  "What the optimizer had learned was too large to be kept: it learns anew, so that the picture takes another way than without a pause.";

/** What a technique yields, as it crosses to a view. */
async function* told(
  grown: AsyncIterable<Grown | Said | Verdict | Ahead | Beat>,
  request: SynthesisRequest,
  { recipe, made, title }: { readonly recipe: Recipe; readonly made: MadeWith; readonly title: string },
  signal: AbortSignal,
): AsyncGenerator<SynthesisUpdate, void> {
  const start = performance.now();
  let due = -Infinity;
  let first: number | undefined;
  let last: Grown | undefined;
  let beside: readonly Beside[] | undefined;
  const remarks = new Set<string>();
  let ahead = { done: 0, total: 0 };
  let filmSaid: string | undefined;
  const pace = new CheckpointPace();
  for await (const each of grown) {
    if ("of" in each) {
      const { done, total } = last ?? ahead;
      yield { kind: "progress", done: done + each.done / each.of, total, unit: "steps" };
      continue;
    }
    if ("ahead" in each) {
      ({ ahead } = each);
      continue;
    }
    if ("said" in each) {
      yield note(each.key, title, each.said, "info");
      continue;
    }
    if ("verdict" in each) {
      ({ beside } = each);
      yield note("verdict", title, each.verdict, each.good ? "good" : "warning");
      continue;
    }
    if (each.remark !== undefined && !remarks.has(each.remark)) {
      remarks.add(each.remark);
      yield note(`remark-${remarks.size}`, title, each.remark, "info");
    }
    // Octaves are pictures of different sizes: what they come to cannot be compared.
    // What begins anew climbs something else.
    if (each.octave !== last?.octave || each.step === 1) first = each.objective;
    last = each;
    const now = performance.now();
    const isFilm = request.frames === "film";
    const isDue = (isFilm ? each.making?.isWhole !== false : request.frames === "all") || now >= due;
    if (isDue || each.making?.isWhole === true || each.done === each.total) {
      const isKept = request.checkpoints && (request.frames === "all" || pace.isDue(now) || each.done === each.total);
      const frame = frameOf(each, isKept ? { technique: request.technique, made } : undefined);
      if (frame.checkpoint) pace.sent(frame.checkpoint, now);
      if (isFilm) {
        const count = each.making?.pictures ?? each.total;
        const remark = filmRemark(frame.picture, count);
        if (remark !== undefined && remark !== filmSaid) yield note("film", title, remark, "info");
        filmSaid = remark;
        yield { ...frame, picture: await atFrameSize(frame.picture, filmSize(frame.picture, count)) };
      } else yield frame;
      const shown = performance.now();
      due = Math.max(now + between, shown + workPerFrame * (shown - now));
    }
  }
  if (!last || signal.aborted) return;
  const finished: Finished = {
    kind: "finished",
    picture: drawn(last.canvas),
    ...(last.sheet && { sheet: last.sheet }),
    ...(request.floats && { floats: float32(last.canvas.shape, last.canvas.data.slice()) }),
    recipe,
    objective: [first ?? NaN, last.objective],
    steps: last.total,
    ...(beside && { beside }),
    seconds: (performance.now() - start) / 1000,
  };
  yield finished;
}

const note = (key: string, title: string, text: string, level: Note["level"]): Note => ({
  kind: "note",
  key,
  title,
  level,
  text,
});

const frameOf = (
  { canvas, checkpoint, remark: _, ...where }: Grown,
  kept?: Pick<Checkpoint, "technique" | "made">,
): Frame => ({
  kind: "frame",
  picture: drawn(canvas),
  ...where,
  ...(kept && { checkpoint: { ...checkpoint(), ...kept } }),
});

const dreamLayerName = (bound: Bound): string | undefined => dreamLayer(bound)?.name;

/** Without a photo, one of the samples says how pictures are prepared for this network. */
async function seenBy(
  looking: Looking,
  { photos: [sample = ""] }: Samples,
  { model, image, preparation }: SynthesisRequest,
): Promise<Seen> {
  if (image !== undefined && isNpy(image))
    throw new NotApplicable(`${image} is a tensor; a picture is made from a photo, which can be shown and saved.`);
  return looking.see({ model, image: image ?? sample, ...(preparation && { preparation }) });
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
