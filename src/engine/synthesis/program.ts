import type { Term } from "../../shared/synthesis.ts";
import { float32, size, type FloatTensor, type Tensor } from "../../shared/tensor.ts";
import { Builder } from "../graph/builder.ts";
import type { Graph, Value } from "../graph/graph.ts";
import { OpenModel, type Bound } from "../model.ts";
import { differentiate } from "../propagation/differentiate.ts";
import { plain } from "../propagation/plain.ts";
import type { Propagation } from "../propagation/propagation.ts";
import { NotApplicable } from "../techniques/technique.ts";
import { beforeRectifiers } from "./before-rectifier.ts";
import { channels, type Canvas } from "./canvas.ts";
import { demandClimbable, demandMaps, mapsIn } from "./climbable.ts";
import type { InputLine } from "./input-line.ts";
import type { Objective, Site } from "./objectives.ts";
import { redirected } from "./redirected.ts";
import { onCanvas, type Seen } from "./on-canvas.ts";
import { told } from "./terms.ts";
import { WholeStep } from "./whole-step.ts";

/** What a picture is worth, and where it is uphill. */
export interface Evaluation {
  readonly objective: number;
  readonly gradient: Canvas;
  /** What the gradient takes into account beside the objective, as a regularizer does. */
  readonly losses?: Readonly<Record<string, number>>;
  /** What the objective is the sum of, where it is told. */
  readonly terms?: readonly Term[];
}

export interface Size {
  readonly height: number;
  readonly width: number;
}

export const isSameSize = (a: Size, b: Size): boolean => a.height === b.height && a.width === b.width;

/** The objective and its gradient, as one program. */
interface Uphill {
  readonly objective: Value;
  readonly gradient: Value;
  readonly terms: readonly Value[];
  /** Where it is fed a canvas; where the network cannot be copied, it is fed that network's input in the network's own graph. */
  readonly onCanvas?: { readonly canvas: Value; readonly graph: Graph; readonly given: ReadonlyMap<Value, Tensor> };
}

/** A network and an objective, for pictures of one size. Has to be released. */
export class Program {
  readonly #uphill: Uphill;
  #redirected: Uphill | undefined;
  /** Steps over pixels as one program. */
  readonly wholeStep: WholeStep;
  // A few megabytes that every step would ask for anew, where the network's own input is fed at all.
  #input: Float32Array<ArrayBuffer> | undefined;

  private constructor(
    private readonly model: OpenModel,
    private readonly seen: Seen,
    private readonly watched: Value | undefined,
  ) {
    this.#uphill = uphill(seen, model.inputSize, seen.objective, plain);
    this.wholeStep = new WholeStep({ ...seen, model });
  }

  /** `like`: the same network, open at some size. `watch`: a value that can be looked at by itself. */
  static async open(
    like: OpenModel,
    size: Size,
    line: InputLine,
    objective: Objective,
    watch?: (site: Site) => Value,
  ): Promise<Program> {
    const model = await atSize(like, size);
    try {
      const bound = await model.bound(1);
      const given = new Map<Value, Tensor>();
      const site = await siteOf(model, bound, given);
      const climbed = { objective: objective(site), atFirst: objective.atFirst?.(site) };
      const terms = site.terms.get(climbed.objective) ?? [];
      return new Program(model, { bound, line, ...climbed, terms, given }, watch?.(site));
    } catch (error) {
      await model.release();
      throw error;
    }
  }

  get size(): Size {
    return this.model.inputSize;
  }

  /** Milliseconds that the network took in the latest run. */
  get lastRunMs(): number {
    return this.model.lastRunMs;
  }

  /** `redirect`: uphill is where it is at first; and where no gradient gets through a rectifier, Lucid's substitute for it. */
  async evaluate(canvas: Canvas, redirect = false): Promise<Evaluation> {
    if (redirect)
      this.#redirected ??= uphill(this.seen, this.size, this.seen.atFirst ?? this.seen.objective, redirected);
    const { objective, gradient, terms, onCanvas } = (redirect ? this.#redirected : undefined) ?? this.#uphill;
    const asked = [objective, gradient, ...terms];
    if (onCanvas) {
      const feeds = new Map([...onCanvas.given, [onCanvas.canvas, canvas]]);
      const [value, signal, ...each] = await this.model.within(onCanvas.graph, asked, feeds);
      return { objective: Number(value?.data[0]), gradient: signal as FloatTensor, ...told(this.seen.terms, each) };
    }
    const { line } = this.seen;
    const [value, signal, ...each] = await this.#inNetwork(canvas, asked);
    const gradientSeen = line.moving.along(line.back(signal as FloatTensor));
    return { objective: Number(value?.data[0]), gradient: gradientSeen, ...told(this.seen.terms, each) };
  }

  /** The value that is watched, without a gradient. */
  async look(canvas: Canvas): Promise<FloatTensor> {
    const watched = this.watched ? [this.watched] : [];
    const [value] = await this.#inNetwork(canvas, watched);
    return value as FloatTensor; // objectives' values are floats
  }

  /** Values of the network's own graph. */
  #inNetwork(canvas: Canvas, asked: readonly Value[]): Promise<readonly Tensor[]> {
    const { bound, line, given } = this.seen;
    this.#input ??= new Float32Array(size(bound.network.input.shape));
    return this.model.together(line.toNetwork(canvas, this.#input), () => asked, given);
  }

  async release(): Promise<void> {
    await this.model.release();
  }
}

/** A model of its own, so that its sessions go when its size is done with. */
export const atSize = (like: OpenModel, size: Size): Promise<OpenModel> =>
  OpenModel.open(like.file, size, { ...like.options, isTrial: true });

async function siteOf(model: OpenModel, bound: Bound, given: Map<Value, Tensor>): Promise<Site> {
  const { graph } = bound.network;
  const noClasses = bound.score ? "" : await model.whyNoClasses();
  const g = new Builder(graph);
  return {
    g,
    layer: (name) => demandClimbable(model, bound, name),
    maps: (name) => mapsIn(g, model, bound, name),
    beforeRectifiers(name) {
      const { value, axis, inProgram } = demandMaps(model, bound, name);
      return beforeRectifiers(graph, value, axis).map(({ rectified, ...part }) => ({
        ...part,
        value: inProgram(g, part.value),
        ...(rectified && { rectified: inProgram(g, rectified) }),
      }));
    },
    scores() {
      if (!bound.score) throw new NotApplicable(noClasses);
      return bound.score.value;
    },
    given(tensor) {
      const input = graph.input(`given:${graph.inputs.length}`, tensor);
      given.set(input, tensor);
      return input;
    },
    terms: new Map(),
  };
}

function uphill(seen: Seen, { height, width }: Size, climbed: Value, rules: Propagation): Uphill {
  const g = new Builder();
  const canvas = g.graph.input("canvas", { dtype: "float32", shape: [1, channels, height, width] });
  const named = seen.terms.map(({ value }) => value);
  const copy = onCanvas(seen, [seen.objective, climbed, ...named], g, canvas);
  if (copy) {
    const { given } = copy;
    const [objective, top, ...terms] = copy.values;
    return {
      objective,
      terms,
      gradient: seen.line.moving.inProgram(g, slope(g.graph, top, canvas, rules)),
      onCanvas: { canvas, graph: g.graph, given },
    };
  }
  const { graph, input } = seen.bound.network;
  return { objective: seen.objective, terms: named, gradient: slope(graph, climbed, input, rules) };
}

function slope(graph: Graph, objective: Value, of: Value, rules: Propagation): Value {
  const one = graph.constant(float32(objective.shape, [1]));
  const [gradient] = differentiate(graph, objective, one, [of], rules);
  return gradient as Value; // one gradient for one input
}
