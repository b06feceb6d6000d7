import type { PanelState } from "../../src/shared/protocol.ts";
import { givenBy, record, writer } from "../shared/kept.ts";
import type { Kept, Page } from "../shared/kept.ts";
import { restored } from "./remembered.ts";
import type { Remembered } from "./remembered.ts";
import type { Session } from "./session.ts";

/**
 * Keeps the state over a reload of the window. `panel` is what the host reads to open the panel again: it comes with the
 * page (`data-panel`), and what the host said of it since then holds over that. `view` is what was chosen here.
 */
export interface Keeper {
  readonly panel: Partial<PanelState>;
  readonly remembered: Remembered;
  save(session: Session): void;
}

export function keeper(kept: Kept, root: Page): Keeper {
  const before = record(kept.getState());
  const write = writer(kept);
  return {
    panel: { ...givenBy(root), ...record(before["panel"]) }, // the host's own words, and only given back to it
    remembered: restored(before["view"]),
    save: ({ panel, remembered }) => write({ panel, view: remembered }),
  };
}
