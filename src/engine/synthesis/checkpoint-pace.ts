import { bytesOfState } from "../../shared/climb-state.ts";
import type { Standing } from "../../shared/synthesis.ts";

/** Bytes a second that checkpoints may take on their way to who asked: small ones come with every frame, large ones every few seconds. */
const perSecond = 32e6;

/** When the next checkpoint may come. */
export class CheckpointPace {
  #next = -Infinity;

  isDue(now: number): boolean {
    return now >= this.#next;
  }

  sent({ values, state }: Standing, now: number): void {
    const bytes = values.byteLength + (state ? bytesOfState(state) : 0);
    this.#next = now + (1000 * bytes) / perSecond;
  }
}
