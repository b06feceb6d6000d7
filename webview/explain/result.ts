import type { Failure } from "../../src/shared/rpc.ts";
import type { ClassMap, Heatmap, Note, Progress, Quantized, Update } from "../../src/shared/updates.ts";

export type Picture = Heatmap<Quantized> | ClassMap;

/** What is known of one technique's answer; it grows while the technique runs. */
export interface Result {
  readonly status: "waiting" | "running" | "done" | "stopped" | "failed";
  /** One per key: the technique's own map, then the others in the order in which they first came. */
  readonly pictures: readonly Picture[];
  readonly notes: readonly Note[];
  readonly progress?: Progress;
  readonly failure?: Failure;
  readonly ms?: number;
  /** The pictures answer an earlier question; they stay, faded, until the first one of the new answer. */
  readonly stale: boolean;
}

export const nothingYet: Result = { status: "waiting", pictures: [], notes: [], stale: false };

/** The question has changed: what is there is of the past. */
export const asked = ({ pictures, notes }: Result = nothingYet): Result => ({
  status: "waiting",
  pictures,
  notes,
  stale: pictures.length > 0 || notes.length > 0,
});

export const begun = (result: Result): Result => ({ ...asked(result), status: "running" });

export function refined(result: Result, update: Update): Result {
  if (update.kind === "progress")
    return update.ms === undefined ? { ...result, progress: update } : { ...result, ms: update.ms };
  const { pictures, notes } = result.stale ? nothingYet : result;
  if (update.kind === "note") return { ...result, pictures, notes: replaced(notes, update), stale: false };
  const ordered = replaced(pictures, update).toSorted((a, b) => Number(b.key === main) - Number(a.key === main));
  return { ...result, pictures: ordered, notes, stale: false };
}

/** The key of a technique's own map; others may come before it, and stand behind it. */
const main = "map";

/** The later one of a key takes the earlier one's place. */
function replaced<T extends { readonly key: string }>(list: readonly T[], item: T): readonly T[] {
  const place = list.findIndex(({ key }) => key === item.key);
  return place < 0 ? [...list, item] : list.with(place, item);
}

export function finished(result: Result): Result {
  const { progress: _over, ...rest } = result;
  const { pictures, notes } = result.stale ? nothingYet : result;
  return { ...rest, pictures, notes, status: "done", stale: false };
}

/** All of a run at once. */
export const recalled = (updates: readonly Update[]): Result => finished(updates.reduce(refined, nothingYet));

/** Stopped by a person: what was reached is kept. */
export const stopped = (result: Result): Result => ({ ...result, status: "stopped" });

/** What was reached is kept; what answers an earlier question does not stand for an answer that never came. */
export const failed = (result: Result, failure: Failure): Result => ({
  ...current(result),
  status: "failed",
  failure,
});

/** Without what is of the past: another photo or model has nothing to do with it. */
export const current = (result: Result): Result =>
  result.stale ? { ...result, pictures: [], notes: [], stale: false } : result;

/** The picture of that key, else the first. */
export const pictureOf = ({ pictures }: Result, key: string | undefined): Picture | undefined =>
  pictures.find((picture) => picture.key === key) ?? pictures[0];

export const isZero = (picture: Picture): boolean =>
  picture.kind === "heatmap" && picture.values.low === 0 && picture.values.high === 0;

/** "41 of 64 windows", in one word where nothing is counted. */
export const progressText = ({ done, total, unit }: Progress): string =>
  `${done.toLocaleString("en")} of ${total.toLocaleString("en")}${unit === undefined ? "" : ` ${unit}`}`;
