import { resolve } from "node:path";
import { unevenSteps, type inside, type NamedField } from "../shared/inside.ts";
import type { Client } from "../shared/rpc.ts";
import { shown } from "../shared/shown.ts";
import { shapeText } from "../shared/tensor.ts";
import { parseArguments, type Flags } from "./arguments.ts";
import { becauseLines } from "./because.ts";
import { demandPlaces } from "./places.ts";
import { nameText, table } from "./table.ts";
import { jsonText } from "./words.ts";

const flagsTaken: Flags = { layer: "one", json: "none" };

/** `glassbox receptive-field MODEL [--layer L] [--json]`: how each layer, and each value by name, sees the picture. */
export async function receptiveField(
  words: readonly string[],
  client: Pick<Client<typeof inside>, "fields" | "fieldless">,
  print: (text: string) => void,
  _complain?: unknown,
  remark: (text: string) => void = (text) => process.stderr.write(text),
  onTerminal: boolean = process.stdout.isTTY,
): Promise<void> {
  const { words: files, flags } = parseArguments(words, flagsTaken);
  demandPlaces("receptive-field", files, ["model"]);
  const [file = ""] = files;
  const layer = flags.get("layer")?.at(-1);
  const model = resolve(file);
  const found = await client.fields({ model, ...(layer !== undefined && { layer }) });
  // Who asks of one layer is told at once why nothing is known of it.
  const rest = layer === undefined ? await client.fieldless({ model }) : [];
  const why = (whole: boolean) => becauseLines(rest, (those) => `the receptive field of ${those} is not known`, whole);
  if (flags.has("json")) {
    // A program that reads numbers is given numbers; who runs it is told what is missing.
    for (const line of why(true)) remark(`glassbox: ${line}\n`);
    return print(jsonText(found.map(plain)));
  }
  const rows = found.length ? table([["layer", "size", "step", "centre of the first"], ...found.map(rowOf)]) : [];
  const lines = [...rows, ...(rest.length ? ["", ...why(!onTerminal)] : [])];
  print(`${lines.map((line) => shown(line, Infinity)).join("\n")}\n`);
}

const plain = ({ layer, size, stride, center }: NamedField) => ({ layer, size, stride, center });

function rowOf({ layer, size, stride, center, whole, uneven }: NamedField): string[] {
  if (whole) return [nameText(layer), "the whole picture"];
  const [extent, step] = uneven
    ? [`up to ${shapeText(size)}`, unevenSteps]
    : [shapeText(size), shapeText(stride.map(short))];
  return [nameText(layer), extent, step, center.map(short).join(", ")];
}

const short = (value: number) => Number(value.toFixed(3));
