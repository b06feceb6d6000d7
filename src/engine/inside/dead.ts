import { setImmediate as turn } from "node:timers/promises";
import type { DeadReport, DeadRequest } from "../../shared/dead.ts";
import type { Prepared } from "../../shared/preparation.ts";
import { Canceled } from "../../shared/rpc.ts";
import { float32, size, type FloatTensor, type Tensor } from "../../shared/tensor.ts";
import type { Progress } from "../../shared/updates.ts";
import { rows } from "../batches.ts";
import type { Operand } from "../graph/graph.ts";
import { makesChannels, type Layer } from "../graph/layers.ts";
import { floatKin } from "../graph/quantized.ts";
import { inputSizeOf } from "../library.ts";
import { allLayers, troubleOf } from "../lost-layers.ts";
import type { Bound, OpenModel } from "../model.ts";
import { RuntimeFailure } from "../runtime/failure.ts";
import { preparedOf, type Looking, type Seen } from "../subject.ts";
import { inGroups, memoryFor } from "./activations.ts";
import { arranged, layoutOf } from "./arrangement.ts";
import { axesOf } from "./axes.ts";
import { LayerCensus } from "./census.ts";
import { floatsOf } from "./floats.ts";
import { imagesIn } from "./photo-folder.ts";
import { rectifiersOf, unrectified } from "./rectifiers.ts";
import { seenOrRefused } from "./seen-or-refused.ts";

/** Milliseconds between two reports: a table that changes more often cannot be read. */
const between = 500;

/** Which channels of each layer never fire, and their kin, over a set of photos. The memory it takes does not grow with the set. */
export async function* dead(
  looking: Looking,
  { model: path, preparation, ...set }: DeadRequest,
  signal: AbortSignal,
): AsyncGenerator<Progress | DeadReport> {
  const entry = await looking.library.open(path);
  if (!entry.file.picture)
    throw new TypeError(`${path}: none of its inputs takes a picture, so no photo can be shown to it.`);
  // What is wrong with the model is no photo's fault.
  const batch = await largestBatch(await entry.at(inputSizeOf(entry, preparation)));
  const { images, madeHere } = "images" in set ? { ...set, madeHere: undefined } : await imagesIn(set.folder, signal);
  if (!preparation) await looking.settle(path, images, signal);
  const census = new Census(madeHere);
  const refused: { image: string; why: string }[] = [];
  let waiting: Seen[] = [];
  let reported = performance.now();
  for (const [i, image] of images.entries()) {
    if (signal.aborted) throw new Canceled();
    const seen = await seenOrRefused(
      looking,
      { model: path, image, ...(preparation && { preparation }) },
      refused,
      signal,
    );
    if (seen) {
      census.prepared ??= preparedOf(seen);
      if (waiting[0] && waiting[0].model !== seen.model) {
        await census.add(waiting, 1, signal);
        waiting = [];
      }
      waiting.push(seen);
    }
    if (waiting.length === batch || i === images.length - 1) {
      await census.add(waiting, batch, signal);
      waiting = [];
    }
    if (waiting.length) continue;
    yield { kind: "progress", done: i + 1, total: images.length, unit: "photos" };
    if (i < images.length - 1 && performance.now() - reported > between) {
      yield census.report(refused, false);
      reported = performance.now();
    }
  }
  yield census.report(refused, true);
}

class Census {
  readonly #layers = new Map<string, LayerCensus>();
  /** Layers that fail when they are run, and why; the others are counted all the same. */
  readonly #failing = new Map<string, string>();
  /** Those that are known not to be computable. */
  readonly #troubled = new Map<string, string>();
  /** Those that have no channels. */
  readonly #leftOut = new Set<string>();
  images = 0;
  prepared: Prepared | undefined;

  constructor(private readonly madeHere: number | undefined) {}

  /** Runs photos of one model, `batch` at a time; a last batch that is not full is filled up, and what was added is not counted. */
  async add(photos: readonly Seen[], batch: number, signal: AbortSignal): Promise<void> {
    const [first] = photos;
    if (!first) return;
    const together = photos.length > 1 ? batch : 1;
    const stacked = stack(photos.map(({ image }) => image));
    const bound = await first.model.bound(together);
    for (const layer of allLayers(bound)) {
      const trouble = troubleOf(layer, bound);
      if (trouble !== undefined) this.#troubled.set(layer.name, trouble);
    }
    for (const { name } of bound.layers.filter((layer) => !hasChannels(layer, bound))) this.#leftOut.add(name);
    for (let from = 0; from < photos.length; from += together) {
      const chunk = rows(stacked, from, together);
      const count = Math.min(together, photos.length - from);
      // Where none has its numbers, running says which file is missing.
      const able = bound.layers.filter(({ output }) => !bound.numberless.has(output));
      const whole = (able.length ? able : bound.layers).filter(
        (layer) => !this.#failing.has(layer.name) && !this.#leftOut.has(layer.name) && !isPicture(layer, bound),
      );
      for (const layers of inGroups(whole, memoryFor(first.model)))
        await this.#run(first.model, bound, chunk, layers, count, signal);
      this.images += count;
    }
  }

  async #run(
    model: OpenModel,
    bound: Bound,
    images: FloatTensor,
    layers: readonly Layer[],
    count: number,
    signal: AbortSignal,
  ): Promise<void> {
    if (signal.aborted) throw new Canceled();
    let values: readonly Tensor[];
    try {
      values = await model.together(images, () => layers.map(({ output }) => output));
    } catch (error) {
      if (!(error instanceof RuntimeFailure)) throw error;
      const [only, second] = layers;
      if (only && !second) this.#failing.set(only.name, error.message);
      else
        for (const half of [layers.slice(0, layers.length >> 1), layers.slice(layers.length >> 1)])
          await this.#run(model, bound, images, half, count, signal);
      return;
    }
    for (const [i, each] of layers.entries()) {
      const { name, output } = each;
      // Counting takes as long as running: who cancels is heard between two layers.
      await turn();
      if (signal.aborted) throw new Canceled();
      const numbers = floatsOf(values[i] as Tensor); // one for each layer
      const layout = layoutOf(axesOf(bound).get(output), numbers.shape, images.shape[0]);
      const { shape } = layout.arrangement;
      const rectifier = rectifiersOf(bound).get(output) ?? unrectified;
      const layer = this.#layers.get(name) ?? new LayerCensus(name, makesChannels(each), shape, rectifier);
      this.#layers.set(name, layer);
      for (let image = 0; image < count; image++) layer.add(arranged(layout, numbers.data, image), shape);
    }
  }

  report(refused: DeadReport["refused"], complete: boolean): DeadReport {
    const layers = [...this.#layers.values()].filter(({ layer }) => !this.#failing.has(layer));
    const uncomputed = [...this.#troubled, ...this.#failing].map(([layer, why]) => ({ layer, why }));
    return {
      kind: "report",
      images: this.images,
      refused: [...refused],
      ...(this.prepared && { prepared: this.prepared }),
      layers: layers.map((layer) => layer.report(complete)),
      ...(uncomputed.length && { uncomputed }),
      ...(this.#leftOut.size && { leftOut: [...this.#leftOut] }),
      ...(this.madeHere !== undefined && { madeHere: this.madeHere }),
    };
  }
}

/** As many photos as the model takes at once, where memory allows and each photo's maps can be told from the next one's. */
async function largestBatch(model: OpenModel): Promise<number> {
  const { batch } = model;
  if (batch === 1) return 1;
  const bound = await model.bound(batch);
  const layers = bound.layers.filter((layer) => hasChannels(layer, bound));
  const bytes = layers.reduce((sum, { output }) => sum + 4 * size(output.shape), 0);
  const apart = layers.every(
    ({ output }) => layoutOf(axesOf(bound).get(output), output.shape, batch).image !== undefined,
  );
  return apart && bytes <= memoryFor(model) ? batch : 1;
}

/** Of an attention's numbers nobody can say which belong to one channel. */
const hasChannels = ({ output }: Layer, bound: Bound): boolean =>
  !layoutOf(axesOf(bound).get(output), output.shape, bound.network.input.shape[0]).withoutChannels;

/** Whether it is the picture itself, written in whole numbers or read from them: its colours are no channels that may be dead. */
function isPicture({ output }: Layer, { network: { graph, input } }: Bound): boolean {
  let value: Operand = output;
  while (value && value !== input) {
    const node = graph.producer(value);
    const kin = node && floatKin(node);
    value = kin?.op === "Identity" ? kin.inputs[0] : undefined;
  }
  return value === input;
}

function stack(images: readonly FloatTensor[]): FloatTensor {
  const [first] = images;
  if (!first) return float32([0], []);
  const data = new Float32Array(images.length * first.data.length);
  images.forEach((image, i) => data.set(image.data, i * first.data.length));
  return float32([images.length, ...first.shape.slice(1)], data);
}
