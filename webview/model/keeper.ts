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
 * Keeps the state over a reload of the window. `panel` is what the host is told, and says at first (`data-panel`): the layer
 * that the editor was opened for, or where the editor stands that was split. What was chosen here since then holds over it.
 */
export function keeper(kept: Kept, root: Page): Keeper {
  const before = record(kept.getState());
  const write = writer(kept);
  let told = "";
  return {
    remembered: restored(before["view"] ?? givenBy(root)),
    save({ remembered, host, subject }) {
      const { layer, tab, channel } = remembered;
      const panel: ModelPanelState = {
        ...(layer !== undefined && { layer }),
        tab,
        ...(channel !== undefined && { channel }),
      };
      write({ panel, view: remembered });
      const now = JSON.stringify(panel);
      const begun = subject.state.status !== "idle"; // a page's first call is one of those that the host waits for
      if (now === told || !begun) return;
      told = now;
      void host.stands(panel).catch(() => undefined); // only the next editor of the file begins elsewhere
    },
  };
}
