import { resolve } from "node:path";
import { diffSummary } from "../shared/diff-summary.ts";
import { figure } from "../shared/figure.ts";
import type { engine } from "../shared/protocol.ts";
import type { Client } from "../shared/rpc.ts";
import type { LayerDiff } from "../shared/structure.ts";
import { parseArguments } from "./arguments.ts";
import { demandPlaces } from "./places.ts";
import { nameText, table } from "./table.ts";
import { jsonText } from "./words.ts";

/** `glassbox diff A B [--json]`: what differs between two models, layer by layer, and by how much. */
export async function diff(
  words: readonly string[],
  client: Client<typeof engine>,
  print: (text: string) => void,
): Promise<void> {
  const { words: files, flags } = parseArguments(words, { json: "none" });
  demandPlaces("diff", files, ["model", "model"]);
  const [a = "", b = ""] = files;
  const found = await client.diff({ a: resolve(a), b: resolve(b) });
  if (flags.has("json")) return print(jsonText(found));
  const facts = found.facts.filter((fact) => fact.a !== fact.b).map((fact) => [fact.name, fact.a, fact.b]);
  const parts = [...found.layers, ...found.outside].filter(({ change }) => change !== "same");
  const lines = [
    ...(facts.length ? [...table(facts), ""] : []),
    ...table(parts.map((part) => [nameText(part.layer), part.change, amount(part), part.words])),
    ...diffSummary(found),
  ];
  print(`${lines.join("\n")}\n`);
}

/** How far apart its weights are; nothing where they are not, or cannot be compared. */
const amount = ({ relative, largest }: LayerDiff) =>
  [
    ...(relative ? [`${figure(relative * 100)} %`] : []),
    ...(largest && Number.isFinite(largest) ? [`at most ${figure(largest)}`] : []),
  ].join(", ");
