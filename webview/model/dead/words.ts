import type { FaultKind } from "../../../src/shared/dead.ts";
import { firstOf } from "../../../src/shared/first-of.ts";
import type { CountedDead } from "../../../src/shared/model-panel.ts";
import { count as counted, visible } from "../../shared/words.ts";
import { withoutStrokes } from "../strokes-words.ts";
import type { Count } from "./count.ts";
import { totalsOf } from "./rows.ts";
import type { DeadRow } from "./rows.ts";

export const folderName = (path: string): string => path.split(/[\\/]/).filter(Boolean).at(-1) ?? path;

/** "340 photos of holiday"; "cat.png". */
export const overWords = ({ folder, photo, images }: CountedDead): string =>
  folder === undefined
    ? visible(photo ?? "this photo")
    : `${counted(images, "photo")} of ${visible(folderName(folder))}`;

/** Layers that are named one by one. */
const mostNamed = 4;

export const namesOf = (layers: readonly string[]): string => firstOf(layers.map(visible), mostNamed);

export const momentWords = (when: number): string =>
  new Date(when).toLocaleString("en", { dateStyle: "medium", timeStyle: "short" });

const kindWords: Readonly<Record<FaultKind, string>> = {
  dead: "never active",
  nearlyDead: "nearly never active",
  saturated: "saturated",
  constant: "constant",
  duplicates: "with a duplicate",
  broken: "with NaN or infinite values",
};

/** "12 channels never active over 340 photos of holiday"; `painted`: the photo that is looked at is, the counted one was not. */
export const listedWords = (kind: FaultKind, channels: number, report: CountedDead, painted: boolean): string =>
  `${counted(channels, "channel")} ${kindWords[kind]} over ${overWords(report)}${report.folder === undefined && painted ? ` ${withoutStrokes}` : ""}`;

export function summaryOf(
  { partial, running, over, failure }: Count,
  report: CountedDead,
  all: readonly DeadRow[],
  painted: boolean,
): string {
  const { channels, counts } = totalsOf(all);
  // A table that stayed since the next count failed may be another photo's.
  const photo = failure ? overWords(report) : "this photo";
  const where = over === "photo" ? `${photo}${painted ? ` ${withoutStrokes}` : ""}` : overWords(report);
  const silent = `${counts.dead.toLocaleString("en")} of ${counted(channels, "channel")} ${counts.dead === 1 ? "is" : "are"} never active on ${where}`;
  const odd = counts.broken ? ` ${counted(counts.broken, "channel")} ${counts.broken === 1 ? "holds" : "hold"} NaN or infinite values.` : ""; // prettier-ignore
  const broken = partial && running === undefined ? " The count was broken off: this is as far as it came." : "";
  const few =
    over === "photo" && counts.dead > 0
      ? " A channel that is silent on one photo may well fire on others: count over a folder."
      : "";
  return `${silent}.${odd}${few}${broken}`;
}
