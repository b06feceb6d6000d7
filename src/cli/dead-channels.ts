import { channelCounts, faultKinds, faultsOf, faultWords, type FaultKind } from "../shared/dead.ts";
import type { DeadLayer } from "../shared/dead.ts";
import { listLines } from "./table.ts";
import { percent } from "./words.ts";

/** How many of one kind are named; of more the number is told, and --json has them all. Some take more words than others. */
const mostNamed: Readonly<Record<FaultKind, number>> = {
  dead: 12,
  nearlyDead: 4,
  saturated: 12,
  constant: 12,
  duplicates: 6,
  broken: 12,
};

/** Which channels of a layer have something wrong, under its name, each kind under the next; nothing where none has. */
export function channelLines(name: string, layer: DeadLayer): readonly string[] {
  const words = { ...faultsOf(layer), duplicates: layer.duplicates };
  const kinds = faultKinds.filter((kind) => words[kind].length > 0);
  if (!kinds.length) return [];
  const channels = channelCounts(layer);
  // A vector has no places beside those of its photos.
  const isVector = channels.every(({ places, photos }) => places === photos);
  return [name, ...kinds.flatMap(linesOf), ""];

  function linesOf(kind: FaultKind): string[] {
    const count = words[kind].length;
    const named = namesOf(kind).slice(0, mostNamed[kind]);
    const rest = count - named.length;
    const items =
      rest > 0 ? [...named.slice(0, -1), `${named.at(-1) ?? ""} and ${rest.toLocaleString("en-US")} more`] : named;
    const atLeast = kind === "duplicates" && layer.compared === "some" ? "at least " : "";
    const title =
      rest > 0 || atLeast
        ? `${faultWords[kind]} (${atLeast}${count.toLocaleString("en-US")}${kind === "duplicates" ? (count === 1 ? " pair" : " pairs") : ""}):`
        : `${faultWords[kind]}:`;
    return listLines(title, items);
  }

  function namesOf(kind: FaultKind): string[] {
    if (kind === "duplicates")
      return layer.duplicates.map(({ a, b, correlation }) => `${a} as ${b} (${correlation.toFixed(4)})`);
    // Of the others the kind says how often they are active: never, or all the time.
    return faultsOf(layer)[kind].map((channel) => (kind === "nearlyDead" ? withShares(channel) : String(channel)));
  }

  /** "31 (0.04 % of places, 33.3 % of photos)": where it is active. */
  function withShares(channel: number): string {
    const { places = 0, photos = 0 } = channels[channel] ?? {};
    return `${channel} (${isVector ? "" : `${percent(places)} of places, `}${percent(photos)} of photos)`;
  }
}
