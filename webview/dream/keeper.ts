import type { DreamPanelState } from "../../src/shared/dream-panel.ts";
import type { Looks, Session } from "./session.ts";

interface Kept {
  getState(): unknown;
  setState(state: unknown): void;
}

/** Keeps the state over a reload of the window. `panel` is what the host reads to open the panel again; it comes with the page. */
export function keeper(kept: Kept, root: HTMLElement): { readonly looks: Looks; save(session: Session): void } {
  const before = record(kept.getState());
  const panel = record(parsed(root.dataset["panel"]));
  const { divide } = record(before["view"]);
  let written = "";
  return {
    looks: { divide: typeof divide === "number" && divide >= 0 && divide <= 1 ? divide : 0 },
    save({ settings, looks }) {
      const state = { panel: { ...panel, ...(settings && { settings }) } as unknown as DreamPanelState, view: looks }; // the page's own, which the host wrote
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
