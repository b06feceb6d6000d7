import { Canceled } from "../../shared/rpc.ts";
import { size, type FloatTensor, type Tensor } from "../../shared/tensor.ts";
import { AbsentNumbers, type Value } from "../graph/graph.ts";
import type { Layer } from "../graph/layers.ts";
import { UnknownLayer, type Bound, type OpenModel } from "../model.ts";
import { RuntimeFailure } from "../runtime/failure.ts";
import type { Looking } from "../subject.ts";
import { arranged, layoutOf, type Layout } from "./arrangement.ts";
import { axesOf } from "./axes.ts";
import { floatsOf } from "./floats.ts";
import { rectifiersOf, unrectified, type Rectifier } from "./rectifiers.ts";
import { Views, type View } from "./views.ts";

/** What one value came to. */
export interface Activation {
  readonly value: Value;
  /** As the runtime gave it, in float32. */
  readonly numbers: FloatTensor;
  readonly layout: Layout;
  /** [C, h, w] */
  readonly maps: Float32Array;
  readonly rectifier: Rectifier;
  /** Of the forward run that it comes from, in milliseconds. */
  readonly ms: number;
}

interface Run {
  /** By name: a model that was closed and opened again has other values of the same names. */
  readonly values: ReadonlyMap<string, Tensor>;
  readonly bytes: number;
  readonly ms: number;
}

/** Bytes of activations kept, and the share of the memory that the engine may take. */
const mostKept = 300e6;
const memoryShare = 3;
/** Outputs of one program: the runtime looks after each of them in every run. */
const mostOutputs = 2000;

/** Bytes of activations of `model` that may be held at a time. */
export const memoryFor = ({ memory }: OpenModel): number => Math.min(mostKept, memory / memoryShare);

/** Layers in the order of the network, in groups whose outputs fit into `most` bytes together. */
export function inGroups(layers: readonly Layer[], most: number): readonly (readonly Layer[])[] {
  const groups: Layer[][] = [];
  let bytes = Infinity;
  for (const layer of layers) {
    bytes += bytesOf(layer.output);
    if (bytes > most || (groups.at(-1)?.length ?? 0) >= mostOutputs) {
      groups.push([]);
      bytes = bytesOf(layer.output);
    }
    groups.at(-1)?.push(layer);
  }
  return groups;
}

const bytesOf = ({ shape }: Value): number => 4 * size(shape);

const stores = new WeakMap<Looking, Activations>();

/** The activations of an engine's latest photos: where memory allows, of all layers from one run. */
export class Activations {
  readonly views: Views;
  readonly #runs = new Map<string, Promise<Run>>();
  readonly #bytes = new Map<string, number>();
  /** Networks of which some layer fails when it is run: there, each layer is asked for by itself. */
  readonly #partly = new WeakSet<Bound>();
  readonly #groups = new WeakMap<Bound, ReadonlyMap<Value, readonly Value[]>>();
  /** The key of the painted view that was asked about last. */
  #painted: string | undefined;

  private constructor(looking: Looking) {
    this.views = new Views(looking);
  }

  static of(looking: Looking): Activations {
    const store = stores.get(looking) ?? new Activations(looking);
    stores.set(looking, store);
    return store;
  }

  /** Of a layer, or of any value, by name. */
  async named(view: View, name: string, signal: AbortSignal): Promise<Activation> {
    const { model, bound } = view;
    const value = model.value(bound, name);
    if (value !== bound.network.input && !bound.reached.has(value))
      throw new UnknownLayer(`${name} of ${model.file.path} is the same for every picture: it has no feature maps.`);
    return this.of(view, value, signal);
  }

  async of(view: View, value: Value, signal: AbortSignal): Promise<Activation> {
    const run = await this.#run(view, value, signal);
    if (signal.aborted) throw new Canceled();
    return this.#activation(view, value, run);
  }

  /** The same of what was computed before and is still held; undefined where the network would have to run. */
  async held(view: View, value: Value): Promise<Activation | undefined> {
    const [first] = this.#groupsOf(view).get(value) ?? [];
    const keys = [value.name, `group ${first?.name ?? ""}`].map((key) => `${view.key}|${key}`);
    const run = await keys
      .map((key) => this.#runs.get(key))
      .find(Boolean)
      ?.catch(() => undefined);
    return run?.values.has(value.name) ? this.#activation(view, value, run) : undefined;
  }

  #activation(view: View, value: Value, run: Run): Activation {
    const numbers = floatsOf(run.values.get(value.name) as Tensor); // it was among those asked for
    const layout = layoutOf(axesOf(view.bound).get(value), numbers.shape);
    const rectifier = rectifiersOf(view.bound).get(value) ?? unrectified;
    return { value, numbers, layout, maps: arranged(layout, numbers.data), rectifier, ms: run.ms };
  }

  async #run(view: View, value: Value, signal: AbortSignal): Promise<Run> {
    if (signal.aborted) throw new Canceled();
    const alone = this.#kept(`${view.key}|${value.name}`);
    if (alone) return alone;
    const group = this.#partly.has(view.bound) ? undefined : this.#groupsOf(view).get(value);
    const key = `${view.key}|group ${group?.[0]?.name ?? ""}`;
    const kept = this.#kept(key);
    if (!group || group.length === 1 || (!kept && this.#begins(view)))
      return this.#start(view, `${view.key}|${value.name}`, [value]);
    try {
      return await (kept ?? this.#start(view, key, group));
    } catch (error) {
      if (!(error instanceof RuntimeFailure) && !(error instanceof AbsentNumbers)) throw error;
      this.#partly.add(view.bound);
      return this.#run(view, value, signal);
    }
  }

  /**
   * Whether a painted view is new: while a stroke is drawn, the next one comes before anybody asks for another layer, and
   * to fetch all takes three times as long as to run the network.
   */
  #begins({ key, painted }: View): boolean {
    if (!painted || key === this.#painted) return false;
    this.#painted = key;
    return true;
  }

  /** For each layer's output those that are computed with it. */
  #groupsOf({ bound, model }: View): ReadonlyMap<Value, readonly Value[]> {
    const known = this.#groups.get(bound);
    if (known) return known;
    const groups = inGroups(bound.layers, memoryFor(model)).map((layers) => layers.map(({ output }) => output));
    const found = new Map(groups.flatMap((group) => group.map((value) => [value, group] as const)));
    this.#groups.set(bound, found);
    return found;
  }

  #kept(key: string): Promise<Run> | undefined {
    const run = this.#runs.get(key);
    if (!run) return undefined;
    this.#runs.delete(key);
    this.#runs.set(key, run);
    return run;
  }

  /** Who asks meanwhile waits for the same run. */
  #start({ model, bound, image }: View, key: string, values: readonly Value[]): Promise<Run> {
    const run = compute();
    this.#runs.set(key, run);
    run.then(
      ({ bytes }) => this.#shrink(key, bytes, memoryFor(model)),
      () => this.#forget(key),
    );
    return run;

    async function compute(): Promise<Run> {
      const { input } = bound.network;
      const asked = values.filter((value) => value !== input);
      const results = asked.length ? await model.together(image, () => asked) : [];
      const found = new Map(asked.map(({ name }, i) => [name, results[i] as Tensor])); // one for each
      if (values.includes(input)) found.set(input.name, image);
      const bytes = [...found.values()].reduce((sum, { data }) => sum + data.byteLength, 0);
      return { values: found, bytes, ms: model.lastRunMs };
    }
  }

  #shrink(key: string, bytes: number, most: number): void {
    this.#bytes.set(key, bytes);
    let sum = [...this.#bytes.values()].reduce((a, b) => a + b, 0);
    for (const oldest of [...this.#runs.keys()]) {
      if (sum <= most) return;
      if (oldest === key || !this.#bytes.has(oldest)) continue;
      sum -= this.#bytes.get(oldest) ?? 0;
      this.#forget(oldest);
    }
  }

  #forget(key: string): void {
    this.#runs.delete(key);
    this.#bytes.delete(key);
  }
}
