import type { ModelPanelState } from "../../src/shared/model-panel.ts";
import { restored } from "./remembered.ts";
import type { Remembered } from "./remembered.ts";
import type { Session } from "./session.ts";

interface Kept {
  getState(): unknown;
  setState(state: unknown): void;
}

export interface Keeper {
  readonly remembered: Remembered;
  save(session: Session): void;
}

/**
 * Keeps the state over a reload of the window. `panel` is what the host reads, and says at first (`data-panel`): the layer
 * that the editor was opened for. What was chosen here since then holds over it.
 */
export function keeper(kept: Kept, root: HTMLElement): Keeper {
  const before = record(kept.getState());
  const { layer } = record(parsed(root.dataset["panel"]));
  let written = "";
  return {
    remembered: restored(before["view"] ?? (typeof layer === "string" ? { layer } : undefined)),
    save({ remembered }) {
      const panel: ModelPanelState = remembered.layer === undefined ? {} : { layer: remembered.layer };
      const state = { panel, view: remembered };
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
