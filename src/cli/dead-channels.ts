import { channelCounts, faultKinds, faultsOf, faultWords, type ChannelCount } from "../shared/dead.ts";
import type { DeadLayer } from "../shared/inside.ts";
import { shown } from "../shared/shown.ts";
import { percent } from "./words.ts";

/** Channels of one kind that are named; of more the number is told, and --json has them all. */
const mostNamed = 24;

/** Which channels of a layer have something wrong, a line for each kind; nothing where none has. */
export function channelLines(layer: DeadLayer): readonly string[] {
  const faults = faultsOf(layer);
  const kinds = faultKinds.filter((kind) => faults[kind].length > 0);
  if (!kinds.length) return [];
  const channels = channelCounts(layer);
  const lines = kinds.map((kind) => {
    const named = faults[kind].slice(0, mostNamed).flatMap((channel) => channels[channel] ?? []);
    const rest = faults[kind].length - named.length;
    // A dead channel's shares are zero: that is what dead means.
    const words = named.map((each) => (kind === "dead" ? String(each.channel) : withShares(each)));
    return `  ${faultWords[kind]}: ${words.join(", ")}${rest > 0 ? ` and ${rest} more` : ""}`;
  });
  return [shown(layer.layer), ...lines, ""];
}

/** "31 (0.04 % of places, 33.3 % of photos)": where it is active. */
const withShares = ({ channel, places, photos }: ChannelCount): string =>
  `${channel} (${percent(places)} of places, ${percent(photos)} of photos)`;
