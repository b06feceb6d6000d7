import { givenBy, record, writer, type Kept, type Page } from "../shared/kept.ts";
import type { Looks, Session } from "./session.ts";

/** Keeps the state over a reload of the window. `panel` is what the host reads to open the panel again; it comes with the page. */
export function keeper(kept: Kept, root: Page): { readonly looks: Looks; save(session: Session): void } {
  const panel = givenBy(root);
  const { divide } = record(record(kept.getState())["view"]);
  const write = writer(kept);
  return {
    looks: { divide: typeof divide === "number" && divide >= 0 && divide <= 1 ? divide : 0 },
    save: ({ settings, looks }) => write({ panel: { ...panel, ...(settings && { settings }) }, view: looks }),
  };
}
