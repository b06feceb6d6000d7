import { bytesOfState, type ClimbState } from "../../shared/climb-state.ts";
import { differing } from "../../shared/made-with.ts";
import type { Checkpoint } from "../../shared/synthesis.ts";
import { float32 } from "../../shared/tensor.ts";
import type { Canvas } from "./canvas.ts";
import type { Climb } from "./climb.ts";
import type { Optimizer } from "./optimizers.ts";
import { pixelKind } from "./parameterizations/pixels.ts";
import type { SynthesisRun } from "./technique.ts";

/** Of a state that takes more bytes the numbers alone are kept; where these do, too, going on is from the picture. */
const most = 100e6;

/** Where a climb stands beside its picture, as a copy, as far as that is not too large; undefined where nothing is left of it. */
export function stateOf(
  plan: Pick<Climb, "parameterization" | "optimizer" | "worthBefore" | "waking" | "isSecondWay">,
  { shape }: Canvas,
): ClimbState | undefined {
  const { parameterization, optimizer, worthBefore, waking, isSecondWay } = plan;
  const { kind, around } = parameterization;
  const values = kind === pixelKind ? undefined : parameterization.values;
  const held = (values?.byteLength ?? 0) + (around?.pictures.byteLength ?? 0);
  if (held > most) return undefined;
  const learned = optimizer.state();
  const isTooMuch = held + bytesOfState({ parameterization: kind, shape, optimizer: learned }) > most;
  if (isTooMuch && !values) return undefined;
  return {
    parameterization: kind,
    shape,
    ...(values && { values: values.slice() }),
    ...(around && { around: { ...around, pictures: around.pictures.slice() } }),
    ...(!isTooMuch && { optimizer: learned }),
    ...(worthBefore && { worthBefore: worthBefore.read() }),
    ...(waking?.asleep !== undefined && { asleep: waking.asleep }),
    ...(isSecondWay && { isSecondWay }),
  };
}

/** What is kept of a picture of that shape, made of numbers of that kind; undefined where it is of anything else. */
export const keptOf = (
  state: ClimbState | undefined,
  kind: string,
  shape: readonly number[],
): ClimbState | undefined =>
  state?.parameterization === kind && String(state.shape) === String(shape) ? state : undefined;

/** What numbers are set to that go on: those that were kept, or those of the picture. */
export function startOf({ values, around, shape }: Partial<ClimbState> & Pick<ClimbState, "shape">) {
  return {
    around: around && float32(shape, Float32Array.from(around.pictures)),
    margin: around?.margin,
    ...(values && { start: Float32Array.from(values) }),
  };
}

/** Of a picture that was made of such numbers, which comes nearer to black and white than photos may: less than an 8-bit file can tell. */
const leastMargin = 0.001;

/** A picture to go on from of which nothing else was kept. */
export const asState = ({ shape, data }: Canvas): Pick<ClimbState, "shape" | "around"> => ({
  shape,
  around: { pictures: data, margin: leastMargin },
});

/** What a way to a picture goes on from: the second one not from what the first came to, which is given up for it. */
export const goesOnWith = (from: Checkpoint | undefined, isSecondWay: boolean): Checkpoint | undefined =>
  isSecondWay && from?.state?.asleep !== undefined && !from.state.isSecondWay ? undefined : from;

/** The optimizer, with what it had learned where that is kept. */
export function experienced(optimizer: Optimizer, state: ClimbState | undefined): Optimizer {
  if (state?.optimizer) optimizer.take(state.optimizer);
  return optimizer;
}

/**
 * A checkpoint as far as it holds: another technique has learned something else, and has all its own steps before it;
 * L-BFGS compares with what was worth something else, and whether that slept says nothing of this.
 */
export function holding(from: Checkpoint, technique: string, made: SynthesisRun["made"]): Checkpoint {
  const { state, ...picture } = from;
  if (from.technique !== technique) return { ...picture, octave: 1, step: 0 };
  if (!state) return picture;
  if (differing(from.made, made, "all but the pace").length === 0) return from;
  const { asleep: _, isSecondWay: _second, optimizer, ...numbers } = state;
  const holds = optimizer && optimizer.kind !== "l-bfgs";
  return { ...picture, state: { ...numbers, ...(holds && { optimizer }) } };
}
