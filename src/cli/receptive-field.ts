import { resolve } from "node:path";
import type { FieldlessLayer, inside, NamedField } from "../shared/inside.ts";
import type { Client } from "../shared/rpc.ts";
import { shown } from "../shared/shown.ts";
import { shapeText } from "../shared/tensor.ts";
import { parseArguments, type Arity } from "./arguments.ts";
import { becauseLines } from "./because.ts";
import { table } from "./table.ts";
import { jsonText, WrongUse } from "./words.ts";

const flagsTaken: Readonly<Record<string, Arity>> = { layer: "one", json: "none" };

/** `glassbox receptive-field MODEL [--layer L] [--json]`: how each layer, and each value by name, sees the picture. */
export async function receptiveField(
  words: readonly string[],
  client: Pick<Client<typeof inside>, "fields" | "fieldless">,
  print: (text: string) => void,
): Promise<void> {
  const { words: files, flags } = parseArguments(words, (flag) =>
    Object.hasOwn(flagsTaken, flag) ? flagsTaken[flag] : undefined,
  );
  const [file, ...more] = files;
  if (file === undefined || more.length) throw new WrongUse("receptive-field needs one model");
  const layer = flags.get("layer")?.at(-1);
  const model = resolve(file);
  const found = await client.fields({ model, ...(layer !== undefined && { layer }) });
  // Who asks of one layer is told at once why nothing is known of it.
  const rest = layer === undefined ? await client.fieldless({ model }) : [];
  if (flags.has("json")) return print(jsonText([...found.map(plain), ...rest.map(unknown)]));
  const lines = [
    ...(found.length ? table([["layer", "size", "step", "centre of the first"], ...found.map(rowOf)]) : []),
    ...(rest.length ? ["", ...becauseLines(rest, (those) => `the receptive field of ${those} is not known`)] : []),
  ];
  print(`${lines.map((line) => shown(line, Infinity)).join("\n")}\n`);
}

const plain = ({ layer, size, stride, center }: NamedField) => ({ layer, size, stride, center });

/** An entry for every layer, in one shape; why three of its numbers are missing. */
const unknown = ({ layer, why }: FieldlessLayer) => ({ layer, size: null, stride: null, center: null, why });

const rowOf = ({ layer, size, stride, center, whole }: NamedField): string[] =>
  whole
    ? [shown(layer), "the whole picture"]
    : [shown(layer), shapeText(size), shapeText(stride.map(short)), center.map(short).join(", ")];

const short = (value: number) => Number(value.toFixed(3));
