import { resolve } from "node:path";
import type { engine } from "../shared/protocol.ts";
import type { Client } from "../shared/rpc.ts";
import type { LayerDiff } from "../shared/structure.ts";
import { parseArguments } from "./arguments.ts";
import { table } from "./info.ts";
import { jsonText, WrongUse } from "./words.ts";

/** `glassbox diff A B [--json]`: which layers of two models differ, and by how much. */
export async function diff(
  words: readonly string[],
  client: Client<typeof engine>,
  print: (text: string) => void,
): Promise<void> {
  const { words: files, flags } = parseArguments(words, (flag) => (flag === "json" ? "none" : undefined));
  const [a, b, ...more] = files;
  if (a === undefined || b === undefined || more.length) throw new WrongUse("diff needs two models");
  const found = await client.diff({ a: resolve(a), b: resolve(b) });
  if (flags.has("json")) return print(jsonText(found));
  const facts = found.facts.filter((fact) => fact.a !== fact.b).map((fact) => [fact.name, fact.a, fact.b]);
  const differing = found.layers.filter(({ change }) => change !== "same");
  const same = found.layers.length - differing.length;
  const lines = [
    ...(facts.length ? [...table(facts), ""] : []),
    ...table(differing.map((layer) => [layer.layer, layer.change, amount(layer), layer.words])),
    differing.length ? `${differing.length} of ${found.layers.length} layers differ` : `the same: all ${same} layers`,
  ];
  print(`${lines.join("\n")}\n`);
}

const amount = ({ relative, largest }: LayerDiff) =>
  relative === undefined ? "" : `${(relative * 100).toPrecision(3)} %, at most ${(largest ?? NaN).toPrecision(3)}`;
