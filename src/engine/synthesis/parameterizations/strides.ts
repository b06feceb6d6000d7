import { float32, type FloatTensor, type Shape, type Tensor } from "../../../shared/tensor.ts";
import { Builder } from "../../graph/builder.ts";
import type { Value } from "../../graph/graph.ts";
import { differentiate } from "../../propagation/differentiate.ts";
import { RuntimeFailure } from "../../runtime/failure.ts";
import { Session } from "../../runtime/session.ts";
import { brightest, type Canvas } from "../canvas.ts";
import { meanMagnitude, took, withStep, type BuiltStep, type StepInProgram } from "../step-in-program.ts";

interface Options {
  /** Of the numbers. */
  readonly shape: Shape;
  readonly threads: number;
  /** What the numbers stand for, before and after a sigmoid squeezes it into what a screen shows. */
  readonly drawn: (g: Builder, numbers: Value) => { readonly mixed: Value; readonly picture: Value };
}

interface Compiled {
  readonly inputs: Record<"numbers" | "shown" | "uphill", Value>;
  readonly built: BuiltStep;
  readonly session: Session;
}

/** Where a stride led. */
interface Landed {
  readonly values: Float32Array;
  readonly picture: Canvas;
}

/** From a picture's gradient to the next picture as one program: back to the numbers, the optimizer's step, and what they stand for then. */
export class Strides {
  readonly #compiled = new Map<string, Compiled | undefined>();

  constructor(private readonly options: Options) {}

  /** Undefined where it cannot be taken so: nothing goes back, something is no number, or the runtime cannot do it. */
  async take(values: Float32Array, shown: Canvas, gradient: Canvas, step: StepInProgram): Promise<Landed | undefined> {
    try {
      if (!this.#compiled.has(step.kind)) this.#compiled.set(step.kind, await compiled(this.options, step));
      const program = this.#compiled.get(step.kind);
      if (!program) return undefined;
      const { inputs, built, session } = program;
      const feeds = new Map<Value, Tensor>([
        [inputs.numbers, float32(this.options.shape, values)],
        [inputs.shown, shown],
        [inputs.uphill, gradient],
        ...built.feeds(step),
      ]);
      const [slope, landed, picture, ...memory] = (await session.run(feeds)) as FloatTensor[];
      const [steepness = NaN] = slope?.data ?? [];
      if (!landed || !picture || !(steepness > 0 && Number.isFinite(steepness))) return undefined;
      took(step, memory);
      return { values: landed.data, picture };
    } catch (error) {
      if (!(error instanceof RuntimeFailure)) throw error;
      // It may do the parts all the same: they take less memory.
      await this.#compiled.get(step.kind)?.session.release();
      this.#compiled.set(step.kind, undefined);
      return undefined;
    }
  }

  async release(): Promise<void> {
    for (const program of this.#compiled.values()) await program?.session.release();
  }
}

async function compiled({ shape, threads, drawn }: Options, step: StepInProgram): Promise<Compiled> {
  const g = new Builder();
  const input = (name: string, of: Shape) => g.graph.input(name, { dtype: "float32", shape: of });
  const numbers = input("numbers", shape);
  const { mixed } = drawn(g, numbers);
  const [shown, uphill] = [input("shown", mixed.shape), input("uphill", mixed.shape)];
  const slope = g.mul(uphill, g.mul(shown, g.sub(1, g.div(shown, brightest))));
  const [gradient] = differentiate(g.graph, mixed, slope, [numbers]);
  const back = gradient as Value; // one gradient for one input
  const built = withStep(g, step, back);
  const landed = g.add(numbers, built.move);
  const { picture } = drawn(g, landed);
  const steepness = meanMagnitude(g, back);
  const session = await Session.open(g.graph, [steepness, landed, picture, ...built.memory], { threads });
  return { inputs: { numbers, shown, uphill }, built, session };
}
