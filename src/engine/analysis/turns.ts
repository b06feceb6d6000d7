import { setImmediate as pause } from "node:timers/promises";

/** Milliseconds that a computation may keep everything else waiting. */
const longest = 30;

/** Between two parts of a long computation: lets others have their turn now and then, and throws where it was cancelled. */
export function turns(signal?: AbortSignal): () => Promise<void> {
  let latest = performance.now();
  return async () => {
    if (performance.now() - latest < longest) return;
    await pause();
    signal?.throwIfAborted();
    latest = performance.now();
  };
}
