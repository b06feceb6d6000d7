import { hasFate } from "../shared/channel-title.ts";
import type { Sheet } from "../shared/synthesis.ts";
import { inTerminal } from "./words.ts";

/** What a sheet shows, in the order of its cells: "channels 0 to 35 of 256, row by row". `most`: how many channels the layer has. */
export function sheetWords({ cells, rows }: Sheet, most?: number): string {
  const order = rows > 1 ? "row by row" : "from left to right";
  const [first, last] = [cells[0]?.channel, cells.at(-1)?.channel];
  if (first === undefined || last === undefined)
    return inTerminal(`${order}: ${cells.map(({ title }) => title).join(", ")}`);
  const of = most === undefined ? "" : ` of ${most}`;
  const range = first === last ? `channel ${first}` : `channels ${first} to ${last}`;
  const channels = cells.flatMap(({ channel, title }) => (channel === undefined ? [] : [{ channel, title }]));
  const dead = channels.filter(({ title }) => hasFate(title, "dead here"));
  return `${range}${of}, ${order}${dead.length ? `; left grey, for they are dead: ${dead.map(({ channel }) => channel).join(", ")}` : ""}`;
}
