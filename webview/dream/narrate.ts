import { visible } from "../shared/words.ts";
import type { View } from "./view.ts";
import { endOf, paceText, phaseText, placeText } from "./words.ts";

/** Says aloud what the eye sees: another phase, or something else that it waits for, at once, progress now and then. */
export function narration({ session, announce }: View): () => void {
  let told: string | undefined;
  return () => {
    const { state } = session;
    if (!state) return;
    const now = JSON.stringify([state.phase, state.canceled, state.waitsFor]);
    if (now !== told) {
      told = now;
      const failure = state.failure ? `It failed: ${state.failure.message}` : "";
      const text = failure || phaseText(session);
      if (text) announce(visible(text));
    } else if (state.phase === "running" && state.progress)
      announce(`${placeText(state.progress, session.part)}, ${paceText(state.progress, endOf(session))}`, true);
  };
}
