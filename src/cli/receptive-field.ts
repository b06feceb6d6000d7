import { resolve } from "node:path";
import type { inside, NamedField } from "../shared/inside.ts";
import type { Client } from "../shared/rpc.ts";
import { shown } from "../shared/shown.ts";
import { shapeText } from "../shared/tensor.ts";
import { parseArguments, type Arity } from "./arguments.ts";
import { table } from "./info.ts";
import { jsonText, WrongUse } from "./words.ts";

const flagsTaken: Readonly<Record<string, Arity>> = { layer: "one", json: "none" };

/** `glassbox receptive-field MODEL [--layer L] [--json]`: how each layer, and each value by name, sees the picture. */
export async function receptiveField(
  words: readonly string[],
  client: Pick<Client<typeof inside>, "fields">,
  print: (text: string) => void,
): Promise<void> {
  const { words: files, flags } = parseArguments(words, (flag) =>
    Object.hasOwn(flagsTaken, flag) ? flagsTaken[flag] : undefined,
  );
  const [file, ...more] = files;
  if (file === undefined || more.length) throw new WrongUse("receptive-field needs one model");
  const layer = flags.get("layer")?.at(-1);
  const found = await client.fields({ model: resolve(file), ...(layer !== undefined && { layer }) });
  if (flags.has("json"))
    return print(jsonText(found.map(({ layer, size, stride, center }) => ({ layer, size, stride, center }))));
  const lines = table([["layer", "size", "step", "centre of the first"], ...found.map(rowOf)]);
  print(`${lines.map((line) => shown(line, Infinity)).join("\n")}\n`);
}

const rowOf = ({ layer, size, stride, center, whole }: NamedField): string[] =>
  whole
    ? [shown(layer), "the whole picture"]
    : [shown(layer), shapeText(size), shapeText(stride.map(short)), center.map(short).join(", ")];

const short = (value: number) => Number(value.toFixed(3));
