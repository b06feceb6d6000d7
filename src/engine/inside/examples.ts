import { setImmediate as turn } from "node:timers/promises";
import { usualExamples, type ExamplesReport, type ExamplesRequest } from "../../shared/examples.ts";
import type { Prepared } from "../../shared/preparation.ts";
import { Canceled } from "../../shared/rpc.ts";
import { shown } from "../../shared/shown.ts";
import { size, type FloatTensor } from "../../shared/tensor.ts";
import type { Progress } from "../../shared/updates.ts";
import { joinBatches, rows } from "../batches.ts";
import type { Value } from "../graph/graph.ts";
import { inputSizeOf } from "../library.ts";
import { UnknownLayer, type Bound, type OpenModel } from "../model.ts";
import { preparedOf, type Looking, type Seen } from "../subject.ts";
import { memoryFor } from "./activations.ts";
import { arranged, layoutOf } from "./arrangement.ts";
import { axesOf } from "./axes.ts";
import { ExtremesOf } from "./extremes.ts";
import { floatsOf } from "./floats.ts";
import { rectifiersOf, unrectified } from "./rectifiers.ts";
import { seenOrRefused } from "./seen-or-refused.ts";

/** Milliseconds between two reports: who looks at them has patches cut from the photos, too. */
const between = 1000;
/** More for each channel would be more than a person looks at. */
const mostExamples = 100;

/** A photo that waits to be run, with its number. */
interface Waiting {
  readonly seen: Seen;
  readonly photo: number;
}

/** Which photos fire the channels of a layer most: of all channels at once, so that the next one is known as well. */
export async function* examples(
  looking: Looking,
  { model: path, layer, images, preparation, count = usualExamples, turn: limit, before }: ExamplesRequest,
  signal: AbortSignal,
): AsyncGenerator<Progress | ExamplesReport> {
  if (!Number.isInteger(count) || count < 1 || count > mostExamples)
    throw new RangeError(`From 1 to ${mostExamples} examples can be kept for each channel, not ${count}.`);
  const entry = await looking.library.open(path);
  if (!entry.file.picture)
    throw new TypeError(`${path}: none of its inputs takes a picture, so no photo can be shown to it.`);
  // What is wrong with the model or the layer is no photo's fault.
  const batch = await batchFor(await entry.at(inputSizeOf(entry, preparation)), layer);
  if (!preparation) await looking.settle(path, images, signal);
  const found = new Found(layer, before?.count ?? count, before);
  const refused = [...(before?.refused ?? [])];
  let waiting: Waiting[] = [];
  const started = performance.now();
  let reported = started;
  let photo = before?.next ?? 0;
  for (; photo < images.length; photo++) {
    const image = images[photo]!;
    if (signal.aborted) throw new Canceled();
    const seen = await seenOrRefused(
      looking,
      { model: path, image, ...(preparation && { preparation }) },
      refused,
      signal,
    );
    if (seen) {
      found.prepared ??= preparedOf(seen);
      if (waiting[0] && waiting[0].seen.model !== seen.model) waiting = await found.run(waiting, 1, signal);
      waiting.push({ seen, photo });
    }
    const isLast = photo === images.length - 1;
    if (waiting.length === batch || isLast) waiting = await found.run(waiting, batch, signal);
    if (waiting.length) continue;
    yield { kind: "progress", done: photo + 1, total: images.length, unit: "photos" };
    if (isLast) continue;
    if (limit !== undefined && performance.now() - started > limit) {
      photo++;
      break;
    }
    if (performance.now() - reported <= between) continue;
    yield found.report(refused, photo + 1);
    reported = performance.now();
  }
  yield found.report(refused, photo);
}

class Found {
  #images: number;
  prepared: Prepared | undefined;
  #most: ExtremesOf | undefined;
  #least: ExtremesOf | undefined;

  constructor(
    private readonly layer: string,
    private readonly count: number,
    private readonly before: ExamplesReport | undefined,
  ) {
    this.#images = before?.images ?? 0;
    this.prepared = before?.prepared;
  }

  /** Runs photos of one model, `batch` at a time; a last batch that is not full is filled up. Nothing waits any more. */
  async run(photos: readonly Waiting[], batch: number, signal: AbortSignal): Promise<Waiting[]> {
    const [first] = photos;
    if (!first) return [];
    const { model } = first.seen;
    const together = photos.length > 1 ? batch : 1;
    const all = joinBatches(
      photos.map(({ seen }) => seen.image),
      photos.length,
    );
    for (let from = 0; from < photos.length; from += together) {
      await turn();
      if (signal.aborted) throw new Canceled();
      await this.#take(model, rows(all, from, together), photos.slice(from, from + together));
    }
    return [];
  }

  async #take(model: OpenModel, images: FloatTensor, photos: readonly Waiting[]): Promise<void> {
    const bound = await model.bound(images.shape[0] ?? 1);
    const value = valueOf(model, bound, this.layer);
    const [tensor] = value === bound.network.input ? [images] : await model.together(images, () => [value]);
    if (!tensor) return;
    const numbers = floatsOf(tensor);
    const layout = layoutOf(axesOf(bound).get(value), numbers.shape, images.shape[0]);
    const [channels, height, width] = layout.arrangement.shape;
    // A turn in which no photo could be read knows of no channels.
    const before = this.before?.channels === channels ? this.before : undefined;
    const { rectified } = rectifiersOf(bound).get(value) ?? unrectified;
    this.#most ??= new ExtremesOf(channels, this.count, 1, rectified ? 0 : undefined, before?.most);
    if (!rectified) this.#least ??= new ExtremesOf(channels, this.count, -1, undefined, before?.least);
    for (const [i, { photo }] of photos.entries()) {
      const maps = arranged(layout, numbers.data, i);
      this.#images++;
      // A network of any input size may have other maps for another photo, but the same channels.
      if (channels !== this.#most.channels) continue;
      this.#most.take(photo, maps, height * width, width);
      this.#least?.take(photo, maps, height * width, width);
    }
  }

  report(refused: ExamplesReport["refused"], next: number): ExamplesReport {
    const { layer, count, before } = this;
    const most = this.#most ?? new ExtremesOf(before?.channels ?? 0, count, 1, undefined, before?.most);
    return {
      kind: "examples",
      layer,
      channels: most.channels,
      count,
      next,
      images: this.#images,
      refused: [...refused],
      ...(this.prepared && { prepared: this.prepared }),
      most: most.found,
      least: this.#least?.found ?? before?.least,
    };
  }
}

function valueOf(model: OpenModel, bound: Bound, layer: string): Value {
  const value = model.value(bound, layer);
  if (value !== bound.network.input && !bound.reached.has(value))
    throw new UnknownLayer(`${shown(layer)} of ${model.file.path} is the same for every picture: nothing fires it.`);
  return value;
}

/** As many photos as the model takes at once, where each photo's maps can be told from the next one's. */
async function batchFor(model: OpenModel, layer: string): Promise<number> {
  valueOf(model, await model.bound(1), layer);
  const { batch } = model;
  if (batch === 1) return 1;
  const bound = await model.bound(batch);
  const { shape } = valueOf(model, bound, layer);
  const apart = layoutOf(axesOf(bound).get(model.value(bound, layer)), shape, batch).image !== undefined;
  return apart && 4 * size(shape) <= memoryFor(model) ? batch : 1;
}
