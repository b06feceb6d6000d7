import { float32, int64, type FloatTensor, type Tensor } from "../../shared/tensor.ts";
import { Builder } from "../graph/builder.ts";
import { Graph, type Value } from "../graph/graph.ts";
import { transplanted } from "../graph/transplant.ts";
import type { Bound, OpenModel } from "../model.ts";
import { differentiate } from "../propagation/differentiate.ts";
import { brightest, channels, type Canvas } from "./canvas.ts";
import type { InputLine } from "./input-line.ts";
import type { Normalization } from "./optimizers.ts";
import { modulo } from "./transformations/roll.ts";
import type { Transformation } from "./transformations/transformation.ts";

/** One step of gradient ascent over pixels. */
export interface Stride {
  readonly moved: NonNullable<Transformation["moved"]>;
  readonly by: Normalization;
  readonly distance: number;
}

/** Undefined where the step has to be taken in its parts. */
export type TakeStep = (canvas: Canvas, stride: Stride) => Promise<Taken | undefined>;

export interface Taken {
  readonly objective: number;
  /** The picture after the step. */
  readonly data: Float32Array;
}

interface Compiled {
  readonly inputs: Record<"pixels" | "rows" | "columns" | "rowsBack" | "columnsBack" | "distance", Value>;
  readonly given: ReadonlyMap<Value, Tensor>;
  readonly outputs: readonly [objective: Value, slope: Value, moved: Value];
  readonly graph: Graph;
}

interface Parts {
  readonly model: OpenModel;
  readonly bound: Bound;
  readonly line: InputLine;
  readonly objective: Value;
  readonly given: ReadonlyMap<Value, Tensor>;
}

/**
 * The whole of a step as one program of the runtime: the picture moved and turned into the network's input, the network,
 * the objective, its gradient, the step and its bounds. No pixel comes out of it but those of the picture that it leads to.
 */
export class WholeStep {
  readonly #compiled = new Map<Normalization, Compiled | undefined>();

  constructor(private readonly parts: Parts) {}

  /** Undefined where the step cannot be taken so: nothing goes back, or something is no number, or it cannot be compiled. */
  async take(canvas: Canvas, { moved: { down, right }, by, distance }: Stride): Promise<Taken | undefined> {
    if (!this.#compiled.has(by)) this.#compiled.set(by, compiled(this.parts, by));
    const program = this.#compiled.get(by);
    if (!program) return undefined;
    const { inputs, given, outputs, graph } = program;
    const [, , height = 1, width = 1] = canvas.shape;
    const feeds = new Map<Value, Tensor>([
      ...given,
      [inputs.pixels, canvas],
      [inputs.rows, from(down, height)],
      [inputs.columns, from(right, width)],
      [inputs.rowsBack, from(-down, height)],
      [inputs.columnsBack, from(-right, width)],
      [inputs.distance, float32([], [distance])],
    ]);
    const [worth, slope, data] = (await this.parts.model.within(graph, outputs, feeds)).map(
      (each) => (each as FloatTensor).data,
    );
    const [objective = NaN] = worth ?? [];
    const [steepness = NaN] = slope ?? [];
    if (!data || !Number.isFinite(objective) || !Number.isFinite(steepness) || steepness === 0) return undefined;
    return { objective, data };
  }
}

/** Where each place of a line of that length comes from that is moved so far. */
const from = (distance: number, length: number): Tensor =>
  int64(Array.from({ length }, (_, place) => modulo(place - distance, length)));

function compiled(
  { bound: { network }, model, line, objective, given }: Parts,
  by: Normalization,
): Compiled | undefined {
  const { height, width } = model.inputSize;
  const graph = new Graph();
  const g = new Builder(graph);
  const line1 = (name: string, length: number) => graph.input(name, { dtype: "int64", shape: [length] });
  const inputs = {
    pixels: graph.input("pixels", { dtype: "float32", shape: [1, channels, height, width] }),
    rows: line1("rows", height),
    columns: line1("columns", width),
    rowsBack: line1("rowsBack", height),
    columnsBack: line1("columnsBack", width),
    distance: graph.input("distance", { dtype: "float32", shape: [] }),
  };
  const rolled = (x: Value, rows: Value, columns: Value) =>
    g.one("Gather", [g.one("Gather", [x, rows], { axis: 2 }), columns], { axis: 3 });
  const seen = rolled(inputs.pixels, inputs.rows, inputs.columns);
  const there = transplanted(network.graph, [objective], graph, new Map([[network.input, line.inProgram(g, seen)]]));
  const [worth] = there?.outputs ?? [];
  if (!there || !worth) return undefined;
  const [gradient] = differentiate(graph, worth, g.constant(float32(worth.shape, [1])), [seen]);
  const uphill = gradient as Value; // one gradient for one value
  const all = [0, 1, 2, 3];
  const slope = g.mean(g.one("Abs", [uphill]), all);
  const squares = g.mul(uphill, uphill);
  const magnitudes: Record<Normalization, () => Value | undefined> = {
    mean: () => slope,
    rms: () => g.sqrt(g.mean(squares, all)),
    l2: () => g.sqrt(g.sum(squares, all)),
    none: () => undefined,
  };
  const magnitude = magnitudes[by]();
  const factor = magnitude ? g.div(inputs.distance, magnitude) : inputs.distance;
  const move = rolled(g.mul(uphill, factor), inputs.rowsBack, inputs.columnsBack);
  const moved = g.one("Clip", [g.add(inputs.pixels, move)], { min: 0, max: brightest });
  const feeds = new Map<Value, Tensor>();
  for (const [value, tensor] of given) {
    const input = there.inputs.get(value);
    if (input) feeds.set(input, tensor);
  }
  return { inputs, given: feeds, outputs: [worth, slope, moved], graph };
}
