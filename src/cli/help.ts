import type { engine } from "../shared/protocol.ts";
import type { Client } from "../shared/rpc.ts";
import { making as adversarial } from "./adversarial.ts";
import { making as fool } from "./fool.ts";
import { making as invert } from "./invert.ts";
import { making as style } from "./style.ts";
import { described } from "./techniques.ts";
import { making as texture } from "./texture.ts";
import { usageOf, type Command } from "./usage.ts";
import { names as visualizing } from "./visualize.ts";

/** The techniques by which commands make pictures. */
const techniques = new Map<string, readonly string[]>([
  ["dream", ["deep-dream"]],
  ["visualize", visualizing],
  ...[invert, style, texture, adversarial, fool].map(({ name, technique }) => [name, [technique]] as const),
]);

/** `glassbox COMMAND --help`: how it is called, and each of its techniques with its parameters. */
export async function helpOf(command: Command, client: Client<typeof engine>): Promise<string> {
  const ids = techniques.get(command);
  const cards = command === "explain" ? await client.techniques() : ids ? await client.syntheses() : [];
  const own = cards.filter(({ id }) => !ids || ids.includes(id)).map(described);
  return [usageOf(command), ...own].join("\n").trimEnd() + "\n";
}
