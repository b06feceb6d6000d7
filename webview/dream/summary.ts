import { defaultsOf } from "../../src/shared/parameters.ts";
import { visible } from "../shared/words.ts";
import { channelsOf } from "./layer-bounds.ts";
import type { Session } from "./session.ts";

type Chosen = Pick<Session, "technique" | "settings" | "state" | "subject">;

/** What the technique makes; where it makes a picture for each channel, of how many of the layer's as things are chosen. */
export function summaryOf(session: Chosen): string {
  const { technique, settings } = session;
  if (!technique) return "";
  const { first, count } = { ...defaultsOf(technique.parameters), ...settings?.parameters };
  const layer = channelsOf(session);
  if (!layer || typeof first !== "number" || count === undefined) return technique.summary;
  const { channels } = layer;
  const left = channels - first;
  const made = count === "all" ? left : Math.min(left, Number(count));
  if (made < 1) return technique.summary; // the engine says why
  return `${technique.summary} Here: ${channelWords(first, made, channels)} of ${visible(layer.name)}.`;
}

/** "36 of the 512 channels, 0 to 35,". */
function channelWords(first: number, made: number, channels: number): string {
  if (made === channels) return `all ${channels} channels`;
  return `${made} of the ${channels} channels, ${made === 1 ? first : `${first} to ${first + made - 1}`},`;
}
