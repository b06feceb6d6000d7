import { float32, int64, type FloatTensor, type Tensor } from "../../shared/tensor.ts";
import { Builder } from "../graph/builder.ts";
import { Graph, type Value } from "../graph/graph.ts";
import { transplanted } from "../graph/transplant.ts";
import type { Bound, OpenModel } from "../model.ts";
import { differentiate } from "../propagation/differentiate.ts";
import { RuntimeFailure } from "../runtime/failure.ts";
import { brightest, channels, sizeOf, type Canvas } from "./canvas.ts";
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
  readonly inputs: Record<"pixels" | "distance", Value>;
  readonly there: Shift;
  readonly back: Shift;
  readonly given: ReadonlyMap<Value, Tensor>;
  readonly outputs: readonly [objective: Value, slope: Value, magnitude: Value, moved: Value];
  readonly graph: Graph;
}

/** Where a picture that was moved begins to be read: each row by its place, and the columns of one that lies beside itself. */
type Shift = Record<"rows" | "first" | "end", Value>;

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

  /** Undefined where the step cannot be taken so: nothing goes back, something is no number, or the runtime cannot do it. */
  async take(canvas: Canvas, { moved: { down, right }, by, distance }: Stride): Promise<Taken | undefined> {
    if (!this.#compiled.has(by)) this.#compiled.set(by, compiled(this.parts, by));
    const program = this.#compiled.get(by);
    if (!program) return undefined;
    const { inputs, there, back, given, outputs, graph } = program;
    const feeds = new Map<Value, Tensor>([
      ...given,
      [inputs.pixels, canvas],
      [inputs.distance, float32([], [distance])],
      ...shifted(there, canvas, down, right),
      ...shifted(back, canvas, -down, -right),
    ]);
    const found = await this.parts.model.within(graph, outputs, feeds).catch((error: unknown) => {
      if (!(error instanceof RuntimeFailure)) throw error;
      // It may do the parts all the same: they take less memory.
      this.#compiled.set(by, undefined);
      return [];
    });
    const [worth, slope, magnitude, moved] = found as FloatTensor[];
    const [objective = NaN] = worth?.data ?? [];
    // The runtime's sums are in single precision: those of very small or large squares are nothing, or infinite.
    const canBeDivided = [slope, magnitude].every((each) => each && each.data[0]! > 0 && Number.isFinite(each.data[0]));
    return moved && canBeDivided && Number.isFinite(objective) ? { objective, data: moved.data } : undefined;
  }
}

function shifted(
  { rows, first, end }: Shift,
  canvas: Canvas,
  down: number,
  right: number,
): (readonly [Value, Tensor])[] {
  const { height, width } = sizeOf(canvas);
  const from = modulo(-right, width);
  return [
    [rows, int64(Array.from({ length: height }, (_, row) => modulo(row - down, height)))],
    [first, int64([from])],
    [end, int64([from + width])],
  ];
}

function compiled(
  { bound: { network }, model, line, objective, given }: Parts,
  by: Normalization,
): Compiled | undefined {
  const { height, width } = model.inputSize;
  const graph = new Graph();
  const g = new Builder(graph);
  const places = (name: string, length: number) => graph.input(name, { dtype: "int64", shape: [length] });
  const shift = (name: string): Shift => ({
    rows: places(`${name}:rows`, height),
    first: places(`${name}:first`, 1),
    end: places(`${name}:end`, 1),
  });
  const [there, back] = [shift("there"), shift("back")];
  const inputs = {
    pixels: graph.input("pixels", { dtype: "float32", shape: [1, channels, height, width] }),
    distance: graph.input("distance", { dtype: "float32", shape: [] }),
  };
  // Places of a row that the runtime picks one by one take four times as long as a piece of a row twice as wide.
  const rolled = (x: Value, { rows, first, end }: Shift) => {
    const opaque = { domain: "", attributes: [], captured: [] };
    const piece = graph.addOpaque("Slice", [g.concat([x, x], 3), first, end, g.indices([3])], opaque, [x], {});
    return g.one("Gather", [piece[0], rows], { axis: 2 });
  };
  const seen = rolled(inputs.pixels, there);
  const copied = transplanted(network.graph, [objective], graph, new Map([[network.input, line.inProgram(g, seen)]]));
  const [worth] = copied?.outputs ?? [];
  if (!copied || !worth) return undefined;
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
  const move = rolled(g.mul(uphill, factor), back);
  const moved = g.one("Clip", [g.add(inputs.pixels, move)], { min: 0, max: brightest });
  const feeds = new Map<Value, Tensor>();
  for (const [value, tensor] of given) {
    const input = copied.inputs.get(value);
    if (input) feeds.set(input, tensor);
  }
  return { inputs, there, back, given: feeds, outputs: [worth, slope, magnitude ?? slope, moved], graph };
}
