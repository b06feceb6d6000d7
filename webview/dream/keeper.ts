import {
  givenBy,
  isNumber,
  isOneOf,
  isText,
  record,
  writer,
  type Check,
  type Kept,
  type Page,
} from "../shared/kept.ts";
import { extents, type LastSeen, type Looks } from "./looks.ts";
import type { Session } from "./session.ts";

/**
 * Keeps the state over a reload of the window, and over a while that the tab is hidden. `panel` is what the host reads to open
 * the panel again; it comes with the page. `seen`: what such a page is to show at first.
 */
export function keeper(
  kept: Kept,
  root: Page,
  seen: (session: Session) => LastSeen | undefined,
): { readonly looks: Looks; save(session: Session): void } {
  const panel = givenBy(root);
  const { divide, explained, last } = record(record(kept.getState())["view"]);
  const write = writer(kept);
  return {
    looks: {
      divide: typeof divide === "number" && divide >= 0 && divide <= 1 ? divide : 0,
      ...(typeof explained === "number" && { explained }),
      ...(isSeen(last) && { last }),
    },
    save(session) {
      const { settings, looks } = session;
      const { last: _, ...view } = looks;
      const last = seen(session);
      write({ panel: { ...panel, ...(settings && { settings }) }, view: { ...view, ...(last && { last }) } });
    },
  };
}

const checks: Readonly<Record<keyof LastSeen, Check>> = {
  picture: (value) => typeof value === "string" && value.startsWith("data:image/"),
  ratio: isNumber,
  made: isText,
  place: isText,
  standing: isText,
  share: isNumber,
  phase: isText,
  extent: isOneOf(extents),
};

function isSeen(value: unknown): value is LastSeen {
  const given = record(value);
  return Object.entries(checks).every(([key, fits]) => fits(given[key]));
}
