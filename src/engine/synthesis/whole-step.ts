import type { Term } from "../../shared/synthesis.ts";
import { float32, int64, type FloatTensor, type Tensor } from "../../shared/tensor.ts";
import { Builder } from "../graph/builder.ts";
import { Graph, type Value } from "../graph/graph.ts";
import type { OpenModel } from "../model.ts";
import { differentiate } from "../propagation/differentiate.ts";
import { RuntimeFailure } from "../runtime/failure.ts";
import { brightest, channels, sizeOf, type Canvas } from "./canvas.ts";
import { onCanvas, type Seen } from "./on-canvas.ts";
import { meanMagnitude, took, withStep, type BuiltStep, type StepInProgram } from "./step-in-program.ts";
import { told } from "./terms.ts";
import { modulo } from "./transformations/roll.ts";
import type { Transformation } from "./transformations/transformation.ts";

/** One step uphill over pixels. */
export interface Stride {
  readonly moved: NonNullable<Transformation["moved"]>;
  readonly step: StepInProgram;
}

/** Undefined where the step has to be taken in its parts. */
export type TakeStep = (canvas: Canvas, stride: Stride) => Promise<Taken | undefined>;

export interface Taken {
  readonly objective: number;
  readonly terms?: readonly Term[];
  /** The picture after the step. */
  readonly data: Float32Array;
}

interface Compiled {
  readonly pixels: Value;
  readonly there: Shift;
  readonly back: Shift;
  readonly built: BuiltStep;
  readonly given: ReadonlyMap<Value, Tensor>;
  /** And the objective's terms, and what the optimizer is to remember. */
  readonly outputs: readonly [objective: Value, slope: Value, divisor: Value, moved: Value, ...more: Value[]];
  readonly graph: Graph;
}

/** Where a picture that was moved begins to be read: each row by its place, and the columns of one that lies beside itself. */
type Shift = Record<"rows" | "first" | "end", Value>;

interface Parts extends Seen {
  readonly model: OpenModel;
}

/**
 * The whole of a step as one program of the runtime: the picture moved and turned into the network's input, the network,
 * the objective, its gradient, the step and its bounds. No pixel comes out of it but those of the picture that it leads to.
 */
export class WholeStep {
  readonly #compiled = new Map<string, Compiled | undefined>();

  constructor(private readonly parts: Parts) {}

  /** Undefined where the step cannot be taken so: nothing goes back, something is no number, or the runtime cannot do it. */
  async take(canvas: Canvas, { moved: { down, right }, step }: Stride): Promise<Taken | undefined> {
    if (!this.#compiled.has(step.kind)) this.#compiled.set(step.kind, compiled(this.parts, step));
    const program = this.#compiled.get(step.kind);
    if (!program) return undefined;
    const { pixels, there, back, built, given, outputs, graph } = program;
    const feeds = new Map<Value, Tensor>([
      ...given,
      [pixels, canvas],
      ...built.feeds(step),
      ...shifted(there, canvas, down, right),
      ...shifted(back, canvas, -down, -right),
    ]);
    const found = await this.parts.model.within(graph, outputs, feeds).catch((error: unknown) => {
      if (!(error instanceof RuntimeFailure)) throw error;
      // It may do the parts all the same: they take less memory.
      this.#compiled.set(step.kind, undefined);
      return [];
    });
    const [worth, slope, divisor, moved, ...more] = found as FloatTensor[];
    const { terms } = this.parts;
    const [objective = NaN] = worth?.data ?? [];
    // The runtime's sums are in single precision: those of very small or large squares are nothing, or infinite.
    const canBeDivided = [slope, divisor].every((each) => each && each.data[0]! > 0 && Number.isFinite(each.data[0]));
    if (!moved || !canBeDivided || !Number.isFinite(objective)) return undefined;
    took(step, more.slice(terms.length));
    return { objective, data: moved.data, ...told(terms, more) };
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

function compiled(parts: Parts, step: StepInProgram): Compiled | undefined {
  const { height, width } = parts.model.inputSize;
  const graph = new Graph();
  const g = new Builder(graph);
  const places = (name: string, length: number) => graph.input(name, { dtype: "int64", shape: [length] });
  const shift = (name: string): Shift => ({
    rows: places(`${name}:rows`, height),
    first: places(`${name}:first`, 1),
    end: places(`${name}:end`, 1),
  });
  const [there, back] = [shift("there"), shift("back")];
  const pixels = graph.input("pixels", { dtype: "float32", shape: [1, channels, height, width] });
  // Places of a row that the runtime picks one by one take four times as long as a piece of a row twice as wide.
  const rolled = (x: Value, { rows, first, end }: Shift) => {
    const opaque = { domain: "", attributes: [], captured: [] };
    const piece = graph.addOpaque("Slice", [g.concat([x, x], 3), first, end, g.indices([3])], opaque, [x], {});
    return g.one("Gather", [piece[0], rows], { axis: 2 });
  };
  const seen = rolled(pixels, there);
  const copy = onCanvas(parts, [parts.objective, ...parts.terms.map(({ value }) => value)], g, seen);
  if (!copy) return undefined;
  const { given } = copy;
  const [objective, ...terms] = copy.values;
  const [gradient] = differentiate(graph, objective, g.constant(float32(objective.shape, [1])), [seen]);
  const uphill = parts.line.moving.inProgram(g, gradient as Value); // one gradient for one value
  const slope = meanMagnitude(g, uphill);
  const built = withStep(g, step, rolled(uphill, back));
  const moved = g.one("Clip", [g.add(pixels, built.move)], { min: 0, max: brightest });
  const outputs = [objective, slope, built.divisor ?? slope, moved, ...terms, ...built.memory] as const;
  return { pixels, there, back, built, given, outputs, graph };
}
