import { float32, size, type FloatTensor, type Shape, type Tensor } from "../shared/tensor.ts";
import type { Network, ModelFile } from "./formats/format.ts";
import { kindOf } from "./graph/definitions.ts";
import { hangingOnAbsent, lastOfScope, layersOf, type Layer, type LostLayer } from "./graph/layers.ts";
import { camForm, scoreOf, scoreOfProbabilities, type Score } from "./graph/score.ts";
import { gatesOf } from "./graph/gates.ts";
import { AbsentNumbers, type Graph, type Node, type Value } from "./graph/graph.ts";
import { inFloats } from "./graph/quantized.ts";
import { descendants, differentiate } from "./propagation/differentiate.ts";
import { lostLayer, lostLayers } from "./lost-layers.ts";
import { plain } from "./propagation/plain.ts";
import type { Propagation } from "./propagation/propagation.ts";
import { alikeTo } from "../shared/alike.ts";
import { noClassesWords } from "../shared/no-classes.ts";
import { shown } from "../shared/shown.ts";
import type { Budget } from "./runtime/budget.ts";
import type { DeviceName } from "./runtime/device.ts";
import { Programs } from "./runtime/programs.ts";
import type { CamAnswer, GradientAnswer, GradientQuestion, Model } from "./techniques/technique.ts";
import { withSizeBlamed } from "./size-misfit.ts";
import { activationFound, tried, zeros, type MadeUp } from "./probabilities.ts";
import { joinBatches, rows, softmax, sigmoid } from "./batches.ts";

/** A network bound to one batch size, with what is known of it. */
export interface Bound {
  readonly network: Network;
  readonly score: Score | undefined;
  /** Everything that depends on the picture. */
  readonly reached: ReadonlySet<Value>;
  readonly layers: readonly Layer[];
  /** Those of which not even shapes are known. */
  readonly lost: readonly LostLayer[];
  /** Values of which all is known but the numbers, and why: clauses. */
  readonly numberless: ReadonlyMap<Value, string>;
  /** What all values of the network take together; a gradient needs most of them at once. Nothing that was added since counts. */
  readonly bytes: number;
}

export class UnknownLayer extends Error {
  override name = "UnknownLayer";
}

/** The model's file is no longer what was opened; what was computed meanwhile does not count. */
export class ModelChanged extends Error {
  override name = "ModelChanged";
  constructor(path: string) {
    super(`${path} changed on disk while it was in use. Ask again to use it as it is now.`);
  }
}

export interface ModelOptions {
  readonly threads: number;
  /** Bytes that the values of one run may take. */
  readonly memory: number;
  readonly copyWeights: boolean;
  /** What the programs that are kept may hold, together with those of other models. */
  readonly budget?: Budget;
  /** Where programs are computed; the processor unless told. */
  readonly device?: DeviceName;
  /** Whether the size is one of several that are tried: why it does not fit is not looked for. */
  readonly isTrial?: boolean;
}

/**
 * The most images that go into one forward run, and the bytes that their values may take together. Larger batches gain
 * nothing on a processor (`bench/measures/batches.ts`), and a run that takes long cannot be cancelled. The gradient needs
 * so much more memory traffic that it is fastest one image at a time.
 */
const largestBatch = 4;
const batchMemory = 200e6;

/** An open model: the questions that techniques ask, answered by programs on ONNX Runtime. */
export class OpenModel implements Model {
  readonly #bound = new Map<number, Promise<Bound>>();
  readonly #seeds = new Map<Value, Value>();
  readonly #derived = new Map<string, { signal: Value; smooth: readonly string[] }>();
  readonly #programs: Programs;
  #batch = 1;

  private constructor(
    readonly file: ModelFile,
    readonly inputSize: { readonly height: number; readonly width: number },
    readonly options: ModelOptions,
  ) {
    this.#programs = new Programs({ ...options, file: file.path });
  }

  /** Binds the network once, for one image, so that what is wrong with it is known. */
  static async open(
    file: ModelFile,
    inputSize: { height: number; width: number },
    options: ModelOptions,
  ): Promise<OpenModel> {
    const model = new OpenModel(file, inputSize, options);
    const bound = await model.bound(1);
    model.#batch = await model.#largestBatch(bound);
    return model;
  }

  get inputShape(): Shape {
    return [1, this.file.picture?.channels ?? 3, this.inputSize.height, this.inputSize.width];
  }

  get batch(): number {
    return this.#batch;
  }

  /** Bytes that the values of one run may take. */
  get memory(): number {
    return this.options.memory;
  }

  /** Milliseconds that the latest run took, compiling not counted. */
  get lastRunMs(): number {
    return this.#programs.lastRunMs;
  }

  /** What a person should know of where it was computed. */
  get note(): string | undefined {
    return this.#programs.note;
  }

  bound(batch: number): Promise<Bound> {
    let bound = this.#bound.get(batch);
    if (!bound) {
      bound = this.#bind(batch);
      this.#bound.set(batch, bound);
    }
    return bound;
  }

  async scores(images: FloatTensor): Promise<FloatTensor> {
    return this.#inBatches(images, this.#batch, async (chunk, bound) => {
      const { value, classes } = await this.#demandScore(bound);
      const [scores] = await this.#run(bound, [value], new Map([[bound.network.input, chunk]]));
      return float32([chunk.shape[0] ?? 1, classes], scores?.data as Float32Array);
    });
  }

  probabilities(scores: FloatTensor): FloatTensor {
    return this.#activation === "sigmoid" ? sigmoid(scores) : softmax(scores);
  }
  #activation: Score["activation"] = "softmax";
  /** What makes probabilities of the network's numbers where they are some already. Found once, so that all batches agree. */
  #already: Promise<Score["activation"] | undefined> | undefined;

  async activations(images: FloatTensor, layer: string): Promise<FloatTensor> {
    return this.#inBatches(images, this.#batch, async (chunk, bound) => {
      const value = inFloats(bound.network.graph, this.value(bound, layer));
      const [values] = await this.#run(bound, [value], new Map([[bound.network.input, chunk]]));
      return values as FloatTensor;
    });
  }

  async observe(images: FloatTensor, layer: string): Promise<{ scores: FloatTensor; activations: FloatTensor }> {
    const scores: FloatTensor[] = [];
    const activations = await this.#inBatches(images, this.#batch, async (chunk, bound) => {
      const { value, classes } = await this.#demandScore(bound);
      const asked = [value, inFloats(bound.network.graph, this.value(bound, layer))];
      const [row, values] = await this.#run(bound, asked, new Map([[bound.network.input, chunk]]));
      scores.push(float32([chunk.shape[0] ?? 1, classes], row?.data as Float32Array));
      return values as FloatTensor;
    });
    return { scores: joinBatches(scores, images.shape[0] ?? 1), activations };
  }

  /** Several values of one run of all `images`, quantized ones as what they stand for: of any element type, in the file's order of axes. `more`: inputs that were added to the graph. */
  async together(
    images: FloatTensor,
    choose: (bound: Bound) => readonly Value[],
    more: ReadonlyMap<Value, Tensor> = new Map(),
  ): Promise<readonly Tensor[]> {
    const bound = await this.bound(images.shape[0] ?? 1);
    const asked = choose(bound).map((value) => inFloats(bound.network.graph, value));
    return this.#run(bound, asked, new Map([[bound.network.input, images], ...more]));
  }

  /** Values of a graph that holds this network, beside what else it computes. */
  async within(graph: Graph, outputs: readonly Value[], feeds: ReadonlyMap<Value, Tensor>): Promise<readonly Tensor[]> {
    return this.#run({ network: { graph } }, outputs, feeds);
  }

  async gradient(images: FloatTensor, { of, at, method = plain }: GradientQuestion): Promise<GradientAnswer> {
    let smooth: readonly string[] = [];
    const values: FloatTensor[] = [];
    const signal = await this.#inBatches(images, 1, async (chunk, bound) => {
      const { network } = bound;
      const y = of.kind === "class" ? (await this.#demandScore(bound)).value : this.value(bound, of.layer);
      const wrt = at === undefined ? network.input : this.value(bound, at);
      const seed = this.#seed(bound, y);
      const derived = this.#derive(bound, y, seed, wrt, method);
      smooth = derived.smooth;
      const feeds = new Map<Value, Tensor>([
        [network.input, chunk],
        [seed, repeated(of.kind === "class" ? of.weights : of.seed.data, seed)],
      ]);
      if (wrt === network.input) {
        values.push(chunk);
        const [only] = await this.#run(bound, [derived.signal], feeds);
        return only as FloatTensor;
      }
      const [signal, there] = await this.#run(bound, [derived.signal, wrt], feeds);
      values.push(there as FloatTensor);
      return signal as FloatTensor;
    });
    return { signal, values: joinBatches(values, images.shape[0] ?? 1), smooth };
  }

  /** What stands in the way of scores that the network may have, a clause; undefined where it has them or nothing would. */
  async scoreTrouble(): Promise<string | undefined> {
    const { network, numberless, score } = await this.bound(1);
    if (score) return undefined;
    const reasons = [
      ...this.file.outputs.map(({ name }) => network.unresolved.get(name)),
      ...network.outputs.map((output) => numberless.get(output)),
    ];
    return reasons.find((each) => each !== undefined);
  }

  /** For a network whose scores cannot be told: it has none, or something stands in the way. */
  async whyNoClasses(): Promise<string> {
    return noClassesWords(this.file.path, await this.scoreTrouble());
  }

  async cam(): Promise<CamAnswer> {
    const bound = await this.bound(1);
    if (!bound.score) return { reason: withoutScore(await this.scoreTrouble()) };
    const form = camForm(bound.network.graph, bound.score.readOff);
    return "reason" in form ? form : { layer: form.maps.name, pooled: form.pooled.name };
  }

  /** A layer's output by the layer's name, any value by its own, or what leaves a module of several layers. Throws UnknownLayer with the names that are near. */
  value({ network, layers, lost }: Bound, name: string): Value {
    // What leaves a module may be among what cannot be computed, where the layers before it can.
    const trouble = lostLayer(lost, name)?.trouble;
    const found =
      layers.find((layer) => layer.name === name)?.output ??
      network.values.get(name) ??
      network.graph.nodes.find((node) => node.name === name)?.outputs[0] ??
      (trouble === undefined ? lastOfScope(layers, name)?.output : undefined);
    if (found) return found;
    const reason = network.unresolved.get(name) ?? trouble;
    if (reason !== undefined) throw new UnknownLayer(`${shown(name)} cannot be computed: ${reason}.`);
    const names = [...layers, ...lost].map((layer) => layer.name);
    const near = names.filter((known) => known.toLowerCase().includes(name.toLowerCase()));
    const hint = (near.length ? near : names).slice(0, 8).map((each) => shown(each));
    const more = names.length > 8 ? ", …" : "";
    const has = names.length ? `It has ${hint.join(", ")}${more}.` : "None of its nodes depends on a picture.";
    const alike = near.length ? [] : alikeTo(name, names).map((i) => shown(names[i] ?? ""));
    const meant = alike.length ? ` Did you mean ${alike.join(" or ")}?` : "";
    throw new UnknownLayer(`${this.file.path} has no layer ${shown(name)}. ${has}${meant}`);
  }

  async release(): Promise<void> {
    await this.#programs.release();
  }

  async #bind(batch: number): Promise<Bound> {
    const boundAt = (size: OpenModel["inputSize"]) =>
      this.file.bind({ batch, ...size }, async (graph, outputs) => {
        const [results = []] = await this.#tried(graph, outputs, [zeros]);
        return results;
      });
    const known = await boundAt(this.inputSize);
    const { height, width } = this.file.picture ?? {};
    const isChosen = !this.options.isTrial && (height === undefined || width === undefined);
    const network = isChosen ? await withSizeBlamed(known, this.inputSize, boundAt) : known;
    const reached = descendants(network.graph.nodes, [network.input]);
    const layers = layersOf(network.graph, reached, { given: network.values.get(this.file.picture?.name ?? "") });
    const numberless = hangingOnAbsent(network.graph);
    const found = scoreOf(network.graph, network.outputs, batch);
    const score = found && !numberless.has(found.value) ? await this.#ofProbabilities(network.graph, found) : undefined;
    if (score) this.#activation = score.activation;
    const lost = lostLayers(network, reached, layers);
    return { network, score, reached, layers, lost, numberless, bytes: bytesOf(network) };
  }

  /** Where a file's numbers are probabilities already, and no score stands before them, one is made of them. */
  async #ofProbabilities(graph: Graph, score: Score): Promise<Score> {
    this.#already ??= activationFound(graph, score, (inputs) => this.#tried(graph, [score.value], inputs));
    const activation = await this.#already;
    return activation ? scoreOfProbabilities(graph, score, activation) : score;
  }

  async #tried(graph: Graph, outputs: readonly Value[], inputs: readonly MadeUp[]): Promise<Tensor[][]> {
    this.#demandMemory(graph.leadingTo(outputs));
    return tried(graph, outputs, inputs, { file: this.file.path, threads: 1, copyWeights: this.options.copyWeights });
  }

  /** Batches help where the file lets them: some fix the size of theirs by a constant shape. */
  async #largestBatch({ network, score, numberless, bytes: perImage }: Bound): Promise<number> {
    // What is shown and never run needs no memory.
    this.#demandMemory(network.graph.nodes.filter(({ outputs }) => !outputs.some((output) => numberless.has(output))));
    if (numberless.size) return 1;
    const wanted = Math.min(largestBatch, Math.floor(batchMemory / perImage));
    if (wanted < 2 || !score) return 1;
    try {
      const bound = await this.bound(wanted);
      const isAlike = String(bound.score?.steppedOver) === String(score.steppedOver);
      if (
        isAlike &&
        bound.score?.classes === score.classes &&
        !bound.network.problems.some((p) => !network.problems.includes(p))
      )
        return wanted;
    } catch {
      // Its shapes only fit one image: then one at a time it is.
    }
    this.#bound.delete(wanted);
    return 1;
  }

  #demandMemory(nodes: readonly Node[]): void {
    for (const node of nodes) {
      const bytes = [...node.inputs, ...node.outputs].reduce((sum, value) => sum + 4 * size(value?.shape ?? [0]), 0);
      if (bytes > this.options.memory)
        throw new RangeError(
          `${shown(node.op)} (node ${shown(node.name)}) of ${this.file.path} needs ${(bytes / 1e9).toFixed(1)} GB for its tensors, more than ` +
            `the ${(this.options.memory / 1e9).toFixed(1)} GB that the setting glassbox.engine.memoryLimit allows.`,
        );
    }
  }

  /** Runs `work` on `most` images at a time; the last batch is filled up and cut again. */
  async #inBatches(
    images: FloatTensor,
    most: number,
    work: (chunk: FloatTensor, bound: Bound) => Promise<FloatTensor>,
  ): Promise<FloatTensor> {
    const count = images.shape[0] ?? 1;
    const step = count === 1 ? 1 : most;
    const bound = await this.bound(step);
    const results: FloatTensor[] = [];
    for (let from = 0; from < count; from += step) results.push(await work(rows(images, from, step), bound));
    return joinBatches(results, count);
  }

  async #demandScore({ score }: Bound): Promise<Score> {
    if (!score) throw new TypeError(await this.whyNoClasses());
    return score;
  }

  #seed({ network: { graph } }: Bound, y: Value): Value {
    const known = this.#seeds.get(y) ?? graph.input(`seed:${y.name}`, { dtype: "float32", shape: y.shape });
    this.#seeds.set(y, known);
    return known;
  }

  #derive({ network: { graph }, reached }: Bound, y: Value, seed: Value, wrt: Value, method: Propagation) {
    const key = `${graph.inputs[0]?.shape[0] ?? 1}|${y.name}|${wrt.name}|${method.name}`;
    let known = this.#derived.get(key);
    if (!known) {
      const path = graph.leadingTo([y]).filter((node) => node.outputs.some((output) => reached.has(output)));
      const [signal] = differentiate(graph, y, seed, [wrt], method);
      known = { signal: signal as Value, smooth: method.rules.rectifier ? smoothOf(graph, path) : [] }; // one signal for one wrt
      this.#derived.set(key, known);
    }
    return known;
  }

  async #run(
    { network: { graph } }: { readonly network: Pick<Network, "graph"> },
    outputs: readonly Value[],
    feeds: ReadonlyMap<Value, Tensor>,
  ): Promise<Tensor[]> {
    const { file } = this;
    if (!file.unchanged()) throw new ModelChanged(file.path);
    const results = await this.#programs.run(graph, outputs, feeds).catch((error: unknown) => {
      throw error instanceof AbsentNumbers ? new AbsentNumbers(error.reason, file.path) : error;
    });
    // Weights are mapped from the file: had they changed meanwhile, the numbers would be nobody's.
    if (!file.unchanged()) throw new ModelChanged(file.path);
    return results;
  }
}

/** Why what needs a class does not apply: a clause. */
export const withoutScore = (trouble: string | undefined): string =>
  trouble === undefined ? "it has no classes" : `its scores cannot be computed: ${trouble}`;

/** Activations on a path that no rule of guided backpropagation or deconvnet is for. */
function smoothOf(graph: Graph, nodes: readonly Node[]): string[] {
  const gates = gatesOf(graph, nodes);
  const smooth = nodes.filter((node) => gates.has(node) || kindOf(node) === "activation");
  return [...new Set(smooth.map((node) => (gates.has(node) ? "HardSwish" : node.op)))];
}

const bytesOf = ({ graph }: Network): number =>
  graph.nodes.flatMap(({ outputs }) => outputs).reduce((sum, { shape }) => sum + 4 * size(shape), 0);

/** One image's seed, for every image of the batch. */
function repeated(one: Float32Array, { shape }: Value): FloatTensor {
  const data = new Float32Array(size(shape));
  for (let offset = 0; offset < data.length; offset += one.length) data.set(one, offset);
  return float32(shape, data);
}
