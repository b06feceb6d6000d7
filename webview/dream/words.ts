import type { DreamProgress } from "../../src/shared/dream-panel.ts";
import type { Session } from "./session.ts";

/** "Octave 3 of 4 · step 14 of 20"; without octaves "Step 14 of 256". */
export function placeText({ octave, octaves, step, steps }: DreamProgress): string {
  const steppings = `step ${step} of ${steps}`;
  return octaves > 1 ? `Octave ${octave} of ${octaves} · ${steppings}` : capital(steppings);
}

/** "41 steps/s · 0.4 s left". */
export function paceText({ perSecond, secondsLeft }: DreamProgress): string {
  const parts = [
    perSecond === undefined ? undefined : rateText(perSecond),
    secondsLeft === undefined ? undefined : `${spanText(secondsLeft)} left`,
  ];
  return parts.filter((part) => part !== undefined).join(" · ");
}

const rateText = (perSecond: number): string => {
  if (perSecond >= 10) return `${perSecond.toFixed(0)} steps/s`;
  return perSecond >= 1 ? `${perSecond.toFixed(1)} steps/s` : `${(1 / perSecond).toFixed(1)} s a step`;
};

export function spanText(seconds: number): string {
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 90) return `${Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 90 ? `${minutes} min` : `${(minutes / 60).toFixed(1)} h`;
}

/** How things stand, where no steps come. */
export function phaseText({ state, chosen }: Session): string {
  switch (state?.phase) {
    case undefined:
      return "Opening…";
    case "waiting":
      return state.waitsFor === undefined ? "Getting ready…" : `Waiting for ${state.waitsFor}`;
    case "paused":
      return "Paused";
    case "stopped":
      return "Stopped; the picture is kept";
    case "interrupted":
      return "Interrupted when the window closed";
    case "failed":
      return state.progress ? "It ended here" : "";
    case "finished":
      return "Finished";
    case "idle":
    case "running":
      return chosen === undefined ? "" : "An earlier frame; the picture grows on";
  }
}

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
