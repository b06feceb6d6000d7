import type { DreamSettings } from "../shared/dream-panel.ts";
import type { Checkpoint, SynthesisUpdate } from "../shared/synthesis.ts";

/** What the engine is asked beside the settings. */
export interface Asked {
  readonly from?: Checkpoint;
  readonly frames: "some" | "all";
  /** Aborted when it is to end with the step that it is at, with all that it takes to go on from there. */
  readonly pausing: AbortSignal;
}

/** What the engine is asked, with the settings as they are then. */
export type Start = (settings: DreamSettings, more: Asked, signal: AbortSignal) => AsyncIterable<SynthesisUpdate>;
