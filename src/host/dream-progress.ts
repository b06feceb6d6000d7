import type { DreamPhase, DreamProgress, Place } from "../shared/dream-panel.ts";
import type { Frame, SynthesisCard } from "../shared/synthesis.ts";
import type { Film, Kept } from "./dream-film.ts";
import { scheduleOf } from "./dream-octaves.ts";
import { Pace } from "./dream-pace.ts";

type Steps = Pick<Place, "done" | "total">;

/** How far a run is, and how fast. */
export class Advance {
  #pace = new Pace();
  /** How far it is before its first step is done, as far as that is known. */
  #ahead: Steps | undefined;
  /** Steps that are done, with the part of the one that is at work; where that takes long the engine tells it. */
  #within = 0;

  /** Other steps come from now on. */
  turn(): void {
    this.#pace = new Pace();
  }

  tell({ done, total }: Steps): void {
    this.#within = done;
    this.#ahead = { done, total };
  }

  step(frame: Frame): void {
    this.#pace.step(frame);
    this.#within = frame.done;
  }

  /** A step that was made before: it is not seen again. */
  repeat(frame: Frame): void {
    this.#pace.step(frame);
  }

  read(
    newest: Kept | undefined,
    { phase, isGoing, film }: { readonly phase: DreamPhase; readonly isGoing: boolean; readonly film: Film },
    cards: readonly SynthesisCard[],
  ): DreamProgress | undefined {
    if (!newest) return isGoing && this.#ahead?.total ? beforeFirst(this.#ahead) : undefined;
    const { frame, id, recipe, isSaved } = newest;
    if (phase !== "running") return { ...afterFrame(frame, frame.done, {}), ...(isSaved && { isSaved }) };
    const pace = this.#pace.read(film.line(id), recipe && scheduleOf(recipe, cards));
    return afterFrame(frame, Math.max(frame.done, this.#within), pace);
  }
}

/** Octaves are known with the first frame. */
const beforeFirst = ({ done, total }: Steps): DreamProgress => ({
  octave: 1,
  octaves: 1,
  step: Math.floor(done),
  steps: total,
  done,
  total,
  inAll: true,
});

/** `done`: with the part of the step that is at work after this frame. */
const afterFrame = (
  { octave, octaves, step, steps, total, making }: Frame,
  done: number,
  pace: Pick<DreamProgress, "perSecond" | "secondsLeft">,
): DreamProgress => ({ octave, octaves, step, steps, done, total, ...(making && { making }), ...pace });
