import type { ModelPanelState } from "../../src/shared/model-panel.ts";
import { givenBy, record, writer, type Kept, type Page } from "../shared/kept.ts";
import { restored } from "./remembered.ts";
import type { Remembered } from "./remembered.ts";
import type { Session } from "./session.ts";

export interface Keeper {
  readonly remembered: Remembered;
  save(session: Session): void;
}

/**
 * Keeps the state over a reload of the window. `panel` is what the host reads, and says at first (`data-panel`): the layer
 * that the editor was opened for. What was chosen here since then holds over it.
 */
export function keeper(kept: Kept, root: Page): Keeper {
  const before = record(kept.getState());
  const { layer } = givenBy(root);
  const write = writer(kept);
  return {
    remembered: restored(before["view"] ?? (typeof layer === "string" ? { layer } : undefined)),
    save({ remembered }) {
      const panel: ModelPanelState = remembered.layer === undefined ? {} : { layer: remembered.layer };
      write({ panel, view: remembered });
    },
  };
}
