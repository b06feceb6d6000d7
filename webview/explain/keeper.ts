import { restored } from "./remembered.ts";
import type { Remembered } from "./remembered.ts";
import type { Session } from "./session.ts";

interface Kept {
  getState(): unknown;
  setState(state: unknown): void;
}

/**
 * Keeps the state over a reload of the window. `panel` is what the host reads to open the panel again (`PanelState`): it
 * comes with the page (`data-panel`), and the model may have become another since. `view` is what was chosen here.
 */
export function keeper(
  kept: Kept,
  root: HTMLElement,
): { readonly remembered: Remembered; save(session: Session): void } {
  const before = record(kept.getState());
  const panel = { ...record(before["panel"]), ...record(parsed(root.dataset["panel"])) };
  let written = "";
  return {
    remembered: restored(before["view"]),
    save({ looked, remembered }) {
      const state = { panel: { ...panel, ...(looked && { model: looked.card.path }) }, view: remembered };
      const text = JSON.stringify(state);
      if (text === written) return;
      written = text;
      kept.setState(state);
    },
  };
}

const record = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>) : {}; // any object is one

function parsed(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}
