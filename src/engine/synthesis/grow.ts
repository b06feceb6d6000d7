import type { Standing } from "../../shared/synthesis.ts";
import type { Canvas } from "./canvas.ts";
import { stateOf } from "./climb-state.ts";
import { climb, type Climb } from "./climb.ts";
import type { Cells } from "./sheet.ts";
import type { Grown } from "./technique.ts";

/** One climb among several that make a picture together. */
export interface Stage {
  /** Counted from 1. */
  readonly octave: number;
  readonly octaves: number;
  readonly remark?: string | undefined;
  /** For many pictures, one each octave: a film shows each when it is whole. */
  readonly isOneOfMany?: boolean;
  /** The sheet on which this climb makes the cells from the `first` on. */
  readonly place?: { readonly cells: Cells; readonly first: number } | undefined;
}

/** A climb, told as a part of a run in which every octave has as many steps. */
export async function* grow(plan: Climb, stage: Stage, signal: AbortSignal): AsyncGenerator<Grown, void> {
  const { parameterization, steps } = plan;
  const { octave, octaves, place } = stage;
  /** One with a step: each is a note of its own. */
  const unsaid = stage.remark === undefined ? [] : [stage.remark];
  for await (const { best, remark: own, ...step } of climb(plan, signal)) {
    const canvas = await parameterization.picture();
    place?.cells.put(canvas, place.first);
    if (own !== undefined) unsaid.push(own);
    const remark = unsaid.splice(0, step.step === steps ? unsaid.length : 1).join(" ");
    yield {
      ...step,
      ...(remark !== "" && { remark }),
      ...(place ? { canvas: place.cells.canvas, sheet: place.cells.sheet } : { canvas: best ?? canvas }),
      ...(stage.isOneOfMany && { making: { picture: octave, pictures: octaves, isWhole: step.step === steps } }),
      octave,
      octaves,
      steps,
      done: (octave - 1) * steps + step.step,
      total: octaves * steps,
      checkpoint: () => {
        const state = stateOf(plan, canvas);
        return {
          ...(place?.cells.checkpoint(octave, step.step) ?? checkpointOf(canvas, octave, step.step)),
          ...(state && { state }),
        };
      },
    };
  }
}

/** The picture itself, whatever it is made of: what goes on from it may be made of something else. */
const checkpointOf = ({ shape, data }: Canvas, octave: number, step: number): Standing => ({
  kind: "picture",
  octave,
  step,
  shape,
  values: data.slice(),
});
